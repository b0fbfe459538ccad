//! Who looks at pairs and who decides on them.

crate::rights! {
    SeeDuplicates: CountyClerk, CountyChecker;
    /// Search one's county, say that two records are two people's, ask for a merge.
    SortDuplicates: CountyClerk;
    /// Second person on a merge.
    ConfirmMerges: CountyChecker;
}
