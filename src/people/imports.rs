//! Files of people (批量导入): CSV with a line of 25 columns in Chinese or English. Every line is judged, every fault is
//! told with its line and column, and a file with one fault changes nothing.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use csv::StringRecord;
use entities::values::{LabourCapacity, PovertyStatus};

use crate::areas::Atlas;
use crate::base::error::Args;
use crate::base::identity::{fold, mask_name};
use crate::base::{Error, FieldError, Result};
use crate::people::codes::{
    CAUSE, EDUCATION, EMPLOYMENT_STATUS, EMPLOYMENT_WISH, ETHNICITY, HEALTH, LABOUR_CAPACITY, List, MARITAL, POLITICAL,
    POVERTY_STATUS, REGISTRATION, RELATION, TRAINING_WISH,
};
use crate::people::forms::{Maybe, Registration};
use crate::people::places;
use crate::people::rules::{self, Candidate, Grounds};

/// What a value of a column may be shown as when it is wrong.
#[derive(Clone, Copy, Debug)]
enum Shown {
    /// As it stands.
    Plain,
    /// The name's first character.
    Name,
    /// The ends of a number.
    Number,
    /// Not at all.
    Hidden,
}

/// A column: its name in the form of one person, and its heads.
#[derive(Debug)]
struct Column {
    key: &'static str,
    zh: &'static str,
    shown: Shown,
}

const fn column(key: &'static str, zh: &'static str, shown: Shown) -> Column {
    Column { key, zh, shown }
}

/// The 25 columns, in the order of the template; a file may have them in any order.
const COLUMNS: [Column; 25] = [
    column("name", "姓名", Shown::Name),
    column("id_number", "身份证号", Shown::Number),
    column("ethnicity", "民族", Shown::Plain),
    column("education", "文化程度", Shown::Plain),
    column("political", "政治面貌", Shown::Plain),
    column("marital", "婚姻状况", Shown::Plain),
    column("health", "健康状况", Shown::Plain),
    column("labour_capacity", "劳动能力", Shown::Plain),
    column("registration", "户口性质", Shown::Plain),
    column("area", "所在村", Shown::Plain),
    column("address", "家庭住址", Shown::Hidden),
    column("phone", "手机号", Shown::Number),
    column("household_number", "户编号", Shown::Plain),
    column("relation", "与户主关系", Shown::Plain),
    column("poverty_status", "贫困状态", Shown::Plain),
    column("exited_on", "脱贫日期", Shown::Plain),
    column("main_cause", "主要致贫原因", Shown::Plain),
    column("other_causes", "其他致贫原因", Shown::Plain),
    column("employment_status", "就业状况", Shown::Plain),
    column("employment_wish", "就业愿望", Shown::Plain),
    column("training_wish", "培训愿望", Shown::Plain),
    column("startup_wish", "创业意愿", Shown::Plain),
    column("skills", "技能", Shown::Plain),
    column("bank_account", "社保卡账号", Shown::Number),
    column("helper", "帮扶责任人", Shown::Name),
];

/// The head of a file with an example, as a spreadsheet opens it: with the mark that tells it that this is UTF-8.
pub(crate) fn template(english: bool) -> String {
    let heads: Vec<&str> = COLUMNS.iter().map(|column| if english { column.key } else { column.zh }).collect();
    format!("\u{FEFF}{}\r\n", heads.join(","))
}

/// What is wrong in one cell of a file.
#[derive(Clone, Debug)]
pub struct Fault {
    /// The head is line 1.
    pub line: u64,
    /// The column as the file calls it; empty where the whole line is meant.
    pub column: String,
    /// What stands there, masked where it would tell too much.
    pub value: String,
    pub code: Cow<'static, str>,
    pub args: Args,
}

impl From<Fault> for FieldError {
    fn from(fault: Fault) -> Self {
        let field = match fault.column.as_str() {
            "" => format!("line {}", fault.line),
            column => format!("line {}, {column}", fault.line),
        };
        Self { field: field.into(), code: fault.code, args: fault.args }
    }
}

/// A line that is right by itself.
#[derive(Debug)]
pub(crate) struct Line {
    line: u64,
    number_head: String,
    household_head: String,
    pub candidate: Candidate,
}

impl Line {
    pub(crate) fn fault_of_number(&self, code: &'static str) -> Fault {
        let value = masked(Shown::Number, &self.candidate.person.private.id_number);
        Fault { line: self.line, column: self.number_head.clone(), value, code: code.into(), args: Args::new() }
    }

