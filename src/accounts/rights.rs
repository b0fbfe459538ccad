//! Who manages accounts: the system administrator, who in turn sees no business data.

crate::rights! {
    /// Create, reset and disable accounts.
    ManageAccounts: Administrator;
}
