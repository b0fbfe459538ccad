//! Who asks, who decides, who collects, who writes off.

crate::rights! {
    /// See what is asked back: in one's area, or from oneself.
    SeeClawbacks: Institution, Trainee, CountyClerk, CountyChecker, FinanceOfficer, Supervisor, Auditor;
    /// See what nobody decided on, and who took which step.
    SeeRequests: CountyClerk, CountyChecker, FinanceOfficer, Supervisor, Auditor;
    /// Ask money back.
    RequestClawbacks: CountyClerk, CountyChecker, Supervisor;
    /// Decide on what another asked for.
    DecideOnClawbacks: CountyChecker, Supervisor;
    /// Set off, send an invoice, write down what was received.
    CollectClawbacks: FinanceOfficer;
    /// Write off what will not come back.
    WriteOffClawbacks: Supervisor;
}
