//! A file of people as a bureau sends one: the 25 columns of the import, with or without the dirt of real files.
//!
//! The people are those of [`People`]; seed and number give the same bytes every time. Dirt is sown by fixed shares, and each
//! grain is counted, so that what an import refuses can be held against what was sown. The file has no column for the
//! sex, so no sex can gainsay a number.

use std::fmt;
use std::io::{self, Write};

use csv::{ByteRecord, Terminator, Writer, WriterBuilder};
use entities::values::{AreaLevel, LabourCapacity, PovertyStatus};

use crate::areas::{Atlas, short_name};
use crate::base::columns::file_head;
use crate::demo::dice::Dice;
use crate::demo::names::{full_name, surname};
use crate::demo::people::{LIST_DAY, People, SynthPerson};
use crate::people::{self, words};

/// 上饶县, which is called 广信区 since 2019.
const SHANGRAO: (&str, &str, &str) = ("361121", "上饶县", "广信区");

/// What was sown and how often.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dirt {
    /// 无号码
    NoNumber,
    /// 校验码错
    BadCheck,
    /// 15位旧号
    Short,
    /// 全角数字, which an import puts right
    FullWidth,
    /// 小写x, which an import puts right
    SmallX,
    /// 整行重复
    Twice,
    /// 同号两名
    TwoNames,
    /// 写村名: one village of the province is called so
    Name,
    /// 写村名: several are
    CommonName,
    /// 写新区名
    NewName,
}

impl Dirt {
    pub const ALL: [Self; 10] = [
        Self::NoNumber,
        Self::BadCheck,
        Self::Short,
        Self::FullWidth,
        Self::SmallX,
        Self::Twice,
        Self::TwoNames,
        Self::Name,
        Self::CommonName,
        Self::NewName,
    ];

    fn words(self) -> &'static str {
        match self {
            Self::NoNumber => "无身份证号        no number",
            Self::BadCheck => "校验码错          wrong check digit",
            Self::Short => "15位旧号          old number of 15 digits",
            Self::FullWidth => "全角数字          full-width digits",
            Self::SmallX => "小写x             lower-case x",
            Self::Twice => "整行重复          line twice",
            Self::TwoNames => "同号两名          one number, two names",
            Self::Name => "村名代替代码      name of a village, the only one",
            Self::CommonName => "村名有重名        name of several villages",
            Self::NewName => "上饶县写成广信区  county under its new name",
        }
    }
}

/// What stands in the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    pub people: u64,
    /// Without the head.
    pub lines: u64,
    pub bytes: u64,
    sown: [u64; Dirt::ALL.len()],
}

impl Written {
    pub fn sown(&self, dirt: Dirt) -> u64 {
        Dirt::ALL.iter().zip(self.sown).filter(|(kind, _)| **kind == dirt).map(|(_, count)| count).sum()
    }

    fn count(&mut self, dirt: Dirt) {
        let at = Dirt::ALL.iter().position(|kind| *kind == dirt);
        if let Some(count) = at.and_then(|at| self.sown.get_mut(at)) {
            *count += 1;
        }
    }
}

/// A small table.
impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:>9}  人    people", self.people)?;
        writeln!(f, "{:>9}  行    lines", self.lines)?;
        write!(f, "{:>9}  字节  bytes", self.bytes)?;
        for (dirt, count) in Dirt::ALL.into_iter().zip(self.sown).filter(|(_, count)| *count > 0) {
            write!(f, "\n{count:>9}  {}", dirt.words())?;
        }
        Ok(())
    }
}

/// Counts what goes through.
struct Counting<W> {
    out: W,
    bytes: u64,
}

impl<W: Write> Write for Counting<W> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let written = self.out.write(buf)?;
        self.bytes += u64::try_from(written).unwrap_or(u64::MAX);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Writes `people` people, as a spreadsheet saves them: marked as UTF-8, lines that end with CR LF.
