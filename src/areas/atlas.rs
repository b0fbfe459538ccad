//! Which areas stood on a day, under which name, and what became of a code that ended.
//!
//! The list in `divisions.csv` is Jiangxi down to the village, joined from the national code list of 2017-10-31 and that
//! of 2023. A period is half-open: `valid_to` is the first day on which the name no longer held. What stood in 2016 is
//! written from 2015-01-01. The dates of change:
//! - 2017-01-01: 赣县 and 东乡县 become districts. Monthly lists had them in December 2016, the list of that year not yet.
//! - 2017-10-01: 九江县 becomes 柴桑区; 2018-10-01: 余江县 becomes 余江区. First of the month of the list that shows it.
//! - 2020-01-01: 上饶县 becomes 广信区, 龙南县 becomes 龙南市, 湾里区 goes into 新建区 and 红谷滩区 is cut out of 新建区
//!   and 东湖区. Known only to lie between April 2019 and June 2020.
//! - 2023-01-01: every other change of a township or village between the two lists.
//!
//! A township or village of the later list succeeds one of the earlier under the same name, at the same place in the
//! county that succeeded, else alone of its name in the township or the county; where that is open, nothing succeeds.

use std::{cmp::Reverse, collections::HashMap, ops::Range};

use chrono::NaiveDate;
pub use entities::area::Model as Area;
use entities::values::AreaLevel;

use crate::areas::{contains, level_of};

const EMBEDDED: &str = include_str!("divisions.csv");

/// More links than a chain of successors has; ends the walk should rows ever name each other in a ring.
const LONGEST_CHAIN: usize = 8;

/// Every area in every period, found by code, by parent and by name.
#[derive(Debug)]
pub struct Atlas {
    /// By code, then by time.
    rows: Vec<Area>,
    periods: HashMap<String, Range<usize>>,
    /// Rows by parent code, in code order.
    below: HashMap<String, Vec<usize>>,
    /// Rows by short name, in code order.
    named: HashMap<String, Vec<usize>>,
}

impl Atlas {
    /// The divisions that the program carries, as rows for the table of areas.
    pub fn embedded_rows() -> Vec<Area> {
        EMBEDDED.lines().skip(1).filter_map(read_row).collect()
    }

    pub fn from_rows(mut rows: Vec<Area>) -> Self {
        rows.sort_unstable_by(|a, b| (&a.code, a.valid_from).cmp(&(&b.code, b.valid_from)));
        let mut periods: HashMap<String, Range<usize>> = HashMap::with_capacity(rows.len());
        let mut below: HashMap<String, Vec<usize>> = HashMap::new();
        let mut named: HashMap<String, Vec<usize>> = HashMap::with_capacity(rows.len());
        for (i, row) in rows.iter().enumerate() {
            match periods.get_mut(&row.code) {
                Some(period) => period.end = i + 1,
                None => drop(periods.insert(row.code.clone(), i..i + 1)),
            }
            index(&mut below, &row.parent_code, i);
            index(&mut named, short_name(&row.name), i);
        }
        Self { rows, periods, below, named }
    }

    /// The name in the list of that day. A code that had ended by then is called by the name of what succeeded it, as far
    /// as successors are known, else by its own last name; a code that was still to come has none.
    pub fn name(&self, code: &str, on: NaiveDate) -> Option<&str> {
        self.standing(code, on).map(|area| area.name.as_str())
    }

    /// Codes and names from the province down to the area itself, as they stood on that day.
    pub fn path_names(&self, code: &str, on: NaiveDate) -> Vec<(String, &str)> {
        let mut path = Vec::with_capacity(5);
        let mut next = self.standing(code, on);
        while let Some(area) = next.filter(|_| path.len() < LONGEST_CHAIN) {
            path.push((area.code.clone(), area.name.as_str()));
            next = self.standing(&area.parent_code, on);
        }
        path.reverse();
        path
    }

    /// The rank of a code that stands or once stood in the list.
    pub fn level(&self, code: &str) -> Option<AreaLevel> {
        self.history(code).last().map(|area| area.level)
    }

    /// What stood directly below on that day, in code order.
    pub fn children(&self, code: &str, on: NaiveDate) -> Vec<&Area> {
        self.rows_at(self.below.get(code)).filter(|area| stands(area, on)).collect()
    }

    /// The codes of a rank that ever stood in the list, in order.
    pub fn codes(&self, level: AreaLevel) -> impl Iterator<Item = &str> {
        let mut last = None;
        let rows = self.rows.iter().filter(move |area| area.level == level).map(|area| area.code.as_str());
        rows.filter(move |code| last.replace(*code) != Some(*code))
    }

    pub fn parent(&self, code: &str) -> Option<&str> {
        let parent = &self.history(code).last()?.parent_code;
        self.periods.get_key_value(parent).map(|(code, _)| code.as_str())
    }

    /// Whether the list of that day has the code itself.
    pub fn exists(&self, code: &str, on: NaiveDate) -> bool {
        self.history(code).iter().any(|area| stands(area, on))
    }

