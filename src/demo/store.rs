//! What the demonstration reads back: its marks in the settings, and the year from the counters.
#![expect(clippy::disallowed_methods, reason = "a store is where finding starts; the table is of the whole province")]

use std::collections::HashMap;

use entities::{
    certificate, claim, progress, setting, target,
    values::{CertificateStatus, ClaimStatus, Measure, PersonId, Programme},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect};

use crate::access::within;
use crate::areas::{Atlas, short_name};
use crate::base::Result;
use crate::base::rate::Rate;
use crate::demo::calendar::{TODAY, YEAR};
use crate::demo::figures::PROGRAMMES;
use crate::demo::year::{Year, YearOfArea};

pub(super) const PROVINCE: &str = "360000";

pub(super) async fn setting(db: &impl ConnectionTrait, name: &str) -> Result<Option<String>> {
    Ok(setting::Entity::find_by_id(name.to_owned()).one(db).await?.map(|row| row.value))
}

/// Serials of certificates of a county, but for those of one person, that hold and whose claim is paid: what becomes of them
/// now changes no sum.
pub(super) async fn paid_for(
    db: &impl ConnectionTrait,
    county: &str,
    but: PersonId,
    limit: u64,
) -> Result<Vec<String>> {
    let claimed = certificate::Entity::belongs_to(claim::Entity)
        .from(certificate::Column::ClassId)
        .to(claim::Column::ClassId)
        .into();
    let held = certificate::Entity::find()
        .join(JoinType::InnerJoin, claimed)
        .filter(within(claim::Column::AreaCode, county))
        .filter(claim::Column::Status.eq(ClaimStatus::Paid))
        .filter(certificate::Column::Status.eq(CertificateStatus::Published))
        .filter(certificate::Column::PersonId.ne(but))
        .order_by_desc(certificate::Column::Serial)
        .limit(limit)
        .all(db)
        .await?;
    Ok(held.into_iter().map(|row| row.serial).collect())
}

/// The province and its prefectures.
pub(super) async fn year(db: &impl ConnectionTrait, atlas: &Atlas) -> Result<Year> {
    let done: HashMap<(Programme, String), i64> = progress::Entity::find()
        .filter(progress::Column::Year.eq(YEAR))
        .filter(progress::Column::AreaCode.like("36__00"))
        .all(db)
        .await?
        .into_iter()
        .map(|row| ((row.programme, row.area_code), row.people))
        .collect();
    let targets: HashMap<(Programme, String), i64> = target::Entity::find()
        .filter(target::Column::Year.eq(YEAR))
        .filter(target::Column::Measure.eq(Measure::People))
        .filter(target::Column::SupersededAt.is_null())
        .filter(target::Column::AreaCode.like("36__00"))
        .all(db)
        .await?
        .into_iter()
        .map(|row| ((row.programme, row.area_code), row.value))
        .collect();
    let prefectures =
        atlas.children(PROVINCE, TODAY).into_iter().map(|area| (area.code.as_str(), short_name(&area.name)));
    let areas = std::iter::once((PROVINCE, "全省")).chain(prefectures);
    let of = |map: &HashMap<(Programme, String), i64>, programme, area: &str| {
        map.get(&(programme, area.to_owned())).copied().unwrap_or_default()
    };
    Ok(Year {
        year: YEAR,
        areas: areas
            .map(|(code, name)| YearOfArea {
                area_code: code.to_owned(),
                name: name.to_owned(),
                rates: PROGRAMMES
                    .map(|programme| Rate::new(of(&done, programme, code), of(&targets, programme, code)))
                    .to_vec(),
            })
            .collect(),
    })
}
