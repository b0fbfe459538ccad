//! Who names an account and who says that it is paid on.

crate::rights! {
    /// Of one's own organisation, or of those of one's area; numbers are masked.
    SeePayees: Institution, CountyClerk, CountyChecker, FinanceOfficer, Supervisor, Auditor;
    ProposePayees: Institution;
    DecideOnPayees: CountyChecker;
    /// Before it is paid on.
    StopPayees: Institution, CountyChecker;
}
