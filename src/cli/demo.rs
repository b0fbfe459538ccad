//! `sidan demo` and `sidan people-file`: data of people who never lived.

use std::{io::IsTerminal, path::PathBuf};

use clap::Args;

use crate::accounts::Hasher;
use crate::areas::Atlas;
use crate::base::{Error, Result};
use crate::cli::{log, progress};
use crate::demo;
use crate::house::{House, figment, settings};
use crate::rooms;
use crate::web::Settings;

#[derive(Args)]
pub(super) struct Demo {
    /// The year at one N-th of its size; 1 is the full year.
    #[arg(long, value_name = "N", default_value_t = 100,
        value_parser = clap::value_parser!(u32).range(1..=i64::from(demo::SMALLEST_SCALE)))]
    scale: u32,
    /// Fill only.
    #[arg(long)]
    no_serve: bool,
    /// Remove what an earlier demo made, and make it anew.
    #[arg(long)]
    fresh: bool,
    /// Another seed makes other people.
    #[arg(long, default_value_t = 20_170_120)]
    seed: u64,
}

#[derive(Args)]
pub(super) struct PeopleFile {
    /// Where to write; a file that stands there is kept.
    file: PathBuf,
    #[arg(long, default_value_t = 1_100_000)]
    people: u64,
    /// Another seed makes other people.
    #[arg(long, default_value_t = 20_170_120)]
    seed: u64,
    /// Sow the faults of real files, and tell how many of each.
    #[arg(long)]
    dirt: bool,
}

/// Fills the embedded database unless it is filled, tells what is in it, and serves it.
pub(super) async fn make(order: &Demo) -> Result<()> {
    let figment = figment();
    let mut settings = settings(&figment)?;
    settings.today = Some(demo::TODAY);
    if settings.database_url.is_some() {
        return Err(Error::internal("the demo fills the embedded database only: unset database_url"));
    }
    let folder = demo::Folder::open(&settings.data_dir)?;
    if order.fresh {
        folder.clear()?;
    }
    let mut house = open(&folder, settings.clone()).await?;
    if demo::find(&house.database).await? == demo::Found::Half {
        eprintln!("an earlier demo was not filled to the end: it is made anew");
        house.close().await?;
        folder.clear()?;
        house = open(&folder, settings).await?;
    }
    if let demo::Found::Whole { scale } = demo::find(&house.database).await? {
        println!("\n{}", demo::table(&house.database, &house.atlas).await?);
        println!("This is the demo of scale {scale} that stood here; --fresh makes another.");
    } else {
        let ground = demo::Ground {
            database: house.database.clone(),
            atlas: house.atlas.clone(),
            vault: house.vault.clone(),
            hasher: house.hasher.clone(),
        };
        let filled = demo::fill(&ground, order.scale, order.seed, &progress).await?;
        if std::io::stderr().is_terminal() {
            eprintln!();
        }
        folder.keep_sign_ins(&filled.sign_ins)?;
        println!("\n{}", filled.year);
        println!("账号 Sign-ins");
        for one in &filled.sign_ins {
            println!("  {:<16} {:<20} {:<14} {}", one.login, one.password, one.area, one.name);
        }
    }
    println!("账号文件 Sign-ins are kept in {}", folder.sign_ins().display());
    if order.no_serve {
        return house.close().await;
    }
    let address: String = figment.extract_inner("address").map_err(|e| Error::internal(e.to_string()))?;
    let port: u16 = figment.extract_inner("port").map_err(|e| Error::internal(e.to_string()))?;
    println!("网址 Address  http://{address}:{port}/");
    log();
    demo::run(house.clock.clone());
    rooms::serve(house, figment).await
}

async fn open(folder: &demo::Folder, settings: Settings) -> Result<House> {
    let (keys, url, permits) = (folder.keys()?, settings.database_url(), settings.hash_permits);
    let clock = crate::base::clock::morning_of(demo::TODAY);
    let database = crate::data::Database::open(&url).await?;
    crate::house::prepare(&database, &clock).await?;
    database.close().await?;
    House::open(settings, clock, &url, keys, Hasher::new(permits)).await
}

pub(super) fn write_people(order: &PeopleFile) -> Result<()> {
    let trouble = |e| Error::internal(format!("{}: {e}", order.file.display()));
    let file = std::fs::File::create_new(&order.file).map_err(trouble)?;
    let atlas = Atlas::from_rows(Atlas::embedded_rows());
    let written = demo::write_people(file, order.seed, order.people, order.dirt, &atlas).map_err(trouble)?;
    println!("{}\n{written}", order.file.display());
    Ok(())
}
