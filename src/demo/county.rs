//! The year of one county: its people, who of them went to which class and when.

use chrono::NaiveDate;
use entities::{
    enterprise_order, hire, order_class,
    values::{Fen, HireId, OrderId, OrderStatus, PersonId, Programme},
};

use crate::base::{Error, Result};
use crate::data::Vault;
use crate::demo::attendance::Fate;
use crate::demo::calendar::{TODAY, YEAR, after, at, day, teaching_days, working_days_after};
use crate::demo::choice::Pool;
use crate::demo::claims::Stage;
use crate::demo::classes::{Common, Plan, Seat, State, Teller, Told};
use crate::demo::dice::{Dice, apportion, evenly};
use crate::demo::figures::{CountyFigures, SHANGGAO, SUICHUAN};
use crate::demo::known_places::WUDOUJIANG;
use crate::demo::names::{full_name, surname};
use crate::demo::numbers::Series;
use crate::demo::offers::{ECOMMERCE, Offer, STARTUP};
use crate::demo::offices::{Office, School};
use crate::demo::people::SynthPerson;
use crate::demo::registry::{Registered, register, serve};
use crate::demo::rows::Rows;
use crate::demo::tally::Tally;
use crate::demo::waiting;

/// Trainers of one programme in a county; who follows in the list teaches the next class.
const TRAINERS: usize = 24;
/// Of a hundred who begin, so many do not qualify.
const LOST_PERCENT: usize = 4;
/// Of a hundred who complete e-commerce, so many had completed start-up training earlier in the year.
const BOTH_PERCENT: usize = 3;
/// Who completes both has ended the first by then.
const BOTH_UNTIL: NaiveDate = day(YEAR, 11, 15);

/// The first and the last day on which classes of a programme begin.
const STARTUP_STARTS: (NaiveDate, NaiveDate) = (day(YEAR, 3, 1), day(YEAR, 11, 21));
const ECOMMERCE_STARTS: (NaiveDate, NaiveDate) = (day(YEAR, 3, 7), day(YEAR, 12, 14));
const WUDOUJIANG_STARTS: NaiveDate = day(YEAR, 12, 5);

/// The last classes of start-up training in 上高县: one claim waits in every state.
const SHANGGAO_CLAIMS: [(NaiveDate, Stage); 5] = [
    (day(YEAR, 11, 7), Stage::InNotice),
    (day(YEAR, 11, 14), Stage::FirstApproved),
    (day(YEAR, 11, 17), Stage::Returned),
    (day(YEAR, 11, 24), Stage::Submitted),
    (day(YEAR, 12, 8), Stage::Unclaimed),
];

/// What a county is made of.
pub(super) struct County<'a> {
    pub figures: &'a CountyFigures,
    pub office: &'a Office,
    pub common: &'a Common<'a>,
    pub vault: &'a Vault,
    pub dice: Dice,
}

