//! Who sees the figures of a village.

crate::rights! {
    SeeVillages: VillageWorker, CountyClerk, CountyChecker, Supervisor, Auditor;
}
