//! The states of a file on its way in. A bureau checks, loads or gives up; how the work ends the system says itself.

use entities::values::ImportStatus::{
    self, Cancelled, Checked, Checking, Done, DoneWithRejects, Failed, Loading, Uploaded,
};
use entities::values::Role;

use crate::access::Right;
use crate::base::lifecycle::{Lifecycle, Move};
use crate::people::LoadFiles;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ImportAction {
    /// 对应栏目: say which column of the file is which.
    Map,
    /// 试导入
    Check,
    /// 导入
    Load,
    /// 取消
    Cancel,
    /// Every row was judged.
    FinishCheck,
    /// Every row was taken.
    Finish,
    /// Every row was seen and some were refused.
    FinishWithRejects,
    Fail,
}

impl From<ImportAction> for &'static str {
    fn from(action: ImportAction) -> Self {
        match action {
            ImportAction::Map => "map",
            ImportAction::Check => "check",
            ImportAction::Load => "load",
            ImportAction::Cancel => "cancel",
            ImportAction::FinishCheck => "finish_check",
            ImportAction::Finish => "finish",
            ImportAction::FinishWithRejects => "finish_with_rejects",
            ImportAction::Fail => "fail",
        }
    }
}

const CLERK: &[Role] = LoadFiles::HELD_BY;

impl Lifecycle for ImportStatus {
    type Action = ImportAction;
    /// A file that is sent waits to be checked; one of the command line is loaded at once.
    const START: &'static [Self] = &[Uploaded, Loading];
    #[rustfmt::skip]
    const MOVES: &'static [Move<Self>] = &[
        (Uploaded, ImportAction::Check,  Checking,  CLERK),
        (Uploaded, ImportAction::Map,    Uploaded,  CLERK),
        (Uploaded, ImportAction::Cancel, Cancelled, CLERK),
        (Checking, ImportAction::Cancel, Cancelled, CLERK),
        (Checked,  ImportAction::Load,   Loading,   CLERK),
        (Checked,  ImportAction::Map,    Uploaded,  CLERK),
        (Checked,  ImportAction::Cancel, Cancelled, CLERK),
        (Loading,  ImportAction::Cancel, Cancelled, CLERK),
    ];
    #[rustfmt::skip]
    const BY_ITSELF: &'static [(Self, ImportAction, Self)] = &[
        (Checking, ImportAction::FinishCheck,       Checked),
        (Checking, ImportAction::Fail,              Failed),
        (Loading,  ImportAction::Finish,            Done),
        (Loading,  ImportAction::FinishWithRejects, DoneWithRejects),
        (Loading,  ImportAction::Fail,              Failed),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::lifecycle::laws;

    #[test]
    fn the_table_obeys_the_laws() {
        laws::check::<ImportStatus>();
    }
}
