//! What a notice may show, when two lists are the same to the public, and how long it lies open.

use std::collections::HashSet;

use entities::values::{LineId, SubsidyKind, Tranche};
use ring::digest;

use crate::access::hex;
use crate::notices::list::Shown;
use crate::policy::occupation_name;
use crate::web::Locale;

/// `张三丰` and `张三` become `张*`: not even the length of a name is told. Of a name of one character nothing is.
pub(crate) fn masked_name(name: &str) -> String {
    let mut characters = name.trim().chars();
    match (characters.next(), characters.next()) {
        (Some(first), Some(_)) => format!("{first}*"),
        _ => "*".to_owned(),
    }
}

/// `360923198001011234` becomes `360923**********34`. What is no number of eighteen characters shows none.
pub(crate) fn masked_number(number: &str) -> String {
    let ascii = number.len() == 18 && number.is_ascii();
    match (number.get(..6), number.get(16..)) {
        (Some(head), Some(tail)) if ascii => format!("{head}**********{tail}"),
        _ => "*".repeat(18),
    }
}

/// For what is paid: `电子商务师 五级`, and what else than the training when it is over. A list is a Chinese document in whatever
/// language its page is read.
pub(crate) fn item(occupation: &str, level: i32, kind: SubsidyKind, tranche: Tranche) -> String {
    let name = occupation_name(occupation, Locale::Zh);
    let level = usize::try_from(level)
        .ok()
        .and_then(|level| ["一级", "二级", "三级", "四级", "五级"].get(level.checked_sub(1)?));
    let part = match (kind, tranche) {
        (SubsidyKind::Training, Tranche::Completion) => None,
        (SubsidyKind::Training, Tranche::Start) => Some("开班预拨"),
        (SubsidyKind::Training, Tranche::Outcome) => Some("就业补助"),
        (SubsidyKind::Living, _) => Some("生活费补贴"),
        (SubsidyKind::Appraisal, _) => Some("鉴定补贴"),
    };
    [Some(name), level.copied(), part].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// SHA-256 of a list with its order: another row, order or fen is another hash.
pub(crate) fn list_hash(list: &[Shown]) -> String {
    let mut hash = digest::Context::new(&digest::SHA256);
    for (place, Shown { line, name, number, item, fen }) in list.iter().enumerate() {
        let row = serde_json::json!([place + 1, line, name, number, item, fen]);
        hash.update(row.to_string().as_bytes());
        hash.update(b"\n");
    }
    hex(hash.finish().as_ref())
}

/// Whether everybody would read another list now. Lines that an upheld objection took out are not looked for.
pub(super) fn is_another(frozen: &[Shown], now: &[Shown], upheld: &HashSet<LineId>) -> bool {
    let kept: HashSet<&Shown> = frozen.iter().filter(|shown| !upheld.contains(&shown.line)).collect();
    kept != now.iter().collect()
}

/// Three to seven working days, whatever a rule says.
pub(super) fn allowed(days: i64) -> i64 {
    days.clamp(3, 7)
}

#[cfg(test)]
mod tests {
    use entities::values::Fen;
    use proptest::prelude::*;

    use super::*;

    fn shown(line: LineId, name: &str, fen: i64) -> Shown {
        Shown {
            line,
            name: name.to_owned(),
            number: "360923**********34".to_owned(),
            item: "电子商务师 五级".to_owned(),
            fen: Fen(fen),
        }
    }

    #[test]
    fn a_name_shows_its_first_character_and_a_number_its_first_six_and_last_two() {
        assert_eq!(
            ["张三", "张三丰", "欧阳修", "张", "", " 张三 "].map(masked_name),
            ["张*", "张*", "欧*", "*", "*", "张*"]
        );
        assert_eq!(masked_number("36092319800101123X"), "360923**********3X");
        assert_eq!(masked_number("360923800101123"), "*".repeat(18));
        assert_eq!(masked_number("三六"), "*".repeat(18));
    }

    #[test]
    fn an_item_names_occupation_and_level() {
        let training = |level| item("4-01-06-01", level, SubsidyKind::Training, Tranche::Completion);
        assert_eq!([5, 0, 6].map(training), ["电子商务师 五级", "电子商务师", "电子商务师"]);
        let living = item("4-01-06-01", 5, SubsidyKind::Living, Tranche::Completion);
        assert_eq!(living, "电子商务师 五级 生活费补贴");
    }

    #[test]
    fn a_list_is_another_when_a_row_goes_comes_or_changes_and_not_when_an_objection_took_it_out() {
        let [one, two, three] = [(); 3].map(|()| LineId::new());
        let list = [shown(one, "陈*", 80_000), shown(two, "李*", 80_000)];
        let none = HashSet::new();
        assert!(!is_another(&list, &list, &none));
        assert!(is_another(&list, &list[..1], &none));
        assert!(!is_another(&list, &list[..1], &HashSet::from([two])));
        assert!(is_another(&list[..1], &list, &none));
        assert!(is_another(&list, &[shown(one, "程*", 80_000), list[1].clone()], &none));
        assert!(is_another(&list, &[shown(one, "陈*", 80_001), list[1].clone()], &none));
        assert!(is_another(&list, &[list[0].clone(), shown(three, "李*", 80_000)], &HashSet::from([two])));
    }

    #[test]
    fn days_are_three_to_seven() {
        assert_eq!([0, 3, 5, 7, 30].map(allowed), [3, 3, 5, 7, 7]);
    }

    proptest! {
        #[test]
        fn no_mask_tells_more_than_it_should(name in "\\PC{0,8}", number in "[0-9]{17}[0-9X]") {
            let (masked, hidden) = (masked_name(&name), masked_number(&number));
            prop_assert!(masked.chars().count() <= 2 && masked.ends_with('*'));
            prop_assert_eq!(hidden.len(), 18);
            // Of the birth date and the sequence nothing is left.
            prop_assert_eq!(&hidden[6..16], "**********");
            prop_assert_eq!((&hidden[..6], &hidden[16..]), (&number[..6], &number[16..]));
        }

        #[test]
        fn another_list_has_another_hash(fens in proptest::collection::vec(0_i64..100_000, 2..20), at in 0_usize..20) {
            let list: Vec<Shown> = fens.iter().map(|fen| shown(LineId::new(), "陈*", *fen)).collect();
            let at = at % list.len();
            let mut other = list.clone();
            other[at].fen = Fen(other[at].fen.0 + 1);
            prop_assert_ne!(list_hash(&list), list_hash(&other));
            let mut turned = list.clone();
            turned.swap(0, at);
            prop_assert_eq!(at == 0, list_hash(&list) == list_hash(&turned));
            prop_assert_ne!(list_hash(&list), list_hash(&list[1..]));
        }
    }
}
