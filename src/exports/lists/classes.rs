//! 培训班: the classes of an area or of an institution.

use std::collections::HashMap;

use entities::{
    training_class,
    values::{ClassId, OrganisationId},
};

use super::{Asked, List, Rows, cut};
use crate::base::Result;
use crate::classes::SeeClasses;
use crate::exports::columns::{Codes, Column, Of};
use crate::exports::rows;
use crate::organisations;

pub(in crate::exports) struct Classes;

pub(in crate::exports) struct Class {
    class: training_class::Model,
    institution: String,
}

type C = Column<Class>;

static COLUMNS: [C; 17] = [
    C::new("number", "班级编号", Of::Text(|c| c.class.number.clone())),
    C::new("title", "班级名称", Of::Text(|c| c.class.title.clone())),
    C::new("institution", "培训机构", Of::Text(|c| c.institution.clone())),
    C::new("area", "开班地点", Of::Codes(Codes::Areas, |c| vec![c.class.area_code.clone()])),
    C::new("venue", "教学地点", Of::Text(|c| c.class.venue.clone())),
    C::new(
        "programme",
        "培训类别",
        Of::Codes(Codes::Words("programme"), |c| vec![c.class.programme.as_str().to_owned()]),
    ),
    C::new("occupation", "职业", Of::Codes(Codes::Occupations, |c| vec![c.class.occupation.clone()])),
    C::new("level", "技能等级", Of::Number(|c| Some(i64::from(c.class.level)))),
    C::new("trainer", "教师", Of::Text(|c| c.class.trainer.clone())),
    C::new("seats", "座位数", Of::Number(|c| Some(i64::from(c.class.seats)))),
    C::new("taken", "报名人数", Of::Number(|c| Some(i64::from(c.class.taken)))),
    C::new("starts_on", "开班日期", Of::Day(|c| Some(c.class.starts_on))),
    C::new("ends_on", "结束日期", Of::Day(|c| Some(c.class.ends_on))),
    C::new("approved_on", "批准日期", Of::Day(|c| c.class.approved_on)),
    C::new("unit_yuan", "每人补贴（元）", Of::Money(|c| c.class.unit_fen)),
    C::new("status", "状态", Of::Codes(Codes::Words("class_status"), |c| vec![c.class.status.as_str().to_owned()])),
    C::new("reason", "原因", Of::Text(|c| c.class.reason.clone().unwrap_or_default())),
];

impl List for Classes {
    type Right = SeeClasses;
    type Row = Class;
    type After = (String, ClassId);

    fn columns() -> &'static [C] {
        &COLUMNS
    }

    fn area(row: &Class) -> &str {
        &row.class.area_code
    }

    async fn count(asked: &Asked<'_>) -> Result<i64> {
        rows::count_classes(asked.db, asked.scope, asked.area(), asked.status()).await
    }

    async fn page(asked: &Asked<'_>, after: Option<Self::After>, limit: u64) -> Result<Rows<Self>> {
        let narrowed = (asked.area(), asked.status());
        let classes = rows::page_of_classes(asked.db, asked.scope, narrowed, after, limit).await?;
        let names: HashMap<OrganisationId, String> =
            organisations::names(asked.db, classes.iter().map(|class| class.organisation_id)).await?;
        let (classes, after) = cut(classes, limit, |class| (class.area_code.clone(), class.id));
        let told = |class: training_class::Model| Class {
            institution: names.get(&class.organisation_id).cloned().unwrap_or_default(),
            class,
        };
        Ok((classes.into_iter().map(told).collect(), after))
    }
}
