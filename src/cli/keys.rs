//! `sidan keys`: new keys take over, and old ones may go.

use std::{collections::BTreeSet, io::IsTerminal};

use clap::Subcommand;

use crate::base::{Clock, Error, Result};
use crate::cli::progress;
use crate::data::Vault;
use crate::data::rekeying::Status;
use crate::house::{House, figment, settings};

#[derive(Subcommand)]
pub(super) enum KeysDeed {
    /// Bring everything under the keys that seal and find anew. A run that was stopped goes on where it stood.
    Rotate {
        #[arg(long, value_name = "N")]
        rows_per_second: Option<u32>,
    },
    /// How many values each key seals, and which keys may be removed from the settings.
    Status,
    /// Print a fresh key for the settings.
    Fresh,
}

/// Rows that do not come under the new keys are named by their ids, and the exit code tells of them.
pub(super) async fn obey(deed: KeysDeed) -> Result<()> {
    if matches!(deed, KeysDeed::Fresh) {
        println!("{}", Vault::fresh_key()?);
        return Ok(());
    }
    let house = House::from_settings(settings(&figment())?, Clock::System).await?;
    let KeysDeed::Rotate { rows_per_second } = deed else {
        let status = house.rekeying(1).status().await?;
        print!("{}", key_report(&status, &house.vault));
        return house.close().await;
    };
    let work = house.rekeying(rows_per_second.unwrap_or(house.settings.rekey_rows_per_second));
    work.again().await?;
    let (mut looked, mut changed, mut left) = (0_u64, 0_u64, BTreeSet::new());
    work.run(|step| {
        looked += u64::from(step.looked);
        changed += u64::from(step.changed);
        left.extend(step.left.iter().copied());
        progress(&format!("{looked} rows looked at, {changed} brought under the new keys"));
    })
    .await?;
    if std::io::stderr().is_terminal() {
        eprintln!();
    }
    for (table, id) in &left {
        println!("{table} {id} was left as it is");
    }
    print!("{}", key_report(&work.status().await?, &house.vault));
    house.close().await?;
    if left.is_empty() { Ok(()) } else { Err(Error::internal("there are rows that do not come under the new keys")) }
}

fn key_report(status: &Status, vault: &Vault) -> String {
    let mut lines = Vec::new();
    for count in &status.counts {
        lines.push(format!("{}.{}", count.table, count.column));
        for (key, rows) in &count.by_key {
            let anew = if key == vault.current() { " (seals anew)" } else { "" };
            lines.push(format!("  {key}{anew}: {rows} rows"));
        }
    }
    let hashes = if status.done { "all stand under the key that finds anew" } else { "are not all hashed anew yet" };
    lines.push(format!("hashes {hashes}; {} rows brought under new keys", status.in_all));
    for key in vault.sealing_keys().filter(|key| *key != vault.current()) {
        let rows = status.sealed_with(key);
        lines.push(match rows {
            0 => format!("data_keys.{key} seals nothing: it may be removed from the settings"),
            rows => format!("data_keys.{key} is needed by {rows} rows"),
        });
    }
    if vault.has_old_index() {
        let verdict =
            if status.done { "finds nothing: it may be removed from the settings" } else { "is still needed" };
        lines.push(format!("data_keys.index_old {verdict}"));
    }
    lines.join("\n") + "\n"
}
