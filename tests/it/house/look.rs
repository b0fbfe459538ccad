//! The look: one style sheet whose parts agree, templates that the content policy lets through.

use super::texts::templates;

fn css() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/web/static/sidan.css")).unwrap()
}

/// The declarations between the first `{` after `mark` and its `}`.
fn block(css: &str, mark: &str) -> Vec<String> {
    let rest = &css[css.find(mark).unwrap() + mark.len()..];
    let rest = &rest[rest.find('{').unwrap() + 1..];
    let body = &rest[..rest.find('}').unwrap()];
    body.split(';')
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|l| !l.is_empty())
        .collect()
}

#[test]
fn dark_is_dark_in_the_same_way_by_system_and_by_choice() {
    let css = css();
    assert_eq!(block(&css, ":root:not([data-theme=\"light\"])"), block(&css, ":root[data-theme=\"dark\"]"));
}

#[test]
fn no_template_carries_inline_style_or_script() {
    for (file, text) in templates() {
        for bad in [" style=", "<style", " onclick=", " onchange=", " onsubmit=", "javascript:"] {
            assert!(!text.contains(bad), "{file} has {bad}");
        }
        for (i, tag) in text.match_indices("<script") {
            let ours = [
                "<script src=\"{{ page.live_href() }}\" defer></script>",
                "<script src=\"{{ href }}\" defer></script>",
            ];
            assert!(ours.iter().any(|ours| text[i..].starts_with(ours)), "{file}: {tag}");
        }
    }
}

#[test]
fn every_table_head_says_what_it_heads() {
    for (file, text) in templates() {
        for (i, _) in text.match_indices("<th ").chain(text.match_indices("<th>")) {
            let tag = &text[i..i + text[i..].find('>').unwrap()];
            assert!(tag.contains("scope="), "{file}: {tag}");
        }
    }
}

#[test]
fn every_posted_form_carries_the_token() {
    for (file, text) in templates() {
        for (i, _) in text.match_indices("method=\"post\"") {
            let form = &text[i..(i + 400).min(text.len()).max(i)];
            assert!(form.contains("csrf("), "{file} posts a form without a token");
        }
    }
}
