//! Everything is said in both languages.

use std::collections::BTreeSet;

use sidan::{
    house::TEXTS,
    web::{Lexicon, Locale, lexicon_keys},
};

use super::floorplan::sources;

#[test]
fn both_languages_have_the_same_keys() {
    for texts in TEXTS {
        assert_eq!(lexicon_keys(texts.zh), lexicon_keys(texts.en));
    }
}

#[test]
fn no_key_stands_twice_and_every_text_parses() {
    Lexicon::new(TEXTS).unwrap();
}

/// What stands in quotes after each of `marks`, which end with the quote or behind it.
fn quoted<'a>(text: &'a str, marks: &[&str]) -> BTreeSet<&'a str> {
    marks
        .iter()
        .flat_map(|mark| text.match_indices(mark).map(|(i, _)| &text[i + mark.find('"').unwrap() + 1..]))
        .filter_map(|rest| rest.split('"').next())
        .filter(|key| key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c)))
        .filter(|key| key.contains(['.', '-']) && !key.ends_with('.'))
        .collect()
}

#[test]
fn every_code_and_every_key_has_a_text() {
    let lexicon = Lexicon::new(TEXTS).unwrap();
    let marks = ["refused(\"", "invalid(\"", "say(\"", "say1(\"", "say2(\"", "say3(\"", "code: \"", "\"invalid."];
    let mut missing = BTreeSet::new();
    for (file, text) in sources() {
        for key in quoted(&text, &marks) {
            if !lexicon.knows(Locale::Zh, key) {
                missing.insert(format!("{file}: {key}"));
            }
        }
    }
    for (file, text) in templates() {
        for key in quoted(&text, &["say(\"", "say1(\"", "say2(\"", "say3(\""]) {
            if !lexicon.knows(Locale::Zh, key) {
                missing.insert(format!("{file}: {key}"));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

/// What is told has its words: each kind that stands in the code has a subject and a body, and the reverse.
#[test]
fn every_kind_of_message_has_a_subject_and_a_body_in_both_languages() {
    let lexicon = Lexicon::new(TEXTS).unwrap();
    let mut told = BTreeSet::new();
    for (_, text) in sources() {
        for (i, mark) in text.match_indices("Telling {") {
            let telling = &text[i + mark.len()..];
            let telling = telling.split("..").next().unwrap().chars().take(400).collect::<String>();
            let kind = telling.split("kind: \"").nth(1).and_then(|rest| rest.split('"').next().map(str::to_owned));
            told.extend(kind.map(|kind| kind.replace('.', "-")));
        }
    }
    for texts in TEXTS {
        for key in lexicon_keys(texts.zh).into_iter().filter_map(|key| key.strip_prefix("mail-")) {
            let kind = key.strip_suffix("-subject").or_else(|| key.strip_suffix("-body"));
            told.extend(kind.map(str::to_owned));
        }
    }
    for kind in told {
        for locale in Locale::ALL {
            for part in ["subject", "body"] {
                assert!(lexicon.knows(locale, &format!("mail-{kind}-{part}")), "{kind} has no {part} in {locale:?}");
            }
        }
    }
}

/// Every template of `src`, by its path.
pub(crate) fn templates() -> Vec<(String, String)> {
    fn walk(folder: &std::path::Path, found: &mut Vec<(String, String)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|kind| kind == "html") {
                found.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let mut found = Vec::new();
    walk(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    found
}
