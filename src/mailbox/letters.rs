//! Messages in words.

use std::{fmt::Display, sync::Arc};

use entities::{account, message};
use serde_json::Value;

use crate::data::outbox::{Letter, Letters};
use crate::web::{Lexicon, Locale};

/// Puts a message into words. A kind that has no text is told in words that fit every message.
pub(super) fn put(lexicon: &Lexicon, locale: Locale, kind: &str, args: &Value) -> Letter {
    let values: Vec<(&str, String)> = match args {
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.as_str(), plain(value))).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => Vec::new(),
    };
    let args: Vec<(&str, &dyn Display)> = values.iter().map(|(name, value)| (*name, value as &dyn Display)).collect();
    let say = |part: &str| {
        let key = format!("mail-{kind}-{part}");
        if lexicon.knows(locale, &key) {
            lexicon.say(locale, &key, &args)
        } else {
            lexicon.say(locale, &format!("mailbox-other-{part}"), &[])
        }
    };
    Letter { subject: say("subject"), body: say("body") }
}

/// A value without the marks of JSON.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

/// A page of this house; anything else is not linked to.
pub(super) fn local(link: Option<&str>) -> Option<&str> {
    link.filter(|link| link.starts_with('/') && !link.starts_with("//"))
}

/// What the outbox writes: the words in the language of the account, and below them where to read on.
pub fn letters(lexicon: Arc<Lexicon>, base_url: &str) -> Letters {
    let base = base_url.trim_end_matches('/').to_owned();
    Arc::new(move |message: &message::Model, account: &account::Model| {
        let locale = Locale::from_tag(&account.locale).unwrap_or_default();
        let mut letter = put(&lexicon, locale, &message.kind, &message.args);
        let link = local(message.link.as_deref()).unwrap_or("/mailbox");
        letter.body = format!("{}\n\n{base}{link}\n", letter.body);
        letter
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::web::Texts;

    const TRIAL: Texts = Texts {
        zh: "mail-seat_taken-subject = { $class }：已选上\nmail-seat_taken-body = 还有{ $left }座。\n",
        en: "mail-seat_taken-subject = { $class }: seat taken\nmail-seat_taken-body = { $left ->\n    [one] One seat left.\n   *[other] { $left } seats left.\n}\n",
    };

    fn lexicon() -> Lexicon {
        Lexicon::new(&[crate::mailbox::TEXTS, TRIAL]).unwrap()
    }

    #[test]
    fn values_are_quoted_bare_and_counts_choose_their_words() {
        let args = json!({ "class": "电商 1 班", "left": 1 });
        let zh = put(&lexicon(), Locale::Zh, "seat_taken", &args);
        assert_eq!((zh.subject.as_str(), zh.body.as_str()), ("电商 1 班：已选上", "还有1座。"));
        assert_eq!(put(&lexicon(), Locale::En, "seat.taken", &args).body, put(&lexicon(), Locale::En, "x", &args).body);
        assert_eq!(put(&lexicon(), Locale::En, "seat_taken", &args).body, "One seat left.");
    }

    #[test]
    fn an_unknown_kind_and_odd_values_are_told_all_the_same() {
        for args in [json!(null), json!([1]), json!("x"), json!({ "a": { "b": [1] } })] {
            for kind in ["", "never-heard-of", "a b", "{ $x }"] {
                assert!(!put(&lexicon(), Locale::Zh, kind, &args).subject.is_empty());
            }
        }
    }

    #[test]
    fn only_pages_of_this_house_are_linked() {
        assert_eq!(local(Some("/my-courses")), Some("/my-courses"));
        for link in [None, Some("//evil.example"), Some("https://evil.example"), Some("javascript:1")] {
            assert_eq!(local(link), None);
        }
    }
}
