//! Who sets what is paid. Everybody who signs in may read what is in force.

crate::rights! {
    /// Proposes standards and uplifts of one's area, takes proposals back and ends what is in force.
    ProposeStandards: Supervisor;
    /// Puts in force what another proposed: the employment side and the finance side sign such a document together.
    EnactStandards: Supervisor, FinanceOfficer;
    /// Sees what is proposed in one's area.
    SeeProposals: Supervisor, FinanceOfficer, CountyClerk, CountyChecker, Auditor;
}
