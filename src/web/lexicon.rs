//! Every text that a person reads, in both languages.

use std::{collections::BTreeSet, fmt};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

use crate::base::error::Args;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Locale {
    #[default]
    Zh,
    En,
}

/// The texts of one feature.
#[derive(Clone, Copy, Debug)]
pub struct Texts {
    pub zh: &'static str,
    pub en: &'static str,
}

/// All texts of all features.
pub struct Lexicon {
    zh: FluentBundle<FluentResource>,
    en: FluentBundle<FluentResource>,
}

impl Locale {
    pub const ALL: [Self; 2] = [Self::Zh, Self::En];

    pub fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }

    pub fn other(self) -> Self {
        match self {
            Self::Zh => Self::En,
            Self::En => Self::Zh,
        }
    }

    /// Its own name in its own language.
    pub fn name(self) -> &'static str {
        match self {
            Self::Zh => "中文",
            Self::En => "English",
        }
    }

    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|locale| locale.tag() == tag)
    }

    /// The first language of the list that is spoken here; Chinese when none is.
    pub fn accepted(header: &str) -> Self {
        header
            .split(',')
            .find_map(|range| {
                let tag = range.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
                match tag.split('-').next() {
                    Some("zh") => Some(Self::Zh),
                    Some("en") => Some(Self::En),
                    _ => None,
                }
            })
            .unwrap_or_default()
    }
}

impl Lexicon {
    /// # Errors
    /// A line per text that does not parse or stands twice.
    pub fn new(features: &[Texts]) -> Result<Self, String> {
        Ok(Self {
            zh: bundle(Locale::Zh, features.iter().map(|texts| texts.zh))?,
            en: bundle(Locale::En, features.iter().map(|texts| texts.en))?,
        })
    }

    /// The text of a key such as `claim.full`; the key itself where there is none, which a house test forbids.
    pub fn say(&self, locale: Locale, key: &str, args: &[(&str, &dyn fmt::Display)]) -> String {
        let bundle = match locale {
            Locale::Zh => &self.zh,
            Locale::En => &self.en,
        };
        let id = key.replace('.', "-");
        let Some(pattern) = bundle.get_message(&id).and_then(|message| message.value()) else {
            tracing::warn!(key, "no text");
            return key.to_owned();
        };
        let mut values = FluentArgs::with_capacity(args.len());
        for (name, value) in args {
            values.set(*name, value_of(&value.to_string()));
        }
        bundle.format_pattern(pattern, Some(&values), &mut Vec::new()).into_owned()
    }

    /// The text of a refusal or a field error with its arguments.
    pub fn explain(&self, locale: Locale, code: &str, args: &Args) -> String {
        let args: Vec<(&str, &dyn fmt::Display)> =
            args.iter().map(|(name, value)| (*name, value as &dyn fmt::Display)).collect();
        self.say(locale, code, &args)
    }

    pub fn knows(&self, locale: Locale, key: &str) -> bool {
        let id = key.replace('.', "-");
        match locale {
            Locale::Zh => self.zh.has_message(&id),
            Locale::En => self.en.has_message(&id),
        }
    }
}

/// Small whole numbers stay numbers, so that a text can choose by count; all else is quoted as it is.
fn value_of(text: &str) -> FluentValue<'static> {
    match text.parse::<i32>() {
        Ok(number) if number.to_string() == text => FluentValue::from(number),
        _ => FluentValue::from(text.to_owned()),
    }
}

fn bundle(locale: Locale, sources: impl Iterator<Item = &'static str>) -> Result<FluentBundle<FluentResource>, String> {
    let language: LanguageIdentifier = locale.tag().parse().map_err(|e| format!("{e}"))?;
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    // The marks that Fluent would put around arguments show up in plain mail and confuse copy and paste.
    bundle.set_use_isolating(false);
    for source in sources {
        let resource = FluentResource::try_new(source.to_owned()).map_err(|(_, errors)| format!("{errors:?}"))?;
        bundle.add_resource(resource).map_err(|errors| format!("{errors:?}"))?;
    }
    Ok(bundle)
}

/// The keys that a source defines.
pub fn keys(source: &str) -> BTreeSet<&str> {
    source
        .lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_alphabetic()))
        .filter_map(|line| line.split_once('=').map(|(key, _)| key.trim()))
        .collect()
}

impl fmt::Debug for Lexicon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lexicon(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_spoken_language_wins() {
        assert_eq!(Locale::accepted("fr, en-GB;q=0.8, zh;q=0.7"), Locale::En);
        assert_eq!(Locale::accepted("zh-TW,en"), Locale::Zh);
        assert_eq!(Locale::accepted(""), Locale::Zh);
    }
}
