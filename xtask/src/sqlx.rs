//! `cargo xtask sqlx`: describes every checked query in `.sqlx`, so that a build needs no database.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, ensure};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};

/// No choices.
#[derive(clap::Args)]
pub(crate) struct Args {}

/// Makes a database from `migrations/`, lets the compiler check all queries against it, and keeps what it learned.
pub(crate) fn run(_: &Args) -> anyhow::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask stands in the workspace")?;
    let scratch = root.join("target/sqlx");
    clear(&scratch)?;
    let database = scratch.join("schema.db");
    tokio::runtime::Runtime::new()?.block_on(migrate(&root.join("migrations"), &database))?;
    let described = root.join(".sqlx");
    clear(&described)?;
    // Queries are described while they are compiled, so the crate has to be compiled again.
    let library = root.join("backend/src/lib.rs");
    std::fs::File::options().append(true).open(library)?.set_modified(std::time::SystemTime::now())?;
    let status = Command::new(env!("CARGO"))
        .current_dir(root)
        .args(["check", "--package", "slipway-backend", "--lib"])
        .env("DATABASE_URL", format!("sqlite://{}", database.display()))
        .env("SQLX_OFFLINE_DIR", &described)
        .env("SQLX_OFFLINE", "false")
        .status()?;
    ensure!(status.success(), "the queries do not fit the schema");
    Ok(())
}

fn clear(folder: &Path) -> anyhow::Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    Ok(std::fs::create_dir_all(folder)?)
}

async fn migrate(migrations: &Path, database: &Path) -> anyhow::Result<()> {
    let options = SqliteConnectOptions::new().filename(database).create_if_missing(true);
    let pool = SqlitePool::connect_with(options).await?;
    sqlx::migrate::Migrator::new(migrations).await?.run(&pool).await?;
    pool.close().await;
    Ok(())
}
