//! Who complains, who looks into it, who reads.

crate::rights! {
    /// Complain: for oneself, or for somebody of one's village.
    Complain: Trainee, VillageWorker;
    /// Take a complaint up, and answer it.
    AnswerComplaints: CountyClerk, CountyChecker;
    /// See one's own, those of the county; an institution sees the outcomes that it is told.
    SeeComplaints: Trainee, VillageWorker, Institution, CountyClerk, CountyChecker, Supervisor, Auditor;
}
