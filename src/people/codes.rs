//! The national code lists of the registry. A code is stored; its word is told in the reader's language.

use std::sync::LazyLock;

/// One line of a list.
#[derive(Debug)]
struct Entry {
    code: String,
    zh: String,
    en: String,
}

/// A list of codes with their words.
pub(crate) struct List {
    source: &'static str,
    entries: LazyLock<Vec<Entry>>,
}

macro_rules! lists {
    ($($(#[$doc:meta])* $name:ident = $file:literal;)*) => {$(
        $(#[$doc])*
        pub(crate) static $name: List = List {
            source: include_str!(concat!("codes/", $file, ".csv")),
            entries: LazyLock::new(|| read(&$name)),
        };
    )*};
}

lists! {
    /// 民族, GB/T 3304
    ETHNICITY = "ethnicity";
    /// 文化程度 of the poverty-alleviation registry
    EDUCATION = "education";
    /// 政治面貌, GB/T 4762
    POLITICAL = "political";
    /// 婚姻状况, GB/T 2261.2
    MARITAL = "marital";
    /// 健康状况, at most two at once
    HEALTH = "health";
    /// 户口性质
    REGISTRATION = "registration";
    /// 与户主关系, GB/T 4761
    RELATION = "relation";
    /// 致贫原因
    CAUSE = "cause";
    /// 户类型
    HOUSEHOLD_KIND = "household_kind";
    /// 就业状况 of rural labour
    EMPLOYMENT_STATUS = "employment_status";
    /// 就业愿望
    EMPLOYMENT_WISH = "employment_wish";
    /// 培训愿望
    TRAINING_WISH = "training_wish";
    /// 劳动能力, under the words that files use
    LABOUR_CAPACITY = "labour_capacity";
    /// 贫困状态, under the words that files use
    POVERTY_STATUS = "poverty_status";
    /// 服务类别, under the words that files use
    SERVICE_KIND = "service_kind";
}

fn read(list: &List) -> Vec<Entry> {
    csv::Reader::from_reader(list.source.as_bytes())
        .records()
        .filter_map(|row| {
            let row = row.ok()?;
            Some(Entry { code: row.get(0)?.to_owned(), zh: row.get(1)?.to_owned(), en: row.get(2)?.to_owned() })
        })
        .collect()
}

impl List {
    pub(crate) fn holds(&self, code: &str) -> bool {
        self.entries.iter().any(|entry| entry.code == code)
    }

    /// The word of a code; a code of no list is told as it stands.
    pub(crate) fn word(&self, code: &str, english: bool) -> String {
        self.entries
            .iter()
            .find(|entry| entry.code == code)
            .map_or_else(|| code.to_owned(), |entry| if english { entry.en.clone() } else { entry.zh.clone() })
    }

    /// Codes with their words, for a pick-list.
    pub(crate) fn options(&self, english: bool) -> Vec<(&str, &str)> {
        self.entries
            .iter()
            .map(|entry| (entry.code.as_str(), if english { entry.en.as_str() } else { entry.zh.as_str() }))
            .collect()
    }

    /// The code that a cell of a file means: the code itself, a zero lost to a spreadsheet put back, or the word.
    pub(crate) fn read(&self, text: &str) -> Option<&str> {
        let by = |holds: &dyn Fn(&Entry) -> bool| self.entries.iter().find(|entry| holds(entry));
        by(&|entry| entry.code == text)
            .or_else(|| by(&|entry| entry.code.strip_prefix('0') == Some(text)))
            .or_else(|| by(&|entry| entry.zh == text || entry.en.eq_ignore_ascii_case(text)))
            .map(|entry| entry.code.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static ALL: [(&List, usize); 15] = [
        (&ETHNICITY, 58),
        (&EDUCATION, 6),
        (&POLITICAL, 13),
        (&MARITAL, 8),
        (&HEALTH, 4),
        (&REGISTRATION, 9),
        (&RELATION, 12),
        (&CAUSE, 14),
        (&HOUSEHOLD_KIND, 7),
        (&EMPLOYMENT_STATUS, 5),
        (&EMPLOYMENT_WISH, 9),
        (&TRAINING_WISH, 3),
        (&LABOUR_CAPACITY, 4),
        (&POVERTY_STATUS, 4),
        (&SERVICE_KIND, 6),
    ];

    #[test]
    fn no_line_of_a_list_is_lost_and_every_word_reads_back_to_its_code() {
        for (list, lines) in ALL {
            assert_eq!(list.entries.len(), lines);
            for entry in list.entries.iter() {
                assert!(!entry.zh.is_empty() && !entry.en.is_empty());
                for text in [&entry.code, &entry.zh, &entry.en] {
                    assert_eq!(list.read(text), Some(entry.code.as_str()), "{text}");
                }
            }
        }
    }

    #[test]
    fn a_zero_that_a_spreadsheet_dropped_is_put_back() {
        assert_eq!(CAUSE.read("1"), Some("01"));
        assert_eq!(CAUSE.read("因病"), Some("01"));
        assert_eq!(CAUSE.read("15"), None);
        assert_eq!(CAUSE.word("77", false), "77");
    }

    #[test]
    fn the_words_for_files_cover_the_words_of_the_house() {
        use entities::values::{LabourCapacity, PovertyStatus, ServiceKind};
        assert!(LabourCapacity::all().all(|word| LABOUR_CAPACITY.holds(word.as_str())));
        assert!(PovertyStatus::all().all(|word| POVERTY_STATUS.holds(word.as_str())));
        assert!(ServiceKind::all().all(|word| SERVICE_KIND.holds(word.as_str())));
    }
}
