//! Outputs of this feature: a sheet, and the divisions.

use chrono::{DateTime, Utc};
use entities::values::{AreaLevel, PersonId, Programme, ServiceKind};
use serde::Serialize;
use utoipa::ToSchema;

use crate::areas::{Area, Atlas};

/// One page on an area. A village has a roll, everything above it has the areas below.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct SheetView {
    pub area_code: String,
    pub name: String,
    pub level: AreaLevel,
    pub year: i32,
    /// Registered people of poor households who can work.
    pub people: i64,
    /// Services of the year, in person-times.
    pub person_times: i64,
    /// Who of them left poverty.
    pub exits: i64,
    pub services: Vec<KindView>,
    pub causes: Vec<CauseView>,
    /// The same people by labour capacity.
    pub labour: Vec<CodeView>,
    /// The same people by what work they wish for; a code of the national list, empty where none is recorded.
    pub wishes: Vec<CodeView>,
    pub training: TrainingView,
    pub roll: Vec<RollLine>,
    pub below: Vec<BelowView>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct KindView {
    pub kind: ServiceKind,
    pub person_times: i64,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct CauseView {
    /// 致贫原因, code of the national list; empty where none is recorded.
    pub cause: String,
    pub people: i64,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct CodeView {
    pub code: String,
    pub people: i64,
}

/// Training of the year, in people.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct TrainingView {
    /// With a qualified completion in the year.
    pub trained: i64,
    /// In a class that has not ended.
    pub in_training: i64,
    /// Registered people who wish to be trained.
    pub willing: i64,
    /// Who of the willing is neither trained this year nor in a class.
    pub unserved: i64,
    /// When trained and in training were counted; null where they are counted as the page is read.
    pub counted_at: Option<DateTime<Utc>>,
}

/// One of the village.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct RollLine {
    pub person_id: PersonId,
    /// Masked for those who do not act for the person.
    pub name: String,
    /// Null for those who do not act for the person.
    pub main_cause: Option<String>,
    pub employment_wish: String,
    /// What the person was or is trained for this year.
    pub trainings: Vec<Programme>,
    pub person_times: i64,
    /// Out of poverty.
    pub exited: bool,
}

/// The figures of an area below.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct BelowView {
    pub area_code: String,
    pub name: String,
    pub people: i64,
    pub person_times: i64,
    pub exits: i64,
    pub trained: i64,
    pub unserved: i64,
}

/// A division as it stands in the list of a day.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct AreaView {
    pub code: String,
    pub name: String,
    pub level: AreaLevel,
    /// Null for the province.
    pub parent_code: Option<String>,
}

impl AreaView {
    pub(crate) fn of(area: &Area, atlas: &Atlas) -> Self {
        Self {
            code: area.code.clone(),
            name: area.name.clone(),
            level: area.level,
            parent_code: atlas.parent(&area.code).map(str::to_owned),
        }
    }
}

/// A division with the way down to it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct AreaPathView {
    pub code: String,
    /// Of that day; a code that had ended is called by the name of what succeeded it.
    pub name: String,
    pub level: AreaLevel,
    /// Whether the list of that day has the code itself.
    pub stands: bool,
    /// From the province down to the division that stands for the code.
    pub path: Vec<PlaceView>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct PlaceView {
    pub code: String,
    pub name: String,
}