    pub(crate) fn fault_of_household(&self, code: &'static str) -> Fault {
        let value = self.candidate.household.number.clone();
        Fault { line: self.line, column: self.household_head.clone(), value, code: code.into(), args: Args::new() }
    }
}

/// A file that was read: the lines that are right, and every fault.
#[derive(Debug)]
pub struct Sheet {
    pub(crate) lines: Vec<Line>,
    pub(crate) faults: Vec<Fault>,
    /// The area whose people the file may name.
    pub(crate) within: String,
}

/// What a file is judged by.
#[derive(Clone, Copy, Debug)]
pub struct Judging<'a> {
    pub atlas: &'a Atlas,
    pub now: DateTime<Utc>,
    pub today: NaiveDate,
    pub within: &'a str,
    pub test_numbers: bool,
    /// Lines that are taken at once; `None` where nobody waits for a turn.
    pub most: Option<usize>,
}

impl Sheet {
    /// Reads and judges a file.
    ///
    /// # Errors
    /// `Invalid` when it is no such file at all: not UTF-8, empty, or longer than is taken at once.
    pub fn read(bytes: &[u8], judging: Judging<'_>) -> Result<Self> {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let text = std::str::from_utf8(bytes).map_err(|_| Error::invalid("csv", "invalid.csv_utf8"))?;
        let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text.as_bytes());
        let mut records = reader.records();
        let unreadable = || Error::invalid("csv", "invalid.csv_unreadable");
        let head = match records.next() {
            Some(head) => head.map_err(|_| unreadable())?,
            None => return Err(Error::invalid("csv", "invalid.csv_empty")),
        };
        let mut sheet = Self { lines: Vec::new(), faults: Vec::new(), within: judging.within.to_owned() };
        let Some(heads) = sheet.heads(&head) else { return Ok(sheet) };
        let mut lines = 0_usize;
        for record in records {
            let record = record.map_err(|_| unreadable())?;
            if record.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            lines += 1;
            if let Some(most) = judging.most.filter(|most| lines > *most) {
                return Err(Error::Invalid(vec![FieldError::new("csv", "invalid.csv_long").with("most", most)]));
            }
            let at = record.position().map_or(0, |position| line_at(text, position));
            sheet.line(at, &record, &head, &heads, judging);
        }
        if sheet.lines.is_empty() && sheet.faults.is_empty() {
            return Err(Error::invalid("csv", "invalid.csv_empty"));
        }
        Ok(sheet)
    }

    /// Which column of the registry each column of the file is; `None` when one lacks, is unknown or stands twice.
    fn heads(&mut self, head: &StringRecord) -> Option<Vec<usize>> {
        let mut found: Vec<usize> = Vec::with_capacity(COLUMNS.len());
        for cell in head {
            let name = cell.trim();
            let at = COLUMNS.iter().position(|c| c.zh == name || c.key.eq_ignore_ascii_case(name));
            let code = match at {
                None => Some("invalid.column_unknown"),
                Some(at) if found.contains(&at) => Some("invalid.repeated"),
                Some(_) => None,
            };
            found.extend(at);
            if let Some(code) = code {
                let value: String = name.chars().take(24).collect();
                self.faults.push(Fault {
                    line: 1,
                    column: value,
                    value: String::new(),
                    code: code.into(),
                    args: Args::new(),
                });
            }
        }
        let missing = COLUMNS.iter().enumerate().filter(|(at, _)| !found.contains(at));
        self.faults.extend(missing.map(|(_, column)| Fault {
            line: 1,
            column: column.zh.to_owned(),
            value: String::new(),
            code: "invalid.column_missing".into(),
            args: Args::new(),
        }));
        self.faults.is_empty().then_some(found)
    }

    fn line(&mut self, line: u64, record: &StringRecord, head: &StringRecord, heads: &[usize], judging: Judging<'_>) {
        if record.len() != head.len() {
            self.faults.push(Fault {
                line,
                column: String::new(),
                value: String::new(),
                code: "invalid.columns".into(),
                args: vec![("count", record.len().to_string()), ("due", head.len().to_string())],
            });
            return;
        }
        let cells = Cells { record, heads };
        match cells.judge(judging) {
            Ok(candidate) => self.lines.push(Line {
                line,
                number_head: cells.head(head, "id_number"),
                household_head: cells.head(head, "household_number"),
                candidate,
            }),
            Err(faults) => self.faults.extend(faults.into_iter().map(|fault| {
                let key = column_of(&fault.field);
                Fault {
                    line,
                    column: cells.head(head, key),
                    value: cells.shown(key),
                    code: fault.code,
                    args: fault.args,
                }
            })),
        }
    }
}

