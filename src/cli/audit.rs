//! `sidan audit`: whether the log and the ledger are as they were sealed.

use std::path::PathBuf;

use clap::Subcommand;

use crate::base::{Clock, Error, Result};
use crate::dossiers::{self, Checked, Office};
use crate::house::{House, TEXTS, figment, settings};
use crate::seals::{self, HEADS, Report};
use crate::web::Lexicon;

#[derive(Subcommand)]
pub(super) enum AuditDeed {
    /// Recompute every seal of the audit log and of the ledger, beside the server, and name the first row that was changed,
    /// deleted, inserted or reordered. Then the exit code is 1.
    Verify {
        /// Heads that were kept elsewhere, a line each; those in the folder of the data are looked at anyhow.
        #[arg(long, value_name = "FILE")]
        head: Option<PathBuf>,
    },
    /// Print the signed head: how many rows are sealed, and the last link.
    Head,
    /// Seal what waits, where no server does.
    Seal,
    /// Write the dossier of a claim, which an outside auditor checks without our server. A file that stands there is kept.
    Export { number: String, file: PathBuf },
    /// Check a dossier with nothing but the dossier: no settings, no database, no keys. The exit code is 1 when something in it
    /// does not agree.
    Check {
        file: PathBuf,
        /// The thumbprint that the signing key must have.
        #[arg(long, value_name = "THUMBPRINT")]
        key: Option<String>,
    },
}

pub(super) async fn obey(deed: AuditDeed) -> Result<()> {
    if let AuditDeed::Check { file, key } = &deed {
        return check(&dossiers::check(file, key.as_deref())?);
    }
    let settings = settings(&figment())?;
    let kept = settings.data_dir.join(HEADS);
    let clock = settings.today.map_or(Clock::System, crate::base::clock::morning_of);
    let house = House::from_settings(settings, clock).await?;
    match deed {
        AuditDeed::Verify { head } => {
            let given = head.as_deref().map(seals::heads_of).transpose()?;
            let kept = if kept.exists() { Some(seals::heads_of(&kept)?) } else { None };
            let heads = given.into_iter().flatten().chain(kept.into_iter().flatten());
            let report = seals::verify(&house.database, &house.vault, heads).await;
            house.close().await?;
            let report = report?;
            tell(&report);
            if report.is_clean() { Ok(()) } else { Err(Error::internal("somebody wrote past the house")) }
        }
        AuditDeed::Head => {
            let head = seals::head(&house.sealing()).await;
            house.close().await?;
            println!("{}", serde_json::to_string(&head?).map_err(Error::internal)?);
            Ok(())
        }
        AuditDeed::Seal => {
            let sealed = house.sealing().seal().await;
            house.close().await?;
            println!("{} rows sealed", sealed?);
            Ok(())
        }
        AuditDeed::Export { number, file } => {
            let lexicon = Lexicon::new(TEXTS).map_err(Error::internal)?;
            let sealing = house.sealing();
            let office = Office { sealing: &sealing, atlas: &house.atlas, lexicon: &lexicon };
            let rows = dossiers::export(&office, &number, &file).await;
            house.close().await?;
            println!("{}: {} rows", file.display(), rows?);
            Ok(())
        }
        AuditDeed::Check { .. } => Ok(()),
    }
}

fn check(checked: &Checked) -> Result<()> {
    for fault in &checked.faults {
        println!("{fault}");
    }
    println!("dossier of claim {}, made {}, signed by key {}", checked.claim, checked.at, checked.key);
    println!(
        "{} deeds and postings as they were sealed, {} not sealed yet, {} credentials; {} faults",
        checked.sealed,
        checked.unsealed,
        checked.credentials,
        checked.faults.len()
    );
    println!("the key must be one of those at /.well-known/jwks.json of the house");
    if checked.is_clean() { Ok(()) } else { Err(Error::internal("there is something in it that does not agree")) }
}

fn tell(report: &Report) {
    for fault in &report.faults {
        println!("{fault}");
    }
    for stream in &report.streams {
        let link = if stream.link.is_empty() { "none" } else { &stream.link };
        println!(
            "{}: {} rows of {} verified, {} written since wait for their seal, last link {link}",
            stream.stream, stream.rows, stream.table, stream.waiting
        );
    }
    println!("{} heads held against them", report.heads);
}
