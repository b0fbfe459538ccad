//! Text in the cells of a file that a spreadsheet may open. What such a program would take for a formula gets an apostrophe
//! before it, and whoever reads our file back takes it off again.

use std::borrow::Cow;

/// What a formula, or a cell that hides one, begins with; the wide forms are folded into these by some programs.
const STARTS: [char; 12] = ['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠'];

/// Whether a text, or what stands behind its apostrophes, begins like a formula. A text that had an apostrophe already is
/// marked too, so that [`restore`] never takes an apostrophe that was somebody's own.
fn is_risky(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(STARTS)
}

/// A text that no spreadsheet takes for a formula.
pub fn neutral(text: &str) -> Cow<'_, str> {
    if is_risky(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// The text that [`neutral`] was given.
pub fn restore(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(bare) if is_risky(bare) => bare,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_begins_like_a_formula_is_marked_and_nothing_else_is() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\0=1", "＝1", "＋1", "－1", "＠1"] {
            assert_eq!(neutral(text), format!("'{text}"));
            assert_eq!(restore(&neutral(text)), text);
        }
        for text in ["", "陈大勇", "1-2", "a=b", "'陈", "O'Neil", " =1"] {
            assert_eq!(neutral(text), text);
            assert_eq!(restore(text), text);
        }
        assert_eq!((neutral("'=1").as_ref(), restore("''=1")), ("''=1", "'=1"));
    }

    proptest! {
        #[test]
        fn every_text_comes_back_and_none_leaves_as_a_formula(text in "['=+@\\-＝\\t]{0,3}.{0,8}") {
            let out = neutral(&text).into_owned();
            prop_assert!(!out.starts_with(STARTS));
            prop_assert_eq!(restore(&out), text.as_str());
        }
    }
}
