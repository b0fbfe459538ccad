//! Rights of this feature.

crate::rights! {
    /// Sees batches and the payments in them.
    SeeBatches: FinanceOfficer, CountyClerk, CountyChecker, Supervisor, Auditor;
    /// Builds, freezes and sends batches, brings the bank's answer and reconciles.
    RunBatches: FinanceOfficer;
    /// Sees what was paid for a claim.
    SeePayments: Institution, FinanceOfficer, CountyClerk, CountyChecker, Supervisor, Auditor;
}
