//! Who may open which door: each feature's tests state it, the access matrix of the house tries every one.

use entities::values::Role;

/// Method, route as it is mounted, and who may come in.
pub type Door = (&'static str, &'static str, Who);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Everybody,
    SignedIn,
    Roles(&'static [Role]),
}

impl Who {
    pub fn lets_in(self, role: Option<Role>) -> bool {
        match (self, role) {
            (Self::Everybody, _) | (Self::SignedIn, Some(_)) => true,
            (Self::Roles(roles), Some(role)) => roles.contains(&role),
            (Self::SignedIn | Self::Roles(_), None) => false,
        }
    }
}
