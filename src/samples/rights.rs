//! Who draws, who looks, who reads. Neither the institution nor the treasury learns what is looked at.

crate::rights! {
    /// See runs and the lines that they drew.
    SeeRuns: CountyClerk, CountyChecker, Supervisor, Auditor;
    /// Draw a run: a county its own, a supervisor one above it.
    DrawRuns: CountyChecker, Supervisor;
    /// Say whether a line that was drawn is in order.
    LookAtLines: CountyChecker, Supervisor;
}
