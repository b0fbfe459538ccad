//! Who sees rules, verdicts and doubts, and who decides on them.

crate::rights! {
    /// See the rules themselves.
    SeeRules: CountyClerk, CountyChecker, Supervisor, Auditor, Administrator;
    /// See what a person of one's area may have.
    SeeEligibility: VillageWorker, CountyClerk, CountyChecker, Supervisor, Auditor;
    /// See what was found of the people of a class when it began and since.
    SeeFindings: CountyClerk, CountyChecker, Supervisor, Auditor;
    /// Look at a class anew, and decide on what was found.
    DecideOnFlags: CountyClerk;
}
