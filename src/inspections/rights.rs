//! Who inspects and who reads what came of it.

crate::rights! {
    /// Plan an inspection, go there and write down what is to be seen.
    Inspect: CountyChecker, Supervisor;
    /// See inspections; who does not inspect or audit sees those that are done.
    SeeInspections: Institution, CountyClerk, CountyChecker, Supervisor, Auditor;
    /// See what the inspector wrote and the pictures.
    SeeNotes: CountyClerk, CountyChecker, Supervisor, Auditor;
}
