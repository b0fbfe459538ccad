//! Columns of a file that is loaded: their names, what of a wrong value may be shown, and what is wrong in a cell.

use std::borrow::Cow;

use csv::StringRecord;

use crate::base::FieldError;
use crate::base::cells::restore;
use crate::base::error::Args;
use crate::base::identity::mask_name;

/// Longest part of a plain value that a report repeats.
const TOLD: usize = 24;

/// What a value of a column may be shown as when it is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// As it stands.
    Plain,
    /// The name's first character.
    Name,
    /// The ends of a number.
    Number,
    /// Not at all.
    Hidden,
}

/// A column that a file may have.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its English head, and the field of the form that it fills.
    pub key: &'static str,
    /// Its Chinese head.
    pub zh: &'static str,
    /// Heads that bureaus use for it.
    pub aliases: &'static [&'static str],
    pub shown: Shown,
    /// Without it no row can be judged.
    pub needed: bool,
}

impl Column {
    /// How the column is called.
    pub fn word(&self, english: bool) -> String {
        if !english {
            return self.zh.to_owned();
        }
        let mut word = self.key.replace('_', " ");
        if let Some(first) = word.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        word
    }
}

/// What is wrong in one cell of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The column as the file calls it; empty where the whole row is meant.
    pub column: String,
    /// What stands there, masked where it would tell too much.
    pub value: String,
    pub code: Cow<'static, str>,
    pub args: Args,
}

/// A column without which no row can be judged.
pub const fn needed(key: &'static str, zh: &'static str, aliases: &'static [&'static str], shown: Shown) -> Column {
    Column { key, zh, aliases, shown, needed: true }
}

/// A column that may lack.
pub const fn optional(key: &'static str, zh: &'static str, aliases: &'static [&'static str], shown: Shown) -> Column {
    Column { key, zh, aliases, shown, needed: false }
}

impl Fault {
    /// The same as a fault of a form, with the line in the place of the field.
    pub fn on_line(self, line: u64) -> FieldError {
        let field = match self.column.as_str() {
            "" => format!("line {line}"),
            column => format!("line {line}, {column}"),
        };
        FieldError { field: field.into(), code: self.code, args: self.args }
    }
}

/// Which cell of a file's rows is which column of ours.
pub struct Places<'a> {
    columns: &'static [Column],
    head: &'a [String],
    /// For each of our columns where it stands in a row.
    cells: Vec<Option<usize>>,
}

impl<'a> Places<'a> {
    /// `mapping` names for each column of the file the one of ours that it is, if any.
    pub fn new(columns: &'static [Column], head: &'a [String], mapping: &[Option<usize>]) -> Self {
        let mut cells = vec![None; columns.len()];
        for (at, ours) in mapping.iter().enumerate() {
            if let Some(cell) = ours.and_then(|ours| cells.get_mut(ours)) {
                *cell = Some(at);
            }
        }
        Self { columns, head, cells }
    }

    /// The text of a column in a row, empty where there is none.
    pub fn cell<'r>(&self, row: &'r StringRecord, ours: usize) -> &'r str {
        let cell = self.cells.get(ours).copied().flatten().and_then(|at| row.get(at));
        // A file of ours may have marked it, lest a spreadsheet takes it for a formula.
        restore(cell.unwrap_or_default().trim())
    }

    /// A row has as many cells as the head, or nobody knows which is which.
    ///
    /// # Errors
    /// A fault of the whole row.
    pub fn even(&self, row: &StringRecord) -> Result<(), Fault> {
        if row.len() == self.head.len() {
            return Ok(());
        }
        let args = vec![("count", row.len().to_string()), ("due", self.head.len().to_string())];
        Err(Fault { column: String::new(), value: String::new(), code: "invalid.columns".into(), args })
    }

    /// What is wrong with the column of that key, as it is told of the file.
    pub fn fault(&self, row: &StringRecord, key: &str, code: Cow<'static, str>, args: Args) -> Fault {
        let ours = self.columns.iter().position(|column| column.key == key);
        let column = ours.and_then(|ours| self.columns.get(ours));
        let at = ours.and_then(|ours| self.cells.get(ours).copied().flatten());
        let head = at.and_then(|at| self.head.get(at)).map(|head| head.trim().to_owned());
        Fault {
            column: head.or_else(|| column.map(|column| column.zh.to_owned())).unwrap_or_default(),
            value: masked(
                column.map_or(Shown::Hidden, |column| column.shown),
                at.and_then(|at| row.get(at)).unwrap_or_default().trim(),
            ),
            code,
            args,
        }
    }
}

/// The head of a file to fill in, as a spreadsheet opens it: with the mark that tells it that this is UTF-8.
pub fn file_head(columns: &[Column], english: bool) -> String {
    let heads: Vec<&str> = columns.iter().map(|column| if english { column.key } else { column.zh }).collect();
    format!("\u{FEFF}{}\r\n", heads.join(","))
}

/// A head as it is compared: without space around or inside, in the small letters of Latin script.
fn bare(head: &str) -> String {
    head.chars().filter(|c| !c.is_whitespace() && !"*＊:：()（）_-".contains(*c)).flat_map(char::to_lowercase).collect()
}

/// Which of the columns a head of a file names.
pub fn named(columns: &[Column], head: &str) -> Option<usize> {
    let head = bare(head);
    if head.is_empty() {
        return None;
    }
    columns.iter().position(|column| {
        bare(column.key) == head || bare(column.zh) == head || column.aliases.iter().any(|alias| bare(alias) == head)
    })
}

/// A value that may stand in a report.
pub fn masked(shown: Shown, value: &str) -> String {
    let chars: Vec<char> = value.chars().collect();
    match shown {
        Shown::Plain => value.chars().take(TOLD).collect(),
        Shown::Name => mask_name(value),
        Shown::Number => match chars.as_slice() {
            [first, second, third, .., last_but_one, last] if chars.len() > 8 => {
                format!("{first}{second}{third}****{last_but_one}{last}")
            }
            [] => String::new(),
            _ => "****".to_owned(),
        },
        Shown::Hidden if chars.is_empty() => String::new(),
        Shown::Hidden => "****".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 2] = [
        Column {
            key: "id_number", zh: "身份证号", aliases: &["公民身份号码"], shown: Shown::Number, needed: true
        },
        Column { key: "name", zh: "姓名", aliases: &[], shown: Shown::Name, needed: true },
    ];

    #[test]
    fn a_head_is_known_by_either_language_and_by_what_bureaus_call_it() {
        for head in ["身份证号", " 身份证号 ", "*身份证号", "公民身份号码：", "ID_Number", "id number"]
        {
            assert_eq!(named(&COLUMNS, head), Some(0), "{head}");
        }
        assert_eq!(named(&COLUMNS, "姓 名"), Some(1));
        assert_eq!(named(&COLUMNS, ""), None);
        assert_eq!(named(&COLUMNS, "住址"), None);
    }

    #[test]
    fn a_report_tells_the_ends_of_a_number_and_nothing_of_an_address() {
        assert_eq!(masked(Shown::Number, "369970198001010018"), "369****18");
        assert_eq!(masked(Shown::Number, "3699701"), "****");
        assert_eq!(masked(Shown::Name, "陈福生"), mask_name("陈福生"));
        assert_eq!(masked(Shown::Hidden, "镜山村1组"), "****");
        assert_eq!(masked(Shown::Hidden, ""), "");
    }
}
