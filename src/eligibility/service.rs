//! The rules themselves, and what a person may have on a day.

use std::cmp::Reverse;

use chrono::NaiveDate;
use entities::{
    eligibility_rule, training_class,
    values::{ClassId, EligibilityRuleId, PersonId, Programme},
};
use sea_orm::ConnectionTrait;

use crate::access::Can;
use crate::base::identity::mask_name;
use crate::base::{Error, Result};
use crate::data::{Vault, Work};
use crate::eligibility::evidence::{self, Evidence};
use crate::eligibility::rights::{SeeEligibility, SeeFindings};
use crate::eligibility::rules::{self, Ages, Conditions, Rule, Told, told};
use crate::eligibility::store::{self, Flagged};
use crate::exclusions;
use crate::people;
use crate::policy::RuleBook;

/// Loads the rule of the whole province where none stands at all.
///
/// # Errors
/// Of the database.
pub async fn load_defaults(work: &Work) -> Result<()> {
    if !store::no_rule_stands(work.db()).await? {
        return Ok(());
    }
    let row = eligibility_rule::Model {
        id: EligibilityRuleId::new(),
        area_code: "360000".to_owned(),
        programme: None,
        valid_from: NaiveDate::from_ymd_opt(2015, 1, 1).unwrap_or_default(),
        valid_to: None,
        conditions: serde_json::to_string(&rules::defaults()).map_err(Error::internal)?,
        document_no: String::new(),
    };
    store::insert_rule(work, row).await
}

/// A rule as a list tells it.
#[derive(Clone, Debug)]
pub(super) struct Listed {
    pub row: eligibility_rule::Model,
    pub asked: Conditions,
    /// What the numbers of policy say there today, for whom the rule names no ages.
    pub ages: Ages,
}

/// Every rule with its conditions, by area and programme, the latest first.
///
/// # Errors
/// `Internal` for a rule that cannot be read.
pub(super) async fn all_rules(db: &impl ConnectionTrait, today: NaiveDate) -> Result<Vec<Listed>> {
    let book = RuleBook::load(db).await?;
    let mut rows = book.eligibility_rules().to_vec();
    rows.sort_by(|a, b| {
        let key = |row: &eligibility_rule::Model| (row.area_code.clone(), row.programme, Reverse(row.valid_from));
        key(a).cmp(&key(b))
    });
    rows.into_iter()
        .map(|row| {
            let (asked, ages) = (rules::read(&row)?, Ages::of_policy(&book, &row.area_code, today)?);
            Ok(Listed { row, asked, ages })
        })
        .collect()
}

/// What one programme says of a person.
#[derive(Debug)]
pub(super) struct Entitlement {
    pub programme: Programme,
    pub rule: eligibility_rule::Model,
    pub verdicts: Vec<Told>,
}

impl Entitlement {
    pub(super) fn holds(&self) -> bool {
        self.verdicts.iter().all(|told| told.holds)
    }
}

/// A person before the programmes, on a day.
#[derive(Debug)]
pub(super) struct Entitled {
    pub name: String,
    pub area_code: String,
    pub programmes: Vec<Entitlement>,
}

/// What a person may have in a class near home that starts on a day.
///
/// # Errors
/// `NotFound` out of sight; `Internal` where no rule holds on the day.
pub(super) async fn entitled(
    by: &Can<SeeEligibility>,
    db: &impl ConnectionTrait,
    id: PersonId,
    programme: Option<Programme>,
    on: NaiveDate,
) -> Result<Entitled> {
    let person = people::visible(db, &by.scope(), id).await?;
    let facts = people::facts(db, &[id]).await?.remove(&id).ok_or(Error::NotFound("person"))?;
    let listed = exclusions::entries_of(db, &[id]).await?;
    let hit = exclusions::hit(listed.get(&id).map(Vec::as_slice).unwrap_or_default(), on, on);
    let book = RuleBook::load(db).await?;
    let programmes = Programme::all().filter(|one| programme.is_none_or(|wanted| wanted == *one)).map(|programme| {
        let rule = Rule::in_force(&book, programme, &person.area_code, on)?;
        Ok(Entitlement { programme, verdicts: told(&rule.verdicts(&facts, hit)), rule: rule.row })
    });
    let sees = by.prove::<people::SeePlight>().is_ok();
    Ok(Entitled {
        programmes: programmes.collect::<Result<_>>()?,
        name: if sees { person.name } else { mask_name(&person.name) },
        area_code: person.area_code,
    })
}

/// What was found of the people of a class, when it began and since.
#[derive(Debug)]
pub(super) struct Findings {
    pub class: training_class::Model,
    /// By masked name.
    pub people: Vec<(String, Evidence)>,
    pub flags: Vec<(String, Flagged)>,
}

/// # Errors
/// `NotFound` out of sight.
pub(super) async fn findings(
    by: &Can<SeeFindings>,
    db: &impl ConnectionTrait,
    vault: &Vault,
    id: ClassId,
) -> Result<Findings> {
    let class = store::class(db, &by.scope(), id).await?;
    let evidence = evidence::of_class(db, id).await?;
    let flags = store::flags_of(db, &by.scope(), id).await?;
    let ids: Vec<PersonId> =
        evidence.values().map(|one| one.person).chain(flags.iter().map(|flag| flag.person_id)).collect();
    let briefs = people::briefs(db, vault, &ids).await?;
    let called = |id: PersonId| {
        briefs.get(&id).map(|brief| format!("{} …{}", brief.masked_name, brief.tail)).unwrap_or_default()
    };
    let mut people: Vec<(String, Evidence)> =
        evidence.into_values().map(|evidence| (called(evidence.person), evidence)).collect();
    people.sort_by(|(a, one), (b, other)| (one.holds, a, one.person).cmp(&(other.holds, b, other.person)));
    let flags = flags.into_iter().map(|flag| (called(flag.person_id), flag)).collect();
    Ok(Findings { class, people, flags })
}

/// Doubts with whom they are about.
///
/// # Errors
/// Of the database.
pub(super) async fn named(
    db: &impl ConnectionTrait,
    vault: &Vault,
    flags: Vec<Flagged>,
) -> Result<Vec<(String, Flagged)>> {
    let ids: Vec<PersonId> = flags.iter().map(|flag| flag.person_id).collect();
    let briefs = people::briefs(db, vault, &ids).await?;
    let called = |flag: &Flagged| {
        briefs.get(&flag.person_id).map(|brief| format!("{} …{}", brief.masked_name, brief.tail)).unwrap_or_default()
    };
    Ok(flags.into_iter().map(|flag| (called(&flag), flag)).collect())
}
