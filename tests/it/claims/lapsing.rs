//! What is reserved for people who let the time go by is free again, and what somebody asked for in time is not.

use entities::{
    audit_event, posting,
    values::{ClassId, PotAccount, Role},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use sidan::claims::lapse_all;

use super::{Cast, UNIT, contract};
use crate::funds::balances;
use crate::support::given::Graduate;

/// Of how many classes money was released that day.
async fn lapses(cast: &Cast, on: &str) -> usize {
    cast.app.clock.set(format!("{on}T01:00:00Z").parse().unwrap());
    lapse_all(&cast.app.db, &cast.app.desk, &cast.app.clock).await.unwrap()
}

/// What was released for a class because the time was over.
async fn lapsed(cast: &Cast, class: ClassId) -> Vec<(PotAccount, PotAccount, i64)> {
    let rows = posting::Entity::find().filter(posting::Column::ClassId.eq(class));
    let rows = rows.filter(posting::Column::Cause.eq("claim_lapsed")).all(cast.app.db.reader()).await.unwrap();
    rows.into_iter().map(|row| (row.debit, row.credit, row.fen.0)).collect()
}

#[rocket::async_test]
async fn what_nobody_asked_for_within_twelve_months_is_free_on_the_day_after() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED, Graduate::QUALIFIED]).await;
    let [granted, _, reserved, ..] = balances(&cast.finance, class.pot).await;
    assert_eq!(reserved, 2 * UNIT);
    // The certificates are of 18 November 2016.
    assert_eq!(lapses(&cast, "2017-11-18").await, 0);
    assert_eq!(lapses(&cast, "2017-11-19").await, 1);
    assert_eq!(lapsed(&cast, class.class).await, [(PotAccount::Reserved, PotAccount::Available, 2 * UNIT)]);
    let deeds = audit_event::Entity::find().filter(audit_event::Column::Action.eq("lapse"));
    assert_eq!(deeds.all(cast.app.db.reader()).await.unwrap().len(), 1);
    assert_eq!(lapses(&cast, "2017-11-20").await, 0);
    // Sessions are as old by now as the certificates.
    let finance = cast.app.sign_in(Role::FinanceOfficer).await;
    assert_eq!(balances(&finance, class.pot).await, [granted, granted, 0, 0, 0]);
    let institution = cast.app.sign_in_for(Role::Institution, cast.institution.organisation.unwrap()).await;
    let path = format!("/api/v1/classes/{}/claim", class.class);
    institution.api_post(&path, contract()).await.refuses("claim.too_late");
}

#[rocket::async_test]
async fn what_was_asked_for_in_time_stays_however_long_it_lies_with_the_county() {
    let cast = Cast::gather().await;
    let class = cast.class_of(&[Graduate::QUALIFIED, Graduate::QUALIFIED]).await;
    let claim = cast.claim(&class).await;
    assert_eq!(claim["total_fen"].as_i64(), Some(2 * UNIT));
    assert_eq!(lapses(&cast, "2019-01-07").await, 0);
    assert!(lapsed(&cast, class.class).await.is_empty());
}
