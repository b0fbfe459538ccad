//! Who registers organisations and who may look them up.

crate::rights! {
    /// Register institutions, enterprises and assessing bodies of one's area and accredit institutions.
    ManageOrganisations: CountyClerk;
    /// Look up organisations of one's area.
    ReadOrganisations: CountyClerk, CountyChecker, Supervisor, Auditor;
}
