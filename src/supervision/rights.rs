//! Who sees doubts and cases, and who decides.

crate::rights! {
    /// See what is doubted in classes of one's area. The institution that is doubted does not.
    SeeDoubts: CountyClerk, CountyChecker, Supervisor, Auditor;
    /// Look at a class anew.
    LookAgain: CountyClerk, CountyChecker, Supervisor;
    /// Say that there is something in a doubt, or nothing.
    DecideOnDoubts: CountyChecker, Supervisor;
    /// See the cases of one's area, or those against one's own institution.
    SeeCases: Institution, CountyClerk, CountyChecker, Supervisor, Auditor;
    /// Open a case from what was confirmed, decide on another's, and close it.
    HandleCases: CountyChecker, Supervisor;
}
