//! The accounts of the demonstration: one per role, with passwords that are made anew each time.

use std::fmt;

use entities::values::{AccountId, OrganisationId, PersonId, Role};
use ring::rand::{SecureRandom, SystemRandom};
use serde::Serialize;

use crate::accounts::{self, NewAccount};
use crate::base::{Error, Result};
use crate::data::Work;
use crate::demo::figures::SHANGGAO;
use crate::demo::fill::Ground;
use crate::demo::holders;
use crate::demo::known_places::JINGSHAN;

const PROVINCE: &str = "360000";

/// Who can sign in, and how.
#[derive(Clone, Serialize)]
pub struct SignIn {
    pub role: Role,
    pub login: String,
    pub password: String,
    pub area: String,
    pub name: String,
}

/// A password is for the terminal and the file, not for a log.
impl fmt::Debug for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignIn({})", self.login)
    }
}

/// For whom an account acts.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Behind {
    pub organisation: Option<OrganisationId>,
    pub person: Option<PersonId>,
}

/// Where a role is at home.
fn area(role: Role) -> &'static str {
    match role {
        Role::Trainee | Role::VillageWorker => JINGSHAN,
        Role::Enterprise
        | Role::Institution
        | Role::Assessor
        | Role::CountyClerk
        | Role::CountyChecker
        | Role::FinanceOfficer => SHANGGAO,
        Role::Supervisor | Role::Auditor | Role::Administrator => PROVINCE,
    }
}

/// How the holder is called; a trainee has the name of the registry.
pub(super) fn name(role: Role) -> &'static str {
    match role {
        Role::Trainee => "",
        Role::VillageWorker => "王秀兰",
        Role::Enterprise => "李国华",
        Role::Institution => "郭志明",
        Role::Assessor => "邓海英",
        Role::CountyClerk => "刘敏",
        Role::CountyChecker => "周建国",
        Role::FinanceOfficer => "黄建平",
        Role::Supervisor => "熊明",
        Role::Auditor => "万志强",
        Role::Administrator => "涂文斌",
    }
}

/// Makes the account of a role under its own name.
///
/// # Errors
/// As of every account; `Internal` when the system gives no random bytes.
pub(super) async fn make(
    work: &Work,
    ground: &Ground,
    role: Role,
    name: &str,
    behind: Behind,
) -> Result<(SignIn, AccountId)> {
    let sign_in = SignIn {
        role,
        login: role.as_str().to_owned(),
        password: password()?,
        area: area(role).to_owned(),
        name: name.to_owned(),
    };
    let new = NewAccount {
        login: sign_in.login.clone(),
        name: sign_in.name.clone(),
        role,
        area_code: sign_in.area.clone(),
        organisation_id: behind.organisation,
        person_id: behind.person,
        email: None,
        // Who only reads takes no step that needs it; so the administrator has one to enter.
        identity: if behind.person.is_none() && role != Role::Auditor { Some(holders::number_of(role)?) } else { None },
        password: sign_in.password.clone(),
    };
    let id = accounts::create(None, work, &ground.vault, &ground.atlas, &ground.hasher, &new).await?;
    Ok((sign_in, id))
}

/// Syllables that can be read out over the telephone, and four digits: `tamoke-rubisa-4127`, some fifty bits.
fn password() -> Result<String> {
    const CONSONANTS: &[u8; 16] = b"bdfghkmnprstvwyz";
    const VOWELS: &[u8; 4] = b"aeiu";
    let mut bytes = [0_u8; 10];
    SystemRandom::new().fill(&mut bytes).map_err(|_| Error::internal("no random bytes"))?;
    let (syllables, digits) = bytes.split_at(6);
    let mut password = String::with_capacity(18);
    for (n, byte) in syllables.iter().enumerate() {
        if n == 3 {
            password.push('-');
        }
        let letter =
            |list: &[u8], place: u8| list.get(usize::from(place) % list.len()).copied().map_or('a', char::from);
        password.push(letter(CONSONANTS, byte >> 4));
        password.push(letter(VOWELS, byte & 3));
    }
    password.push('-');
    let number: u32 = digits.iter().fold(0, |sum, byte| (sum << 8) | u32::from(*byte));
    Ok(format!("{password}{:04}", number % 10_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_long_readable_and_new_each_time() {
        let (one, other) = (password().unwrap(), password().unwrap());
        assert_eq!(one.len(), 18);
        assert_ne!(one, other);
        assert!(one.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'));
    }

    #[test]
    fn nobody_reads_a_password_in_a_log() {
        let sign_in = SignIn {
            role: Role::Auditor,
            login: "auditor".into(),
            password: "secret".into(),
            area: PROVINCE.into(),
            name: name(Role::Auditor).into(),
        };
        assert_eq!(format!("{sign_in:?}"), "SignIn(auditor)");
    }
}
