//! Lines of a file of people (批量导入): 25 columns in Chinese or English. Every cell of a line is judged, and every fault told
//! under the column's name in the file.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use csv::StringRecord;
use entities::values::{LabourCapacity, PovertyStatus};

use crate::areas::Atlas;
use crate::base::FieldError;
use crate::base::columns::{Column, Fault, Places, Shown, needed, optional};
use crate::base::identity::fold;
use crate::people::codes::{
    CAUSE, EDUCATION, EMPLOYMENT_STATUS, EMPLOYMENT_WISH, ETHNICITY, HEALTH, LABOUR_CAPACITY, List, MARITAL, POLITICAL,
    POVERTY_STATUS, REGISTRATION, RELATION, TRAINING_WISH,
};
use crate::people::forms::{Maybe, Registration};
use crate::people::places;
use crate::people::rules::{self, Candidate, Grounds};

/// Where a column stands in [`COLUMNS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Name,
    IdNumber,
    Ethnicity,
    Education,
    Political,
    Marital,
    Health,
    LabourCapacity,
    Registration,
    Area,
    Address,
    Phone,
    HouseholdNumber,
    Relation,
    PovertyStatus,
    ExitedOn,
    MainCause,
    OtherCauses,
    EmploymentStatus,
    EmploymentWish,
    TrainingWish,
    StartupWish,
    Skills,
    BankAccount,
    Helper,
}

/// The 25 columns, in the order of the template; a file may have them in any order.
pub(crate) const COLUMNS: [Column; 25] = [
    needed("name", "姓名", &["人员姓名"], Shown::Name),
    needed("id_number", "身份证号", &["身份证号码", "公民身份号码", "证件号码", "身份证"], Shown::Number),
    optional("ethnicity", "民族", &[], Shown::Plain),
    needed("education", "文化程度", &["学历"], Shown::Plain),
    optional("political", "政治面貌", &[], Shown::Plain),
    optional("marital", "婚姻状况", &["婚姻"], Shown::Plain),
    needed("health", "健康状况", &["身体状况"], Shown::Plain),
    needed("labour_capacity", "劳动能力", &["劳动技能", "劳动能力/劳动技能"], Shown::Plain),
    optional("registration", "户口性质", &["户籍性质", "户籍类型"], Shown::Plain),
    needed("area", "所在村", &["行政村", "村", "村代码", "所属村", "区划代码"], Shown::Plain),
    optional("address", "家庭住址", &["住址", "地址", "家庭地址", "详细地址"], Shown::Hidden),
    optional("phone", "手机号", &["联系电话", "手机", "手机号码", "电话", "本人联系电话"], Shown::Number),
    needed("household_number", "户编号", &["户号", "家庭编号"], Shown::Plain),
    needed("relation", "与户主关系", &["户主关系"], Shown::Plain),
    needed("poverty_status", "贫困状态", &["脱贫属性", "贫困属性"], Shown::Plain),
    optional("exited_on", "脱贫日期", &["脱贫时间"], Shown::Plain),
    optional("main_cause", "主要致贫原因", &["致贫原因"], Shown::Plain),
    optional("other_causes", "其他致贫原因", &[], Shown::Plain),
    needed("employment_status", "就业状况", &["就业状态", "务工状况"], Shown::Plain),
    optional("employment_wish", "就业愿望", &["就业意愿"], Shown::Plain),
    optional("training_wish", "培训愿望", &["培训意愿"], Shown::Plain),
    optional("startup_wish", "创业意愿", &["创业愿望"], Shown::Plain),
    optional("skills", "技能", &["技能特长", "特长"], Shown::Plain),
    optional("bank_account", "社保卡账号", &["银行账号", "银行卡号", "社会保障卡账号"], Shown::Number),
    optional("helper", "帮扶责任人", &["帮扶人", "帮扶干部"], Shown::Name),
];

/// What a file is judged by.
#[derive(Clone, Copy, Debug)]
pub struct Judging<'a> {
    pub atlas: &'a Atlas,
    pub now: DateTime<Utc>,
    pub today: NaiveDate,
    /// The area whose people the file may name.
    pub within: &'a str,
    pub test_numbers: bool,
}

/// Judges the rows of one file. It knows which cell is which column, and remembers what each name of a village meant.
pub struct Judge<'a> {
    judging: Judging<'a>,
    places: Places<'a>,
    villages: HashMap<String, Result<String, &'static str>>,
}

impl<'a> Judge<'a> {
    /// `mapping` names for each column of the file the one of ours that it is, if any.
    pub fn new(judging: Judging<'a>, head: &'a [String], mapping: &[Option<usize>]) -> Self {
        Self { judging, places: Places::new(&COLUMNS, head, mapping), villages: HashMap::new() }
    }

    /// The verdict on one row, with every fault in it.
    pub fn row(&mut self, record: &StringRecord) -> Result<Candidate, Vec<Fault>> {
        self.places.even(record).map_err(|fault| vec![fault])?;
        let village = self.village(record);
        let cells = Cells { record, places: &self.places };
        cells.judge(self.judging, village).map_err(|faults| faults.into_iter().map(|e| self.fault(record, e)).collect())
    }

