//! 服务台账: the services of an area in a year, one person-time a line.

use entities::service_event;

use super::{Asked, List, Rows, cut};
use crate::base::Result;
use crate::exports::columns::{Codes, Column, Mask, Of};
use crate::exports::rows::{self, AfterService, Named};
use crate::people::SeePeople;

pub(in crate::exports) struct Services;

pub(in crate::exports) struct Service {
    event: service_event::Model,
    person: Option<Named>,
}

impl Service {
    fn of_person(&self, tell: impl Fn(&Named) -> &str) -> String {
        self.person.as_ref().map(|person| tell(person).to_owned()).unwrap_or_default()
    }
}

type C = Column<Service>;

static COLUMNS: [C; 7] = [
    C::new("name", "姓名", Of::Text(|s| s.of_person(|p| &p.name))).masked(Mask::Name),
    C::new("id_number", "身份证号", Of::Text(|s| s.of_person(|p| &p.private.id_number))).masked(Mask::Identity),
    C::new("area", "所在村", Of::Codes(Codes::Areas, |s| vec![s.event.area_code.clone()])),
    C::new("kind", "服务类型", Of::Codes(Codes::Words("service_kind"), |s| vec![s.event.kind.as_str().to_owned()])),
    C::new("held_on", "服务日期", Of::Day(|s| Some(s.event.held_on))),
    C::new("provider", "服务单位", Of::Text(|s| s.event.provider.clone())),
    C::new("note", "备注", Of::Text(|s| s.event.note.clone())).masked(Mask::Hidden),
];

impl List for Services {
    type Right = SeePeople;
    type Row = Service;
    type After = AfterService;

    fn columns() -> &'static [C] {
        &COLUMNS
    }

    fn area(row: &Service) -> &str {
        &row.event.area_code
    }

    async fn count(asked: &Asked<'_>) -> Result<i64> {
        rows::count_services(asked.db, asked.scope, asked.area(), asked.year()).await
    }

    async fn page(asked: &Asked<'_>, after: Option<AfterService>, limit: u64) -> Result<Rows<Self>> {
        let narrowed = (asked.area(), asked.year());
        let events = rows::page_of_services(asked.db, asked.scope, narrowed, after, limit).await?;
        let people = rows::named(asked.db, asked.vault, events.iter().map(|event| event.person_id)).await?;
        let (events, after) = cut(events, limit, |event| (event.area_code.clone(), event.held_on, event.id));
        let told = |event: service_event::Model| Service { person: people.get(&event.person_id).cloned(), event };
        Ok((events.into_iter().map(told).collect(), after))
    }
}
