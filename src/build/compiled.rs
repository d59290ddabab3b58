//! What promises are compiled to, and which of two platforms compile to something else.

use std::collections::BTreeMap;

use super::Build;
use super::bundle::Bundle;
use crate::check::program::Promise;
use crate::compile::Compilation;
use crate::eval::Engine;
use crate::graph::fingerprint;
use crate::source::Loader;
use crate::value::yaml;

/// A promise, and what it is compiled to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compiled {
    /// The image that its pipelines run in; empty if the platform names none.
    pub image: String,
    /// What it renders and what Kratix reads of it, without the text that it was written as.
    form: String,
}

/// What each promise of a platform is compiled to, by name; a promise that cannot be compiled is left out.
pub fn compiled(
    loader: &dyn Loader,
    compilation: &Compilation,
    engine: &Engine,
) -> BTreeMap<String, Compiled> {
    let (program, build) = (engine.program(), Build::new(loader, compilation, engine));
    let one = |promise: &Promise| {
        let image = build.image_of(promise);
        // The text travels with the Promise, or lies in its image: what it says is in the fingerprint.
        let document = build.promise(promise, &Bundle::new(), &image).ok()?;
        let print = fingerprint(program, &promise.name)?;
        let form = format!("{print}\n{}", yaml::write(&document));
        Some((promise.name.clone(), Compiled { image, form }))
    };
    program.promises.iter().filter(|p| !p.foreign).filter_map(one).collect()
}

impl Compiled {
    /// Whether it is something else than `before` and its image is called the same: whoever has that image runs the old promise.
    pub fn hides(&self, before: &Compiled) -> bool {
        self.form != before.form && !self.image.is_empty() && self.image == before.image
    }
}

/// The promises of `after` that are new, or compiled to something else than in `before`.
pub fn changed(
    before: &BTreeMap<String, Compiled>,
    after: &BTreeMap<String, Compiled>,
) -> BTreeMap<String, Compiled> {
    let differs = |(name, form): &(&String, &Compiled)| before.get(*name) != Some(*form);
    after.iter().filter(differs).map(|(name, form)| (name.clone(), form.clone())).collect()
}
