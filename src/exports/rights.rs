//! Who asks, who agrees, who looks on. Asking itself, [`crate::access::AskForExports`], stands lower: every list shows the way.

crate::rights! {
    /// See exports: one's own, those that one may agree to, those of the area that one oversees.
    SeeExports: VillageWorker, Institution, CountyClerk, CountyChecker, FinanceOfficer, Supervisor, Auditor;
    /// Agree to what somebody else asked for.
    ApproveExports: CountyChecker, Supervisor;
    /// Ask for names, numbers, accounts and causes in full.
    ExportInFull: CountyClerk;
}
