//! Who opens certificates, who prints those of a class, who revokes and who issues anew.

crate::rights! {
    /// Opens the certificates of people or classes in sight, with the full name.
    ReadCertificates: Trainee, VillageWorker, Institution, CountyClerk, CountyChecker, Supervisor, Auditor;
    /// Prints the certificates of a class in sight in one file.
    PrintCertificates: Institution, CountyClerk, CountyChecker;
    /// Asks that a certificate be revoked, and takes that back.
    AskRevocations: CountyClerk, CountyChecker;
    /// Decides on what another asked for.
    DecideOnRevocations: CountyChecker;
    /// Sees what was asked for and what became of it.
    SeeRevocations: CountyClerk, CountyChecker, Supervisor, Auditor;
    /// Issues a certificate anew in the place of one that is lost or names somebody wrongly.
    ReplaceCertificates: CountyClerk;
}
