//! Who asks for corrections and who decides on them.

crate::rights! {
    /// File for the people of one's village, or for oneself.
    FileCorrections: VillageWorker, Trainee;
    SeeCorrections: VillageWorker, Trainee, CountyClerk, CountyChecker, Supervisor, Auditor;
    ApplyCorrections: CountyClerk;
    /// Second person on name, number and bank account.
    ConfirmCorrections: CountyChecker;
    RefuseCorrections: CountyClerk, CountyChecker;
}
