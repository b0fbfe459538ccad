//! Who takes seats and gives them back, who sees who sits where.

crate::rights! {
    /// Take a seat for oneself, or as a village worker for somebody who agreed; give it back.
    TakeSeats: Trainee, VillageWorker;
    /// See who is in a class.
    SeeEnrolments: Institution, CountyClerk, CountyChecker, Supervisor, Auditor;
    /// One's own classes.
    SeeOwnClasses: Trainee;
}