/// Tells the whole county: those of its villages, and those who are told by name. Who of it signs in as a trainee comes with
/// the rows.
///
/// # Errors
/// `Internal` when it has too few people for its classes.
pub(super) fn tell(
    county: County<'_>,
    people: Vec<SynthPerson>,
    named: Vec<SynthPerson>,
    series: &mut Series,
    tally: &mut Tally,
) -> Result<(Rows, Option<(String, PersonId)>)> {
    let County { figures, office, common, vault, dice } = county;
    let mut teller = Teller::new(common, office, series, tally, dice);
    let mut people = register(vault, people, &mut teller.rows)?;
    let named = register(vault, named, &mut teller.rows)?;
    // The people of the class of 五斗江乡 go to that one only; those of 镜山村 are like all others.
    let class: &[Registered] = if figures.county == SUICHUAN { &named } else { &[] };
    if class.is_empty() {
        people.extend(named.iter().cloned());
    }
    serve(figures, &format!("{}就业局", office.name), &people, &mut teller.dice, &mut teller.rows);
    let mut pool = Pool::new(&people);
    // The trainee who signs in qualified in the course of the year.
    let trainee = (figures.county == SHANGGAO).then(|| waiting::trainee(&people)).flatten();

    let [startups, ecommerce] = figures.completions.map(|n| usize::try_from(n).unwrap_or(usize::MAX));
    let startup = Course::new(&STARTUP, STARTUP_STARTS, figures.county, &mut teller.dice);
    let busy = startup_classes(&mut teller, &mut pool, &startup, startups, trainee)?;
    let course = Course::new(&ECOMMERCE, ECOMMERCE_STARTS, figures.county, &mut teller.dice);
    let rest =
        ecommerce.checked_sub(class.len()).ok_or_else(|| Error::internal("fewer completions than 五斗江乡 has"))?;
    let mut answer = ecommerce_classes(&mut teller, &mut pool, &course, rest, &busy)?;
    if !class.is_empty() {
        let plan = Plan {
            offer: &ECOMMERCE,
            school: course.school(office, 1),
            starts_on: WUDOUJIANG_STARTS,
            township: WUDOUJIANG.to_owned(),
            trainer: "刘晓燕".to_owned(),
            roster: class.iter().map(|person| Seat::of(person, Fate::Qualifies)).collect(),
            state: State::Closed(None),
        };
        let told = teller.tell(&plan)?;
        answer.get_or_insert(told);
    }
    if let Some(told) = answer {
        order(&mut teller, &told);
    }
    if figures.county == SHANGGAO {
        let qualified = busy.iter().filter_map(|busy| pool.get(busy.place)).cloned().collect();
        waiting::tell(&mut teller, pool, qualified, trainee)?;
        waiting::file(&mut teller, vault)?;
    }
    let trainee = trainee.map(|person| (person.name.clone(), person.id));
    Ok((teller.finish()?, trainee))
}

/// A programme in a county: who teaches, when.
struct Course {
    offer: &'static Offer,
    starts: (NaiveDate, NaiveDate),
    trainers: Vec<String>,
    county: &'static str,
}

/// Somebody who completed start-up training, and when.
struct Busy {
    place: usize,
    from: NaiveDate,
    to: NaiveDate,
}

impl Course {
    fn new(offer: &'static Offer, starts: (NaiveDate, NaiveDate), county: &'static str, dice: &mut Dice) -> Self {
        let trainer = |dice: &mut Dice| {
            let (surname, male) = (surname(dice), dice.percent(45));
            full_name(dice, surname, male)
        };
        Self { offer, starts, county, trainers: (0..TRAINERS).map(|_| trainer(dice)).collect() }
    }

    /// The n-th of so many classes, by the day on which they begin, spread over the season.
    fn start(&self, n: usize, classes: usize) -> NaiveDate {
        let season = (self.starts.1 - self.starts.0).num_days().unsigned_abs();
        let day = after(self.starts.0, season * n as u64 / classes.max(1) as u64);
        teaching_days(day, 1).first().copied().unwrap_or(day)
    }

    fn trainer(&self, n: usize) -> String {
        self.trainers.get(n % TRAINERS).cloned().unwrap_or_default()
    }

    fn school<'o>(&self, office: &'o Office, n: usize) -> &'o School {
        let [school, centre] = &office.schools;
        let private = self.county == SHANGGAO && self.offer.programme == Programme::Entrepreneurship;
        if private || n.is_multiple_of(2) { school } else { centre }
    }
}

