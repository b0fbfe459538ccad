//! Marks through HTTP: a province's classes begin at the same minute, and everybody reads the code off a screen.

use std::sync::Arc;

use chrono::{NaiveTime, TimeDelta};
use entities::{
    account, attendance_mark, class_session, enrolment, mark_try, role_grant, session, training_class,
    values::{
        AccountId, Channel, ClassId, ClassSessionStatus, EnrolmentId, EnrolmentStatus, MarkMethod, MarkStanding,
        MarkTryId, MarkWord, PersonId, Presence, Role, SessionId, SessionKind,
    },
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, sea_query::Expr};
use sidan::{access::Token, base::clock};

use crate::scene::{Scene, village};
use crate::served::{account_row, day, grant_row, insert};
use crate::wire::{self, Asks};

/// A class as it was in 2016.
const SEATS: usize = 41;

/// Classes with their people, who all have a phone and a session.
pub(crate) struct Hall {
    seats: Vec<Seat>,
    /// Seats that were not asked for yet.
    next: usize,
    pub trainer: String,
    pub classes: Vec<ClassId>,
}

struct Seat {
    session: SessionId,
    token: String,
}

impl Scene {
    /// Opens so many classes on a morning of November, with everybody seated.
    pub(crate) async fn open_hall(&mut self, classes: usize) -> Hall {
        let morning = clock::instant(day(11, 14), NaiveTime::from_hms_opt(8, 40, 0).unwrap());
        self.served.house.clock.set(morning);
        let ids = self.open_classes(classes, 50).await;
        let work = self.served.work().await;
        let trainer = self.page_session(&work, Role::Institution).await;
        let mut hall = Hall { seats: Vec::new(), next: 0, trainer, classes: ids.clone() };
        let (mut accounts, mut grants, mut sessions, mut seats) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let first: Vec<class_session::Model> =
            class_session::Entity::find().filter(class_session::Column::Ordinal.eq(1)).all(work.db()).await.unwrap();
        for (n, class) in ids.iter().enumerate() {
            let lesson = first.iter().find(|one| one.class_id == *class).unwrap().id;
            for seat in 0..SEATS {
                let person = self.person(n * SEATS + seat);
                let (id, token) = (AccountId::new(), Token::fresh().unwrap());
                accounts.push(account_row(id, None, Some(person), morning));
                grants.push(grant_row(id, Role::Trainee, &village(n), None, morning));
                sessions.push(session::Model {
                    token_hash: token.hash(),
                    account_id: id,
                    kind: SessionKind::Api,
                    created_at: morning,
                    expires_at: morning + TimeDelta::hours(12),
                    confirmed_at: None,
                    acting_for: None,
                });
                seats.push(seated(EnrolmentId::new(), *class, person, village(n), morning));
                hall.seats.push(Seat { session: lesson, token: token.reveal().to_owned() });
            }
        }
        insert::<account::Entity>(&work, accounts).await;
        insert::<role_grant::Entity>(&work, grants).await;
        insert::<session::Entity>(&work, sessions).await;
        insert::<enrolment::Entity>(&work, seats).await;
        training_class::Entity::update_many()
            .col_expr(training_class::Column::Taken, Expr::value(41))
            .filter(training_class::Column::Id.is_in(ids))
            .exec(work.db())
            .await
            .unwrap();
        work.finish().await.unwrap();
        hall
    }

    /// The next so many people come, each with the code of the screen in the room.
    pub(crate) async fn mark_asks(&self, hall: &mut Hall, many: usize) -> Asks {
        let mut asks = Vec::with_capacity(many);
        let mut screen: Option<(SessionId, String)> = None;
        let to = (hall.next + many).min(hall.seats.len());
        for (n, seat) in hall.seats[hall.next..to].iter().enumerate() {
            if screen.as_ref().is_none_or(|(of, _)| *of != seat.session) {
                let class = hall.classes[(hall.next + n) / SEATS];
                let path = format!("/classes/{class}/sessions/{}/code", seat.session);
                let page = String::from_utf8(self.page(&hall.trainer, &path).await).unwrap();
                let code = page.split("class=\"code\">").nth(1).unwrap().split('<').next().unwrap();
                screen = Some((seat.session, code.replace(' ', "")));
            }
            let path = format!("/api/v1/class-sessions/{}/check-ins", seat.session);
            let body = format!("{{\"code\":\"{}\"}}", screen.as_ref().unwrap().1);
            asks.push(wire::request("POST", &path, Some(&seat.token), None, &body));
        }
        hall.next = to;
        // Neighbours in a class come one after another, and those of other classes between them.
        let width = asks.len().div_ceil(64).max(1);
        let mixed = (0..width).flat_map(|first| asks.iter().skip(first).step_by(width).cloned()).collect();
        Arc::new(mixed)
    }

