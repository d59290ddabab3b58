//! Writes `stdlib/kubernetes.kinds`: the built-in kinds of Kubernetes and the definitions that their schemas are made of.
//!
//! The facts come from the crate `k8s-openapi`, which is generated from the API description that Kubernetes
//! publishes. Its source is read, not compiled: each kind is an `impl crate::Resource`, each definition an
//! `impl crate::schemars::JsonSchema`. Which words a field takes is only told in prose, so `enums.txt` adds them.
//!
//! Run it from anywhere with `cargo run --manifest-path tools/kinds/Cargo.toml`; the output is the same for the same
//! crate. For a new release of Kubernetes raise the version of the crate, its feature and [`RELEASE`].

mod read;
mod words;
mod write;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The release of Kubernetes that is read, as the crate names it.
const RELEASE: &str = "v1_37";

fn main() -> Result<(), Box<dyn Error>> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (version, source) = crate_source(here)?;
    let mut api = read::Api::default();
    read::folder(&source.join("src").join(RELEASE), &mut api)?;
    let release = RELEASE.trim_start_matches('v').replace('_', ".");
    let text = write::text(&api, &release, &version)?;
    let target = here.join("../../stdlib/kubernetes.kinds");
    fs::write(&target, &text)?;
    println!("{}: {} bytes", target.display(), text.len());
    Ok(())
}

/// The version and the folder of `k8s-openapi`, fetched if need be.
fn crate_source(here: &Path) -> Result<(String, PathBuf), Box<dyn Error>> {
    let manifest = here.join("Cargo.toml");
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--all-features", "--locked", "--manifest-path"])
        .arg(&manifest)
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let packages = metadata["packages"].as_array().ok_or("no packages")?;
    let package = packages.iter().find(|p| p["name"] == "k8s-openapi").ok_or("no k8s-openapi")?;
    let text = |key: &str| package[key].as_str().ok_or(format!("no {key}"));
    let folder = Path::new(text("manifest_path")?).parent().ok_or("no folder")?.to_owned();
    Ok((text("version")?.to_owned(), folder))
}
