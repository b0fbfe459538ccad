//! Each kind of doubt is found by what was really marked, and not just below its number.

use chrono::TimeDelta;
use entities::{
    doubt_cursor, trainer, training_class,
    values::{
        AccountId, ClassId, ClassStatus, DoubtKind, DoubtStatus, EnrolmentId, EnrolmentStatus, OrganisationId,
        Programme, RegisterStatus, Role, TrainerId,
    },
};
use rocket::http::Status;
use sea_orm::{EntityTrait, IntoActiveModel, sea_query::Expr};
use serde_json::{Value, json};

use super::{Story, half_past_eight, present, roster, sessions_of};
use crate::support::app::{COUNTY, Visitor, nine_on};
use crate::support::given::{GivenClass, day, given_rule};

#[rocket::async_test]
async fn one_phone_for_more_people_than_a_couple_is_doubted_though_they_were_refused() {
    let story = Story::of(4).await;
    story.second(60).await;
    story.comes(0, json!({ "device": "A" })).await.is(Status::Created);
    story.comes(1, json!({ "device": "A" })).await.refuses("mark.code_shared");
    story.comes(3, json!({ "device": "B" })).await.is(Status::Created);
    assert_eq!((story.search().await, story.doubts().await.len()), (0, 0));
    story.comes(2, json!({ "device": "A" })).await.refuses("mark.code_shared");
    assert_eq!(story.search().await, 1);
    assert_eq!(story.stands().await, [(DoubtKind::SharedDevice, DoubtStatus::Open)]);
    let facts = story.facts(DoubtKind::SharedDevice).await.remove(0);
    assert_eq!((&facts["people"], &facts["most"]), (&json!(3), &json!(2)));
    assert_eq!(facts["enrolments"].as_array().unwrap().len(), 3);
    // Names are masked there, and the phone's mark is nowhere.
    let id = story.doubts().await[0].id;
    let page = story.checker.get(&format!("/doubts/{id}")).await.is(Status::Ok).text;
    assert!(page.contains("涉及的学员（3人）") && page.contains("** …"), "{page}");
    // Run again, it finds nothing new.
    assert_eq!((story.search().await, story.doubts().await.len()), (0, 1));
}

#[rocket::async_test]
async fn what_was_dismissed_covers_the_people_in_it_and_nobody_who_joins_later() {
    let story = Story::of(4).await;
    story.second(60).await;
    for who in 0..3 {
        story.comes(who, json!({ "device": "A" })).await;
    }
    assert_eq!(story.search().await, 1);
    let id = story.doubts().await[0].id;
    let reason = json!({ "reason": "一家三口共用" });
    story.checker.api_post(&format!("/api/v1/doubts/{id}/dismiss"), reason).await.is(Status::Ok);
    assert_eq!(story.search().await, 0);
    story.comes(3, json!({ "device": "A" })).await.refuses("mark.code_shared");
    assert_eq!(story.search().await, 1);
    let expected = [(DoubtKind::SharedDevice, DoubtStatus::Dismissed), (DoubtKind::SharedDevice, DoubtStatus::Open)];
    assert_eq!(story.stands().await, expected);
    assert_eq!(story.search().await, 0);
}

#[rocket::async_test]
async fn so_many_marks_by_phone_in_one_second_are_doubted_and_a_roster_is_not() {
    let story = Story::of(3).await;
    given_rule(&story.app, "supervision.same_second_people", 3).await;
    story.second(60).await;
    story.comes(0, json!({})).await.is(Status::Created);
    story.comes(1, json!({})).await.is(Status::Created);
    story.second(61).await;
    story.comes(2, json!({})).await.is(Status::Created);
    // What a trainer sends at once is one moment, and honest.
    story.app.time_is(nine_on(11, 14) + TimeDelta::hours(6)).await;
    story.all_present(2).await;
    assert_eq!((story.search().await, story.doubts().await.len()), (0, 0));
}

#[rocket::async_test]
async fn a_whole_class_in_one_second_is_doubted() {
    let story = Story::of(3).await;
    given_rule(&story.app, "supervision.same_second_people", 3).await;
    story.second(60).await;
    for who in 0..3 {
        story.comes(who, json!({})).await.is(Status::Created);
    }
    assert_eq!(story.search().await, 1);
    let facts = story.facts(DoubtKind::SameSecond).await.remove(0);
    assert_eq!((&facts["people"], &facts["says"]), (&json!(3), &json!("in")));
    let id = story.doubts().await[0].id;
    let view = story.checker.api_get(&format!("/api/v1/doubts/{id}")).await.json();
    assert_eq!(view["says"], "第1次课有3人在同一秒（11月14日 08:31:00）签到");
}

