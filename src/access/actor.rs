//! The person behind a request, as the database knows them at that moment.

use std::marker::PhantomData;

use chrono::{DateTime, Utc};
use entities::values::{AccountId, OrganisationId, PersonId, Role};

use crate::access::{Can, Right, Scope};
use crate::base::{Error, Result};
use crate::data::Doer;

/// A signed-in account with the role that it holds now.
#[derive(Clone, Debug)]
pub struct Actor {
    pub account: AccountId,
    pub name: String,
    pub role: Role,
    /// The division that the role covers, with everything below it.
    pub area: String,
    pub organisation: Option<OrganisationId>,
    pub person: Option<PersonId>,
    pub locale: String,
    /// When the password was last typed in this session.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// Hash of the token that this request carried.
    pub session: String,
}

impl Actor {
    /// The proof that this actor holds `R`.
    ///
    /// # Errors
    /// `Forbidden` when the role does not hold it.
    pub fn prove<R: Right>(&self) -> Result<Can<R>> {
        if R::HELD_BY.contains(&self.role) { Ok(Can(self.clone(), PhantomData)) } else { Err(Error::Forbidden) }
    }

    /// Which rows this actor may see.
    pub fn scope(&self) -> Scope {
        match self.role {
            Role::Trainee => self.person.map_or(Scope::Nothing, Scope::Person),
            Role::Enterprise | Role::Institution => self.organisation.map_or(Scope::Nothing, Scope::Organisation),
            Role::Assessor => self.organisation.map_or(Scope::Nothing, Scope::Assessor),
            Role::VillageWorker
            | Role::CountyClerk
            | Role::CountyChecker
            | Role::FinanceOfficer
            | Role::Supervisor
            | Role::Auditor => Scope::Area(self.area.clone()),
            Role::Administrator => Scope::Nothing,
        }
    }
}

impl Doer for Actor {
    fn doer(&self) -> (AccountId, Role) {
        (self.account, self.role)
    }
}