///
/// # Errors
/// Of the place that is written to.
pub fn write_people(out: impl Write, seed: u64, people: u64, dirt: bool, atlas: &Atlas) -> io::Result<Written> {
    let mut out = Counting { out, bytes: 0 };
    out.write_all(file_head(&people::COLUMNS, false).as_bytes())?;
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).buffer_capacity(1 << 16).from_writer(out);
    let mut written = Written::default();
    let mut sower = Sower { dice: Dice::new(seed ^ 0xD127), atlas };
    let mut line = ByteRecord::new();
    for person in People::new(seed, people, atlas) {
        let sown = if dirt { sower.sow(&person, &mut written) } else { Sown::clean(&person) };
        fill(&mut line, &person, &sown);
        written.people += 1;
        put(&mut writer, &line, &mut written)?;
        if sown.twice {
            put(&mut writer, &line, &mut written)?;
        }
        if let Some(name) = sown.other_name {
            fill(&mut line, &person, &Sown { name: &name, ..Sown::clean(&person) });
            put(&mut writer, &line, &mut written)?;
        }
    }
    writer.flush()?;
    written.bytes = writer.get_ref().bytes;
    Ok(written)
}

fn put<W: Write>(writer: &mut Writer<W>, line: &ByteRecord, written: &mut Written) -> io::Result<()> {
    written.lines += 1;
    writer.write_byte_record(line).map_err(io::Error::other)
}

/// What a line says of a person where that may be wrong.
struct Sown<'a> {
    name: &'a str,
    number: String,
    place: String,
    twice: bool,
    other_name: Option<String>,
}

impl<'a> Sown<'a> {
    fn clean(person: &'a SynthPerson) -> Self {
        Self {
            name: &person.name,
            number: person.id_number.as_str().to_owned(),
            place: person.area_code.clone(),
            twice: false,
            other_name: None,
        }
    }
}

struct Sower<'a> {
    dice: Dice,
    atlas: &'a Atlas,
}

impl Sower<'_> {
    /// At most one fault of the number, at most one of the place. Only a line whose number is right comes twice, so that
    /// each line that an import refuses has one reason.
    fn sow<'p>(&mut self, person: &'p SynthPerson, written: &mut Written) -> Sown<'p> {
        let mut sown = Sown::clean(person);
        let ends_with_x = sown.number.ends_with('X');
        match self.dice.below(10_000) {
            0..100 => {
                sown.number.clear();
                written.count(Dirt::NoNumber);
            }
            100..150 => {
                sown.number = with_wrong_check(&sown.number);
                written.count(Dirt::BadCheck);
            }
            150..170 => {
                sown.number = short(&sown.number);
                written.count(Dirt::Short);
            }
            170..180 => {
                sown.number = sown.number.chars().map(full_width).collect();
                written.count(Dirt::FullWidth);
            }
            180..210 => {
                sown.twice = true;
                written.count(Dirt::Twice);
            }
            210..215 => {
                sown.other_name = Some(self.other_name(person));
                written.count(Dirt::TwoNames);
            }
            _ if ends_with_x && self.dice.percent(2) => {
                sown.number.make_ascii_lowercase();
                written.count(Dirt::SmallX);
            }
            _ => {}
        }
        let (code, old, new) = SHANGRAO;
        match self.dice.below(10_000) {
            0..500 => {
                let names = self.atlas.path_names(&person.area_code, LIST_DAY);
                if let Some((_, name)) = names.last() {
                    short_name(name).clone_into(&mut sown.place);
                    let bearers = self.atlas.by_name(&sown.place, LIST_DAY, "360000").into_iter();
                    let several = bearers.filter(|area| area.level == AreaLevel::Village).count() > 1;
                    written.count(if several { Dirt::CommonName } else { Dirt::Name });
                }
            }
            500..550 if person.area_code.starts_with(code) => {
                let path = self.atlas.path_names(&person.area_code, LIST_DAY).into_iter();
                sown.place = path.map(|(_, name)| if name == old { new } else { name }).collect();
                written.count(Dirt::NewName);
            }
            _ => {}
        }
        sown
    }

    fn other_name(&mut self, person: &SynthPerson) -> String {
        loop {
            let surname = surname(&mut self.dice);
            let name = full_name(&mut self.dice, surname, person.sex == entities::values::Sex::Male);
            if name != person.name {
                return name;
            }
        }
    }
}

