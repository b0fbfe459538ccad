//! 人员: the registry under the heads of the import, so that a plain file of it loads again.

use entities::values::PersonId;

use super::{Asked, List, Rows, cut};
use crate::base::Result;
use crate::exports::columns::{Codes, Column, Mask, Of};
use crate::exports::rows::{self, Registered};
use crate::people::{
    CAUSE, EDUCATION, EMPLOYMENT_STATUS, EMPLOYMENT_WISH, ETHNICITY, HEALTH, LABOUR_CAPACITY, MARITAL, POLITICAL,
    POVERTY_STATUS, REGISTRATION, RELATION, SeePeople, TRAINING_WISH,
};

pub(in crate::exports) struct People;

/// One code or none.
fn one(code: &str) -> Vec<String> {
    vec![code.to_owned()]
}

type C = Column<Registered>;

static COLUMNS: [C; 29] = [
    C::new("name", "姓名", Of::Text(|p| p.person.name.clone())).masked(Mask::Name),
    C::new("id_number", "身份证号", Of::Text(|p| p.private.id_number.clone())).masked(Mask::Identity),
    C::new("ethnicity", "民族", Of::Codes(Codes::Of(&ETHNICITY), |p| one(&p.person.ethnicity))),
    C::new("education", "文化程度", Of::Codes(Codes::Of(&EDUCATION), |p| one(&p.person.education))),
    C::new("political", "政治面貌", Of::Codes(Codes::Of(&POLITICAL), |p| one(&p.person.political))),
    C::new("marital", "婚姻状况", Of::Codes(Codes::Of(&MARITAL), |p| one(&p.person.marital))),
    C::new("health", "健康状况", Of::Codes(Codes::Of(&HEALTH), |p| p.private.health.clone())).masked(Mask::Hidden),
    C::new(
        "labour_capacity",
        "劳动能力",
        Of::Codes(Codes::Of(&LABOUR_CAPACITY), |p| one(p.person.labour_capacity.as_str())),
    ),
    C::new("registration", "户口性质", Of::Codes(Codes::Of(&REGISTRATION), |p| one(&p.person.registration))),
    C::new("area", "所在村", Of::Codes(Codes::Areas, |p| one(&p.person.area_code))),
    C::new("address", "家庭住址", Of::Text(|p| p.private.address.clone())).masked(Mask::Hidden),
    C::new("phone", "手机号", Of::Text(|p| p.private.phone.clone())).masked(Mask::Phone),
    C::new("household_number", "户编号", Of::Text(|p| p.household.clone())),
    C::new("relation", "与户主关系", Of::Codes(Codes::Of(&RELATION), |p| one(&p.person.relation))),
    C::new(
        "poverty_status",
        "贫困状态",
        Of::Codes(Codes::Of(&POVERTY_STATUS), |p| one(p.person.poverty_status.as_str())),
    ),
    C::new("exited_on", "脱贫日期", Of::Day(|p| p.person.exited_on)),
    C::new("main_cause", "主要致贫原因", Of::Codes(Codes::Of(&CAUSE), |p| one(&p.private.main_cause)))
        .masked(Mask::Hidden),
    C::new("other_causes", "其他致贫原因", Of::Codes(Codes::Of(&CAUSE), |p| p.private.other_causes.clone()))
        .masked(Mask::Hidden),
    C::new(
        "employment_status",
        "就业状况",
        Of::Codes(Codes::Of(&EMPLOYMENT_STATUS), |p| one(&p.person.employment_status)),
    ),
    C::new("employment_wish", "就业愿望", Of::Codes(Codes::Of(&EMPLOYMENT_WISH), |p| one(&p.person.employment_wish))),
    C::new("training_wish", "培训愿望", Of::Codes(Codes::Of(&TRAINING_WISH), |p| one(&p.person.training_wish))),
    C::new("startup_wish", "创业意愿", Of::Flag(|p| p.person.startup_wish)),
    C::new("skills", "技能", Of::Text(|p| p.person.skills.clone())),
    C::new("bank_account", "社保卡账号", Of::Text(|p| p.private.bank_account.clone())).masked(Mask::Account),
    C::new("helper", "帮扶责任人", Of::Text(|p| p.person.helper.clone())).masked(Mask::Name),
    C::new("sex", "性别", Of::Codes(Codes::Words("sex"), |p| one(p.person.sex.as_str()))).extra(),
    C::new("birth_on", "出生日期", Of::Day(|p| Some(p.person.birth_on))).masked(Mask::Year).extra(),
    C::new("status", "登记状态", Of::Codes(Codes::Words("person_status"), |p| one(p.person.status.as_str()))).extra(),
    C::new("verified_on", "核实日期", Of::Day(|p| p.person.verified_on)).extra(),
];

impl List for People {
    type Right = SeePeople;
    type Row = Registered;
    type After = (String, PersonId);

    fn columns() -> &'static [C] {
        &COLUMNS
    }

    fn area(row: &Registered) -> &str {
        &row.person.area_code
    }

    async fn count(asked: &Asked<'_>) -> Result<i64> {
        rows::count_people(asked.db, asked.scope, asked.area(), asked.status()).await
    }

    async fn page(asked: &Asked<'_>, after: Option<Self::After>, limit: u64) -> Result<Rows<Self>> {
        let narrowed = (asked.area(), asked.status());
        let rows = rows::page_of_people(asked.db, asked.vault, asked.scope, narrowed, after, limit).await?;
        Ok(cut(rows, limit, |row| (row.person.area_code.clone(), row.person.id)))
    }
}
