//! Who may read and who may mark.

crate::rights! {
    /// Sees who was there in the classes in sight.
    ReadAttendance: Institution, CountyClerk, CountyChecker, Supervisor, Auditor;
    /// Marks who was there, and ends the class when the last session is over.
    MarkAttendance: Institution;
    /// Marks oneself by the code on the trainer's screen.
    MarkOneself: Trainee;
    /// Takes a session out of the sums: one that was not held yet, or one that was marked, see the lifecycle.
    CancelSessions: Institution, CountyClerk;
}
