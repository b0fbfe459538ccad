//! Who loads exclusion lists and who looks at them.

crate::rights! {
    /// See which lists count, and what they hit in one's area.
    SeeExclusions: CountyClerk, CountyChecker, Supervisor, Auditor;
    /// Load a list for one's own area.
    LoadExclusions: CountyClerk, Supervisor;
}
