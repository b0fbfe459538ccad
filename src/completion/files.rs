//! Files of results: a line a person of the class, as CSV or in a workbook. Every line is judged; all of them are right, or
//! nothing is taken.

use std::collections::HashSet;

use csv::StringRecord;
use entities::values::{AssessmentResult, EnrolmentId, ExemptReason};

use crate::base::cells::neutral;
use crate::base::columns::{Column, Fault, Places, Shown, file_head, named, needed, optional};
use crate::base::error::Args;
use crate::base::{Error, Result};
use crate::completion::forms::NewResult;
use crate::completion::results::{Line, Results};
use crate::completion::service::{Board, Refused};
use crate::sheets::Row;

/// Where a column stands in [`COLUMNS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Number,
    Name,
    Tail,
    Attempt,
    Result,
    Exempt,
    Score,
    Paper,
}

/// The columns, in the order of the template.
pub(super) const COLUMNS: [Column; 8] = [
    needed("number", "序号", &[], Shown::Plain),
    needed("name", "姓名", &[], Shown::Name),
    needed("tail", "证号后四位", &["身份证后四位"], Shown::Plain),
    needed("attempt", "第几次", &["考核次数"], Shown::Plain),
    needed("result", "结果", &["考核结果"], Shown::Plain),
    optional("exempt_reason", "免考原因", &[], Shown::Plain),
    optional("score", "分数", &["成绩"], Shown::Plain),
    optional("paper_ref", "试卷号", &["试卷编号", "依据编号"], Shown::Plain),
];

/// What may stand under 结果.
const RESULTS: [(&str, AssessmentResult); 3] =
    [("合格", AssessmentResult::Passed), ("不合格", AssessmentResult::Failed), ("免考", AssessmentResult::Exempt)];

/// What may stand under 免考原因.
const REASONS: [(&str, ExemptReason); 3] = [
    ("已有证书", ExemptReason::HoldsCertificate),
    ("竞赛获奖", ExemptReason::Competition),
    ("他处已考核", ExemptReason::AssessedElsewhere),
];

/// A template with a line for everybody who can be assessed (again), as a spreadsheet opens it. It says which attempt it is
/// for, so that a file that was saved anew is no second one.
///
/// # Errors
/// `Internal` where the lines cannot be written.
pub(super) fn template(results: &Results, english: bool) -> Result<String> {
    let mut lines = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for line in results.people.iter().filter(|line| results.may_try(line)) {
        let number = line.number.to_string();
        let name = neutral(&line.name);
        let attempt = line.attempts.saturating_add(1).to_string();
        let record = [number.as_str(), &name, &line.tail, &attempt, "", "", "", ""];
        lines.write_record(record).map_err(Error::internal)?;
    }
    let lines = lines.into_inner().map_err(|e| Error::internal(e.to_string()))?;
    Ok(file_head(&COLUMNS, english) + &String::from_utf8(lines).map_err(Error::internal)?)
}

/// A file that was judged.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub results: Vec<NewResult>,
    /// What is wrong, each with its line.
    pub faults: Vec<(u64, Fault)>,
}

impl Sheet {
    /// Judges a file that was read. Lines without a result are of people who have not been assessed yet.
    pub(super) fn judge((line, head): (u64, &StringRecord), rows: &[Row], people: &[Line], board: &Board) -> Self {
        let mut sheet = Self::default();
        let head: Vec<String> = head.iter().map(|cell| cell.trim().to_owned()).collect();
        let Some(mapping) = sheet.mapping(line, &head) else { return sheet };
        let cells = Cells { places: Places::new(&COLUMNS, &head, &mapping), people };
        let mut seen: HashSet<EnrolmentId> = HashSet::new();
        for row in rows {
            let new = match cells.read(row) {
                Ok(Some(new)) => new,
                Ok(None) => continue,
                Err(fault) => {
                    sheet.faults.push((row.line, fault));
                    continue;
                }
            };
            match board.refusal(&new, &seen) {
                None => {
                    seen.insert(new.enrolment_id);
                    sheet.results.push(new);
                }
                Some(Refused::Stale) => sheet.faults.push((row.line, cells.fault(row, At::Attempt, "invalid.attempt"))),
                Some(Refused::Flaw(field, code)) => sheet.faults.push((row.line, cells.fault(row, at(field), code))),
            }
        }
        sheet
    }

