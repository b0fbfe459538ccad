//! The states of an export and who moves it. What the house does by itself is done in the name of whoever asked.

use entities::values::{ExportStatus, Role};

use crate::access::{AskForExports, Right};
use crate::base::lifecycle::{Lifecycle, Move};
use crate::exports::rights::ApproveExports;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportAction {
    /// 同意
    Approve,
    /// 不同意
    Refuse,
    /// 撤回
    Withdraw,
    /// 生成
    Build,
    /// 下载
    Fetch,
    /// 到期
    Expire,
}

impl From<ExportAction> for &'static str {
    fn from(action: ExportAction) -> Self {
        match action {
            ExportAction::Approve => "approve",
            ExportAction::Refuse => "refuse",
            ExportAction::Withdraw => "withdraw",
            ExportAction::Build => "build",
            ExportAction::Fetch => "fetch",
            ExportAction::Expire => "expire",
        }
    }
}

const ASKERS: &[Role] = AskForExports::HELD_BY;
const APPROVERS: &[Role] = ApproveExports::HELD_BY;

impl Lifecycle for ExportStatus {
    type Action = ExportAction;
    /// What one person may take out alone needs nobody's word.
    const START: &'static [Self] = &[Self::Asked, Self::Approved];
    #[rustfmt::skip]
    const MOVES: &'static [Move<Self>] = &[
        (Self::Asked,    ExportAction::Approve,  Self::Approved,  APPROVERS),
        (Self::Asked,    ExportAction::Refuse,   Self::Refused,   APPROVERS),
        (Self::Asked,    ExportAction::Withdraw, Self::Withdrawn, ASKERS),
        (Self::Approved, ExportAction::Build,    Self::Ready,     ASKERS),
        (Self::Approved, ExportAction::Refuse,   Self::Refused,   ASKERS),
        (Self::Ready,    ExportAction::Fetch,    Self::Fetched,   ASKERS),
        (Self::Ready,    ExportAction::Expire,   Self::Expired,   ASKERS),
        (Self::Fetched,  ExportAction::Fetch,    Self::Fetched,   ASKERS),
        (Self::Fetched,  ExportAction::Expire,   Self::Expired,   ASKERS),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::lifecycle::laws;

    #[test]
    fn the_table_obeys_the_laws() {
        laws::check::<ExportStatus>();
    }
}
