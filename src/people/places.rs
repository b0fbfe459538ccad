//! Which village a cell of a file means: its code, its name, or the names of its path written together.

use chrono::NaiveDate;
use entities::values::AreaLevel;

use crate::areas::{Atlas, contains, level_of};

/// Days on which the lists differ: that of 2016, that of 2017-10, that of 2023. A place is known by its name in any of them.
const LISTS: [NaiveDate; 3] = [
    NaiveDate::from_ymd_opt(2016, 12, 31).expect("a day of the calendar"),
    NaiveDate::from_ymd_opt(2018, 12, 31).expect("a day of the calendar"),
    NaiveDate::from_ymd_opt(2023, 12, 31).expect("a day of the calendar"),
];

/// The code of the one village of today's list inside `within` that the text means.
///
/// # Errors
/// The code of the reason: `invalid.area_unknown`, `invalid.area_ambiguous`, `invalid.area_outside`, `invalid.area_village`.
pub(crate) fn village(atlas: &Atlas, text: &str, today: NaiveDate, within: &str) -> Result<String, &'static str> {
    let text: String = text.chars().filter(|c| !c.is_whitespace() && !"/／、,，-－·".contains(*c)).collect();
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return by_code(atlas, &text, today, within);
    }
    let mut found: Vec<String> = Vec::new();
    // The longest name first: 新建村 must not be read as 建村 of a place called 新.
    for (cut, _) in text.char_indices() {
        let (path, name) = text.split_at(cut);
        let villages = atlas.by_name(name, today, within).into_iter();
        found = villages
            .filter(|area| area.level == AreaLevel::Village && leads_to(atlas, path, &area.code, today))
            .map(|area| area.code.clone())
            .collect();
        if !found.is_empty() {
            break;
        }
    }
    match found.as_slice() {
        [one] => Ok(one.clone()),
        [] => Err("invalid.area_unknown"),
        _ => Err("invalid.area_ambiguous"),
    }
}

fn by_code(atlas: &Atlas, code: &str, today: NaiveDate, within: &str) -> Result<String, &'static str> {
    if !atlas.exists(code, today) {
        Err("invalid.area_unknown")
    } else if !contains(within, code) {
        Err("invalid.area_outside")
    } else if level_of(code) != Some(AreaLevel::Village) {
        Err("invalid.area_village")
    } else {
        Ok(code.to_owned())
    }
}

/// Whether the names before a village are those of areas above it, from the top down, any of them left out.
fn leads_to(atlas: &Atlas, path: &str, village: &str, today: NaiveDate) -> bool {
    let mut rest = path;
    for above in atlas.ancestors(village).into_iter().skip(1).collect::<Vec<_>>().into_iter().rev() {
        if let Some(after) = without_name(atlas, rest, above, today) {
            rest = after;
        }
    }
    rest.is_empty()
}

/// The text behind a name of that area, where the text begins with one; 广信区 and 上饶县 are names of one place.
fn without_name<'t>(atlas: &Atlas, text: &'t str, code: &str, today: NaiveDate) -> Option<&'t str> {
    let last = |on| atlas.path_names(code, on).last().map(|(code, _)| code.clone());
    // The longest name first, character by character from the end.
    text.char_indices().rev().find_map(|(at, last_character)| {
        let (name, rest) = text.split_at(at + last_character.len_utf8());
        let is_named = LISTS.iter().chain([&today]).any(|&on| {
            atlas.by_name(name, on, "360000").iter().any(|area| {
                // The area itself, its successor of that day, or one that it succeeded.
                area.code == code
                    || last(on).is_some_and(|of_that_day| of_that_day == area.code)
                    || atlas.path_names(&area.code, today).last().is_some_and(|(now, _)| now == code)
            })
        });
        is_named.then_some(rest)
    })
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;

    static ATLAS: LazyLock<Atlas> = LazyLock::new(|| Atlas::from_rows(Atlas::embedded_rows()));

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    fn then(text: &str, within: &str) -> Result<String, &'static str> {
        village(&ATLAS, text, day(2016, 11, 1), within)
    }

    #[test]
    fn a_village_is_known_by_code_by_name_and_by_path() {
        for text in [
            "360923106206",
            "镜山村",
            "镜山村委会",
            "敖山镇镜山村",
            "江西省宜春市上高县敖山镇镜山村",
            "上高县 敖山镇 / 镜山村",
        ] {
            assert_eq!(then(text, "360923"), Ok("360923106206".to_owned()), "{text}");
        }
    }

    #[test]
    fn a_name_that_several_bear_needs_its_path() {
        assert_eq!(then("镜山村", "360000"), Err("invalid.area_ambiguous"));
        assert_eq!(then("万载县镜山村", "360000"), Ok("360922203202".to_owned()));
    }

    #[test]
    fn what_is_elsewhere_or_nowhere_or_no_village_is_told_apart() {
        assert_eq!(then("不存在村", "360923"), Err("invalid.area_unknown"));
        assert_eq!(then("999999999999", "360923"), Err("invalid.area_unknown"));
        assert_eq!(then("360922203202", "360923"), Err("invalid.area_outside"));
        assert_eq!(then("360923106", "360923"), Err("invalid.area_village"));
        assert_eq!(then("敖山镇", "360923"), Err("invalid.area_unknown"));
        assert_eq!(then("万载县镜山村", "360923"), Err("invalid.area_unknown"));
        assert_eq!(then("", "360923"), Err("invalid.area_unknown"));
    }

    #[test]
    fn a_county_is_known_under_its_later_and_its_earlier_name() {
        let village_of = |county: &str, on| {
            let township = ATLAS.children(county, on).into_iter().find(|area| area.name == "郑坊镇").unwrap();
            ATLAS.children(&township.code, on).into_iter().next().unwrap().clone()
        };
        let (then, now) = (day(2016, 11, 1), day(2026, 11, 24));
        let old = village_of("361121", then);
        let new = village_of("361104", now);
        for name in ["上饶县", "广信区"] {
            let path = |of: &crate::areas::Area| format!("{name}郑坊镇{}", of.name);
            assert_eq!(village(&ATLAS, &path(&old), then, "361121"), Ok(old.code.clone()), "{name}");
            assert_eq!(village(&ATLAS, &path(&new), now, "361104"), Ok(new.code.clone()), "{name}");
        }
    }
}
