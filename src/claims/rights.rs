//! Rights of this feature.

crate::rights! {
    /// Sees claims and their lines.
    ReadClaims: Institution, CountyClerk, CountyChecker, FinanceOfficer, Supervisor, Auditor;
    /// Claims for a class of its own, and again after a return.
    SubmitClaims: Institution;
    /// Claims for himself, or a village worker for him.
    ClaimOneself: Trainee, VillageWorker;
    /// First approval, the refusal of single lines, and the answers to what is asked of them.
    ReviewClaims: CountyClerk;
    /// Second approval.
    ConfirmClaims: CountyChecker;
    /// Lets what is through the notice be paid.
    ApprovePayment: FinanceOfficer;
    /// Sends a claim back; each before its own step.
    ReturnClaims: CountyClerk, CountyChecker, FinanceOfficer;
    RejectClaims: CountyClerk;
    /// Lets a claim or a line wait.
    HoldClaims: CountyClerk, CountyChecker, FinanceOfficer;
    /// Lets what waits go on, or refuses it.
    ReleaseClaims: CountyChecker;
}
