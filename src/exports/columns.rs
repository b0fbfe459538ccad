//! What a file is made of: columns with their heads, what stands in them, and how it is masked.
//!
//! A list is a table of [`Column`]s and nothing more: heads, codes with their words, and masks come from here alone.

use chrono::NaiveDate;
use entities::values::Fen;

use crate::areas::Atlas;
use crate::base::identity::mask_name;
use crate::people;
use crate::policy::occupation_name;
use crate::web::{Lexicon, Locale};

/// Digits of a division's code in files that go to others.
const AREA_DIGITS: usize = 12;

/// How a value is told where personal data may not be told in full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mask {
    /// As it stands.
    Open,
    /// `陈**`
    Name,
    /// `369970********0012`
    Identity,
    /// `154****0001`
    Phone,
    /// `**** 0010`
    Account,
    /// The year of a day.
    Year,
    /// Only that there is something.
    Hidden,
}

/// Where a code has its word.
#[derive(Clone, Copy)]
pub(super) enum Codes {
    /// 行政区划代码
    Areas,
    /// 职业分类代码
    Occupations,
    /// A national list of the registry.
    Of(&'static people::List),
    /// The house's own words: texts whose keys begin so.
    Words(&'static str),
}

/// What stands in a column.
pub(super) enum Of<R> {
    Text(fn(&R) -> String),
    Day(fn(&R) -> Option<NaiveDate>),
    Number(fn(&R) -> Option<i64>),
    Money(fn(&R) -> Fen),
    Flag(fn(&R) -> bool),
    /// One code or several; the words may stand in a column of their own beside it.
    Codes(Codes, fn(&R) -> Vec<String>),
}

/// A column: its heads in Chinese and, as the key, in English.
pub(super) struct Column<R> {
    key: &'static str,
    zh: &'static str,
    mask: Mask,
    /// Stands only in files with words: what a file that is loaded again does not hold.
    extra: bool,
    of: Of<R>,
}

impl<R> Column<R> {
    pub(super) const fn new(key: &'static str, zh: &'static str, of: Of<R>) -> Self {
        Self { key, zh, mask: Mask::Open, extra: false, of }
    }

    pub(super) const fn masked(self, mask: Mask) -> Self {
        Self { mask, ..self }
    }

    pub(super) const fn extra(self) -> Self {
        Self { extra: true, ..self }
    }
}

/// A cell of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    Text(String),
    Number(i64),
    Money(Fen),
}

/// Who tells rows in cells: in which language, how fully.
#[derive(Clone, Copy)]
pub(super) struct Teller<'a> {
    pub atlas: &'a Atlas,
    pub lexicon: &'a Lexicon,
    pub locale: Locale,
    pub today: NaiveDate,
    /// Words beside codes, and the columns that are for readers only.
    pub words: bool,
    pub in_full: bool,
}

impl Teller<'_> {
    /// The first line of the file.
    pub(super) fn heads<R>(&self, columns: &[Column<R>]) -> Vec<String> {
        let mut heads = Vec::with_capacity(columns.len());
        for column in self.shown(columns) {
            let head = if self.locale == Locale::En { column.key } else { column.zh };
            heads.push(head.to_owned());
            if self.words && matches!(column.of, Of::Codes(..)) {
                heads.push(if self.locale == Locale::En { format!("{head}_name") } else { format!("{head}名称") });
            }
        }
        heads
    }

    /// A line of the file.
    pub(super) fn cells<R>(&self, columns: &[Column<R>], row: &R) -> Vec<Cell> {
        let mut cells = Vec::with_capacity(columns.len());
        for column in self.shown(columns) {
            let text = |text: String| Cell::Text(if self.in_full { text } else { masked(column.mask, &text) });
            match &column.of {
                Of::Text(of) => cells.push(text(of(row))),
                Of::Day(of) => cells.push(text(of(row).map(|day| day.to_string()).unwrap_or_default())),
                Of::Number(of) => cells.push(of(row).map_or_else(|| Cell::Text(String::new()), Cell::Number)),
                Of::Money(of) => cells.push(Cell::Money(of(row))),
                Of::Flag(of) => cells.push(text(self.flag(of(row)).to_owned())),
                Of::Codes(list, of) => {
                    let codes = of(row);
                    cells.push(text(join(codes.iter().map(|code| code_of(*list, code)))));
                    if self.words {
                        cells.push(text(join(codes.iter().map(|code| self.word(*list, code)))));
                    }
                }
            }
        }
        cells
    }

    fn shown<'c, R>(&self, columns: &'c [Column<R>]) -> impl Iterator<Item = &'c Column<R>> {
        let words = self.words;
        columns.iter().filter(move |column| words || !column.extra)
    }

    fn flag(&self, yes: bool) -> &'static str {
        match (self.locale, yes) {
            (Locale::Zh, true) => "是",
            (Locale::Zh, false) => "否",
            (Locale::En, true) => "yes",
            (Locale::En, false) => "no",
        }
    }

    fn word(&self, list: Codes, code: &str) -> String {
        match list {
            Codes::Areas => self.atlas.path_names(code, self.today).into_iter().map(|(_, name)| name).collect(),
            Codes::Occupations => occupation_name(code, self.locale).to_owned(),
            Codes::Of(list) => list.word(code, self.locale == Locale::En),
            Codes::Words(kind) => self.lexicon.say(self.locale, &format!("{kind}-{code}"), &[]),
        }
    }
}

/// The marks of readers of lists split there too.
fn join(parts: impl Iterator<Item = String>) -> String {
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("、")
}

fn code_of(list: Codes, code: &str) -> String {
    match list {
        Codes::Areas if !code.is_empty() => format!("{code:0<AREA_DIGITS$}"),
        _ => code.to_owned(),
    }
}

fn masked(mask: Mask, text: &str) -> String {
    let length = text.chars().count();
    let head = |kept: usize| text.chars().take(kept).collect::<String>();
    let tail = |kept: usize| text.chars().skip(length.saturating_sub(kept)).collect::<String>();
    match mask {
        _ if text.is_empty() => String::new(),
        Mask::Open => text.to_owned(),
        Mask::Name => mask_name(text),
        Mask::Identity if length > 12 => format!("{}********{}", head(6), tail(4)),
        Mask::Phone if length > 8 => format!("{}****{}", head(3), tail(4)),
        Mask::Account if length > 8 => format!("**** {}", tail(4)),
        Mask::Year => head(4),
        Mask::Identity | Mask::Phone | Mask::Account | Mask::Hidden => "****".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_leaves_what_tells_people_apart_and_no_more() {
        let told = [
            (Mask::Name, "陈大勇", "陈**"),
            (Mask::Identity, "369970198001010018", "369970********0018"),
            (Mask::Identity, "12345", "****"),
            (Mask::Phone, "15400000001", "154****0001"),
            (Mask::Account, "0000003600000000010", "**** 0010"),
            (Mask::Account, "1234", "****"),
            (Mask::Year, "1980-01-01", "1980"),
            (Mask::Hidden, "02、04", "****"),
            (Mask::Hidden, "", ""),
        ];
        for (mask, text, shown) in told {
            assert_eq!(masked(mask, text), shown);
        }
    }

    #[test]
    fn a_division_has_twelve_digits_whatever_its_rank() {
        assert_eq!(code_of(Codes::Areas, "360923"), "360923000000");
        assert_eq!(code_of(Codes::Areas, "360923106206"), "360923106206");
        assert_eq!(code_of(Codes::Areas, ""), "");
    }
}
