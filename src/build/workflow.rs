//! The workflow of GitHub that builds the images of promises.

use super::BuildError;
use crate::check::program::Program;

/// Where it lies in a repository.
pub const WORKFLOW: &str = ".github/workflows/build-promise-images.yaml";

/// Where releases of vow lie.
const RELEASES: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/releases/download");

/// The workflow, for a platform that lets each promise have an image.
///
/// # Errors
/// If all promises run in one image, which no promise changes, or the platform names none.
pub fn workflow(program: &Program) -> Result<String, BuildError> {
    let Some((image, _)) = &program.platform.pipeline_image else { return Err(BuildError::NoImage) };
    if !image.contains("{promise}") {
        return Err(BuildError::OneImage(image.to_string()));
    }
    // The first part of a reference is a registry if it could be a host.
    let first = image.split_once('/').map(|(first, _)| first);
    let registry = first.filter(|f| f.contains(['.', ':']) || *f == "localhost").unwrap_or("docker.io");
    Ok(include_str!("images.yaml")
        .replace("@VERSION@", env!("CARGO_PKG_VERSION"))
        .replace("@RELEASES@", RELEASES)
        .replace("@REGISTRY@", registry))
}
