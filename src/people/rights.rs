//! Who may do what with people.

crate::rights! {
    /// See people of one's area; names and numbers as the role needs them.
    SeePeople: VillageWorker, CountyClerk, CountyChecker, Supervisor, Auditor;
    /// See names in full, health, cause of poverty and address: those who act for the person.
    SeePlight: VillageWorker, CountyClerk, CountyChecker;
    /// See numbers in full, for a purpose that is written down; which ones is decided in `reveals`.
    RevealPeople: VillageWorker, CountyClerk, CountyChecker;
    DraftPeople: VillageWorker;
    VerifyPeople: CountyClerk;
    /// Send files of one's own area, and see those that one's bureau sent.
    LoadFiles: CountyClerk;
    RecordServices: VillageWorker, CountyClerk;
}
