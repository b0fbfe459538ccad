//! Outputs.

use chrono::{DateTime, Utc};
use entities::{
    inspection,
    values::{ClassId, InspectionId, InspectionPhotoId, InspectionStatus, Role, SessionId},
};
use sea_orm::ConnectionTrait;
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Actor;
use crate::base::lifecycle::Lifecycle;
use crate::base::place::metres_between;
use crate::base::{Place, Result};
use crate::data::Vault;
use crate::inspections::compare::Matter;
use crate::inspections::lifecycle::InspectionAction;
use crate::inspections::rights::SeeNotes;
use crate::inspections::rules::Figures;
use crate::inspections::store;

/// An inspection in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct InspectionLine {
    pub id: InspectionId,
    pub class_id: ClassId,
    pub session_id: Option<SessionId>,
    pub status: InspectionStatus,
    pub planned_at: DateTime<Utc>,
    pub seen_at: Option<DateTime<Utc>>,
    pub headcount: Option<i32>,
    pub version: i32,
    #[schema(value_type = Vec<String>)]
    pub actions: Vec<&'static str>,
    pub waiting_on: Option<Role>,
}

/// What was seen beside the marks of that very moment, as they stand now.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct FiguresView {
    pub seen: i64,
    pub marked: i64,
    /// Marked and not seen.
    pub missing: i64,
    /// So many may be missing; null for the institution, which learns of no doubt.
    pub tolerance: Option<i64>,
    /// False where the people were counted before or after the session.
    pub within_session: bool,
    /// More are missing than may be; null for the institution.
    pub doubtful: Option<bool>,
}

/// An inspection with what was to be seen. No Debug: the text may name people.
#[derive(Clone, Serialize, ToSchema)]
pub(crate) struct InspectionView {
    #[serde(flatten)]
    pub line: InspectionLine,
    pub figures: Option<FiguresView>,
    /// What was seen; null for the institution.
    pub seen: Option<String>,
    /// Where the phone was, in millionths of a degree.
    pub latitude: Option<i32>,
    pub longitude: Option<i32>,
    /// How far that is from the room, in metres; null where either is not known.
    pub metres: Option<i64>,
    /// Of the pictures, which stand on the page; none for the institution.
    pub photos: Vec<InspectionPhotoId>,
    /// Why it was cancelled.
    pub reason: Option<String>,
}

/// What this reader may do with it now: whoever planned it goes there.
pub(super) fn actions(row: &inspection::Model, actor: &Actor) -> Vec<InspectionAction> {
    if row.inspector_id == actor.account { row.status.open_to(actor.role) } else { Vec::new() }
}

impl InspectionLine {
    pub(super) fn of(row: &inspection::Model, actor: &Actor) -> Self {
        Self {
            id: row.id,
            class_id: row.class_id,
            session_id: row.session_id,
            status: row.status,
            planned_at: row.planned_at,
            seen_at: row.seen_at,
            headcount: row.headcount,
            version: row.version,
            actions: actions(row, actor).into_iter().map(Into::into).collect(),
            waiting_on: row.status.waits_for(),
        }
    }
}

impl FiguresView {
    fn of(figures: Figures, reads: bool) -> Self {
        Self {
            seen: figures.seen,
            marked: figures.marked,
            missing: figures.missing(),
            tolerance: reads.then_some(figures.tolerance),
            within_session: figures.within,
            doubtful: reads.then(|| figures.is_doubt()),
        }
    }
}

/// An inspection as this reader sees it, compared with the marks as they stand.
pub(super) async fn view(
    db: &impl ConnectionTrait,
    vault: &Vault,
    actor: &Actor,
    matter: &Matter,
) -> Result<InspectionView> {
    let row = &matter.row;
    let reads = actor.prove::<SeeNotes>().is_ok();
    let seen = if reads { Some(store::open_notes(vault, row)?).filter(|text| !text.is_empty()) } else { None };
    let (place, room) = (
        Place::of(row.latitude_e6, row.longitude_e6)?,
        matter.session.as_ref().and_then(|session| session.venue_id).or(matter.class.venue_id),
    );
    let metres = match (place.filter(|_| reads), room) {
        (Some(place), Some(room)) => store::place_of(db, room).await?.map(|room| metres_between(place, room)),
        _ => None,
    };
    Ok(InspectionView {
        metres,
        line: InspectionLine::of(row, actor),
        figures: matter.figures(db).await?.map(|figures| FiguresView::of(figures, reads)),
        seen,
        latitude: row.latitude_e6.filter(|_| reads),
        longitude: row.longitude_e6.filter(|_| reads),
        photos: if reads { store::photos(db, row.id).await? } else { Vec::new() },
        reason: row.reason.clone(),
    })
}
