//! Who keeps the registers and who reads them.

crate::rights! {
    /// Enter, change and retire venues and trainers of one's institution.
    KeepRegisters: Institution;
    /// See venues and trainers of one's institution or area.
    ReadRegisters: Institution, CountyClerk, CountyChecker, Supervisor, Auditor;
}