#[rocket::async_test]
async fn who_marks_himself_farther_than_the_radius_is_doubted() {
    let story = Story::of(3).await;
    story.room(50).await;
    story.second(60).await;
    // 290 and 310 metres north of the room, as far as phones tell.
    story.comes(0, json!({ "latitude": 28_230_000 + 2_608, "longitude": 114_920_000 })).await.is(Status::Created);
    story.comes(2, json!({})).await.is(Status::Created);
    assert_eq!((story.search().await, story.doubts().await.len()), (0, 0));
    story.comes(1, json!({ "latitude": 28_230_000 + 2_790, "longitude": 114_920_000 })).await.is(Status::Created);
    assert_eq!(story.search().await, 1);
    let facts = story.facts(DoubtKind::OutsideRadius).await.remove(0);
    assert_eq!((&facts["people"], &facts["radius"]), (&json!(1), &json!(300)));
    assert!((305..=315).contains(&facts["metres"].as_i64().unwrap()), "{facts}");
}

/// Another class of the same days, by some institution, with these people in it.
async fn beside(story: &Story, by: &Visitor, people: usize) -> (ClassId, Vec<EnrolmentId>, Vec<String>) {
    let class = story.app.given_class(GivenClass::of(by.organisation.unwrap())).await;
    let seats = story.app.given_enrolments(class, &story.people[..people], EnrolmentStatus::Seated).await;
    (class, seats, sessions_of(by, class).await)
}

#[rocket::async_test]
async fn somebody_who_is_credited_in_two_places_at_once_is_doubted_in_both() {
    let story = Story::of(2).await;
    let other = story.app.sign_in(Role::Institution).await;
    let (class, seats, sessions) = beside(&story, &other, 1).await;
    story.app.time_is(nine_on(11, 14) + TimeDelta::hours(3)).await;
    // He leaves the one at ten, and comes to the other one at ten.
    let here = |out: &str| json!([{ "enrolment_id": story.seats[0], "presence": "present", "out_at": out }]);
    let there = json!([{ "enrolment_id": seats[0], "presence": "late", "in_at": "2016-11-14T02:00:00Z" }]);
    story.roster(1, here("2016-11-14T02:00:00Z")).await.is(Status::Ok);
    roster(&other, &sessions[0], there).await.is(Status::Ok);
    assert_eq!((story.search().await, story.doubts().await.len()), (0, 0));
    story.roster(1, here("2016-11-14T02:10:30Z")).await.is(Status::Ok);
    assert_eq!(story.search().await, 2);
    let doubts = story.doubts().await;
    let kinds: Vec<_> = doubts.iter().map(|row| (row.kind, row.enrolment_id)).collect();
    assert!(kinds.contains(&(DoubtKind::PersonInTwoPlaces, Some(story.seats[0]))), "{kinds:?}");
    assert!(kinds.contains(&(DoubtKind::PersonInTwoPlaces, Some(seats[0]))), "{kinds:?}");
    let mut classes: Vec<ClassId> = doubts.iter().map(|row| row.class_id).collect();
    classes.sort_unstable();
    let mut both = [story.class, class];
    both.sort_unstable();
    assert_eq!(classes, both);
    assert!(story.facts(DoubtKind::PersonInTwoPlaces).await.iter().all(|facts| facts["minutes"] == 11));
    // Gone from the one, it is gone from the other too.
    story.roster(1, here("2016-11-14T02:00:00Z")).await.is(Status::Ok);
    assert_eq!(story.search().await, 0);
    assert!(story.doubts().await.iter().all(|row| row.status == DoubtStatus::Cleared));
}

