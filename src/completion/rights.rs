//! Who names the body that assesses, who enters results, who closes, who reads.

crate::rights! {
    /// Sees results and what they come to, in the classes in sight.
    ReadResults: Institution, Assessor, CountyClerk, CountyChecker, Supervisor, Auditor;
    /// Sees the classes that were given to one's body to assess.
    SeeAssignments: Assessor;
    /// Enters the results of the final assessment: never who taught.
    RecordResults: Assessor;
    /// Names the body that assesses a class.
    NameAssessors: CountyClerk;
    /// Closes an ended class: completions are derived, certificates issued, unused money goes back.
    CloseClasses: CountyClerk;
}
