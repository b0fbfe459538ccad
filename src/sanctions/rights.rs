//! Who proposes, decides, answers and lifts.

crate::rights! {
    /// See the sanctions of one's area, or those against one's own institution.
    SeeSanctions: Institution, CountyClerk, CountyChecker, Supervisor, Auditor;
    /// See those that are no more than proposed.
    SeeProposals: CountyClerk, CountyChecker, Supervisor, Auditor;
    /// Propose what should follow from a case.
    ProposeSanctions: CountyClerk, CountyChecker, Supervisor;
    /// Put another's proposal in force, or refuse it.
    DecideOnSanctions: CountyChecker, Supervisor;
    /// Answer a rectification, and appeal.
    AnswerSanctions: Institution;
    /// Say whether what had to be mended is mended.
    JudgeAnswers: CountyClerk, CountyChecker, Supervisor;
    /// Lift a sanction, and decide on an appeal.
    LiftSanctions: Supervisor;
}