    /// The code itself, then each above it up to the province; empty for a code that no list has.
    pub fn ancestors(&self, code: &str) -> Vec<&str> {
        let mut line = Vec::with_capacity(5);
        let mut next = self.periods.get_key_value(code).map(|(code, _)| code.as_str());
        while let Some(code) = next.filter(|_| line.len() < LONGEST_CHAIN) {
            line.push(code);
            next = self.parent(code);
        }
        line
    }

    /// Areas inside `within` that bore the name on that day, in code order. People leave out what the list adds, so
    /// 镜山村 finds 镜山村委会.
    pub fn by_name(&self, name: &str, on: NaiveDate, within: &str) -> Vec<&Area> {
        self.rows_at(self.named.get(short_name(name)))
            .filter(|area| stands(area, on) && contains(within, &area.code))
            .collect()
    }

    /// The code that stands for `code` on that day: itself, or what succeeded it.
    fn standing(&self, code: &str, on: NaiveDate) -> Option<&Area> {
        let mut found = None;
        let mut code = code;
        for _ in 0..LONGEST_CHAIN {
            let Some(area) = latest(self.history(code), on) else { break };
            found = Some(area);
            match &area.successor {
                Some(successor) if !stands(area, on) => code = successor,
                _ => break,
            }
        }
        found
    }

    fn history(&self, code: &str) -> &[Area] {
        self.periods.get(code).and_then(|period| self.rows.get(period.clone())).unwrap_or_default()
    }

    fn rows_at<'a>(&'a self, places: Option<&'a Vec<usize>>) -> impl Iterator<Item = &'a Area> {
        places.into_iter().flatten().filter_map(|&i| self.rows.get(i))
    }
}

/// The name without the words for a committee or an office, and without remarks in brackets: 镜山村 for 镜山村委会.
pub fn short_name(name: &str) -> &str {
    let name = name.split_once('（').map_or(name, |(bare, _)| bare).trim();
    let committees = ["民委员会", "居民委员会", "委员会", "居委会", "委会", "办事处"];
    committees
        .iter()
        .filter_map(|words| name.strip_suffix(words))
        .find(|bare| bare.ends_with(['村', '道']) || bare.ends_with("社区"))
        .unwrap_or(name)
}

/// Whether the code is that of a villagers' committee (村民委员会): its last three digits begin with 2 or 3, while
/// neighbourhood committees and estates have other digits there.
pub fn is_rural_village(code: &str) -> bool {
    level_of(code) == Some(AreaLevel::Village) && matches!(code.as_bytes().get(9), Some(b'2' | b'3'))
}

fn stands(area: &Area, on: NaiveDate) -> bool {
    area.valid_from <= on && area.valid_to.is_none_or(|end| on < end)
}

/// The last period that had begun by that day.
fn latest(history: &[Area], on: NaiveDate) -> Option<&Area> {
    history.iter().filter(|area| area.valid_from <= on).min_by_key(|area| Reverse(area.valid_from))
}

fn index(places: &mut HashMap<String, Vec<usize>>, key: &str, row: usize) {
    match places.get_mut(key) {
        Some(rows) => rows.push(row),
        None => drop(places.insert(key.to_owned(), vec![row])),
    }
}

