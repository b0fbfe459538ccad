//! The person behind a request, as the database knows them at that moment.

use std::marker::PhantomData;

use chrono::{DateTime, NaiveDate, Utc};
use entities::values::{AccountId, DelegationId, HolderId, OrganisationId, PersonId, Role};

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
    /// The natural person behind the account, where it is known.
    pub holder: Option<HolderId>,
    /// In whose place this actor acts at the moment.
    pub behalf: Option<Behalf>,
    pub locale: String,
    /// When the password was last typed in this session.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// Hash of the token that this request carried.
    pub session: String,
}

/// An officer who is away, and in whose place another acts.
#[derive(Clone, Debug)]
pub struct Behalf {
    pub delegation: DelegationId,
    pub account: AccountId,
    pub holder: Option<HolderId>,
    pub name: String,
    /// The division that the work is done for.
    pub area: String,
    /// The first and the last day.
    pub from_on: NaiveDate,
    pub to_on: NaiveDate,
}

impl Behalf {
    /// Whether it holds on a day.
    pub(crate) fn holds_on(&self, day: NaiveDate) -> bool {
        self.from_on <= day && day <= self.to_on
    }
}

impl Actor {
    /// This actor in another's place: with the area of whoever is away, and by the own name.
    #[must_use]
    pub(crate) fn in_place_of(self, behalf: Behalf) -> Self {
        Self { area: behalf.area.clone(), organisation: None, behalf: Some(behalf), ..self }
    }

    /// Every natural person who takes a step that this actor takes: whoever sits there, and in whose place.
    ///
    /// # Errors
    /// `account.no_identity` when it is not known who they are.
    pub(crate) fn holders(&self) -> Result<Vec<HolderId>> {
        let behalf = self.behalf.as_ref().map(|behalf| behalf.holder);
        let all: Option<Vec<HolderId>> = std::iter::once(self.holder).chain(behalf).collect();
        all.ok_or(Error::refused("account.no_identity"))
    }

    /// The accounts that these steps are taken with.
    pub(crate) fn accounts(&self) -> impl Iterator<Item = AccountId> {
        std::iter::once(self.account).chain(self.behalf.as_ref().map(|behalf| behalf.account))
    }

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

    fn in_place_of(&self) -> Option<(DelegationId, AccountId)> {
        self.behalf.as_ref().map(|behalf| (behalf.delegation, behalf.account))
    }
}