/// The last character moved on by one, which is always wrong.
fn with_wrong_check(number: &str) -> String {
    let (body, check) = number.split_at(number.len().saturating_sub(1));
    let wrong = match check.parse::<u8>() {
        Ok(9) => "X".to_owned(),
        Ok(digit) => (digit + 1).to_string(),
        Err(_) => "0".to_owned(),
    };
    format!("{body}{wrong}")
}

/// As numbers were until 1999: without the century and without the check.
fn short(number: &str) -> String {
    number.chars().enumerate().filter(|(at, _)| !matches!(at, 6 | 7 | 17)).map(|(_, c)| c).collect()
}

fn full_width(c: char) -> char {
    u32::from(c).checked_add(0xFEE0).filter(|_| c.is_ascii_digit()).and_then(char::from_u32).unwrap_or(c)
}

/// The cells in the order of the head, by the words that people use.
fn fill(line: &mut ByteRecord, person: &SynthPerson, sown: &Sown<'_>) {
    let several = |list: &words::List, codes: &[&str]| {
        codes.iter().map(|code| list.word(code, false)).collect::<Vec<_>>().join("、")
    };
    let labour = match person.labour_capacity {
        LabourCapacity::Ordinary => "ordinary",
        LabourCapacity::Skilled => "skilled",
        LabourCapacity::Weak => "weak",
        LabourCapacity::None => "none",
    };
    let poverty = match person.poverty_status {
        PovertyStatus::Registered => "registered",
        PovertyStatus::Exited => "exited",
        PovertyStatus::Monitored => "monitored",
        PovertyStatus::None => "none",
    };
    let word = |list: &words::List, code: &str| list.word(code, false);
    line.clear();
    for cell in [
        sown.name,
        &sown.number,
        &word(&words::ETHNICITY, person.ethnicity),
        &word(&words::EDUCATION, person.education),
        &word(&words::POLITICAL, person.political),
        &word(&words::MARITAL, person.marital),
        &several(&words::HEALTH, &person.health),
        &word(&words::LABOUR_CAPACITY, labour),
        &word(&words::REGISTRATION, person.registration),
        &sown.place,
        &person.address,
        person.phone.as_str(),
        &person.household.number,
        &word(&words::RELATION, person.relation),
        &word(&words::POVERTY_STATUS, poverty),
        &person.exited_on.map(|day| day.to_string()).unwrap_or_default(),
        &word(&words::CAUSE, person.main_cause),
        &several(&words::CAUSE, &person.other_causes),
        &word(&words::EMPLOYMENT_STATUS, person.employment_status),
        &word(&words::EMPLOYMENT_WISH, person.employment_wish),
        &word(&words::TRAINING_WISH, person.training_wish),
        if person.startup_wish { "是" } else { "否" },
        person.skills,
        person.bank_account.as_str(),
        &person.helper,
    ] {
        line.push_field(cell.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashMap, HashSet};
    use std::sync::LazyLock;

    use super::*;
    use crate::base::IdNumber;
    use crate::base::identity::fold;

    const PEOPLE: u64 = 40_000;

    static ATLAS: LazyLock<Atlas> = LazyLock::new(|| Atlas::from_rows(Atlas::embedded_rows()));

    fn file(seed: u64, people: u64, dirt: bool) -> (String, Written) {
        let mut bytes = Vec::new();
        let written = write_people(&mut bytes, seed, people, dirt, &ATLAS).unwrap();
        assert_eq!(written.bytes, bytes.len() as u64);
        (String::from_utf8(bytes).unwrap(), written)
    }

    fn rows(file: &str) -> Vec<csv::StringRecord> {
        csv::Reader::from_reader(file.trim_start_matches('\u{FEFF}').as_bytes()).records().map(Result::unwrap).collect()
    }

    static DIRTY: LazyLock<(String, Written)> = LazyLock::new(|| file(20_170_120, PEOPLE, true));

    #[test]
    fn the_same_seed_writes_the_same_bytes() {
        assert_eq!(file(7, 500, true), file(7, 500, true));
        assert_ne!(file(7, 500, false).0, file(8, 500, false).0);
        assert_ne!(file(7, 500, false).0, file(7, 500, true).0);
        assert_eq!(file(7, 0, true).0, file_head(&people::COLUMNS, false));
    }

    #[test]
    fn a_clean_file_has_each_person_once_and_nobody_who_lives() {
        let (text, written) = file(20_170_120, 3_000, false);
        let mut numbers = HashSet::new();
        for row in rows(&text) {
            let number = IdNumber::parse(&row[1], LIST_DAY).unwrap();
            assert!(number.is_test() && row[1].starts_with("3699") && row[11].starts_with("154"));
            assert!(row[23].starts_with("000000") && ATLAS.exists(&row[9], LIST_DAY));
            assert!(numbers.insert(row[1].to_owned()));
        }
        assert_eq!((numbers.len(), written.lines, written.sown), (3_000, 3_000, [0; 10]));
        assert!(text.lines().all(|line| line.ends_with('\r') || !text.contains(&format!("{line}\n"))));
    }

    #[test]
    fn what_was_sown_is_what_is_found() {
        let (text, written) = &*DIRTY;
        let rows = rows(text);
        let mut found: BTreeMap<Dirt, u64> = BTreeMap::new();
        let mut seen: HashMap<String, csv::StringRecord> = HashMap::new();
        for row in &rows {
            let number = &row[1];
            let kind = match number.chars().count() {
                0 => Some(Dirt::NoNumber),
                15 => Some(Dirt::Short),
                _ if number.contains('１') => Some(Dirt::FullWidth),
                _ if number.ends_with('x') => Some(Dirt::SmallX),
                _ if IdNumber::parse(number, LIST_DAY).is_err() => Some(Dirt::BadCheck),
                _ => match seen.insert(number.to_owned(), row.clone()) {
                    Some(before) if before == *row => Some(Dirt::Twice),
                    Some(before) if before[0] != row[0] => Some(Dirt::TwoNames),
                    Some(_) => panic!("a number twice"),
                    None => None,
                },
            };
            let folded = fold(number);
            assert!(folded.is_empty() || folded.starts_with("3699"), "{number}");
            *found.entry(kind.unwrap_or(Dirt::Name)).or_default() += u64::from(kind.is_some());
        }
        for dirt in Dirt::ALL.into_iter().take(7) {
            assert_eq!(found.get(&dirt).copied().unwrap_or_default(), written.sown(dirt), "{dirt:?}");
        }
        let by_name = rows.iter().filter(|row| !row[9].bytes().all(|byte| byte.is_ascii_digit()));
        let (new, name): (Vec<_>, Vec<_>) = by_name.partition(|row| row[9].contains("广信区"));
        // A line that comes twice has its place twice.
        let again = rows.windows(2).filter(|pair| pair[0] == pair[1] && !pair[0][9].starts_with("36")).count() as u64;
        assert_eq!(written.sown(Dirt::Name) + written.sown(Dirt::CommonName) + again, name.len() as u64);
        assert_eq!(written.sown(Dirt::NewName), new.len() as u64);
        assert_eq!((rows.len() as u64, written.people), (written.lines, PEOPLE));
        assert_eq!(written.lines, PEOPLE + written.sown(Dirt::Twice) + written.sown(Dirt::TwoNames));
    }

    #[test]
    fn the_shares_are_those_of_the_recipe() {
        let written = &DIRTY.1;
        let names = written.sown(Dirt::Name) + written.sown(Dirt::CommonName);
        // Of ten thousand lines; an eleventh of all numbers end with X.
        for (got, due) in [
            (written.sown(Dirt::NoNumber), 100),
            (written.sown(Dirt::BadCheck), 50),
            (written.sown(Dirt::Short), 20),
            (written.sown(Dirt::FullWidth), 10),
            (written.sown(Dirt::SmallX), 18),
            (written.sown(Dirt::Twice), 30),
            (written.sown(Dirt::TwoNames), 5),
            (names, 500),
        ] {
            let due = due * PEOPLE / 10_000;
            assert!(got.abs_diff(due) * 10 <= due * 4 + 40, "{got}, not {due}");
        }
        // Nearly half of the villages share their name with another of the province.
        assert!(written.sown(Dirt::CommonName) * 4 > names && written.sown(Dirt::Name) * 4 > names);
    }
}
