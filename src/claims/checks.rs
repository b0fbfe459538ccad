//! What is asked of a claim besides its own rows (核验). It takes nothing from anybody by itself: it stops the first approval
//! until a person looked at what was found, and either cleared it with a reason or refused the line.

use std::collections::{BTreeMap, HashMap, HashSet};

use entities::{
    claim, claim_line, line_check, training_class,
    values::{CheckKind, CheckStatus, ClaimId, ClassId, EnrolmentId, LineCheckId, LineId, PairReason, PersonId},
};
use sea_orm::{ConnectionTrait, sea_query::Expr};
use serde_json::{Value, json};

use crate::access::Can;
use crate::base::{Error, Refusal, Result};
use crate::claims::asked::{self, Stay};
use crate::claims::findings::Finding;
use crate::claims::rights::ReviewClaims;
use crate::claims::{rules, store};
use crate::data::{Audit, Work, changing};
use crate::eligibility;
use crate::exclusions;
use crate::organisations::{self, Teaching};
use crate::policy::{Rule, RuleBook};
use crate::web::Reason;

/// Something found, of one seat or of the class.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Asked {
    pub seat: Option<EnrolmentId>,
    pub kind: CheckKind,
    /// By ids and numbers.
    pub evidence: Value,
}

/// Who was credited in another class while this one was held: the other classes by person.
fn overlaps(stays: &[Stay], class: ClassId) -> BTreeMap<PersonId, Vec<String>> {
    let (here, elsewhere): (Vec<&Stay>, Vec<&Stay>) = stays.iter().partition(|stay| stay.class == class);
    let mut found: BTreeMap<PersonId, Vec<String>> = BTreeMap::new();
    for stay in &elsewhere {
        let both = here.iter().any(|own| own.person == stay.person && own.from < stay.to && stay.from < own.to);
        let classes = found.entry(stay.person).or_default();
        if both && !classes.contains(&stay.class.to_string()) {
            classes.push(stay.class.to_string());
        }
    }
    found.retain(|_, classes| !classes.is_empty());
    found
}

/// Looks at everybody for whom there would be money, and at the class.
pub(super) async fn look(
    db: &impl ConnectionTrait,
    class: &training_class::Model,
    findings: &[Finding],
) -> Result<Vec<Asked>> {
    let payable: Vec<&Finding> = findings.iter().filter(|found| found.fault.is_none()).collect();
    let people: Vec<PersonId> = payable.iter().map(|found| found.person).collect();
    let sharing = asked::sharing(db, &people).await?;
    let stays = asked::stays(db, class, &people).await?;
    let overlaps = overlaps(&stays, class.id);
    let listed = exclusions::entries_of(db, &people).await?;
    let trained = asked::trained(db, class, &people).await?;
    let most = RuleBook::load(db).await?.value(Rule::QuotaYear, &class.area_code, class.ends_on)?;
    let evidence = eligibility::evidence_of(db, class.id).await?;
    let mut found = Vec::new();
    for Finding { enrolment, person, .. } in payable {
        let mut ask = |kind, evidence| found.push(Asked { seat: Some(*enrolment), kind, evidence });
        for (kind, reason) in
            [(CheckKind::SharedAccount, PairReason::SharedAccount), (CheckKind::SharedPhone, PairReason::SharedPhone)]
        {
            if let Some(with) = sharing.get(&(*person, reason)) {
                ask(kind, json!({ "people": with }));
            }
        }
        if let Some(classes) = overlaps.get(person) {
            ask(CheckKind::Overlap, json!({ "classes": classes }));
        }
        let entries = listed.get(person).map(Vec::as_slice).unwrap_or_default();
        if let Some(hit) = exclusions::paid_elsewhere(entries, class.starts_on) {
            ask(CheckKind::OtherFund, json!({ "list": hit.list, "document_no": hit.document_no, "as_of": hit.as_of }));
        }
        if let Some(count) = trained.get(person).filter(|count| **count >= most) {
            ask(CheckKind::Quota, json!({ "count": count, "most": most }));
        }
        if let Some(evidence) = evidence.get(enrolment).filter(|evidence| !evidence.holds) {
            ask(CheckKind::NotEligible, json!({ "document_no": evidence.document_no }));
        }
    }
    found.extend(of_class(db, class).await?);
    Ok(found)
}

async fn of_class(db: &impl ConnectionTrait, class: &training_class::Model) -> Result<Vec<Asked>> {
    let mut found = Vec::new();
    let (doubts, case) = asked::doubts(db, class.id).await?;
    if !doubts.is_empty() {
        let ids: Vec<_> = doubts.iter().map(|doubt| doubt.id).collect();
        let kinds: Vec<_> = doubts.iter().map(|doubt| doubt.kind.as_str()).collect();
        let evidence = json!({ "doubts": ids, "kinds": kinds, "case": case });
        found.push(Asked { seat: None, kind: CheckKind::OpenDoubt, evidence });
    }
    let teaching = Teaching {
        organisation: class.organisation_id,
        programme: class.programme,
        occupation: &class.occupation,
        level: class.level,
    };
    if let Some(day) = organisations::uncovered(db, &teaching, &[class.starts_on, class.ends_on]).await? {
        let evidence = json!({ "day": day, "occupation": class.occupation, "level": class.level });
        found.push(Asked { seat: None, kind: CheckKind::LicenceScope, evidence });
    }
    Ok(found)
}

