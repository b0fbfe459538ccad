//! Rights of this feature.

crate::rights! {
    /// Sees pots and their postings.
    ReadFunds: FinanceOfficer, CountyClerk, CountyChecker, Supervisor, Auditor;
    /// Puts granted money into a pot.
    GrantFunds: FinanceOfficer;
}
