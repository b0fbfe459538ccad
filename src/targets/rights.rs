//! Who sees how far the year has come, and who says how far it should.

crate::rights! {
    /// See targets and rates of one's own area and below.
    ReadTargets: VillageWorker, CountyClerk, CountyChecker, Supervisor, Auditor;
    /// Issue and revise targets.
    IssueTargets: Supervisor;
}
