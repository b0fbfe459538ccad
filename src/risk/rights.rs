//! Who sees how risky an institution is, and who keeps a score.

crate::rights! {
    /// See the risk of institutions of one's area, or, without what is still looked into, of one's own.
    SeeRisk: Institution, CountyClerk, CountyChecker, Supervisor, Auditor;
    /// See all that a score rests on, and institutions side by side.
    CompareRisk: CountyClerk, CountyChecker, Supervisor, Auditor;
    /// Keep the score of today.
    KeepRisk: CountyChecker, Supervisor;
}
