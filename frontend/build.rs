//! Makes Rust of the sentences in `locales/`: a sentence that is missing, or that lacks a value, does not compile.
//!
//! `leptos_i18n::load_locales!` would do the same, but cannot make sentences with values into plain text.

use std::error::Error;
use std::path::Path;

use leptos_i18n_codegen::gen_code;
use leptos_i18n_parser::parse_locales::options::{Config, ParseOptions};
use leptos_i18n_parser::parse_locales::parse_locales;

const NAMESPACES: [&str; 6] = ["frame", "pages", "apps", "problem", "wizard", "change"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=locales");
    if std::env::var("CARGO_CFG_TARGET_FAMILY").as_deref() == Ok("wasm") {
        // What refers to what: without it the build cannot cut off the parts that are not loaded first.
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
    let config = Config::new("en")?
        .add_locale("zh-CN")?
        .add_namespaces(NAMESPACES)?
        .parse_options(ParseOptions::new().interpolate_display(true));
    let parsed = parse_locales(None, config)?;
    // A sentence that one language lacks would silently be shown in the other.
    for warning in parsed.diag.warnings().iter() {
        println!("cargo::error={warning}");
    }
    let code = gen_code(&parsed, None, false, None, false)?;
    std::fs::write(
        Path::new(&std::env::var("OUT_DIR")?).join("sentences.rs"),
        code.to_string(),
    )?;
    Ok(())
}