/// Names hold no commas, so a line is its fields; the test below counts that none was lost.
fn read_row(line: &str) -> Option<Area> {
    let mut fields = line.split(',');
    let mut next = || fields.next();
    let area = Area {
        code: next()?.to_owned(),
        valid_from: next()?.parse().ok()?,
        valid_to: next().filter(|text| !text.is_empty()).map(str::parse).transpose().ok()?,
        name: next()?.to_owned(),
        level: next()?.parse().ok()?,
        parent_code: next()?.to_owned(),
        successor: next().filter(|text| !text.is_empty()).map(str::to_owned),
    };
    fields.next().is_none().then_some(area)
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;

    static ATLAS: LazyLock<Atlas> = LazyLock::new(|| Atlas::from_rows(Atlas::embedded_rows()));

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn count(level: AreaLevel, on: &str) -> usize {
        ATLAS.rows.iter().filter(|area| area.level == level && stands(area, day(on))).count()
    }

    #[test]
    fn no_line_of_the_embedded_list_is_lost_and_none_is_out_of_order() {
        let rows = Atlas::embedded_rows();
        assert_eq!(rows.len(), EMBEDDED.lines().count() - 1);
        assert!(rows.windows(2).all(|w| (&w[0].code, w[0].valid_from) < (&w[1].code, w[1].valid_from)));
    }

    #[test]
    fn a_code_is_told_once_however_often_it_was_renamed() {
        let counties: Vec<&str> = ATLAS.codes(AreaLevel::County).collect();
        assert!(counties.windows(2).all(|w| w[0] < w[1]) && counties.contains(&"361121"));
        assert_eq!(ATLAS.codes(AreaLevel::Province).collect::<Vec<_>>(), ["360000"]);
    }

    #[test]
    fn jiangxi_has_11_prefectures_and_100_counties_in_every_year() {
        for on in ["2016-01-01", "2016-12-31", "2017-10-31", "2019-06-01", "2020-01-01", "2026-01-01"] {
            assert_eq!((count(AreaLevel::Prefecture, on), count(AreaLevel::County, on)), (11, 100), "{on}");
        }
        assert_eq!((count(AreaLevel::Township, "2016-12-31"), count(AreaLevel::Village, "2016-12-31")), (1783, 21366));
        assert_eq!((count(AreaLevel::Township, "2023-12-31"), count(AreaLevel::Village, "2023-12-31")), (1767, 22080));
    }

    #[test]
    fn the_list_of_2016_shows_the_counties_of_2016() {
        for (code, then, now, successor) in [
            ("360105", "湾里区", "新建区", "360112"),
            ("360421", "九江县", "柴桑区", "360404"),
            ("360622", "余江县", "余江区", "360603"),
            ("360721", "赣县", "赣县区", "360704"),
            ("360727", "龙南县", "龙南市", "360783"),
            ("361029", "东乡县", "东乡区", "361003"),
            ("361121", "上饶县", "广信区", "361104"),
        ] {
            assert_eq!(ATLAS.name(code, day("2016-12-31")), Some(then));
            assert_eq!(ATLAS.name(code, day("2026-11-24")), Some(now));
            assert!(!ATLAS.exists(code, day("2026-11-24")));
            assert!(!ATLAS.children(code, day("2016-12-31")).is_empty());
            assert_eq!(ATLAS.path_names(code, day("2026-11-24")).last(), Some(&(successor.to_owned(), now)));
        }
    }

    #[test]
    fn a_township_of_an_ended_county_prints_its_path_of_each_year() {
        let names = |on| ATLAS.path_names("361121111", day(on)).into_iter().map(|(_, name)| name).collect::<Vec<_>>();
        assert_eq!(names("2016-12-31"), ["江西省", "上饶市", "上饶县", "郑坊镇"]);
        assert_eq!(names("2020-01-01"), ["江西省", "上饶市", "广信区", "郑坊镇"]);
    }

    #[test]
    fn jingshan_changed_its_code_and_kept_its_name() {
        let (then, now) = (day("2016-12-31"), day("2026-11-24"));
        assert!(ATLAS.exists("360923106206", then) && !ATLAS.exists("360923106213", then));
        assert!(!ATLAS.exists("360923106206", now) && ATLAS.exists("360923106213", now));
        assert_eq!(ATLAS.name("360923106206", now), Some("镜山村委会"));
        assert_eq!(ATLAS.name("360923106213", then), None);
    }

    #[test]
    fn every_area_stands_in_a_parent_that_stands_as_long() {
        for area in ATLAS.rows.iter().filter(|area| area.level != AreaLevel::Province) {
            let ends: Vec<NaiveDate> = area.valid_to.into_iter().filter_map(|end| end.pred_opt()).collect();
            for on in ends.into_iter().chain([area.valid_from]) {
                assert!(ATLAS.exists(&area.parent_code, on), "{} stands in nothing on {on}", area.code);
            }
            assert_eq!(level_of(&area.code), Some(area.level));
        }
    }

    #[test]
    fn a_successor_takes_over_on_the_day_its_forerunner_ends() {
        for area in &ATLAS.rows {
            if let (Some(successor), Some(end)) = (&area.successor, area.valid_to) {
                assert!(ATLAS.exists(successor, end), "{} is followed by nothing", area.code);
            }
        }
    }

    #[test]
    fn the_line_of_ancestors_runs_from_the_village_to_the_province() {
        assert_eq!(ATLAS.ancestors("360923106206"), ["360923106206", "360923106", "360923", "360900", "360000"]);
        assert_eq!(ATLAS.parent("360000"), None);
        assert!(ATLAS.ancestors("999999").is_empty());
        assert_eq!(ATLAS.level("360923106"), Some(AreaLevel::Township));
        assert_eq!(ATLAS.level("999999"), None);
    }

    #[test]
    fn a_name_is_found_within_an_area_with_or_without_its_committee() {
        let codes = |within| {
            ATLAS.by_name("镜山村", day("2016-12-31"), within).iter().map(|a| a.code.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(codes("360000"), ["360322202213", "360922203202", "360923106206"]);
        assert_eq!(codes("360923"), ["360923106206"]);
        assert_eq!(ATLAS.by_name("镜山村委会", day("2026-11-24"), "360923").len(), 1);
    }

    #[test]
    fn a_short_name_leaves_out_committees_offices_and_remarks() {
        for (name, short) in [
            ("镜山村委会", "镜山村"),
            ("赛湖村民委员会（九江经济技术开发区）", "赛湖村"),
            ("濂溪社区居委会", "濂溪社区"),
            ("沙井社区居民委员会", "沙井社区"),
            ("浔西社区委员会", "浔西社区"),
            ("公园街道办事处", "公园街道"),
            ("敖山镇", "敖山镇"),
        ] {
            assert_eq!(short_name(name), short);
        }
    }

    #[test]
    fn children_come_in_code_order() {
        let prefectures = ATLAS.children("360000", day("2016-12-31"));
        assert_eq!(prefectures.len(), 11);
        assert!(prefectures.windows(2).all(|w| w[0].code < w[1].code));
    }
}