/// How neighbours are spread over the season: the i-th class in the order of villages begins as the n-th.
fn turn(i: usize, classes: usize) -> usize {
    let step = (classes * 5 / 8..=classes).find(|step| gcd(*step, classes) == 1).unwrap_or(1);
    i * step % classes.max(1)
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// Cuts a roster into classes of about one size, neighbours together.
fn cut(roster: &[usize], classes: usize) -> Vec<&[usize]> {
    let mut rest = roster;
    apportion(roster.len() as u64, &vec![1; classes])
        .into_iter()
        .map(|size| {
            let (some, others) = rest.split_at(usize::try_from(size).unwrap_or_default().min(rest.len()));
            rest = others;
            some
        })
        .collect()
}

/// Where most of a class comes from: the township of the one in the middle.
fn township(pool: &Pool, class: &[usize]) -> String {
    let middle = class.get(class.len() / 2).and_then(|place| pool.get(*place));
    middle.and_then(|person| person.area_code.get(..9)).unwrap_or_default().to_owned()
}

/// Seats for a class in which so many places, counted over the whole roster, belong to those who do not qualify.
fn seats(pool: &Pool, class: &[usize], lost: &[usize]) -> Vec<Seat> {
    class
        .iter()
        .filter_map(|place| {
            let fate = match lost.binary_search(place) {
                Err(_) => Fate::Qualifies,
                Ok(n) if n % 3 == 0 => Fate::Fails,
                Ok(_) => Fate::StaysAway,
            };
            pool.get(*place).map(|person| Seat::of(person, fate))
        })
        .collect()
}

fn classes_for(roster: usize, offer: &Offer) -> usize {
    roster.div_ceil(usize::try_from(offer.seats).unwrap_or(1))
}

/// Those of a roster who will not qualify, never the one who is told by name.
fn choose_lost(roster: &[usize], lost: usize, kept: Option<usize>) -> Vec<usize> {
    let others: Vec<usize> = roster.iter().copied().filter(|place| Some(*place) != kept).collect();
    evenly(lost.min(others.len()), others.len()).filter_map(|i| others.get(i).copied()).collect()
}

fn startup_classes(
    teller: &mut Teller<'_>,
    pool: &mut Pool,
    course: &Course,
    wanted: usize,
    trainee: Option<&Registered>,
) -> Result<Vec<Busy>> {
    let trainee = trainee.and_then(|person| pool.reserve(person.id));
    let lost = (wanted * LOST_PERCENT / 100).min(pool.left().saturating_sub(wanted));
    let mut roster = pool.choose(wanted + lost - usize::from(trainee.is_some()), course.offer.programme);
    roster.extend(trainee);
    roster.sort_unstable();
    if roster.len() != wanted + lost {
        return Err(Error::internal(format!("{} has too few people for its classes", course.county)));
    }
    let lost = choose_lost(&roster, lost, trainee);
    let told = if course.county == SHANGGAO { SHANGGAO_CLAIMS.len() } else { 0 };
    let classes = classes_for(roster.len(), course.offer).max(told);
    let mut plans: Vec<(usize, &[usize])> =
        cut(&roster, classes).into_iter().enumerate().map(|(i, class)| (turn(i, classes), class)).collect();
    plans.sort_unstable_by_key(|(n, _)| *n);
    let mut busy = Vec::new();
    for (n, class) in plans {
        let waiting = (n + told).checked_sub(classes).and_then(|i| SHANGGAO_CLAIMS.get(i)).filter(|_| told > 0);
        let starts_on = waiting.map_or_else(|| course.start(n, classes), |(day, _)| *day);
        let plan = Plan {
            offer: course.offer,
            school: course.school(teller.office, n),
            starts_on,
            township: township(pool, class),
            trainer: course.trainer(n),
            roster: seats(pool, class, &lost),
            state: State::Closed(waiting.map(|(_, stage)| *stage)),
        };
        teller.tell(&plan)?;
        let days = teaching_days(starts_on, course.offer.days);
        if let (Some(from), Some(to)) = (days.first().copied(), days.last().copied()) {
            let qualified = class.iter().filter(|place| lost.binary_search(place).is_err());
            busy.extend(qualified.map(|place| Busy { place: *place, from, to }));
        }
    }
    Ok(busy)
}

/// Tells the classes on e-commerce; the first of them that is closed answers an order.
fn ecommerce_classes(
    teller: &mut Teller<'_>,
    pool: &mut Pool,
    course: &Course,
    wanted: usize,
    busy: &[Busy],
) -> Result<Option<Told>> {
    let free: Vec<&Busy> = busy.iter().filter(|busy| busy.to <= BOTH_UNTIL).collect();
    let both = (wanted * BOTH_PERCENT / 100).max(wanted.saturating_sub(pool.left())).min(free.len());
    let lost = (wanted * LOST_PERCENT / 100).min((pool.left() + both).saturating_sub(wanted));
    let mut roster = pool.choose(wanted + lost - both, course.offer.programme);
    let both: Vec<&Busy> = evenly(both, free.len()).filter_map(|i| free.get(i).copied()).collect();
    roster.extend(both.iter().map(|busy| busy.place));
    roster.sort_unstable();
    if roster.len() != wanted + lost {
        return Err(Error::internal(format!("{} has too few people for its classes", course.county)));
    }
    let lost = choose_lost(&roster, lost, None);
    let classes = classes_for(roster.len(), course.offer);
    let mut plans: Vec<(usize, &[usize])> =
        cut(&roster, classes).into_iter().enumerate().map(|(i, class)| (turn(i, classes), class)).collect();
    plans.sort_unstable_by_key(|(n, _)| *n);
    let mut first = None;
    for (n, class) in plans {
        let members: Vec<&Busy> = both.iter().filter(|busy| class.contains(&busy.place)).copied().collect();
        let plan = Plan {
            offer: course.offer,
            school: course.school(teller.office, n),
            starts_on: free_from(course.start(n, classes), course.offer.days, &members),
            township: township(pool, class),
            trainer: course.trainer(n),
            roster: seats(pool, class, &lost),
            state: State::Closed(None),
        };
        let told = teller.tell(&plan)?;
        first.get_or_insert(told);
    }
    Ok(first)
}

/// The first day from which nobody of the class sits elsewhere.
fn free_from(starts_on: NaiveDate, days: usize, members: &[&Busy]) -> NaiveDate {
    let mut starts_on = starts_on;
    loop {
        let ends_on = teaching_days(starts_on, days).last().copied().unwrap_or(starts_on);
        match members.iter().find(|busy| busy.from <= ends_on && busy.to >= starts_on) {
            Some(busy) => starts_on = after(busy.to, 1),
            None => return starts_on,
        }
    }
}

/// An order of the county's enterprise that a class answered, with those it hired.
fn order(teller: &mut Teller<'_>, told: &Told) {
    let firm = &teller.office.enterprise;
    let headcount = told.taken.min(20);
    let id = OrderId::new();
    teller.rows.enterprise_order.push(enterprise_order::Model {
        id,
        number: teller.series.order(YEAR),
        organisation_id: firm.id,
        area_code: teller.office.county.to_owned(),
        occupation: ECOMMERCE.occupation.to_owned(),
        level: ECOMMERCE.level,
        headcount,
        wage_low_fen: Fen(240_000),
        wage_high_fen: Fen(320_000),
        work_place: format!("{}电商产业园", teller.office.name),
        start_by: working_days_after(told.closed_on, 20),
        hire_commitment_percent: 60,
        skills: "会上架、会拍照、会客服".to_owned(),
        status: OrderStatus::Settled,
        reason: None,
        created_by: firm.contact,
        created_at: at(day(YEAR, 1, 25), 10, 0),
        version: 1,
    });
    teller.rows.order_class.push(order_class::Model { order_id: id, class_id: told.class, seats: headcount });
    let hired_on = working_days_after(told.closed_on, 4).min(TODAY);
    let hires = told.completed.len().min(usize::try_from(headcount).unwrap_or_default()) * 4 / 5;
    teller.rows.hire.extend(told.completed.iter().take(hires).map(|(enrolment_id, person_id)| hire::Model {
        id: HireId::new(),
        order_id: id,
        person_id: *person_id,
        enrolment_id: *enrolment_id,
        hired_on,
        recorded_by: firm.contact,
        created_at: at(hired_on, 17, 0).min(at(TODAY, 8, 0)),
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_has_its_own_turn() {
        for classes in 1..400 {
            let mut turns: Vec<usize> = (0..classes).map(|i| turn(i, classes)).collect();
            turns.sort_unstable();
            assert!(turns.into_iter().eq(0..classes), "{classes}");
        }
    }

    #[test]
    fn a_class_waits_until_all_of_it_are_free() {
        let busy = |place, from, to| Busy { place, from: day(2016, 5, from), to: day(2016, 5, to) };
        let (one, other) = (busy(1, 3, 12), busy(2, 13, 20));
        assert_eq!(free_from(day(2016, 5, 10), 3, &[&one, &other]), day(2016, 5, 21));
        assert_eq!(free_from(day(2016, 5, 23), 3, &[&one, &other]), day(2016, 5, 23));
    }

    #[test]
    fn a_roster_is_cut_into_equal_classes() {
        let roster: Vec<usize> = (0..100).collect();
        let sizes: Vec<usize> = cut(&roster, 3).into_iter().map(<[usize]>::len).collect();
        assert_eq!(sizes, [34, 33, 33]);
    }
}
