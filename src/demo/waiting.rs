//! What waits in 上高县 on the last day of the year, so that whoever signs in finds something to do.

use chrono::NaiveDate;
use entities::{
    enterprise_order, export_job, order_class,
    values::{
        CourseStatus, ExportFormat, ExportId, ExportList, ExportPurpose, ExportStatus, Fen, ImportSubject, OrderId,
        OrderStatus, Programme, Role,
    },
};
use serde_json::json;

use crate::base::columns::file_head;
use crate::base::{Error, IdNumber, Result};
use crate::data::Vault;
use crate::demo::attendance::Fate;
use crate::demo::calendar::{YEAR, at, day};
use crate::demo::choice::Pool;
use crate::demo::classes::{Plan, Seat, State, Teller};
use crate::demo::known_places::JINGSHAN;
use crate::demo::offers::{ECOMMERCE, Offer, SEWING, STARTUP};
use crate::demo::registry::Registered;
use crate::imports;
use crate::people;

/// 敖山镇, to which 镜山村 belongs.
const AOSHAN: &str = "360923106";
/// 锦江镇, where the school is.
const TOWN: &str = "360923102";

/// Seats set aside for the factory that ordered seamstresses.
const ORDERED_SEATS: i32 = 28;

/// The person of 镜山村 who signs in: registered as poor, able to work.
pub(super) fn trainee(people: &[Registered]) -> Option<&Registered> {
    people.iter().find(|person| person.area_code == JINGSHAN && person.may_train && person.sturdy)
}

struct Waiting {
    offer: &'static Offer,
    state: State,
    starts_on: NaiveDate,
    township: &'static str,
    trainer: &'static str,
    /// Who sits in it: first those who have taken part in the year, then those who have not.
    people: usize,
}

const CLASSES: [Waiting; 9] = [
    // Today is its last day; the last two sessions are still to be marked.
    Waiting {
        offer: &ECOMMERCE,
        state: State::Running,
        starts_on: day(YEAR, 12, 29),
        township: TOWN,
        trainer: "胡国平",
        people: 20,
    },
    Waiting {
        offer: &STARTUP,
        state: State::Ended,
        starts_on: day(YEAR, 12, 19),
        township: TOWN,
        trainer: "晏丽华",
        people: 20,
    },
    // Full, and four wait.
    Waiting {
        offer: &ECOMMERCE,
        state: State::Open,
        starts_on: day(YEAR + 1, 1, 9),
        township: TOWN,
        trainer: "胡国平",
        people: 44,
    },
    Waiting {
        offer: &ECOMMERCE,
        state: State::Open,
        starts_on: day(YEAR + 1, 1, 12),
        township: AOSHAN,
        trainer: "刘晓燕",
        people: 38,
    },
    Waiting {
        offer: &STARTUP,
        state: State::Open,
        starts_on: day(YEAR + 1, 1, 9),
        township: AOSHAN,
        trainer: "晏丽华",
        people: 19,
    },
    Waiting {
        offer: &SEWING,
        state: State::Open,
        starts_on: day(YEAR + 1, 2, 6),
        township: TOWN,
        trainer: "罗细英",
        people: 28,
    },
    // Twelve came on its roster already.
    Waiting {
        offer: &ECOMMERCE,
        state: State::Applied,
        starts_on: day(YEAR + 1, 2, 13),
        township: AOSHAN,
        trainer: "刘晓燕",
        people: 12,
    },
    Waiting {
        offer: &STARTUP,
        state: State::Returned,
        starts_on: day(YEAR + 1, 2, 20),
        township: TOWN,
        trainer: "晏丽华",
        people: 0,
    },
    Waiting {
        offer: &STARTUP,
        state: State::Draft,
        starts_on: day(YEAR + 1, 3, 6),
        township: AOSHAN,
        trainer: "晏丽华",
        people: 0,
    },
];

/// Who of the class that is full and the class with the last seats left are told apart by.
const FULL: usize = 2;
const NEARLY_FULL: usize = 3;
/// The place of the class in which the trainee who signs in has a seat.
const SURE: usize = 5;

/// Tells what waits. `qualified` completed start-up training in the year; everybody else comes from the pool.
///
/// # Errors
/// As of every class.
pub(super) fn tell(
    teller: &mut Teller<'_>,
    mut pool: Pool,
    qualified: Vec<Registered>,
    trainee: Option<&Registered>,
) -> Result<()> {
    let [school, _] = &teller.office.schools;
    let mut qualified = qualified.into_iter().filter(|person| trainee.is_none_or(|trainee| trainee.id != person.id));
    for (n, waiting) in CLASSES.iter().enumerate() {
        let programme = waiting.offer.programme;
        let mut people = if n == NEARLY_FULL { pool.choose_in(JINGSHAN, 4) } else { Vec::new() };
        // Nobody is trained twice for the same.
        if waiting.state == State::Open && programme != Programme::Entrepreneurship {
            people.extend(qualified.by_ref().take(waiting.people - people.len()));
        }
        let more = pool.choose(waiting.people - people.len(), programme);
        people.extend(more.into_iter().filter_map(|place| pool.get(place)).cloned());
        if n == FULL {
            // Second on the waiting list.
            let place = people.len().min(42);
            people.splice(place..place, trainee.cloned());
        }
        if n == SURE {
            // And sure of a seat in another trade later on.
            people.truncate(waiting.people - 1);
            people.extend(trainee.cloned());
        }
        let plan = Plan {
            offer: waiting.offer,
            school,
            starts_on: waiting.starts_on,
            township: waiting.township.to_owned(),
            trainer: waiting.trainer.to_owned(),
            roster: people.iter().map(|person| Seat::of(person, Fate::Qualifies)).collect(),
            state: waiting.state,
        };
        let told = teller.tell(&plan)?;
        if programme == Programme::Skill {
            let id = order(teller, &SEWING, OrderStatus::Accepted, 40, None);
            let class_id = told.class;
            teller.rows.order_class.push(order_class::Model { order_id: id, class_id, seats: ORDERED_SEATS });
        }
    }
    order(teller, &SEWING, OrderStatus::Submitted, 25, None);
    order(teller, &ECOMMERCE, OrderStatus::Accepted, 12, None);
    order(teller, &ECOMMERCE, OrderStatus::Returned, 6, Some("请写明工作地点和是否包吃住"));
    order(teller, &SEWING, OrderStatus::Draft, 10, None);
    courses(teller);
    export(teller);
    Ok(())
}

