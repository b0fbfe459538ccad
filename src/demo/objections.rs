//! What people said against a list that lies open in 上高县: one objection waits, one was upheld. The services' own verbs say it.
#![expect(clippy::disallowed_methods, reason = "a demonstration is told of whole tables")]

use entities::{
    notice,
    values::{NoticeStatus, ObjectionOutcome},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::access::within;
use crate::base::{Clock, Error, Result};
use crate::data::Work;
use crate::demo::calendar::{YEAR, at, day};
use crate::demo::doubts::actor;
use crate::demo::fill::Ground;
use crate::demo::offices::Office;
use crate::notices::{self, Investigation, NewObjection, Ruling};

/// # Errors
/// As of the services; `Internal` where no list lies open.
pub(super) async fn tell(ground: &Ground, office: &Office) -> Result<()> {
    let vault = &ground.vault;
    let work = Work::begin(&ground.database, &Clock::fixed_at(at(day(YEAR, 12, 29), 10, 20))).await?;
    let clerk = actor(work.db(), office.clerk).await?;
    let checker = actor(work.db(), office.checker).await?;
    let open = notice::Entity::find()
        .filter(within(notice::Column::AreaCode, office.county))
        .filter(notice::Column::Status.eq(NoticeStatus::Open))
        .order_by_asc(notice::Column::Id)
        .one(work.db())
        .await?
        .ok_or_else(|| Error::internal("no list of 上高县 lies open"))?;
    let said = |line, text: &str, name: Option<&str>| NewObjection {
        line,
        text: text.to_owned(),
        name: name.map(str::to_owned),
        phone: None,
    };
    let elsewhere = said(2, "这个人那几天一直在外地打工，没有回来上课。", None);
    let (first, _) = notices::file(&work, vault, None, &open.number, &elsewhere).await?;
    let employed = said(4, "他在镇上的厂里有固定工作，不该再领培训补贴。", Some("村民晏师傅"));
    notices::file(&work, vault, None, &open.number, &employed).await?;
    let found = Investigation {
        finding: "调了用工台账和车票，开班那几天本人在东莞，签到系他人代签。".to_owned()
    };
    notices::investigate(&clerk.prove()?, &work, vault, first, &found).await?;
    let ruling = Ruling {
        outcome: ObjectionOutcome::Upheld,
        answer: "经核查，异议属实，这个人的培训补贴不予发放。感谢监督。".to_owned(),
    };
    notices::decide(&checker.prove()?, &work, vault, first, &ruling).await?;
    work.finish().await
}