/// The line on which a record begins. Behind a line that ends with CR LF the reader stands before the LF, one too few.
fn line_at(text: &str, position: &csv::Position) -> u64 {
    let at = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let skipped = text.as_bytes().get(at..).unwrap_or_default().iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    position.line() + skipped.filter(|byte| **byte == b'\n').map(|_| 1).sum::<u64>()
}

/// The column that a field of the form is read from.
fn column_of(field: &str) -> &str {
    match field {
        "area_code" => "area",
        "second_health" => "health",
        "second_cause" | "third_cause" => "other_causes",
        field => field,
    }
}

/// A value that may stand in a report.
fn masked(shown: Shown, value: &str) -> String {
    let chars: Vec<char> = value.chars().collect();
    match shown {
        Shown::Plain => value.chars().take(24).collect(),
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

/// The cells of a line, by the names of the columns.
struct Cells<'a> {
    record: &'a StringRecord,
    heads: &'a [usize],
}

impl Cells<'_> {
    fn place(&self, key: &str) -> Option<usize> {
        self.heads.iter().position(|&at| COLUMNS.get(at).is_some_and(|column| column.key == key))
    }

    fn head(&self, head: &StringRecord, key: &str) -> String {
        self.place(key).and_then(|at| head.get(at)).unwrap_or(key).trim().to_owned()
    }

    fn cell(&self, key: &str) -> &str {
        self.place(key).and_then(|at| self.record.get(at)).unwrap_or_default().trim()
    }

    fn shown(&self, key: &str) -> String {
        let shown = COLUMNS.iter().find(|column| column.key == key).map_or(Shown::Hidden, |column| column.shown);
        masked(shown, self.cell(key))
    }

    fn optional(&self, key: &str) -> Option<String> {
        let cell = self.cell(key);
        (!cell.is_empty()).then(|| cell.to_owned())
    }

    /// The code that a cell means; what is on no list goes on as it stands, and the check refuses it.
    fn code(&self, key: &str, list: &List) -> String {
        let cell = self.cell(key);
        list.read(cell).unwrap_or(cell).to_owned()
    }

    fn optional_code(&self, key: &str, list: &List) -> Option<String> {
        Some(self.code(key, list)).filter(|code| !code.is_empty())
    }

    /// Several codes of one cell, written with any of the usual marks between them.
    fn codes(&self, key: &str, list: &List) -> Vec<String> {
        self.cell(key)
            .split(['、', ',', '，', ';', '；', ' ', '/'])
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(|part| list.read(part).unwrap_or(part).to_owned())
            .collect()
    }

    fn judge(&self, judging: Judging<'_>) -> std::result::Result<Candidate, Vec<FieldError>> {
        let mut faults: Vec<FieldError> = Vec::new();
        let mut wrong = |key: &'static str, code: &'static str| faults.push(FieldError::new(key, code));
        let word = |code: Option<&str>| code.map(str::to_owned);
        let mut required = |key: &'static str, list: &List| match self.cell(key) {
            "" => {
                wrong(key, "invalid.required");
                None
            }
            cell => {
                let code = word(list.read(cell));
                if code.is_none() {
                    wrong(key, "invalid.choice");
                }
                code
            }
        };
        let labour_capacity = required("labour_capacity", &LABOUR_CAPACITY)
            .and_then(|code| code.parse().ok())
            .unwrap_or(LabourCapacity::Ordinary);
        let poverty = required("poverty_status", &POVERTY_STATUS).and_then(|code| code.parse().ok());
        let startup_wish = match self.cell("startup_wish").to_lowercase().as_str() {
            "" | "否" | "no" | "false" | "0" => false,
            "是" | "yes" | "true" | "1" => true,
            _ => {
                wrong("startup_wish", "invalid.choice");
                false
            }
        };
        let area_code = match self.cell("area") {
            "" => {
                wrong("area", "invalid.required");
                None
            }
            cell => places::village(judging.atlas, &fold(cell), judging.today, judging.within)
                .map_err(|code| wrong("area", code))
                .ok(),
        };
        let (health, causes) = (self.codes("health", &HEALTH), self.codes("other_causes", &CAUSE));
        if health.len() > 2 {
            wrong("health", "invalid.too_many");
        }
        if causes.len() > 2 {
            wrong("other_causes", "invalid.too_many");
        }
        let (mut health, mut causes) = (health.into_iter(), causes.into_iter());
        let known_area = area_code.is_some();
        let input = Registration {
            name: self.cell("name").to_owned(),
            id_number: self.cell("id_number").to_owned(),
            phone: self.optional("phone"),
            bank_account: self.optional("bank_account"),
            ethnicity: self.optional_code("ethnicity", &ETHNICITY),
            education: self.code("education", &EDUCATION),
            political: self.optional_code("political", &POLITICAL),
            marital: self.optional_code("marital", &MARITAL),
            health: health.next().unwrap_or_default(),
            second_health: health.next(),
            labour_capacity,
            registration: self.optional_code("registration", &REGISTRATION),
            area_code: area_code.unwrap_or_default(),
            address: self.optional("address"),
            household_number: self.cell("household_number").to_owned(),
            household_kind: None,
            household_members: Maybe(None),
            relation: self.code("relation", &RELATION),
            poverty_status: poverty.unwrap_or(PovertyStatus::Registered),
            exited_on: self.optional("exited_on"),
            main_cause: self.optional_code("main_cause", &CAUSE),
            second_cause: causes.next(),
            third_cause: causes.next(),
            employment_status: self.code("employment_status", &EMPLOYMENT_STATUS),
            employment_wish: self.optional_code("employment_wish", &EMPLOYMENT_WISH),
            training_wish: self.optional_code("training_wish", &TRAINING_WISH),
            startup_wish: Maybe(Some(startup_wish)),
            skills: self.optional("skills"),
            helper: self.optional("helper"),
        };
        let grounds = Grounds {
            atlas: judging.atlas,
            today: judging.today,
            within: judging.within,
            test_numbers: judging.test_numbers,
        };
        let checked = rules::check(&input, &grounds, judging.now);
        let more = checked.as_ref().err().into_iter().flatten();
        // The place was told above in plainer words; what hangs on the status is not judged while the status is unknown.
        let told = |e: &&FieldError| {
            (known_area || e.field != "area_code")
                && (poverty.is_some() || (e.field != "exited_on" && e.field != "main_cause"))
        };
        faults.extend(more.filter(told).cloned());
        match checked {
            Ok(candidate) if faults.is_empty() => Ok(candidate),
            _ => Err(faults),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;
    use crate::base::IdNumber;

    static ATLAS: LazyLock<Atlas> = LazyLock::new(|| Atlas::from_rows(Atlas::embedded_rows()));

    fn judging() -> Judging<'static> {
        Judging {
            atlas: &ATLAS,
            now: DateTime::default(),
            today: "2016-11-01".parse().unwrap(),
            within: "360923",
            test_numbers: true,
            most: Some(1_000),
        }
    }

    fn number(n: u16) -> String {
        IdNumber::compose("369970", "1980-01-01".parse().unwrap(), n).unwrap().as_str().to_owned()
    }

    fn line(n: u16) -> String {
        format!(
            "陈福生,{},汉族,初中,群众,已婚,\"长期慢性病、残疾\",普通劳动力,20,镜山村,敖山镇镜山村1组,15400000001,\
             3609231062060001,户主,建档立卡,,因病,缺技术 缺资金,务农,就近转移,电商培训,是,木工,0000003601000000010,刘敏",
            number(n)
        )
    }

    fn read(text: &str) -> Sheet {
        Sheet::read(text.as_bytes(), judging()).unwrap()
    }

    fn file(lines: &[String]) -> String {
        format!("{}{}\n", template(false), lines.join("\n"))
    }

    fn told(sheet: &Sheet) -> Vec<(u64, &str, &str, &str)> {
        sheet.faults.iter().map(|f| (f.line, f.column.as_str(), f.value.as_str(), f.code.as_ref())).collect()
    }

    #[test]
    fn a_line_is_read_by_words_and_by_codes() {
        let sheet = read(&file(&[line(1)]));
        assert_eq!(told(&sheet), []);
        let person = &sheet.lines[0].candidate.person;
        assert_eq!(person.row.area_code, "360923106206");
        assert_eq!((person.row.ethnicity.as_str(), person.row.education.as_str()), ("01", "2"));
        assert_eq!(
            (&person.private.health, &person.private.other_causes),
            (&vec!["2".into(), "4".into()], &vec!["07".into(), "09".into()])
        );
        assert!(person.row.startup_wish);
    }

    #[test]
    fn the_head_may_be_english_and_in_any_order_and_the_mark_of_utf8_may_lack() {
        let (zh, en) = (template(false), template(true));
        assert_eq!(zh.trim_end().split(',').count(), 25);
        let heads: Vec<&str> = en.trim_start_matches('\u{FEFF}').trim_end().split(',').rev().collect();
        let text = line(1).replace("\"长期慢性病、残疾\"", "残疾");
        let cells: Vec<&str> = text.split(',').rev().collect();
        let sheet = read(&format!("{}\n{}\n", heads.join(","), cells.join(",")));
        assert_eq!(told(&sheet), []);
        assert_eq!(sheet.lines.len(), 1);
    }

    #[test]
    fn full_width_digits_and_a_small_x_are_put_right() {
        let number = (1..400).map(number).find(|n| n.ends_with('X')).unwrap();
        let wide: String = number.to_lowercase().chars().map(|c| char::from_u32(c as u32 + 0xFEE0).unwrap()).collect();
        let text = file(&[line(1).replace(&self::number(1), &wide)]);
        assert_eq!(read(&text).lines[0].candidate.person.private.id_number, number);
    }

    #[test]
    fn every_fault_of_every_line_is_told_and_numbers_are_masked() {
        let bad_check =
            number(1).chars().take(17).collect::<String>() + if number(1).ends_with('1') { "2" } else { "1" };
        let text = file(&[
            line(1).replace(&number(1), &bad_check),
            line(3).replace("镜山村,", "不存在村,").replace("普通劳动力", "力气大"),
            line(5).replace(",因病,", ",,").replace("15400000001", "1540000000a"),
            "only,three,cells".to_owned(),
            ",,,,,,,,,,,,,,,,,,,,,,,,".to_owned(),
            line(7).replace(&number(7), "132924196501010"),
        ]);
        let shown = format!("{}****{}", &bad_check[..3], &bad_check[16..]);
        let sheet = read(&text);
        assert_eq!(
            told(&sheet),
            [
                (2, "身份证号", shown.as_str(), "invalid.id_checksum"),
                (3, "劳动能力", "力气大", "invalid.choice"),
                (3, "所在村", "不存在村", "invalid.area_unknown"),
                (4, "手机号", "154****0a", "invalid.phone"),
                (4, "主要致贫原因", "", "invalid.required"),
                (5, "", "", "invalid.columns"),
                (7, "身份证号", "132****10", "invalid.id_format"),
            ]
        );
    }

    #[test]
    fn lines_are_counted_alike_however_they_end() {
        for end in ["\n", "\r\n"] {
            let lines = [line(1), line(3).replace("初中", "私塾"), String::new(), line(5).replace("初中", "私塾")];
            let text = format!("{}{}", template(false).replace("\r\n", end), lines.join(end));
            let found: Vec<u64> = read(&text).faults.iter().map(|fault| fault.line).collect();
            assert_eq!(found, [3, 5], "{end:?}");
        }
    }

    #[test]
    fn a_head_that_lacks_a_column_or_has_a_strange_one_is_told_before_any_line() {
        let text = file(&[line(1)]).replace("姓名", "名字");
        assert_eq!(
            told(&read(&text)),
            [(1, "名字", "", "invalid.column_unknown"), (1, "姓名", "", "invalid.column_missing")]
        );
    }

    #[test]
    fn what_is_no_such_file_is_said_at_once() {
        let refused = |bytes: &[u8]| match Sheet::read(bytes, judging()) {
            Err(Error::Invalid(faults)) => faults[0].code.to_string(),
            other => format!("{other:?}"),
        };
        assert_eq!(refused(b""), "invalid.csv_empty");
        assert_eq!(refused(template(false).as_bytes()), "invalid.csv_empty");
        assert_eq!(refused(b"\xD0\xD5\xC3\xFB"), "invalid.csv_utf8");
        let short = Judging { most: Some(1), ..judging() };
        assert!(Sheet::read(file(&[line(1), line(3)]).as_bytes(), short).is_err());
    }

    proptest! {
        #[test]
        fn no_bytes_break_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..200), cells in ".{0,80}") {
            drop(Sheet::read(&bytes, judging()));
            drop(Sheet::read(format!("{}{cells}\n", template(true)).as_bytes(), judging()));
            drop(Sheet::read(file(&[line(1).replace("镜山村", &cells)]).as_bytes(), judging()));
        }
    }
}
