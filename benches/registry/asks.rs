//! What is asked of the registry, with people of the file.

use std::path::Path;

use crate::house::House;
use crate::wire::request;

/// A kind of question, asked about many.
pub(crate) struct Ask {
    pub name: String,
    pub requests: Vec<Vec<u8>>,
}

/// A code of each field by which people are found: a common one of some, a rare one of others.
const CODES: [(&str, &str); 14] = [
    ("status", "verified"),
    ("sex", "female"),
    ("ethnicity", "13"),
    ("education", "5"),
    ("political", "01"),
    ("marital", "20"),
    ("labour_capacity", "skilled"),
    ("registration", "20"),
    ("relation", "01"),
    ("poverty_status", "registered"),
    ("employment_status", "1"),
    ("employment_wish", "1"),
    ("training_wish", "18"),
    ("startup_wish", "yes"),
];

/// Where a column stands in the file.
const NAME: usize = 0;
const NUMBER: usize = 1;
const VILLAGE: usize = 9;
const PHONE: usize = 11;

pub(crate) fn of(file: &Path, house: &House, times: usize) -> Vec<Ask> {
    let people = sample(file, times);
    let token = Some(house.token());
    let post = |path: &str, body: String| request("POST", path, token, None, &body);
    let get = |path: String| request("GET", &path, token, None, "");
    let mut asks = vec![
        Ask {
            name: "by identity number".to_owned(),
            requests: each(&people, |row| {
                post("/api/v1/people/search", format!(r#"{{"id_number":"{}"}}"#, &row[NUMBER]))
            }),
        },
        Ask {
            name: "by phone".to_owned(),
            requests: each(&people, |row| post("/api/v1/people/search", format!(r#"{{"phone":"{}"}}"#, &row[PHONE]))),
        },
        Ask {
            name: "by the beginning of a name, province".to_owned(),
            requests: each(&people, |row| {
                let begins: String = row[NAME].chars().take(2).collect();
                post("/api/v1/people/names", format!(r#"{{"name_prefix":"{begins}"}}"#))
            }),
        },
        Ask {
            name: "by the beginning of a name, county".to_owned(),
            requests: each(&people, |row| {
                let begins: String = row[NAME].chars().take(1).collect();
                post("/api/v1/people/names", format!(r#"{{"name_prefix":"{begins}","area":"{}"}}"#, &row[VILLAGE][..6]))
            }),
        },
        Ask {
            name: "a village".to_owned(),
            requests: each(&people, |row| get(format!("/api/v1/people?area={}", &row[VILLAGE]))),
        },
    ];
    for (field, code) in CODES {
        asks.push(Ask {
            name: format!("{field} = {code}, of a county"),
            requests: each(&people, |row| get(format!("/api/v1/people?area={}&{field}={code}", &row[VILLAGE][..6]))),
        });
    }
    asks.push(Ask {
        name: "four codes, of the province".to_owned(),
        requests: vec![
            get("/api/v1/people?sex=female&education=5&startup_wish=yes&labour_capacity=skilled".to_owned());
            times
        ],
    });
    for (level, digits) in [("village", 12), ("township", 9), ("county", 6), ("prefecture", 4), ("province", 2)] {
        asks.push(Ask {
            name: format!("sheet of a {level}"),
            requests: each(&people, |row| {
                get(format!("/api/v1/villages/{:0<width$}", &row[VILLAGE][..digits], width = digits.max(6)))
            }),
        });
    }
    asks
}

fn each(people: &[csv::StringRecord], ask: impl Fn(&csv::StringRecord) -> Vec<u8>) -> Vec<Vec<u8>> {
    people.iter().map(ask).collect()
}

/// People of the whole file, evenly.
fn sample(file: &Path, times: usize) -> Vec<csv::StringRecord> {
    let rows = csv::Reader::from_path(file).unwrap().into_byte_records().count();
    let step = (rows / times).max(1);
    let with_phone = |row: &csv::StringRecord| !row[PHONE].is_empty();
    csv::Reader::from_path(file).unwrap().into_records().step_by(step).map(Result::unwrap).filter(with_phone).collect()
}
