//! Rights of this feature.

crate::rights! {
    /// Sees claims and their lines.
    ReadClaims: Institution, CountyClerk, CountyChecker, FinanceOfficer, Supervisor, Auditor;
    /// Claims for a class of its own, and again after a return.
    SubmitClaims: Institution;
    /// First approval, and the refusal of single lines.
    ReviewClaims: CountyClerk;
    /// Second approval.
    ConfirmClaims: CountyChecker;
    PayClaims: FinanceOfficer;
    /// Sends a claim back; each before its own step.
    ReturnClaims: CountyClerk, CountyChecker, FinanceOfficer;
    RejectClaims: CountyClerk;
}
