//! `cargo xtask sqlx`: describes every checked query in `.sqlx`, so that a build needs no database.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::bail;
use sqlx::Connection as _;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use crate::build::root;
use crate::command::{cargo, succeed};

/// Asks a new database about every query and stores the answers.
pub(crate) fn refresh() -> anyhow::Result<()> {
    let stored = root().join(".sqlx");
    let fresh = described()?;
    if stored.exists() {
        fs::remove_dir_all(&stored)?;
    }
    fs::create_dir_all(&stored)?;
    for (name, text) in &fresh {
        fs::write(stored.join(name), text)?;
    }
    println!("{} queries in .sqlx", fresh.len());
    Ok(())
}

/// Fails when the stored answers are not those that a database of today's migrations gives.
pub(crate) fn check() -> anyhow::Result<()> {
    let (stored, fresh) = (files(&root().join(".sqlx"))?, described()?);
    let changed: Vec<&String> = fresh
        .keys()
        .filter(|name| stored.get(*name) != fresh.get(*name))
        .chain(stored.keys().filter(|name| !fresh.contains_key(*name)))
        .collect();
    if !changed.is_empty() {
        bail!(
            "{} stored query descriptions are out of date: cargo xtask sqlxx",
            changed.len()
        );
    }
    Ok(())
}

/// What a database made by the migrations says about every query of the server, by file name.
fn described() -> anyhow::Result<BTreeMap<String, String>> {
    let work = root().join("target/sqlx");
    let answers = work.join("answers");
    if work.exists() {
        fs::remove_dir_all(&work)?;
    }
    fs::create_dir_all(&answers)?;
    let database = work.join("all-migrations.db");
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(migrate(&database))?;
    // Compiled anew, or nothing is asked.
    let entry = root().join("backend/src/lib.rs");
    fs::write(&entry, fs::read(&entry)?)?;
    let mut check = cargo(["check", "--quiet", "--package", "slipway-backend"]);
    check
        .env("SQLX_OFFLINE", "false")
        .env("SQLX_OFFLINE_DIR", &answers);
    check.env("DATABASE_URL", format!("sqlite:{}", database.display()));
    succeed(&mut check)?;
    files(&answers)
}

async fn migrate(database: &Path) -> anyhow::Result<()> {
    let options = SqliteConnectOptions::new()
        .filename(database)
        .create_if_missing(true);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    let migrator = Migrator::new(root().join("migrations")).await?;
    migrator.run(&mut connection).await?;
    connection.close().await?;
    Ok(())
}

fn files(folder: &Path) -> anyhow::Result<BTreeMap<String, String>> {
    let paths: Vec<PathBuf> = match fs::read_dir(folder) {
        Ok(entries) => entries
            .map(|entry| Ok(entry?.path()))
            .collect::<std::io::Result<_>>()?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    let json = paths
        .into_iter()
        .filter(|path| path.extension().is_some_and(|end| end == "json"));
    json.map(|path| {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        Ok((name, fs::read_to_string(&path)?))
    })
    .collect()
}
