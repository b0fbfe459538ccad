//! What classes of a course may lead to.

use entities::values::{CertificateKind, Programme};

/// A level is one of an occupation, so only skill training leads to it; an ability and a completion come of every training.
pub(crate) fn may_lead_to(programme: Programme, kind: CertificateKind) -> bool {
    match kind {
        CertificateKind::Completion | CertificateKind::Ability => true,
        CertificateKind::SkillLevel => programme == Programme::Skill,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_skill_training_leads_to_a_level() {
        for programme in Programme::all() {
            assert!(
                may_lead_to(programme, CertificateKind::Completion) && may_lead_to(programme, CertificateKind::Ability)
            );
            assert_eq!(may_lead_to(programme, CertificateKind::SkillLevel), programme == Programme::Skill);
        }
    }
}
