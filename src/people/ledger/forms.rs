//! Inputs of the ledger.

use std::collections::BTreeSet;

use entities::values::{PersonId, ServiceKind};
use rocket::form::{self, FromForm, ValueField};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::base::{Error, FieldError, Result};
use crate::people::forms::NewService;

/// People who are recorded at once.
pub(crate) const AT_ONCE: usize = 200;

/// One service that was given to each of these people.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewServices {
    /// 1 to 200, nobody twice.
    #[schema(min_items = 1, max_items = 200)]
    pub person_ids: Vec<PersonId>,
    pub kind: ServiceKind,
    /// Not after today.
    #[schema(format = Date)]
    pub held_on: String,
    #[schema(min_length = 1, max_length = 64)]
    pub provider: String,
    #[schema(max_length = 200)]
    pub note: Option<String>,
}

impl NewServices {
    /// The same service for each of them.
    ///
    /// # Errors
    /// `Invalid` for nobody, too many, and somebody twice.
    pub(crate) fn each(&self) -> Result<Vec<NewService>> {
        if self.person_ids.is_empty() {
            return Err(Error::invalid("person_ids", "invalid.nobody_chosen"));
        }
        if self.person_ids.len() > AT_ONCE {
            return Err(Error::Invalid(vec![
                FieldError::new("person_ids", "invalid.too_many_chosen").with("most", AT_ONCE),
            ]));
        }
        if self.person_ids.iter().collect::<BTreeSet<_>>().len() != self.person_ids.len() {
            return Err(Error::invalid("person_ids", "invalid.repeated"));
        }
        let one = |person_id: &PersonId| NewService {
            person_id: *person_id,
            kind: self.kind,
            held_on: self.held_on.clone(),
            provider: self.provider.clone(),
            note: self.note.clone(),
        };
        Ok(self.person_ids.iter().map(one).collect())
    }
}

/// The same as a page sends it: a box `person-<id>` for each who was ticked.
pub(crate) struct Ticked {
    kind: Option<ServiceKind>,
    held_on: Option<String>,
    provider: Option<String>,
    note: Option<String>,
    people: Vec<PersonId>,
}

impl Ticked {
    pub(crate) fn services(self) -> Result<NewServices> {
        let Self { kind, held_on, provider, note, people } = self;
        let faults = [("kind", kind.is_none()), ("held_on", held_on.is_none()), ("provider", provider.is_none())];
        let faults: Vec<FieldError> = faults
            .into_iter()
            .filter(|(_, lacks)| *lacks)
            .map(|(f, _)| FieldError::new(f, "invalid.required"))
            .collect();
        match (kind, held_on, provider) {
            (Some(kind), Some(held_on), Some(provider)) => {
                Ok(NewServices { person_ids: people, kind, held_on, provider, note })
            }
            _ => Err(Error::Invalid(faults)),
        }
    }
}

#[rocket::async_trait]
impl<'r> FromForm<'r> for Ticked {
    type Context = (Self, form::Errors<'r>);

    fn init(_: form::Options) -> Self::Context {
        let empty = Self { kind: None, held_on: None, provider: None, note: None, people: Vec::new() };
        (empty, form::Errors::new())
    }

    fn push_value((ticked, errors): &mut Self::Context, field: ValueField<'r>) {
        let name = field.name.source().as_str();
        let text = || Some(field.value.to_owned());
        match name {
            "kind" => match field.value.parse() {
                Ok(kind) => ticked.kind = Some(kind),
                Err(()) => errors.push(form::Error::validation("invalid.choice").with_name(name)),
            },
            "held_on" => ticked.held_on = text(),
            "provider" => ticked.provider = text(),
            "note" => ticked.note = text(),
            _ => match name.strip_prefix("person-").and_then(|id| id.parse().ok()) {
                Some(id) => ticked.people.push(id),
                None => errors.push(form::Error::from(form::error::ErrorKind::Unexpected).with_name(name)),
            },
        }
    }

    async fn push_data(_: &mut Self::Context, _: form::DataField<'r, '_>) {}

    fn finalize((ticked, errors): Self::Context) -> form::Result<'r, Self> {
        if errors.is_empty() { Ok(ticked) } else { Err(errors) }
    }
}
