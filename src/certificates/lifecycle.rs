//! A certificate: published when the class is closed; revoked for a reason by two people, or replaced by another serial. It
//! is never deleted, so that whoever checks it is told.

use entities::values::CertificateStatus::{self, Published, Replaced, Revoked};

use crate::access::Right;
use crate::base::lifecycle::{Lifecycle, Move};
use crate::certificates::rights::{DecideOnRevocations, ReplaceCertificates};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateAction {
    Revoke,
    Replace,
}

impl From<CertificateAction> for &'static str {
    fn from(action: CertificateAction) -> Self {
        match action {
            CertificateAction::Revoke => "revoke",
            CertificateAction::Replace => "replace",
        }
    }
}

impl Lifecycle for CertificateStatus {
    type Action = CertificateAction;
    const START: &'static [Self] = &[Published];
    #[rustfmt::skip]
    const MOVES: &'static [Move<Self>] = &[
        (Published, CertificateAction::Revoke,  Revoked,  DecideOnRevocations::HELD_BY),
        (Published, CertificateAction::Replace, Replaced, ReplaceCertificates::HELD_BY),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::lifecycle::laws;

    #[test]
    fn the_table_obeys_the_laws() {
        laws::check::<CertificateStatus>();
    }
}
