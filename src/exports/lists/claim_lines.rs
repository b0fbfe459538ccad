//! 申领明细: the claims on the money of a year, a line a person.

use entities::{
    claim, claim_line, training_class,
    values::{ClaimId, OrganisationId, PotId},
};

use super::{Asked, List, Rows, cut};
use crate::base::Result;
use crate::base::clock::day_of;
use crate::claims::ReadClaims;
use crate::exports::columns::{Codes, Column, Mask, Of};
use crate::exports::rows::{self, Claimed, Named};
use crate::organisations;

pub(in crate::exports) struct ClaimLines;

pub(in crate::exports) struct Line {
    line: claim_line::Model,
    claim: claim::Model,
    class: Option<training_class::Model>,
    institution: String,
    source: String,
    person: Option<Named>,
}

impl Line {
    fn of_person(&self, tell: impl Fn(&Named) -> &str) -> String {
        self.person.as_ref().map(|person| tell(person).to_owned()).unwrap_or_default()
    }

    fn of_class(&self, tell: impl Fn(&training_class::Model) -> String) -> String {
        self.class.as_ref().map(tell).unwrap_or_default()
    }
}

type C = Column<Line>;

static COLUMNS: [C; 16] = [
    C::new("claim_number", "申领号", Of::Text(|l| l.claim.number.clone())),
    C::new("class_number", "班级编号", Of::Text(|l| l.of_class(|class| class.number.clone()))),
    C::new("class_title", "班级名称", Of::Text(|l| l.of_class(|class| class.title.clone()))),
    C::new("institution", "培训机构", Of::Text(|l| l.institution.clone())),
    C::new("area", "地区", Of::Codes(Codes::Areas, |l| vec![l.claim.area_code.clone()])),
    C::new("name", "姓名", Of::Text(|l| l.of_person(|p| &p.name))).masked(Mask::Name),
    C::new("id_number", "身份证号", Of::Text(|l| l.of_person(|p| &p.private.id_number))).masked(Mask::Identity),
    C::new("bank_account", "社保卡账号", Of::Text(|l| l.of_person(|p| &p.private.bank_account))).masked(Mask::Account),
    C::new("occupation", "职业", Of::Codes(Codes::Occupations, |l| vec![l.line.occupation.clone()])),
    C::new("level", "技能等级", Of::Number(|l| Some(i64::from(l.line.level)))),
    C::new("yuan", "金额（元）", Of::Money(|l| l.line.fen)),
    C::new(
        "line_status",
        "明细状态",
        Of::Codes(Codes::Words("line_status"), |l| vec![l.line.status.as_str().to_owned()]),
    ),
    C::new("reason", "不予补贴原因", Of::Text(|l| l.line.reason.clone().unwrap_or_default())),
    C::new(
        "claim_status",
        "申领状态",
        Of::Codes(Codes::Words("claim_status"), |l| vec![l.claim.status.as_str().to_owned()]),
    ),
    C::new("submitted_on", "申领日期", Of::Day(|l| Some(day_of(l.claim.submitted_at)))),
    C::new("source", "资金来源", Of::Text(|l| l.source.clone())),
];

/// Claims read at once: a class has some dozens of people.
const LINES_OF_A_CLAIM: u64 = 50;

impl List for ClaimLines {
    type Right = ReadClaims;
    type Row = Line;
    type After = (String, ClaimId);

    fn columns() -> &'static [C] {
        &COLUMNS
    }

    fn area(row: &Line) -> &str {
        &row.claim.area_code
    }

    async fn count(asked: &Asked<'_>) -> Result<i64> {
        rows::count_claim_lines(asked.db, asked.scope, asked.area(), asked.year()).await
    }

    async fn page(asked: &Asked<'_>, after: Option<Self::After>, limit: u64) -> Result<Rows<Self>> {
        let narrowed = (asked.area(), asked.year());
        let claims = (limit / LINES_OF_A_CLAIM).max(1);
        let found = rows::page_of_claims(asked.db, asked.scope, narrowed, after, claims).await?;
        let classes = rows::classes_of(asked.db, found.iter().map(|one| one.claim.class_id)).await?;
        let owners: Vec<OrganisationId> = found.iter().map(|one| one.claim.organisation_id).collect();
        let names = organisations::names(asked.db, owners).await?;
        let pots: Vec<PotId> = found.iter().map(|one| one.claim.pot_id).collect();
        let pots = rows::pots(asked.db, pots.into_iter()).await?;
        let of_lines: Vec<_> = found.iter().flat_map(|one| one.lines.iter().map(|line| line.person_id)).collect();
        let people = rows::named(asked.db, asked.vault, of_lines.into_iter()).await?;
        let (found, after) = cut(found, claims, |one| (one.claim.area_code.clone(), one.claim.id));
        let mut lines = Vec::new();
        for Claimed { claim, lines: of_claim } in found {
            lines.extend(of_claim.into_iter().map(|line| Line {
                class: classes.get(&claim.class_id).cloned(),
                institution: names.get(&claim.organisation_id).cloned().unwrap_or_default(),
                source: pots.get(&claim.pot_id).cloned().unwrap_or_default(),
                person: people.get(&line.person_id).cloned(),
                claim: claim.clone(),
                line,
            }));
        }
        Ok((lines, after))
    }
}