#[rocket::async_test]
async fn a_trainer_who_teaches_two_classes_at_once_is_doubted_by_name_within_a_house() {
    let story = Story::of(2).await;
    let next_door = story.app.sign_in(Role::Institution).await;
    let (_, far, theirs) = beside(&story, &next_door, 0).await;
    assert!(far.is_empty());
    let own = Story { people: vec![story.app.given_person(40).await], ..story };
    let (class, seats, sessions) = beside(&own, &own.institution, 1).await;
    for by_name in [own.class, class] {
        own.taught_by(by_name, None).await;
    }
    own.change_class(class, training_class::Column::Trainer, Expr::value("周建国")).await;
    own.app.time_is(nine_on(11, 14) + TimeDelta::hours(3)).await;
    own.all_present(1).await;
    roster(&own.institution, &sessions[0], present(&seats)).await.is(Status::Ok);
    let stranger = own.app.given_person(41).await;
    let seat =
        own.app.given_enrolments(class_of(&next_door, &theirs).await, &[stranger], EnrolmentStatus::Seated).await;
    roster(&next_door, &theirs[0], present(&seat)).await.is(Status::Ok);
    // Another name, and the same name in another house.
    assert_eq!((own.search().await, own.doubts().await.len()), (0, 0));
    own.change_class(class, training_class::Column::Trainer, Expr::value("刘晓燕")).await;
    assert_eq!(own.look(own.class).await["raised"], 1);
    assert_eq!(own.stands().await, [(DoubtKind::TrainerInTwoPlaces, DoubtStatus::Open)]);
    assert_eq!(own.facts(DoubtKind::TrainerInTwoPlaces).await[0]["minutes"], 200);
}

/// The class of a session.
async fn class_of(by: &Visitor, sessions: &[String]) -> ClassId {
    use entities::class_session;
    let id: entities::values::SessionId = sessions[0].parse().unwrap();
    class_session::Entity::find_by_id(id).one(by.app.db.reader()).await.unwrap().unwrap().class_id
}

async fn given_trainer(story: &Story, organisation: OrganisationId, number: &str) -> TrainerId {
    let id = TrainerId::new();
    let row = trainer::Model {
        id,
        organisation_id: organisation,
        area_code: COUNTY.into(),
        name: "刘晓燕".into(),
        id_index: number.into(),
        sealed: vec![0; 40],
        programme: Programme::Ecommerce,
        occupation: "4-01-06-01".into(),
        qualification: "讲师".into(),
        qualification_no: "赣-1".into(),
        valid_from: day(1, 1),
        valid_to: None,
        status: RegisterStatus::Active,
        created_by: AccountId::new(),
        created_at: story.app.clock.now(),
        version: 1,
    };
    trainer::Entity::insert(row.into_active_model()).exec_without_returning(story.app.db.writer()).await.unwrap();
    id
}

#[rocket::async_test]
async fn a_trainer_is_known_by_number_over_institutions() {
    let story = Story::of(1).await;
    let next_door = story.app.sign_in(Role::Institution).await;
    let (class, seats, sessions) = beside(&story, &next_door, 1).await;
    // Of the two people one sits here and one there.
    let here = given_trainer(&story, story.school(), "number-1").await;
    let there = given_trainer(&story, next_door.organisation.unwrap(), "number-2").await;
    let same = given_trainer(&story, next_door.organisation.unwrap(), "number-1").await;
    story.taught_by(story.class, Some(here)).await;
    story.taught_by(class, Some(there)).await;
    story.app.time_is(nine_on(11, 14) + TimeDelta::hours(3)).await;
    let early = json!([{ "enrolment_id": story.seats[0], "presence": "present", "out_at": "2016-11-14T01:00:00Z" }]);
    story.roster(1, early).await.is(Status::Ok);
    let late = json!([{ "enrolment_id": seats[0], "presence": "late", "in_at": "2016-11-14T01:00:00Z" }]);
    roster(&next_door, &sessions[0], late).await.is(Status::Ok);
    assert_eq!((story.search().await, story.doubts().await.len()), (0, 0));
    story.taught_by(class, Some(same)).await;
    assert_eq!(story.look(story.class).await["raised"], 1);
    assert_eq!(story.stands().await, [(DoubtKind::TrainerInTwoPlaces, DoubtStatus::Open)]);
}

#[rocket::async_test]
async fn a_room_that_is_full_is_full_and_one_more_is_doubted() {
    let story = Story::of(3).await;
    story.room(3).await;
    story.second(1_800).await;
    story.all_present(1).await;
    assert_eq!((story.search().await, story.doubts().await.len()), (0, 0));
    let (story, _) = Story::doubted().await;
    let facts = story.facts(DoubtKind::OverCapacity).await.remove(0);
    assert_eq!((&facts["present"], &facts["capacity"]), (&json!(3), &json!(2)));
}

