//! Who may read and who may mark.

crate::rights! {
    /// Sees who was there in the classes in sight.
    ReadAttendance: Institution, CountyClerk, CountyChecker, Supervisor, Auditor;
    /// Marks who was there, and ends the class when the last session is over.
    MarkAttendance: Institution;
    /// Says that somebody leaves a class that has begun: oneself, somebody of one's village, somebody in one's class.
    RecordLeavers: Trainee, VillageWorker, Institution;
    /// Sees how somebody stands, down to each mark: oneself, the people of one's village, the classes in sight.
    SeeStanding: Trainee, VillageWorker, Institution, CountyClerk, CountyChecker, Supervisor, Auditor;
    /// Marks oneself by the code on the trainer's screen.
    MarkOneself: Trainee;
    /// Asks for a mark by hand, for a quarrel to be settled, for a change after the lock.
    AskForMarks: Institution;
    /// Asks for leave from a session to come, for oneself or for somebody of one's village.
    AskForLeave: Trainee, VillageWorker;
    /// Is the second person: the institution for leave, the county for records.
    DecideOnMarks: Institution, CountyClerk, CountyChecker;
    /// Sees what was asked and what came of it.
    SeeMarkRequests: Trainee, VillageWorker, Institution, CountyClerk, CountyChecker, Supervisor, Auditor;
    /// Asks for another time, trainer or room of a session, or for one that makes up for another.
    AskForPlanChanges: Institution;
    /// Decides on it.
    DecideOnPlanChanges: CountyClerk;
    /// Sees what was asked of plans and what came of it.
    SeePlanChanges: Institution, CountyClerk, CountyChecker, Supervisor, Auditor;
    /// Takes a session out of the sums: one that was not held yet, or one that was marked, see the lifecycle.
    CancelSessions: Institution, CountyClerk;
}