    /// How many people are marked.
    pub(crate) async fn marked(&self) -> i64 {
        i64::try_from(attendance_mark::Entity::find().count(self.served.house.database.reader()).await.unwrap())
            .unwrap()
    }

    /// So many marks of other classes beside those that are there.
    pub(crate) async fn grow_marks(&mut self, many: usize) {
        let classes = self.open_classes(many / (3 * SEATS) + 1, 50).await;
        let work = self.served.work().await;
        let lessons: Vec<class_session::Model> = class_session::Entity::find()
            .filter(class_session::Column::ClassId.is_in(classes.clone()))
            .all(work.db())
            .await
            .unwrap();
        let (mut seats, mut marks, mut tries) = (Vec::new(), Vec::new(), Vec::new());
        for (n, class) in classes.iter().enumerate() {
            for seat in 0..SEATS {
                let id = EnrolmentId::new();
                seats.push(seated(id, *class, self.person(n * SEATS + seat), village(n), work.now));
                for lesson in lessons.iter().filter(|one| one.class_id == *class) {
                    marks.push(mark(lesson, id));
                    tries.push(came(lesson, id));
                }
            }
        }
        insert::<enrolment::Entity>(&work, seats).await;
        insert::<attendance_mark::Entity>(&work, marks).await;
        insert::<mark_try::Entity>(&work, tries).await;
        class_session::Entity::update_many()
            .col_expr(class_session::Column::Status, Expr::value(ClassSessionStatus::Held))
            .filter(class_session::Column::ClassId.is_in(classes))
            .exec(work.db())
            .await
            .unwrap();
        work.finish().await.unwrap();
    }
}

fn seated(
    id: EnrolmentId,
    class_id: ClassId,
    person_id: PersonId,
    area_code: String,
    now: chrono::DateTime<chrono::Utc>,
) -> enrolment::Model {
    enrolment::Model {
        id,
        class_id,
        person_id,
        area_code,
        status: EnrolmentStatus::Seated,
        channel: Channel::Own,
        consent_at: now,
        consent_note: None,
        enrolled_by: AccountId::new(),
        created_at: now,
        seated_at: Some(now),
        ended_at: None,
        reason: None,
        version: 1,
    }
}

fn mark(lesson: &class_session::Model, enrolment_id: EnrolmentId) -> attendance_mark::Model {
    attendance_mark::Model {
        session_id: lesson.id,
        enrolment_id,
        presence: Presence::Present,
        in_at: Some(lesson.starts_at),
        out_at: Some(lesson.ends_at),
        minutes: 200,
        method: MarkMethod::Code,
        marked_by: AccountId::new(),
        marked_at: lesson.ends_at,
        standing: MarkStanding::Credited,
        version: 2,
    }
}

fn came(lesson: &class_session::Model, enrolment_id: EnrolmentId) -> mark_try::Model {
    mark_try::Model {
        id: MarkTryId::new(),
        session_id: Some(lesson.id),
        class_id: Some(lesson.class_id),
        enrolment_id: Some(enrolment_id),
        account_id: AccountId::new(),
        method: MarkMethod::Code,
        says: MarkWord::In,
        in_at: Some(lesson.starts_at),
        out_at: None,
        made_at: lesson.starts_at,
        received_at: lesson.starts_at,
        device: None,
        sequence: None,
        step: Some(1),
        latitude_e6: None,
        longitude_e6: None,
        refusal: None,
        note: None,
        signature: None,
    }
}
