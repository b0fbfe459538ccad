//! Exclusion lists as rows: what two bureaus gave. Whom they name is nobody of the registry, so the year's money stands.

use entities::{
    exclusion_entry, exclusion_list,
    values::{AccountId, ExclusionKind, ExclusionListId},
};

use crate::base::{Error, IdNumber, Result};
use crate::data::Vault;
use crate::demo::calendar::{YEAR, at, day};
use crate::demo::figures::SHANGGAO;
use crate::demo::rows::Rows;
use crate::demo::store::PROVINCE;

/// Where no county of the demonstration has its numbers from.
const ELSEWHERE: &str = "369999";

struct List {
    kind: ExclusionKind,
    area: &'static str,
    month: u32,
    source: &'static str,
    document_no: &'static str,
    rows: u16,
    loaded_by: AccountId,
    superseded_by: Option<ExclusionListId>,
}

impl List {
    fn tell(self, id: ExclusionListId, vault: &Vault, rows: &mut Rows) -> Result<()> {
        let as_of = day(YEAR, self.month, 30);
        for n in 0..self.rows {
            let number =
                IdNumber::compose(ELSEWHERE, day(1970, 1, 1), n).ok_or_else(|| Error::internal("no number"))?;
            rows.exclusion_entry.push(exclusion_entry::Model {
                list_id: id,
                line: i32::from(n) + 2,
                id_index: vault.index("id", number.as_str()),
                valid_from: Some(day(YEAR, 1, 1)),
                valid_to: None,
            });
        }
        rows.exclusion_list.push(exclusion_list::Model {
            id,
            kind: self.kind,
            area_code: self.area.to_owned(),
            as_of,
            document_no: self.document_no.to_owned(),
            source: self.source.to_owned(),
            file_name: format!("{}.csv", self.source),
            file_hash: vault.index("demo", self.document_no),
            rows: i32::from(self.rows),
            loaded_by: self.loaded_by,
            begun_at: at(as_of, 16, 0),
            loaded_at: Some(at(as_of, 16, 0)),
            superseded_by: self.superseded_by,
        });
        Ok(())
    }
}

/// Insured workers of 上高县 twice, the later list in the place of the earlier one, and the deceased of the province.
pub(super) fn tell(clerk: AccountId, supervisor: AccountId, vault: &Vault, rows: &mut Rows) -> Result<()> {
    let (earlier, later) = (ExclusionListId::new(), ExclusionListId::new());
    let insured = |month, document_no, rows, superseded_by| List {
        kind: ExclusionKind::Insured,
        area: SHANGGAO,
        month,
        source: "上高县社会保险局",
        document_no,
        rows,
        loaded_by: clerk,
        superseded_by,
    };
    insured(6, "上社险函〔2016〕18号", 60, Some(later)).tell(earlier, vault, rows)?;
    insured(9, "上社险函〔2016〕27号", 80, None).tell(later, vault, rows)?;
    let deceased = List {
        kind: ExclusionKind::Deceased,
        area: PROVINCE,
        month: 9,
        source: "江西省民政厅",
        document_no: "赣民函〔2016〕140号",
        rows: 40,
        loaded_by: supervisor,
        superseded_by: None,
    };
    deceased.tell(ExclusionListId::new(), vault, rows)
}
