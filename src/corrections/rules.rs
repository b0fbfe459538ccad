//! What a request needs, and what whoever decides may do.

use entities::{
    change_request,
    values::{ChangeStatus, PersonField},
};

use crate::access::Actor;
use crate::base::lifecycle::Lifecycle;
use crate::base::{Error, FieldError, Result};
use crate::corrections::lifecycle::ChangeAction;
use crate::people::Change;

/// Who somebody is, and on which account somebody is paid, takes two people to change.
pub(crate) fn needs_second(changes: &[Change]) -> bool {
    let fields = [PersonField::Name, PersonField::IdNumber, PersonField::BankAccount];
    changes.iter().any(|change| fields.contains(&change.field))
}

/// No field is asked for twice.
///
/// # Errors
/// `invalid.repeated` at the field.
pub(crate) fn once_each(wanted: &[(PersonField, String)]) -> Result<()> {
    let twice = wanted.iter().enumerate().filter(|(n, (field, _))| wanted.iter().take(*n).any(|(f, _)| f == field));
    let faults: Vec<FieldError> =
        twice.map(|(_, (field, _))| FieldError::new(field.as_str(), "invalid.repeated")).collect();
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}

/// Why a correction is asked for, in up to 200 characters; it may be left unsaid.
///
/// # Errors
/// `invalid.too_long` at `note`.
pub(crate) fn note(text: Option<&str>) -> Result<Option<String>> {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    if text.is_some_and(|text| text.chars().count() > 200) {
        return Err(Error::invalid("note", "invalid.too_long"));
    }
    Ok(text.map(str::to_owned))
}

/// The state after a step of this actor.
///
/// # Errors
/// `move.illegal`; `correction.own` for whoever filed it; `correction.same_person` for the one who said yes before;
/// `correction.not_yours` for a withdrawal by another; `correction.other_county` where another county decides.
pub(crate) fn step(row: &change_request::Model, action: ChangeAction, by: &Actor) -> Result<ChangeStatus> {
    let to = row.status.after(action)?;
    if !row.status.open_to(by.role).contains(&action) {
        return Err(Error::refused("move.illegal"));
    }
    if action == ChangeAction::Withdraw {
        return if row.filed_by == by.account { Ok(to) } else { Err(Error::refused("correction.not_yours")) };
    }
    if !by.scope().covers(&row.decided_in) {
        return Err(Error::refused("correction.other_county"));
    }
    if row.filed_by == by.account {
        return Err(Error::refused("correction.own"));
    }
    if row.first_by == Some(by.account) {
        return Err(Error::refused("correction.same_person"));
    }
    Ok(to)
}

/// What this actor may do now, under the names of the doors: a clerk applies, whether or not a second person follows.
pub(crate) fn actions(row: &change_request::Model, by: &Actor) -> Vec<&'static str> {
    let open = row.status.open_to(by.role).into_iter().filter(|action| step(row, *action, by).is_ok());
    let fits = open.filter(|action| *action != ChangeAction::Pass);
    fits.map(Into::into).collect()
}

/// The step that a clerk's yes is.
pub(crate) fn yes(row: &change_request::Model) -> ChangeAction {
    if row.needs_second { ChangeAction::Pass } else { ChangeAction::Apply }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use entities::values::{AccountId, ChangeRequestId, PersonId, Role};

    use super::*;

    fn row(status: ChangeStatus, filed_by: AccountId, first_by: Option<AccountId>) -> change_request::Model {
        change_request::Model {
            id: ChangeRequestId::new(),
            person_id: PersonId::new(),
            area_code: "360923106206".into(),
            decided_in: "360923106206".into(),
            status,
            fields: "name".into(),
            needs_second: true,
            note: None,
            sealed: Vec::new(),
            filed_by,
            filed_at: DateTime::default(),
            first_by,
            second_by: None,
            decided_at: None,
            reason: None,
            version: 1,
        }
    }

    fn actor(role: Role, area: &str) -> Actor {
        Actor {
            account: AccountId::new(),
            name: String::new(),
            role,
            area: area.into(),
            organisation: None,
            person: None,
            holder: None,
            behalf: None,
            locale: String::new(),
            confirmed_at: None,
            session: String::new(),
        }
    }

    fn code(done: Result<ChangeStatus>) -> &'static str {
        done.map_or_else(|e| e.code(), ChangeStatus::as_str)
    }

    #[test]
    fn nobody_decides_on_the_own_request_and_nobody_says_yes_twice() {
        let (clerk, checker) = (actor(Role::CountyClerk, "360923"), actor(Role::CountyChecker, "360923"));
        let worker = AccountId::new();
        let filed = row(ChangeStatus::Filed, worker, None);
        assert_eq!(code(step(&filed, ChangeAction::Pass, &clerk)), "awaiting_second");
        assert_eq!(code(step(&filed, ChangeAction::Confirm, &checker)), "move.illegal");
        let own = row(ChangeStatus::Filed, clerk.account, None);
        assert_eq!(code(step(&own, ChangeAction::Pass, &clerk)), "correction.own");
        let passed = row(ChangeStatus::AwaitingSecond, worker, Some(clerk.account));
        assert_eq!(code(step(&passed, ChangeAction::Confirm, &checker)), "applied");
        assert_eq!(code(step(&passed, ChangeAction::Refuse, &clerk)), "move.illegal");
        let mine = row(ChangeStatus::AwaitingSecond, worker, Some(checker.account));
        assert_eq!(code(step(&mine, ChangeAction::Confirm, &checker)), "correction.same_person");
    }

    #[test]
    fn another_county_decides_where_the_person_moves_there_and_only_who_filed_withdraws() {
        let clerk = actor(Role::CountyClerk, "360922");
        let mut filed = row(ChangeStatus::Filed, AccountId::new(), None);
        assert_eq!(code(step(&filed, ChangeAction::Apply, &clerk)), "correction.other_county");
        "360922203202".clone_into(&mut filed.decided_in);
        assert_eq!(code(step(&filed, ChangeAction::Apply, &clerk)), "applied");
        let worker = actor(Role::VillageWorker, "360923106206");
        assert_eq!(code(step(&filed, ChangeAction::Withdraw, &worker)), "correction.not_yours");
        filed.filed_by = worker.account;
        assert_eq!(code(step(&filed, ChangeAction::Withdraw, &worker)), "withdrawn");
        assert_eq!(actions(&filed, &worker), ["withdraw"]);
        assert_eq!(actions(&filed, &clerk), ["apply", "refuse"]);
    }
}
