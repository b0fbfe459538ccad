//! Verdicts on a wish to see numbers in full.

use entities::values::RevealField;

use crate::access::Actor;
use crate::base::identity::fold;
use crate::base::{Error, FieldError, Result};
use crate::reveals::forms::Wish;
use crate::reveals::rights::RevealNumbers;
use crate::web::one_line;

/// So many digits in a row are somebody's number, and would stand in clear where the note is kept.
const NUMBER: usize = 7;

/// The fields that this role may see in full.
pub(crate) fn fields_of(actor: &Actor) -> Vec<RevealField> {
    let all = actor.prove::<RevealNumbers>().is_ok();
    RevealField::all().filter(|field| all || *field == RevealField::Phone).collect()
}

/// The note that will be kept.
///
/// # Errors
/// `Invalid` with every field that is wrong; `reveal.not_yours` for a field that the role may not see.
pub(crate) fn check<'a>(actor: &Actor, wish: &'a Wish) -> Result<&'a str> {
    let mut faults = Vec::new();
    if wish.fields.is_empty() {
        faults.push(FieldError::new("fields", "invalid.reveal_nothing"));
    } else if wish.fields.iter().enumerate().any(|(i, field)| wish.fields.iter().take(i).any(|other| other == field)) {
        faults.push(FieldError::new("fields", "invalid.repeated"));
    }
    let note = match one_line(&wish.note) {
        Ok(note) if has_number(note) => {
            faults.push(FieldError::new("note", "invalid.reveal_number"));
            note
        }
        Ok(note) => note,
        Err(Error::Invalid(said)) => {
            faults.extend(said.into_iter().map(|fault| FieldError { field: "note".into(), ..fault }));
            ""
        }
        Err(e) => return Err(e),
    };
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let open = fields_of(actor);
    if wish.fields.iter().all(|field| open.contains(field)) {
        Ok(note)
    } else {
        Err(Error::refused("reveal.not_yours"))
    }
}

/// Whether a number stands in the text, be it written with gaps.
fn has_number(text: &str) -> bool {
    let mut run = 0;
    fold(text).chars().any(|c| {
        run = match c {
            '0'..='9' => run + 1,
            ' ' | '-' | '.' | 'X' | 'x' => run,
            _ => 0,
        };
        run >= NUMBER
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_may_count_but_not_quote_a_number() {
        for kept in ["电话停机，改打家里", "第3次联系，11月5日", "材料第2016-15页"] {
            assert!(!has_number(kept), "{kept}");
        }
        for number in ["打15412345678", "１５４ １２３４ ５６７８", "360923-1975-0505-001X"] {
            assert!(has_number(number), "{number}");
        }
    }
}
