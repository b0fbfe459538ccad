//! Who opens certificates, who prints those of a class, who revokes.

crate::rights! {
    /// Opens the certificates of people or classes in sight, with the full name.
    ReadCertificates: Trainee, VillageWorker, Institution, CountyClerk, CountyChecker, Supervisor, Auditor;
    /// Prints the certificates of a class in sight in one file.
    PrintCertificates: Institution, CountyClerk, CountyChecker;
    /// Revokes a certificate.
    RevokeCertificates: CountyChecker;
}
