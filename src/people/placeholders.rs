//! What is typed when nothing is known: numbers of one digit, names that say that there is none. It is refused wherever a
//! registration is judged, so that an empty field is empty.

/// Names of nobody; Latin ones in lower case.
const NAMES: [&str; 20] = [
    "测试",
    "无名",
    "无",
    "无姓名",
    "不详",
    "未知",
    "不知",
    "不知道",
    "某某",
    "某",
    "佚名",
    "暂无",
    "待定",
    "待补",
    "姓名",
    "空",
    "test",
    "none",
    "null",
    "unknown",
];

fn one_digit(digits: &str) -> bool {
    let mut all = digits.chars();
    all.next().is_some_and(|first| first.is_ascii_digit() && all.all(|digit| digit == first))
}

/// Each digit one more than the one before, or one less: `12345678901`.
fn counting(digits: &str) -> bool {
    let digits: Option<Vec<u32>> = digits.chars().map(|c| c.to_digit(10)).collect();
    let Some(digits) = digits else { return false };
    let steps = |by: u32| {
        let mut pairs = digits.iter().zip(digits.iter().skip(1));
        pairs.all(|(one, next)| (one + by) % 10 == *next)
    };
    digits.len() > 1 && (steps(1) || steps(9))
}

/// `11111111111`, `12345678901`, `13800000000`: of one digit, counting, or of one digit in the last eight.
pub(super) fn is_phone(typed: &str) -> bool {
    let digits: String = typed.chars().filter(|c| !matches!(c, ' ' | '-' | '+')).collect();
    let digits = digits.strip_prefix("86").filter(|rest| rest.len() >= 11).unwrap_or(&digits);
    let tail = digits.len().checked_sub(8).and_then(|from| digits.get(from..));
    one_digit(digits) || counting(digits) || (digits.len() >= 11 && tail.is_some_and(one_digit))
}

/// `0000000000000000`
pub(super) fn is_account(typed: &str) -> bool {
    let digits: String = typed.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    one_digit(&digits)
}

/// `测试`, `某某`, `test`, `XXX`
pub(super) fn is_name(typed: &str) -> bool {
    let name = typed.trim().to_lowercase();
    let mut letters = name.chars();
    let one_letter = letters.next().is_some_and(|first| first.is_ascii_alphabetic() && letters.all(|c| c == first));
    one_letter || NAMES.contains(&name.as_str()) || name.starts_with("测试") || name.ends_with("某某")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_of_nobody_are_known() {
        for name in
            ["测试", "无名", "无", "不详", "未知", "某某", "张某某", "test", "Test", "XXX", "x", "测试人员", " 无 "]
        {
            assert!(is_name(name), "{name}");
        }
        for name in ["陈福生", "吴明", "未央", "Nathan", "Anna Xu", "欧阳无忌", "李待弟", "某日嘎", ""]
        {
            assert!(!is_name(name), "{name}");
        }
    }

    #[test]
    fn numbers_of_nobody_are_known() {
        for phone in ["11111111111", "12345678901", "98765432109", "13800000000", "+86 138 0000 0000", "15499999999"] {
            assert!(is_phone(phone), "{phone}");
        }
        for phone in ["15412345678", "15400000001", "13800138000", "15400010001", "0791-1234", ""] {
            assert!(!is_phone(phone), "{phone}");
        }
        assert!(is_account("0000 0000 0000 0000") && is_account("111111111111"));
        assert!(!is_account("0000003601000000010") && !is_account(""));
    }

    proptest! {
        #[test]
        fn one_digit_is_no_number_however_long(digit in 0..10_u32, long in 8..33_usize, head in "1[3-9][0-9]") {
            let digits = digit.to_string().repeat(long);
            prop_assert!(is_account(&digits) && is_phone(&digits));
            let phone = format!("{head}{}", digit.to_string().repeat(8));
            prop_assert!(is_phone(&phone));
        }

        #[test]
        fn a_number_made_for_trials_is_none_of_these(n in 1..11_111_111_u32, card in 1..1_000_000_000_u64) {
            let phone = format!("154{n:08}");
            prop_assert!(!is_phone(&phone));
            let account = format!("00000036{card:010}");
            prop_assert!(!is_account(&account));
        }
    }
}
