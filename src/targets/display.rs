//! How rates are shown: numbers in words, bars on one scale.

use entities::values::Programme;

use crate::base::money;
use crate::targets::rules::{self, Tick};
use crate::targets::service::{Board, Standing, standing};
use crate::web::Page;

/// A number large enough for a headline to round it.
const LARGE: i64 = 10_000;

/// The headline of one programme.
#[derive(Clone, Debug)]
pub(crate) struct Card {
    pub name: String,
    /// `124.9`; nothing where no target was issued.
    pub rate: String,
    /// Done, target and the difference.
    pub sentence: String,
    pub times: String,
    /// What the bar shows, for whoever does not see it.
    pub alt: String,
    pub done: i64,
    pub target: i64,
    pub scale: i64,
    pub marks: Vec<Tick>,
}

/// An area in the table of one programme.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub code: String,
    pub name: String,
    /// `124.92%`; nothing where no target was issued.
    pub rate: String,
    pub alt: String,
    pub done: i64,
    pub target: i64,
    pub times: i64,
    pub gap: Gap,
}

/// How far beyond the target or behind it.
#[derive(Clone, Debug)]
pub(super) struct Gap {
    pub text: String,
    pub behind: bool,
}

/// `14.99万人` or `132人`: Chinese headlines count in ten-thousands.
fn people(page: &Page, number: i64) -> String {
    if !page.is_en() && number >= LARGE {
        page.say1("target-ten_thousand", "count", rules::ten_thousands(number))
    } else {
        page.say1("count-people", "count", money::grouped(number))
    }
}

fn gap(page: &Page, one: Standing) -> Gap {
    let Some(target) = one.target.filter(|target| *target > 0) else {
        return Gap { text: page.say("rate-none"), behind: false };
    };
    let text = match one.people - target {
        0 => page.say("target-gap-even"),
        over if over > 0 => page.say1("gap-over", "count", money::grouped(over)),
        short => page.say1("gap-short", "count", money::grouped(-short)),
    };
    Gap { text, behind: one.people < target }
}

fn alt(page: &Page, name: &str, percent: Option<&str>) -> String {
    percent.map(|percent| page.say2("rate-sentence", "name", name, "rate", percent)).unwrap_or_default()
}

/// The headline of every programme that has a target or a count in the area, on one scale.
pub(crate) fn cards(page: &Page, board: &Board) -> Vec<Card> {
    let scale = rules::scale(board.totals.iter().map(|one| (one.people, one.target.unwrap_or_default())));
    board.totals.iter().map(|one| card(page, *one, board.decimals(one.programme), scale)).collect()
}

fn card(page: &Page, one: Standing, decimals: u32, scale: i64) -> Card {
    let name = page.word("programme", one.programme);
    let percent = one.rate().percent(decimals);
    let done = people(page, one.people);
    let sentence = match one.target.filter(|target| *target > 0) {
        Some(target) => {
            let gap = gap(page, one).text;
            page.say3("target-card", "done", done, "target", people(page, target), "gap", gap)
        }
        None => page.say1("target-card-none", "done", done),
    };
    Card {
        alt: alt(page, &name, percent.as_deref()),
        rate: percent.unwrap_or_default(),
        times: page.say1("target-times", "count", money::grouped(one.person_times)),
        done: one.people,
        target: one.target.unwrap_or_default(),
        marks: rules::marks(scale),
        name,
        sentence,
        scale,
    }
}

/// The areas below in the table of one programme, then the area itself; and the scale that all their bars share.
pub(super) fn table(page: &Page, board: &Board, programme: Programme) -> (Vec<Row>, Row, i64) {
    let decimals = board.decimals(programme);
    let row = |code: &str, one: Standing| {
        let name = page.place_on(code, board.on);
        let percent = one.rate().percent(decimals);
        Row {
            alt: alt(page, &name, percent.as_deref()),
            rate: percent.map(|percent| format!("{percent}%")).unwrap_or_default(),
            done: one.people,
            target: one.target.unwrap_or_default(),
            times: one.person_times,
            gap: gap(page, one),
            code: code.to_owned(),
            name,
        }
    };
    let rows: Vec<Row> =
        board.children.iter().map(|(code, standings)| row(code, standing(standings, programme))).collect();
    let total = row(&board.area, board.total(programme));
    let scale = rules::scale(rows.iter().chain([&total]).map(|row| (row.done, row.target)));
    (rows, total, scale)
}

/// The whole board as a table for spreadsheets, a line per area and programme.
pub(super) fn csv(page: &Page, board: &Board) -> crate::base::Result<String> {
    let mut table = csv::Writer::from_writer(Vec::new());
    let head = [
        "target-code",
        "target-area",
        "target-programme",
        "target-done",
        "target-target",
        "target-rate",
        "target-gap",
        "target-person_times",
    ];
    let whole = [(board.area.clone(), board.totals.clone())];
    let lines = board.children.iter().chain(&whole).flat_map(|(code, standings)| {
        standings.iter().map(|one| {
            let target = one.target.filter(|target| *target > 0);
            [
                rules::cell(code),
                rules::cell(&page.place_on(code, board.on)),
                rules::cell(&page.word("programme", one.programme)),
                one.people.to_string(),
                target.map(|target| target.to_string()).unwrap_or_default(),
                one.rate().percent(board.decimals(one.programme)).unwrap_or_default(),
                target.map(|target| (one.people - target).to_string()).unwrap_or_default(),
                one.person_times.to_string(),
            ]
        })
    });
    table.write_record(head.map(|key| rules::cell(&page.say(key)))).map_err(crate::base::Error::internal)?;
    for line in lines {
        table.write_record(line).map_err(crate::base::Error::internal)?;
    }
    let bytes = table.into_inner().map_err(|e| crate::base::Error::internal(e.to_string()))?;
    // Spreadsheets on Chinese Windows read a table without the mark in another encoding.
    Ok(format!("\u{FEFF}{}", String::from_utf8(bytes).map_err(crate::base::Error::internal)?))
}