#[rocket::async_test]
async fn marks_older_than_the_approval_are_doubted() {
    let story = Story::of(2).await;
    story.second(1_800).await;
    story.all_present(1).await;
    let approved_on = |day| story.change_class(story.class, training_class::Column::ApprovedOn, Expr::value(day));
    approved_on(day(11, 14)).await;
    assert_eq!((story.search().await, story.doubts().await.len()), (0, 0));
    approved_on(day(11, 15)).await;
    assert_eq!(story.search().await, 1);
    let facts = story.facts(DoubtKind::BeforeApproval).await.remove(0);
    assert_eq!((&facts["people"], &facts["approved_on"]), (&json!(2), &json!("2016-11-15")));
}

async fn assess(story: &Story, passed: &[(usize, bool)]) {
    let results: Vec<Value> = passed
        .iter()
        .map(|(who, passed)| {
            let result = if *passed { "passed" } else { "failed" };
            json!({ "enrolment_id": story.seats[*who], "result": result, "score": 80 })
        })
        .collect();
    let at = format!("/api/v1/classes/{}/assessments", story.class);
    let assessor = story.app.assessor_of(story.class).await;
    assessor.api_post(&at, json!({ "results": results })).await.is(Status::Ok);
}

#[rocket::async_test]
async fn a_class_in_which_nearly_everybody_passes_is_doubted_from_so_many_people_on() {
    let story = Story::with(ClassStatus::Ended, 4).await;
    given_rule(&story.app, "supervision.pass_people", 3).await;
    story.app.time_is(nine_on(11, 17)).await;
    assess(&story, &[(0, true), (1, true)]).await;
    assert_eq!((story.search().await, story.doubts().await.len()), (0, 0));
    assess(&story, &[(2, true)]).await;
    assert_eq!(story.search().await, 1);
    let facts = json!({ "passed": 3, "assessed": 3, "rate": "100.00", "percent": 98 });
    assert_eq!(story.facts(DoubtKind::PassRate).await, [facts]);
    // 75 % are none to wonder about.
    assess(&story, &[(3, false)]).await;
    assert_eq!(story.search().await, 0);
    assert_eq!(story.stands().await, [(DoubtKind::PassRate, DoubtStatus::Cleared)]);
}

#[rocket::async_test]
async fn a_young_institution_that_opens_many_classes_at_once_is_doubted_once() {
    let story = Story::of(1).await;
    given_rule(&story.app, "supervision.burst_classes", 2).await;
    let mut classes = vec![story.class];
    for n in 1..4 {
        story.app.time_is(half_past_eight() + TimeDelta::days(n)).await;
        classes.push(story.app.given_class(GivenClass::of(story.school())).await);
    }
    for class in &classes {
        story.look(*class).await;
    }
    let doubts = story.doubts().await;
    assert_eq!(
        doubts.iter().map(|row| (row.kind, row.class_id)).collect::<Vec<_>>(),
        [(DoubtKind::BurstOfClasses, classes[2])]
    );
    assert_eq!(story.facts(DoubtKind::BurstOfClasses).await[0]["classes"], 3);
    // A house that stands for half a year may.
    let old = Story::of(1).await;
    given_rule(&old.app, "supervision.burst_classes", 2).await;
    let mut last = old.class;
    for n in 0..3 {
        old.app.time_is(half_past_eight() + TimeDelta::days(200 + n)).await;
        last = old.app.given_class(GivenClass::of(old.school())).await;
        old.look(last).await;
    }
    assert!(old.doubts().await.is_empty(), "{last}");
}

#[rocket::async_test]
async fn the_search_reads_what_changed_and_nothing_before() {
    let (story, _) = Story::doubted().await;
    story.second(1_860).await;
    story.roster(1, json!([{ "enrolment_id": story.seats[0], "presence": "absent" }])).await.is(Status::Ok);
    // All of it was read.
    for feed in ["marks", "results", "deeds"] {
        let row = doubt_cursor::Model { feed: feed.into(), seen: uuid::Uuid::max() };
        let key = sea_orm::sea_query::OnConflict::column(doubt_cursor::Column::Feed)
            .update_column(doubt_cursor::Column::Seen)
            .to_owned();
        doubt_cursor::Entity::insert(row.into_active_model())
            .on_conflict(key)
            .exec_without_returning(story.app.db.writer())
            .await
            .unwrap();
    }
    story.search().await;
    assert_eq!(story.stands().await, [(DoubtKind::OverCapacity, DoubtStatus::Open)]);
    doubt_cursor::Entity::delete_many().exec(story.app.db.writer()).await.unwrap();
    story.search().await;
    assert_eq!(story.stands().await, [(DoubtKind::OverCapacity, DoubtStatus::Cleared)]);
}
