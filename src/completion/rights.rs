//! Who enters results, who closes, who reads.

crate::rights! {
    /// Sees results and what they come to, in the classes in sight.
    ReadResults: Institution, CountyClerk, CountyChecker, Supervisor, Auditor;
    /// Enters the results of the final assessment.
    RecordResults: Institution;
    /// Closes an ended class: completions are derived, certificates issued, unused money goes back.
    CloseClasses: CountyClerk;
}
