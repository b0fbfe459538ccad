//! Who reads what is not public any more, who looks into objections and who decides. What is open everybody reads.

crate::rights! {
    /// Sees notices that ended, of the own county or the own claims.
    ReadNotices: Institution, CountyClerk, CountyChecker, FinanceOfficer, Supervisor, Auditor;
    /// Takes an open list out, for the county's own website.
    PostNotices: CountyClerk, CountyChecker;
    /// Reads objections with what was found and answered.
    SeeObjections: CountyClerk, CountyChecker, Supervisor, Auditor;
    /// Looks into an objection and writes down what was found.
    InvestigateObjections: CountyClerk;
    /// Says whether it is right, and answers.
    DecideObjections: CountyChecker;
}
