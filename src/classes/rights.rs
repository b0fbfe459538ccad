//! Who opens classes, who decides on them, who reads them.

crate::rights! {
    /// Apply for a class of one's own listed course.
    ApplyForClasses: Institution;
    /// Approve, return, cancel.
    DecideOnClasses: CountyClerk;
    /// See classes in one's area or of one's institution, whatever their state.
    SeeClasses: Institution, CountyClerk, CountyChecker, Supervisor, Auditor;
}
