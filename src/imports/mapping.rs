//! Which column of a file is which: guessed from its heads, said by whoever sends it, remembered for the next such file.

use entities::values::ImportSubject;
use ring::digest::{SHA256, digest};

use crate::access::hex;
use crate::base::columns::{Column, named};
use crate::base::{Error, FieldError, Result};
use crate::people;

/// For each column of a file the place of ours that it is, if any.
pub(super) type Mapping = Vec<Option<usize>>;

/// The columns that a file of this kind may have.
pub(super) fn columns(subject: ImportSubject) -> &'static [Column] {
    match subject {
        ImportSubject::People => &people::COLUMNS,
    }
}

/// The words that a column takes, where it takes only some.
pub(super) fn choices(subject: ImportSubject, key: &str, english: bool) -> Vec<String> {
    match subject {
        ImportSubject::People => people::choices(key, english),
    }
}

/// What the heads themselves say; of two that say the same the first counts.
pub(super) fn guess(columns: &[Column], head: &[String]) -> Mapping {
    let mut taken = vec![false; columns.len()];
    head.iter()
        .map(|head| {
            let ours = named(columns, head)?;
            let free = taken.get_mut(ours)?;
            (!std::mem::replace(free, true)).then_some(ours)
        })
        .collect()
}

/// A mapping as it is stored and sent: keys of columns, null for one that is not used.
pub(super) fn written(columns: &[Column], mapping: &Mapping) -> Result<String> {
    let keys: Vec<Option<&str>> =
        mapping.iter().map(|ours| ours.and_then(|ours| columns.get(ours)).map(|column| column.key)).collect();
    serde_json::to_string(&keys).map_err(Error::internal)
}

/// A stored mapping.
///
/// # Errors
/// `Internal` when it is none.
pub(super) fn stored(columns: &[Column], text: &str) -> Result<Mapping> {
    let keys: Vec<Option<String>> = serde_json::from_str(text).map_err(Error::internal)?;
    Ok(keys.iter().map(|key| key.as_deref().and_then(|key| position(columns, key))).collect())
}

fn position(columns: &[Column], key: &str) -> Option<usize> {
    columns.iter().position(|column| column.key == key)
}

/// The mapping that somebody named: a key or nothing for each column of the file.
///
/// # Errors
/// `Invalid` with every column that is unknown or named twice, and with columns that lack.
pub(super) fn read(columns: &[Column], head: &[String], keys: &[Option<&str>]) -> Result<Mapping> {
    if keys.len() != head.len() {
        return Err(Error::invalid("mapping", "invalid.columns_count"));
    }
    let mut mapping = Mapping::with_capacity(keys.len());
    let mut faults = Vec::new();
    for (at, key) in keys.iter().enumerate() {
        let ours = key.and_then(|key| position(columns, key));
        let field = || format!("column_{at}");
        if key.is_some() && ours.is_none() {
            faults.push(FieldError::new(field(), "invalid.choice"));
        } else if ours.is_some() && mapping.contains(&ours) {
            faults.push(FieldError::new(field(), "invalid.repeated"));
        }
        mapping.push(ours);
    }
    if faults.is_empty() { Ok(mapping) } else { Err(Error::Invalid(faults)) }
}

/// Columns without which no row can be judged and that the mapping lacks.
pub(super) fn lacking(columns: &'static [Column], mapping: &Mapping) -> Vec<&'static Column> {
    let has = |at: usize| mapping.contains(&Some(at));
    columns.iter().enumerate().filter(|(at, column)| column.needed && !has(*at)).map(|(_, column)| column).collect()
}

/// Under what a mapping is remembered.
pub(super) fn hash(head: &[String]) -> String {
    hex(digest(&SHA256, head.join("\u{1F}").as_bytes()).as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heads(text: &str) -> Vec<String> {
        text.split(',').map(str::to_owned).collect()
    }

    #[test]
    fn heads_that_bureaus_use_are_guessed_and_strange_ones_left_out() {
        let columns = columns(ImportSubject::People);
        let mapping = guess(columns, &heads("序号,姓名,公民身份号码,姓名,联系电话"));
        let keys = written(columns, &mapping).unwrap();
        assert_eq!(keys, r#"[null,"name","id_number",null,"phone"]"#);
        assert_eq!(stored(columns, &keys).unwrap(), mapping);
        let lacks: Vec<&str> = lacking(columns, &mapping).iter().map(|column| column.key).collect();
        assert!(lacks.contains(&"area") && !lacks.contains(&"name") && !lacks.contains(&"skills"));
    }

    #[test]
    fn a_column_is_named_once_and_only_from_the_list() {
        let columns = columns(ImportSubject::People);
        let head = heads("甲,乙,丙");
        let wrong = read(columns, &head, &[Some("name"), Some("name"), Some("x")]).unwrap_err();
        let Error::Invalid(faults) = wrong else { panic!("{wrong:?}") };
        let told: Vec<(&str, &str)> = faults.iter().map(|e| (e.field.as_ref(), e.code.as_ref())).collect();
        assert_eq!(told, [("column_1", "invalid.repeated"), ("column_2", "invalid.choice")]);
        assert!(read(columns, &head, &[None]).is_err());
        assert!(read(columns, &head, &[None, None, Some("phone")]).is_ok());
    }

    #[test]
    fn the_same_heads_are_remembered_together() {
        assert_eq!(hash(&heads("甲,乙")), hash(&heads("甲,乙")));
        assert_ne!(hash(&heads("甲,乙")), hash(&heads("甲乙")));
    }
}
