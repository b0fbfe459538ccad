//! The occupations that are trained for, by their code of the national list of 2022 (CSCO).

use std::sync::LazyLock;

use serde::Serialize;
use utoipa::ToSchema;

use crate::web::Locale;

/// An occupation with its names.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Occupation {
    pub code: &'static str,
    pub zh: &'static str,
    pub en: &'static str,
}

static OCCUPATIONS: LazyLock<Vec<Occupation>> = LazyLock::new(|| {
    include_str!("occupations.csv")
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut fields = line.splitn(3, ',');
            Some(Occupation { code: fields.next()?, zh: fields.next()?, en: fields.next()? })
        })
        .collect()
});

pub(crate) fn occupations() -> &'static [Occupation] {
    &OCCUPATIONS
}

pub(crate) fn is_occupation(code: &str) -> bool {
    OCCUPATIONS.iter().any(|occupation| occupation.code == code)
}

/// The name in the reader's language; the code itself where the list lacks it.
pub(crate) fn occupation_name(code: &str, locale: Locale) -> &str {
    match OCCUPATIONS.iter().find(|occupation| occupation.code == code) {
        Some(occupation) if locale == Locale::En => occupation.en,
        Some(occupation) => occupation.zh,
        None => code,
    }
}