    /// The village that the row names; a name is looked up once a file.
    fn village(&mut self, record: &StringRecord) -> Result<String, &'static str> {
        let text = self.places.cell(record, At::Area as usize);
        if let Some(known) = self.villages.get(text) {
            return known.clone();
        }
        let Judging { atlas, today, within, .. } = self.judging;
        let meant =
            if text.is_empty() { Err("invalid.required") } else { places::village(atlas, &fold(text), today, within) };
        self.villages.insert(text.to_owned(), meant.clone());
        meant
    }

    /// A fault of the form as one of the file.
    pub fn fault(&self, record: &StringRecord, e: FieldError) -> Fault {
        self.places.fault(record, column_of(&e.field), e.code, e.args)
    }
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

/// The cells of a row, by the names of the columns.
struct Cells<'a> {
    record: &'a StringRecord,
    places: &'a Places<'a>,
}

impl Cells<'_> {
    fn cell(&self, at: At) -> &str {
        self.places.cell(self.record, at as usize)
    }

    fn optional(&self, at: At) -> Option<String> {
        let cell = self.cell(at);
        (!cell.is_empty()).then(|| cell.to_owned())
    }

    /// The code that a cell means; what is on no list goes on as it stands, and the check refuses it.
    fn code(&self, at: At, list: &List) -> String {
        let cell = self.cell(at);
        list.read(cell).unwrap_or(cell).to_owned()
    }

    fn optional_code(&self, at: At, list: &List) -> Option<String> {
        Some(self.code(at, list)).filter(|code| !code.is_empty())
    }

    /// Several codes of one cell, written with any of the usual marks between them.
    fn codes(&self, at: At, list: &List) -> Vec<String> {
        self.cell(at)
            .split(['、', ',', '，', ';', '；', ' ', '/'])
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(|part| list.read(part).unwrap_or(part).to_owned())
            .collect()
    }

    fn judge(&self, judging: Judging<'_>, village: Result<String, &'static str>) -> Result<Candidate, Vec<FieldError>> {
        let mut faults: Vec<FieldError> = Vec::new();
        let mut wrong = |key: &'static str, code: &'static str| faults.push(FieldError::new(key, code));
        let word = |code: Option<&str>| code.map(str::to_owned);
        let mut required = |at: At, key: &'static str, list: &List| match self.cell(at) {
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
        let labour_capacity = required(At::LabourCapacity, "labour_capacity", &LABOUR_CAPACITY)
            .and_then(|code| code.parse().ok())
            .unwrap_or(LabourCapacity::Ordinary);
        let poverty = required(At::PovertyStatus, "poverty_status", &POVERTY_STATUS).and_then(|code| code.parse().ok());
        let startup_wish = match self.cell(At::StartupWish).to_lowercase().as_str() {
            "" | "否" | "no" | "false" | "0" => false,
            "是" | "yes" | "true" | "1" => true,
            _ => {
                wrong("startup_wish", "invalid.choice");
                false
            }
        };
        let area_code = village.map_err(|code| wrong("area", code)).ok();
        let (health, causes) = (self.codes(At::Health, &HEALTH), self.codes(At::OtherCauses, &CAUSE));
        if health.len() > 2 {
            wrong("health", "invalid.too_many");
        }
        if causes.len() > 2 {
            wrong("other_causes", "invalid.too_many");
        }
        let (mut health, mut causes) = (health.into_iter(), causes.into_iter());
        let known_area = area_code.is_some();
        let input = Registration {
            name: self.cell(At::Name).to_owned(),
            id_number: self.cell(At::IdNumber).to_owned(),
            phone: self.optional(At::Phone),
            bank_account: self.optional(At::BankAccount),
            ethnicity: self.optional_code(At::Ethnicity, &ETHNICITY),
            education: self.code(At::Education, &EDUCATION),
            political: self.optional_code(At::Political, &POLITICAL),
            marital: self.optional_code(At::Marital, &MARITAL),
            health: health.next().unwrap_or_default(),
            second_health: health.next(),
            labour_capacity,
            registration: self.optional_code(At::Registration, &REGISTRATION),
            area_code: area_code.unwrap_or_default(),
            address: self.optional(At::Address),
            household_number: self.cell(At::HouseholdNumber).to_owned(),
            household_kind: None,
            household_members: Maybe(None),
            relation: self.code(At::Relation, &RELATION),
            poverty_status: poverty.unwrap_or(PovertyStatus::Registered),
            exited_on: self.optional(At::ExitedOn),
            main_cause: self.optional_code(At::MainCause, &CAUSE),
            second_cause: causes.next(),
            third_cause: causes.next(),
            employment_status: self.code(At::EmploymentStatus, &EMPLOYMENT_STATUS),
            employment_wish: self.optional_code(At::EmploymentWish, &EMPLOYMENT_WISH),
            training_wish: self.optional_code(At::TrainingWish, &TRAINING_WISH),
            startup_wish: Maybe(Some(startup_wish)),
            skills: self.optional(At::Skills),
            helper: self.optional(At::Helper),
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
    use crate::base::columns::{file_head, named};

    static ATLAS: LazyLock<Atlas> = LazyLock::new(|| Atlas::from_rows(Atlas::embedded_rows()));

    fn judging() -> Judging<'static> {
        Judging {
            atlas: &ATLAS,
            now: DateTime::default(),
            today: "2016-11-01".parse().unwrap(),
            within: "360923",
            test_numbers: true,
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

    type Verdict = Result<Candidate, Vec<Fault>>;

    /// Every row below the head with its verdict.
    fn read(text: &str) -> Vec<Verdict> {
        let text = text.trim_start_matches('\u{FEFF}');
        let mut rows = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text.as_bytes());
        let mut rows = rows.records().map(Result::unwrap);
        let head: Vec<String> = rows.next().unwrap().iter().map(str::to_owned).collect();
        let mapping: Vec<Option<usize>> = head.iter().map(|head| named(&COLUMNS, head)).collect();
        let mut judge = Judge::new(judging(), &head, &mapping);
        rows.map(|row| judge.row(&row)).collect()
    }

    fn file(lines: &[String]) -> String {
        format!("{}{}\n", file_head(&COLUMNS, false), lines.join("\n"))
    }

    fn told(rows: &[Verdict]) -> Vec<(usize, &str, &str, &str)> {
        let faults = rows.iter().enumerate().filter_map(|(at, row)| Some((at, row.as_ref().err()?)));
        faults
            .flat_map(|(at, some)| some.iter().map(move |f| (at, f.column.as_str(), f.value.as_str(), f.code.as_ref())))
            .collect()
    }

    #[test]
    fn a_line_is_read_by_words_and_by_codes() {
        let rows = read(&file(&[line(1)]));
        assert_eq!(told(&rows), []);
        let person = &rows[0].as_ref().unwrap().person;
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
        let (zh, en) = (file_head(&COLUMNS, false), file_head(&COLUMNS, true));
        assert_eq!(zh.trim_end().split(',').count(), 25);
        let heads: Vec<&str> = en.trim_start_matches('\u{FEFF}').trim_end().split(',').rev().collect();
        let text = line(1).replace("\"长期慢性病、残疾\"", "残疾");
        let cells: Vec<&str> = text.split(',').rev().collect();
        let rows = read(&format!("{}\n{}\n", heads.join(","), cells.join(",")));
        assert_eq!((told(&rows), rows.len()), (Vec::new(), 1));
    }

    #[test]
    fn full_width_digits_and_a_small_x_are_put_right() {
        let number = (1..400).map(number).find(|n| n.ends_with('X')).unwrap();
        let wide: String = number.to_lowercase().chars().map(|c| char::from_u32(c as u32 + 0xFEE0).unwrap()).collect();
        let text = file(&[line(1).replace(&self::number(1), &wide)]);
        assert_eq!(read(&text)[0].as_ref().unwrap().person.private.id_number, number);
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
            line(7).replace(&number(7), "132924196501010"),
        ]);
        let shown = format!("{}****{}", &bad_check[..3], &bad_check[16..]);
        assert_eq!(
            told(&read(&text)),
            [
                (0, "身份证号", shown.as_str(), "invalid.id_checksum"),
                (1, "劳动能力", "力气大", "invalid.choice"),
                (1, "所在村", "不存在村", "invalid.area_unknown"),
                (2, "手机号", "154****0a", "invalid.phone"),
                (2, "主要致贫原因", "", "invalid.required"),
                (3, "", "", "invalid.columns"),
                (4, "身份证号", "132****10", "invalid.id_format"),
            ]
        );
    }

    #[test]
    fn the_columns_stand_where_they_are_looked_for() {
        let at = |key: &str| COLUMNS.iter().position(|column| column.key == key);
        assert_eq!(at("name"), Some(At::Name as usize));
        assert_eq!(at("area"), Some(At::Area as usize));
        assert_eq!(at("household_number"), Some(At::HouseholdNumber as usize));
        assert_eq!(at("other_causes"), Some(At::OtherCauses as usize));
        assert_eq!(at("helper"), Some(At::Helper as usize));
        for (i, column) in COLUMNS.iter().enumerate() {
            for head in [column.key, column.zh].iter().chain(column.aliases) {
                assert_eq!(named(&COLUMNS, head), Some(i), "{head}");
            }
        }
    }

    proptest! {
        #[test]
        fn no_cell_breaks_the_judge(cells in "[^,\"\r\n]{0,80}", n in 0_usize..25) {
            let mut line: Vec<String> = line(1).replace("\"长期慢性病、残疾\"", "残疾").split(',').map(str::to_owned).collect();
            line[n] = cells;
            drop(read(&file(&[line.join(",")])));
        }
    }
}
