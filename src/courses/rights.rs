//! Who offers courses, who lists them, and who looks on.

crate::rights! {
    /// Draft and submit courses of one's institution.
    OfferCourses: Institution;
    /// List or return courses of one's area.
    ReviewCourses: CountyClerk;
    /// Take a listed course off the list.
    WithdrawCourses: Institution, CountyClerk;
    /// Look at courses: one's own, or those of one's area.
    ReadCourses: Institution, CountyClerk, CountyChecker, Supervisor, Auditor;
}
