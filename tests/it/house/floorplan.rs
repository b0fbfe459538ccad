//! The storeys: a module uses only what lies below it.

use std::{fs, path::Path};

/// Ground floor first; a module may use any module listed before it.
const STOREYS: &[&str] = &[
    "base",
    "sheets",
    "data",
    "areas",
    "access",
    "web",
    "policy",
    "accounts",
    "delegations",
    "standards",
    "organisations",
    "tallies",
    "people",
    "payees",
    "corrections",
    "imports",
    "reveals",
    "exclusions",
    "eligibility",
    "orders",
    "courses",
    "teaching",
    "targets",
    "funds",
    "classes",
    "enrolments",
    "attendance",
    "certificates",
    "seals",
    "completion",
    "supervision",
    "sanctions",
    "inspections",
    "callbacks",
    "complaints",
    "claims",
    "payments",
    "notices",
    "risk",
    "samples",
    "clawbacks",
    "duplicates",
    "mailbox",
    "villages",
    "mydata",
    "audits",
    "exports",
    "dossiers",
    "home",
    "check",
    "demo",
    "house",
    "openapi",
    "rooms",
    "cli",
];

/// Every Rust file of `src`, by its path below it.
pub(crate) fn sources() -> Vec<(String, String)> {
    fn walk(folder: &Path, root: &Path, found: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, root, found);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                let name = path.strip_prefix(root).unwrap().display().to_string();
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    walk(&root, &root, &mut found);
    found.sort();
    found
}

fn storey_of(file: &str) -> Option<usize> {
    let room = file.split(['/', '.']).next().unwrap();
    STOREYS.iter().position(|storey| *storey == room)
}

#[test]
fn no_module_looks_upstairs() {
    for (file, text) in sources() {
        let Some(here) = storey_of(&file) else { continue };
        assert!(!text.contains("use crate::{"), "{file} hides its storeys in a group");
        for above in &STOREYS[here + 1..] {
            assert!(!text.contains(&format!("crate::{above}::")), "{file} looks up to {above}");
        }
    }
}

#[test]
fn every_module_has_its_storey() {
    for (file, _) in sources() {
        assert!(storey_of(&file).is_some() || ["lib.rs", "main.rs"].contains(&file.as_str()), "{file} has no storey");
    }
}

#[test]
fn only_stores_find_rows_and_none_begins_a_transaction() {
    for (file, text) in sources() {
        if file.ends_with("store.rs") {
            assert!(!text.contains(".begin("), "{file} begins a transaction");
        }
        if file.ends_with("pages.rs") || file.ends_with("api.rs") {
            assert!(!text.contains("Entity::"), "{file} queries by itself");
        }
    }
}

#[test]
fn nobody_but_the_clock_tells_the_time() {
    for (file, text) in sources() {
        assert!(file == "base/clock.rs" || !text.contains("Utc::now()"), "{file} asks the system for the time");
    }
}
