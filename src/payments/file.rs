//! The file that goes to the bank: made from a layout, and read again before it is handed out.

use encoding_rs::GB18030;
use entities::values::Fen;
use ring::digest::{SHA256, digest};

use crate::access::hex;
use crate::base::cells::{neutral, restore};
use crate::base::{Error, Result};
use crate::payments::layouts::{Encoding, Field, Layout, Totals, Unit};
use crate::payments::rules::Sum;

/// One payment as it stands in the file. It has no Debug: it holds a whole account.
pub(crate) struct Entry {
    pub reference: String,
    pub bank: String,
    pub name: String,
    pub number: String,
    pub fen: Fen,
    pub purpose: String,
}

/// A file and what it says of itself.
pub(crate) struct Made {
    pub bytes: Vec<u8>,
    /// SHA-256 in hex.
    pub hash: String,
}

fn amount(unit: Unit, Fen(fen): Fen) -> String {
    match unit {
        Unit::Fen => fen.to_string(),
        Unit::Yuan => format!("{}.{:02}", fen / 100, fen % 100),
    }
}

/// An amount as a file or an answer has it; `None` for what is none.
pub(crate) fn read_amount(unit: Unit, text: &str) -> Option<Fen> {
    let text = text.trim();
    match unit {
        Unit::Fen if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) => text.parse().ok().map(Fen),
        Unit::Fen => None,
        Unit::Yuan => crate::base::money::parse_yuan(text).ok(),
    }
}

/// What a payment is for, as the payee reads it on the account.
pub(crate) fn purpose(claim_number: &str) -> String {
    format!("培训补贴 {claim_number}")
}

/// Text without what would break a row of the file.
fn cell(text: &str, separator: char) -> String {
    let plain: String =
        text.chars().map(|c| if c.is_control() || c == separator || c == '"' { ' ' } else { c }).collect();
    neutral(plain.trim()).into_owned()
}

/// Makes the file: the same entries in the same layout are the same bytes.
///
/// # Errors
/// `Internal` where it does not say what it was made of.
pub(crate) fn compose(layout: &Layout, entries: &[Entry]) -> Result<Made> {
    let sum = Sum::of(entries.iter().map(|entry| entry.fen));
    let mut text = String::with_capacity(entries.len() * 96 + 128);
    let separator = layout.separator.to_string();
    let mut line = |cells: &[String]| {
        text.push_str(&cells.join(&separator));
        text.push_str("\r\n");
    };
    let totals = ["合计".to_owned(), sum.count.to_string(), amount(layout.amount, sum.fen)];
    if layout.totals == Totals::First {
        line(&totals);
    }
    if layout.header {
        line(&layout.columns.iter().map(|column| column.head.clone()).collect::<Vec<_>>());
    }
    for (at, entry) in entries.iter().enumerate() {
        let cells = layout.columns.iter().map(|column| match column.field {
            Field::Ordinal => (at + 1).to_string(),
            Field::Reference => entry.reference.clone(),
            Field::Name => cell(&entry.name, layout.separator),
            Field::Number => cell(&entry.number, layout.separator),
            Field::Bank => cell(&entry.bank, layout.separator),
            Field::Amount => amount(layout.amount, entry.fen),
            Field::Purpose => cell(&entry.purpose, layout.separator),
        });
        line(&cells.collect::<Vec<_>>());
    }
    if layout.totals == Totals::Last {
        line(&totals);
    }
    let bytes = match layout.encoding {
        Encoding::Utf8 => text.into_bytes(),
        Encoding::Gb18030 => GB18030.encode(&text).0.into_owned(),
    };
    if count(layout, &bytes)? != sum {
        return Err(Error::internal("a bank file does not say what it was made of"));
    }
    Ok(Made { hash: hex(digest(&SHA256, &bytes).as_ref()), bytes })
}

