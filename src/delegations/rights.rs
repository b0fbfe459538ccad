//! Who hands work over while away, and who sees and ends that.

crate::rights! {
    /// Give one's work to a colleague of the same role, and do a colleague's.
    HandOver: CountyClerk, CountyChecker, FinanceOfficer, Supervisor;
    /// The own ones; the administrator sees and ends all.
    SeeDelegations: CountyClerk, CountyChecker, FinanceOfficer, Supervisor, Administrator;
}