    /// Which column is which; `None` when one that is needed lacks, or a head is unknown or stands twice.
    fn mapping(&mut self, line: u64, head: &[String]) -> Option<Vec<Option<usize>>> {
        let mut mapping: Vec<Option<usize>> = Vec::with_capacity(head.len());
        let mut wrong = |column: &str, code: &'static str| {
            let column = column.chars().take(24).collect();
            self.faults.push((line, Fault { column, value: String::new(), code: code.into(), args: Args::new() }));
        };
        for name in head {
            let ours = named(&COLUMNS, name);
            match ours {
                None => wrong(name, "invalid.column_unknown"),
                Some(_) if mapping.contains(&ours) => wrong(name, "invalid.repeated"),
                Some(_) => {}
            }
            mapping.push(ours);
        }
        for (_, column) in COLUMNS.iter().enumerate().filter(|(at, c)| c.needed && !mapping.contains(&Some(*at))) {
            wrong(column.zh, "invalid.column_missing");
        }
        self.faults.is_empty().then_some(mapping)
    }
}

/// The column that a field of a result comes from.
fn at(field: &str) -> At {
    match field {
        "enrolment_id" => At::Number,
        "exempt_reason" => At::Exempt,
        "score" => At::Score,
        "paper_ref" => At::Paper,
        _ => At::Result,
    }
}

/// The last four as they are compared: a spreadsheet takes zeros at the beginning for nothing.
fn padded(tail: &str) -> String {
    format!("{:0>4}", tail.to_uppercase())
}

fn word<W: Copy>(words: &[(&str, W)], text: &str) -> Option<W> {
    words.iter().find(|(known, _)| *known == text).map(|(_, word)| *word)
}

struct Cells<'a> {
    places: Places<'a>,
    people: &'a [Line],
}

impl Cells<'_> {
    fn cell<'r>(&self, row: &'r Row, at: At) -> &'r str {
        self.places.cell(&row.cells, at as usize)
    }

    fn fault(&self, row: &Row, at: At, code: &'static str) -> Fault {
        let key = COLUMNS.get(at as usize).map_or("", |column| column.key);
        self.places.fault(&row.cells, key, code.into(), Args::new())
    }

    /// The result that a line tells, if it tells one.
    fn read(&self, row: &Row) -> Result<Option<NewResult>, Fault> {
        self.places.even(&row.cells)?;
        let number = self.cell(row, At::Number);
        let whose = number.parse::<usize>().ok().and_then(|number| self.people.iter().find(|one| one.number == number));
        let whose = whose.ok_or_else(|| self.fault(row, At::Number, "invalid.list_number"))?;
        if self.cell(row, At::Name) != whose.name {
            return Err(self.fault(row, At::Name, "invalid.other_person"));
        }
        if padded(self.cell(row, At::Tail)) != padded(&whose.tail) {
            return Err(self.fault(row, At::Tail, "invalid.other_person"));
        }
        let (said, reason) = (self.cell(row, At::Result), self.cell(row, At::Exempt));
        let (score, paper) = (self.cell(row, At::Score), self.cell(row, At::Paper));
        if said.is_empty() {
            let beside = !(reason.is_empty() && score.is_empty() && paper.is_empty());
            return if beside { Err(self.fault(row, At::Result, "invalid.passed_or_not")) } else { Ok(None) };
        }
        let attempt =
            self.cell(row, At::Attempt).parse().map_err(|_| self.fault(row, At::Attempt, "invalid.number"))?;
        let result = word(&RESULTS, said).or_else(|| said.parse().ok());
        let result = result.ok_or_else(|| self.fault(row, At::Result, "invalid.choice"))?;
        let exempt_reason = match reason {
            "" => None,
            text => {
                let known = word(&REASONS, text).or_else(|| text.parse().ok());
                Some(known.ok_or_else(|| self.fault(row, At::Exempt, "invalid.choice"))?)
            }
        };
        let score = match score {
            "" => None,
            text => Some(text.parse().map_err(|_| self.fault(row, At::Score, "invalid.number"))?),
        };
        let paper_ref = Some(paper).filter(|text| !text.is_empty()).map(str::to_owned);
        Ok(Some(NewResult { enrolment_id: whose.id, result, exempt_reason, score, paper_ref, attempt: Some(attempt) }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_stand_where_they_are_looked_for() {
        let at = |key: &str| COLUMNS.iter().position(|column| column.key == key);
        for (key, place) in [
            ("number", At::Number),
            ("name", At::Name),
            ("tail", At::Tail),
            ("attempt", At::Attempt),
            ("result", At::Result),
            ("exempt_reason", At::Exempt),
            ("score", At::Score),
            ("paper_ref", At::Paper),
        ] {
            assert_eq!(at(key), Some(place as usize), "{key}");
        }
    }

    #[test]
    fn every_word_may_stand_in_a_file() {
        for result in AssessmentResult::all() {
            assert!(RESULTS.iter().any(|(_, known)| *known == result), "{result}");
        }
        for reason in ExemptReason::all() {
            assert!(REASONS.iter().any(|(_, known)| *known == reason), "{reason}");
        }
    }

    #[test]
    fn zeros_that_a_spreadsheet_took_away_are_no_other_number() {
        assert_eq!((padded("12"), padded("001x"), padded("0012")), ("0012".into(), "001X".into(), "0012".into()));
    }
}
