//! Rows of a file of services: who was served, with what, when and by whom. What can be told without the registry is told
//! here; whose the number is, is found where the rows land.

use chrono::NaiveDate;
use csv::StringRecord;

use crate::base::columns::{Column, Fault, Places, Shown, needed, optional};
use crate::base::identity::mask_name;
use crate::base::{FieldError, IdNumber};
use crate::data::Vault;
use crate::people::codes::SERVICE_KIND;
use crate::people::ledger::rules::Written;
use crate::people::rules::read_id_number;

/// Where a column stands in [`COLUMNS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    IdNumber,
    Name,
    Kind,
    HeldOn,
    Provider,
    Note,
}

/// The columns, in the order of the template.
pub(crate) const COLUMNS: [Column; 6] = [
    needed("id_number", "身份证号", &["身份证号码", "公民身份号码", "证件号码", "身份证"], Shown::Number),
    needed("name", "姓名", &["人员姓名", "服务对象"], Shown::Name),
    needed("kind", "服务类型", &["服务类别", "服务项目", "服务种类"], Shown::Plain),
    needed("held_on", "服务日期", &["服务时间", "日期"], Shown::Plain),
    needed("provider", "服务单位", &["服务机构", "提供单位", "提供者"], Shown::Plain),
    optional("note", "备注", &["说明", "服务内容"], Shown::Hidden),
];

/// A row on its way into the ledger.
#[derive(Debug)]
pub(crate) struct Note {
    /// Where it stands in the file.
    pub line: u64,
    /// Keyed hashes under which the identity number may stand; none when it is no number.
    pub(super) numbers: Vec<String>,
    /// The name beside it, to check the number by.
    pub(super) name: String,
    pub(super) written: Written,
}

/// Judges the rows of one file.
pub(crate) struct Judge<'a> {
    places: Places<'a>,
    today: NaiveDate,
}

impl<'a> Judge<'a> {
    pub(crate) fn new(today: NaiveDate, head: &'a [String], mapping: &[Option<usize>]) -> Self {
        Self { places: Places::new(&COLUMNS, head, mapping), today }
    }

    /// A row as it is understood. What is wrong in its cells goes with it and is told together with what the registry finds.
    ///
    /// # Errors
    /// Where nobody knows which cell is which.
    pub(crate) fn row(&self, line: u64, record: &StringRecord, vault: &Vault) -> Result<Note, Vec<Fault>> {
        self.places.even(record).map_err(|fault| vec![fault])?;
        let cell = |at: At| self.places.cell(record, at as usize);
        let kind = SERVICE_KIND.read(cell(At::Kind)).and_then(|code| code.parse().ok());
        let mut written = Written::read(kind, cell(At::HeldOn), cell(At::Provider), cell(At::Note), self.today);
        let number = read_id_number(cell(At::IdNumber), self.today);
        let lacks = [At::Name, At::Kind, At::HeldOn, At::Provider].into_iter().filter(|at| cell(*at).is_empty());
        for key in lacks.filter_map(|at| COLUMNS.get(at as usize)).map(|column| column.key) {
            written.faults.retain(|e| e.field != key);
            written.faults.push(FieldError::new(key, "invalid.required"));
        }
        written.faults.extend(number.as_ref().err().cloned().map(|e| FieldError { field: "id_number".into(), ..e }));
        let numbers = number.as_ref().map(|number| vault.indexes("id", IdNumber::as_str(number))).unwrap_or_default();
        Ok(Note { line, numbers, name: cell(At::Name).to_owned(), written })
    }

    /// A fault of the ledger as one of the file. It is kept for whoever mends the file, so it names nobody in full.
    pub(crate) fn fault(&self, record: &StringRecord, mut e: FieldError) -> Fault {
        for (_, name) in e.args.iter_mut().filter(|(arg, _)| *arg == "name") {
            *name = mask_name(name);
        }
        self.places.fault(record, &e.field, e.code, e.args)
    }
}
