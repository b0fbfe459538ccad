//! Who reads the log: the auditor, who changes nothing that it tells of.

crate::rights! {
    /// Read who did what.
    ReadAudit: Auditor;
}
