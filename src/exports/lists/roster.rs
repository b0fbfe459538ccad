//! 花名册: who sits or sat in one class, and who waits.

use entities::{enrolment, training_class, values::EnrolmentId};

use super::{Asked, List, Rows, cut};
use crate::base::clock::day_of;
use crate::base::{Error, Result};
use crate::enrolments::SeeEnrolments;
use crate::exports::columns::{Codes, Column, Mask, Of};
use crate::exports::rows::{self, Named};

pub(in crate::exports) struct Roster;

pub(in crate::exports) struct Seat {
    seat: enrolment::Model,
    class: training_class::Model,
    person: Option<Named>,
}

impl Seat {
    fn of_person(&self, tell: impl Fn(&Named) -> &str) -> String {
        self.person.as_ref().map(|person| tell(person).to_owned()).unwrap_or_default()
    }
}

type C = Column<Seat>;

static COLUMNS: [C; 10] = [
    C::new("class_number", "班级编号", Of::Text(|s| s.class.number.clone())),
    C::new("class_title", "班级名称", Of::Text(|s| s.class.title.clone())),
    C::new("name", "姓名", Of::Text(|s| s.of_person(|p| &p.name))).masked(Mask::Name),
    C::new("id_number", "身份证号", Of::Text(|s| s.of_person(|p| &p.private.id_number))).masked(Mask::Identity),
    C::new("phone", "手机号", Of::Text(|s| s.of_person(|p| &p.private.phone))).masked(Mask::Phone),
    C::new("area", "所在村", Of::Codes(Codes::Areas, |s| vec![s.seat.area_code.clone()])),
    C::new(
        "status",
        "报名状态",
        Of::Codes(Codes::Words("enrolment_status"), |s| vec![s.seat.status.as_str().to_owned()]),
    ),
    C::new("channel", "报名方式", Of::Codes(Codes::Words("channel"), |s| vec![s.seat.channel.as_str().to_owned()])),
    C::new("asked_on", "报名日期", Of::Day(|s| Some(day_of(s.seat.created_at)))),
    C::new("seated_on", "入座日期", Of::Day(|s| s.seat.seated_at.map(day_of))),
];

impl List for Roster {
    type Right = SeeEnrolments;
    type Row = Seat;
    type After = EnrolmentId;

    fn columns() -> &'static [C] {
        &COLUMNS
    }

    fn area(row: &Seat) -> &str {
        &row.seat.area_code
    }

    async fn count(asked: &Asked<'_>) -> Result<i64> {
        let class = class(asked).await?;
        rows::count_roster(asked.db, class.id).await
    }

    async fn page(asked: &Asked<'_>, after: Option<EnrolmentId>, limit: u64) -> Result<Rows<Self>> {
        let class = class(asked).await?;
        let seats = rows::page_of_roster(asked.db, class.id, after, limit).await?;
        let people = rows::named(asked.db, asked.vault, seats.iter().map(|seat| seat.person_id)).await?;
        let (seats, after) = cut(seats, limit, |seat| seat.id);
        let told =
            |seat: enrolment::Model| Seat { person: people.get(&seat.person_id).cloned(), class: class.clone(), seat };
        Ok((seats.into_iter().map(told).collect(), after))
    }
}

/// The class itself, as long as the asker sees it.
async fn class(asked: &Asked<'_>) -> Result<training_class::Model> {
    rows::class(asked.db, asked.scope, asked.class()?).await?.ok_or(Error::NotFound("class"))
}
