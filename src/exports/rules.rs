//! Pure verdicts: whose word a file needs, and whether it needs one.

use entities::values::Role;

use crate::access::Right;
use crate::exports::rights::ApproveExports;

/// Whether holders of the role agree to what others ask for.
pub(super) fn approves(role: Role) -> bool {
    ApproveExports::HELD_BY.contains(&role)
}

/// Whether holders of the role see every export of their area.
pub(super) fn oversees(role: Role) -> bool {
    matches!(role, Role::Supervisor | Role::Auditor)
}

/// Whose word a file of theirs needs: the checker's of the county, and the supervisor's where the checker asks.
pub(super) fn approver_of(asker: Role) -> Role {
    match asker {
        Role::CountyChecker | Role::Supervisor => Role::Supervisor,
        Role::Trainee
        | Role::VillageWorker
        | Role::Enterprise
        | Role::Institution
        | Role::Assessor
        | Role::CountyClerk
        | Role::FinanceOfficer
        | Role::Auditor
        | Role::Administrator => Role::CountyChecker,
    }
}

/// Whether so many rows, after those that the asker took out alone within the day, are more than one person may decide on.
/// Many small files are one large one.
pub(super) fn needs_second_person(due: i64, taken: i64, alone: i64) -> bool {
    due.saturating_add(taken) > alone
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_row_that_one_may_take_alone_counts_all_of_the_day() {
        assert!(!needs_second_person(500, 0, 500));
        assert!(needs_second_person(501, 0, 500));
        assert!(!needs_second_person(200, 300, 500));
        assert!(needs_second_person(201, 300, 500));
        assert!(needs_second_person(i64::MAX, 1, i64::MAX - 1));
    }

    #[test]
    fn whoever_asks_there_is_a_role_that_may_agree() {
        for role in Role::all() {
            assert!(approves(approver_of(role)), "{role}");
        }
        assert_ne!(approver_of(Role::CountyClerk), Role::CountyClerk);
    }
}