/// What the rows of a file come to, read from its bytes; its own totals must say the same.
///
/// # Errors
/// `Internal` where they do not, or it is no such file.
pub(crate) fn count(layout: &Layout, bytes: &[u8]) -> Result<Sum> {
    let broken = || Error::internal("a bank file cannot be read again");
    let text = match layout.encoding {
        Encoding::Utf8 => std::str::from_utf8(bytes).map_err(|_| broken())?.to_owned(),
        Encoding::Gb18030 => {
            GB18030.decode_without_bom_handling_and_without_replacement(bytes).ok_or_else(broken)?.into_owned()
        }
    };
    let mut lines: Vec<&str> = text.lines().collect();
    let totals = match layout.totals {
        Totals::First if !lines.is_empty() => Some(lines.remove(0)),
        Totals::Last => lines.pop(),
        _ => None,
    };
    if layout.header && !lines.is_empty() {
        lines.remove(0);
    }
    let place = layout.place(Field::Amount).ok_or_else(broken)?;
    let mut sum = Sum::default();
    for line in lines {
        let cell = line.split(layout.separator).nth(place).map(restore).ok_or_else(broken)?;
        sum = sum.and(read_amount(layout.amount, cell).ok_or_else(broken)?);
    }
    if let Some(totals) = totals {
        let mut cells = totals.split(layout.separator).skip(1);
        let said = cells.next().and_then(|count| count.parse().ok()).ok_or_else(broken)?;
        let fen = cells.next().and_then(|fen| read_amount(layout.amount, fen)).ok_or_else(broken)?;
        if (Sum { count: said, fen }) != sum {
            return Err(Error::internal("the totals of a bank file are not those of its rows"));
        }
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entry(n: usize, fen: i64, name: &str) -> Entry {
        Entry {
            reference: format!("B-2016-000001-{n:05}"),
            bank: "上高农商银行".into(),
            name: name.into(),
            number: "0000003601000000010".into(),
            fen: Fen(fen),
            purpose: "培训补贴".into(),
        }
    }

    #[test]
    fn a_file_has_its_head_its_rows_and_its_totals() {
        let made =
            compose(&Layout::shipped("rural").unwrap(), &[entry(1, 80_000, "锦江职业培训学校"), entry(2, 5, "陈根")])
                .unwrap();
        let text = GB18030.decode(&made.bytes).0.into_owned();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "序号,业务编号,收款户名,收款账号,开户行,金额,用途");
        assert_eq!(lines[1], "1,B-2016-000001-00001,锦江职业培训学校,0000003601000000010,上高农商银行,800.00,培训补贴");
        assert_eq!((lines[2].contains(",0.05,"), lines[3]), (true, "合计,2,800.05"));
        assert_eq!(made.hash.len(), 64);
        let made = compose(&Layout::shipped("commercial").unwrap(), &[entry(1, 80_000, "陈根")]).unwrap();
        let text = String::from_utf8(made.bytes).unwrap();
        assert!(text.starts_with("合计\t1\t80000\r\nB-2016-000001-00001\t0000003601000000010\t陈根\t"), "{text}");
    }

    #[test]
    fn a_cell_is_no_formula_and_breaks_no_row() {
        for code in ["rural", "commercial"] {
            let layout = Layout::shipped(code).unwrap();
            let made = compose(&layout, &[entry(1, 1, "=1+1"), entry(2, 2, "甲,乙\t丙\r\n丁\"")]).unwrap();
            assert_eq!(count(&layout, &made.bytes).unwrap(), Sum { count: 2, fen: Fen(3) });
            let text = GB18030.decode(&made.bytes).0.into_owned() + &String::from_utf8_lossy(&made.bytes);
            assert!(text.contains("'=1+1"));
        }
    }

    #[test]
    fn a_file_that_somebody_changed_does_not_add_up() {
        let layout = Layout::shipped("commercial").unwrap();
        let made = compose(&layout, &[entry(1, 80_000, "陈根"), entry(2, 80_000, "陈根")]).unwrap();
        let text = String::from_utf8(made.bytes).unwrap();
        let changed = text.replacen("\t80000\t", "\t90000\t", 1);
        assert!(count(&layout, changed.as_bytes()).is_err());
    }

    proptest! {
        #[test]
        fn whatever_is_paid_the_file_says_it_to_the_fen(
            amounts in proptest::collection::vec(1_i64..1_000_000_000, 0..60), name in ".{0,20}"
        ) {
            for code in ["rural", "commercial"] {
                let layout = Layout::shipped(code).unwrap();
                let entries: Vec<Entry> = amounts.iter().enumerate().map(|(n, fen)| entry(n, *fen, &name)).collect();
                let made = compose(&layout, &entries).unwrap();
                let said = count(&layout, &made.bytes).unwrap();
                prop_assert_eq!(said.fen.0, amounts.iter().sum::<i64>());
                prop_assert_eq!(compose(&layout, &entries).unwrap().hash, made.hash);
            }
        }
    }
}