fn order(teller: &mut Teller<'_>, offer: &Offer, status: OrderStatus, headcount: i32, reason: Option<&str>) -> OrderId {
    let firm = &teller.office.enterprise;
    let id = OrderId::new();
    let skills = if offer.programme == Programme::Skill {
        "会用平缝机，看得懂工艺单"
    } else {
        "会上架、会客服"
    };
    teller.rows.enterprise_order.push(enterprise_order::Model {
        id,
        number: teller.series.order(YEAR),
        organisation_id: firm.id,
        area_code: teller.office.county.to_owned(),
        occupation: offer.occupation.to_owned(),
        level: offer.level,
        headcount,
        wage_low_fen: Fen(260_000),
        wage_high_fen: Fen(320_000),
        work_place: format!("{}工业园", teller.office.name),
        start_by: day(YEAR + 1, 3, 31),
        hire_commitment_percent: 80,
        skills: skills.to_owned(),
        status,
        reason: reason.map(str::to_owned),
        created_by: firm.contact,
        created_at: at(day(YEAR, 12, 19), 9, 20),
        version: 1,
    });
    id
}

/// A township sent its list, with two lines that are to be mended; the clerk has not checked it yet.
pub(super) fn file(teller: &mut Teller<'_>, vault: &Vault) -> Result<()> {
    // 姓名, 文化程度, 主要致贫原因: what the lines differ in.
    const PEOPLE: [(&str, &str, &str); 6] = [
        ("易秋莲", "初中", "缺技术"),
        ("晏水根", "小学", "因病"),
        ("况小英", "私塾", "因病"),
        ("敖志强", "高中", "缺资金"),
        ("黎金花", "初中", "因懒"),
        ("简春生", "初中", "因学"),
    ];
    let mut text = file_head(&people::COLUMNS, false).replacen("姓名,身份证号", "户主或成员,公民身份号码", 1);
    for ((name, education, cause), n) in PEOPLE.into_iter().zip(990_u16..) {
        let number = IdNumber::compose("369970", day(1979, 6, 15), n).ok_or_else(|| Error::internal("no number"))?;
        let number = number.as_str();
        let line = format!(
            "{name},{number},汉族,{education},群众,已婚,健康,普通劳动力,农业户口,{JINGSHAN},敖山镇镜山村,15400990{n},\
             36092310620690{n},户主,建档立卡,,{cause},,务农,就近转移,电商培训,否,,,刘敏\r\n"
        );
        text.push_str(&line);
    }
    let sender = (teller.office.county, teller.office.clerk);
    let (subject, at) = (ImportSubject::People, at(day(YEAR, 12, 30), 15, 5));
    let (job, parts) = imports::as_if_sent(vault, sender, subject, "敖山镇新增人员.csv", &text, at)?;
    teller.rows.import_job.push(job);
    teller.rows.import_part.extend(parts);
    Ok(())
}

/// The clerk wants more rows than one person may take out alone, so the checker is asked.
fn export(teller: &mut Teller<'_>) {
    let county = teller.office.county;
    teller.rows.export_job.push(export_job::Model {
        id: ExportId::new(),
        list: ExportList::People,
        area_code: county.to_owned(),
        filters: json!({ "area": county }).to_string(),
        format: ExportFormat::Csv,
        language: "zh-CN".to_owned(),
        purpose: ExportPurpose::Report,
        note: "年终上报市局".to_owned(),
        words: true,
        in_full: false,
        status: ExportStatus::Asked,
        rows_due: 6_120,
        rows_alone: 5_000,
        second_person: true,
        approver: Role::CountyChecker,
        asked_by: teller.office.clerk,
        asked_at: at(day(YEAR, 12, 30), 16, 40),
        decided_by: None,
        decided_at: None,
        reason: None,
        fault: None,
        lease: None,
        lease_until: None,
        attempts: 0,
        rows: 0,
        parts: 0,
        bytes: 0,
        sha256: None,
        built_at: None,
        expires_at: None,
        fetches: 0,
        version: 1,
    });
}

/// Courses that are not listed yet.
fn courses(teller: &mut Teller<'_>) {
    let [school, _] = &teller.office.schools;
    for (offer, status, title, reason) in [
        (&ECOMMERCE, CourseStatus::Submitted, "农村电商带头人提高班", None),
        (&SEWING, CourseStatus::Returned, "制鞋面料识别", Some("请补上每次课的内容和实操课时")),
        (&STARTUP, CourseStatus::Draft, "改善你的企业（IYB）", None),
    ] {
        let mut row = teller.office.course(school, offer, status, teller.series);
        title.clone_into(&mut row.title);
        row.reason = reason.map(str::to_owned);
        teller.rows.course.push(row);
    }
}