/// What was asked before and is not found any more is gone, what is found anew is asked; an answer stands as long as the
/// same is found.
pub(super) async fn bring_up_to_date(
    work: &Work,
    claim: &claim::Model,
    lines: &[claim_line::Model],
    found: Vec<Asked>,
) -> Result<()> {
    let seats: HashMap<EnrolmentId, LineId> = lines.iter().map(|line| (line.enrolment_id, line.id)).collect();
    let mut wanted: Vec<(Option<LineId>, CheckKind, String)> = Vec::with_capacity(found.len());
    for Asked { seat, kind, evidence } in found {
        let line = match seat {
            None => None,
            Some(seat) => match seats.get(&seat) {
                Some(line) => Some(*line),
                None => continue,
            },
        };
        wanted.push((line, kind, evidence.to_string()));
    }
    let mut kept = HashSet::new();
    for row in asked::standing(work.db(), claim.id).await? {
        let key = (row.line_id, row.kind, row.evidence.clone());
        if wanted.contains(&key) {
            kept.insert(key);
        } else {
            let set = [(line_check::Column::Status, Expr::value(CheckStatus::Gone))];
            changing::change(work, &row, set).await?;
        }
    }
    let rows: Vec<line_check::Model> = wanted
        .into_iter()
        .filter(|key| !kept.contains(key))
        .map(|(line_id, kind, evidence)| line_check::Model {
            id: LineCheckId::new(),
            line_id,
            claim_id: claim.id,
            kind,
            evidence,
            status: CheckStatus::Open,
            found_at: work.now,
            decided_by: None,
            decided_at: None,
            reason: None,
            version: 1,
        })
        .collect();
    asked::insert(work, rows).await
}

/// # Errors
/// `claim.unanswered` (arg count) while something that is asked of the claim or of a line that would be paid for is open.
pub(super) async fn require_answered(db: &impl ConnectionTrait, claim: ClaimId) -> Result<()> {
    let live: HashSet<LineId> =
        store::lines(db, claim).await?.iter().filter(|line| rules::is_live(line.status)).map(|line| line.id).collect();
    let standing = asked::standing(db, claim).await?;
    let asked = standing.iter().filter(|row| row.line_id.is_none_or(|line| live.contains(&line)));
    match asked.filter(|row| row.status == CheckStatus::Open).count() {
        0 => Ok(()),
        count => Err(Refusal { code: "claim.unanswered", args: Vec::new() }.with("count", count).into()),
    }
}

/// The clerk looked and found nothing in it.
///
/// # Errors
/// `NotFound`; `Invalid`; `check.not_open`; `check.case_open` while a case about the class is not decided.
pub(crate) async fn clear(
    by: &Can<ReviewClaims>,
    work: &Work,
    id: ClaimId,
    check: LineCheckId,
    why: &Reason,
) -> Result<()> {
    let reason = why.said()?;
    let claim = store::visible(work.db(), &by.scope(), id).await?;
    rules::require_free(&(&claim).into())?;
    let row = asked::of_claim(work.db(), id, check).await?;
    if row.status != CheckStatus::Open {
        return Err(Error::refused("check.not_open"));
    }
    if row.kind == CheckKind::OpenDoubt && asked::doubts(work.db(), claim.class_id).await?.1 {
        return Err(Error::refused("check.case_open"));
    }
    let set = [
        (line_check::Column::Status, Expr::value(CheckStatus::Cleared)),
        (line_check::Column::DecidedBy, Expr::value(by.account)),
        (line_check::Column::DecidedAt, Expr::value(work.now)),
        (line_check::Column::Reason, Expr::value(reason)),
    ];
    changing::change(work, &row, set).await?;
    let detail = json!({ "claim": id, "kind": row.kind, "line": row.line_id });
    work.record(
        Audit::of("clear", "line_check", check).by_actor(Some(by.actor())).area(&claim.area_code).detail(detail),
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, Utc};

    fn at(hour: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_479_000_000 + hour * 3_600, 0).unwrap()
    }

    #[test]
    fn who_was_in_two_places_at_once_is_found_and_who_went_from_one_to_the_other_is_not() {
        let [class, other] = [(); 2].map(|()| ClassId::new());
        let [one, two] = [(); 2].map(|()| PersonId::new());
        let stay = |person, class, from, to| Stay { person, class, from: at(from), to: at(to) };
        let stays =
            [stay(one, class, 9, 12), stay(one, other, 11, 13), stay(two, class, 9, 12), stay(two, other, 12, 14)];
        let found = overlaps(&stays, class);
        assert_eq!(found.into_iter().collect::<Vec<_>>(), [(one, vec![other.to_string()])]);
    }
}
