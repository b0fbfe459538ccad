//! Who is asking, what they may do, and which rows they may see.

mod actor;
pub(crate) mod guard;
mod holders;
mod right;
mod scope;
mod session;

pub use actor::{Actor, Behalf};
pub(crate) use holders::holders_of;
pub use right::{Can, Right};
pub use scope::{Scope, after_prefix, within};
pub use session::{SESSION_HOURS, SessionLookup, Token, cookie_name, forget_others, open_session};
pub(crate) use session::{act_for, actor_now, confirm_session, hex, unhex};

crate::rights! {
    /// Ask for a list as a file. It stands here because every list shows the way to it, and the files are made above them all.
    AskForExports: VillageWorker, Institution, CountyClerk, CountyChecker, FinanceOfficer, Supervisor;
}

/// Declares rights: `rights! { /// doc  ReviewClaims: CountyClerk, CountyChecker; }`.
#[macro_export]
macro_rules! rights {
    ($($(#[$doc:meta])* $name:ident: $($role:ident),+;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub(crate) struct $name;
        impl $crate::access::Right for $name {
            const HELD_BY: &'static [entities::values::Role] = &[$(entities::values::Role::$role),+];
        }
    )*};
}
