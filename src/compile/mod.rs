//! The walk from files to an engine: load → parse → check → graph → engine. Read this first.
//!
//! ```
//! use vow::{compile, source::Memory};
//!
//! let promise = r#"
//! promise greeting {
//!   api Greeting in example.org/v1 { name: DnsLabel }
//!   resource v1/ConfigMap spec.name in self.metadata.namespace { data: { hello: "world" } }
//! }
//! "#;
//! let files = Memory([("greeting.promise".to_owned(), promise.to_owned())].into());
//! let compiled = compile::promise(&files, "greeting.promise");
//! assert!(compiled.engine.is_some(), "{:?}", compiled.diagnostics);
//! ```

pub mod batch;
mod kept;
mod load;
mod platform;
pub mod requests;

pub use kept::platform_or_kept;
pub use platform::{Asked, Platform, Problems, Renderer};

use std::sync::Arc;

use crate::check::inputs::Inputs;
use crate::check::kinds::Kinds;
use crate::check::program::Program;
use crate::check::workflow::Dependency;
use crate::diag::{Diagnostic, has_errors};
use crate::eval::Engine;
use crate::graph::RenderGraph;
use crate::rules;
use crate::source::{Loader, Sources, Span};
use crate::value::Value;

/// The file that makes a folder a platform.
pub const PLATFORM_FILE: &str = "promises.dsl";

/// What became of the files.
#[derive(Debug, Default)]
pub struct Compilation {
    /// Every text that was read.
    pub sources: Sources,
    /// What is wrong with them.
    pub diagnostics: Vec<Diagnostic>,
    /// The checked program and its graph; whole only if no diagnostic is an error.
    pub program: Arc<Program>,
    /// The render graph.
    pub graph: Arc<RenderGraph>,
    /// What renders; `None` if anything is wrong.
    pub engine: Option<Engine>,
}

/// Compiles the platform whose `promises.dsl` lies at the root of `loader`.
pub fn platform(loader: &dyn Loader) -> Compilation {
    let mut load = load::Load::new(loader);
    load.platform(PLATFORM_FILE);
    finish(load, loader)
}

/// Compiles one promise by itself, without a platform.
pub fn promise(loader: &dyn Loader, path: &str) -> Compilation {
    let mut load = load::Load::new(loader);
    load.promise(path);
    finish(load, loader)
}

/// Compiles a platform, with one more promise that it may not list.
pub fn platform_and_promise(loader: &dyn Loader, path: &str) -> Compilation {
    let mut load = load::Load::new(loader);
    load.platform(PLATFORM_FILE);
    load.promise(path);
    finish(load, loader)
}

fn finish(load: load::Load<'_>, loader: &dyn Loader) -> Compilation {
    let load::Load {
        sources,
        mut out,
        mut kinds,
        platform,
        promises,
        modules,
        ruling,
        foreign,
        attached,
        dependencies,
        ..
    } = load;
    installed_kinds(&dependencies, &mut kinds);
    let inputs = Inputs {
        platform,
        promises,
        modules,
        ruling,
        foreign,
        attached,
        dependencies,
        kinds: &kinds,
        loader,
        sources: &sources,
    };
    let (program, found) = crate::check::check(&inputs);
    out.extend(found);
    out.extend(not_yet_built(&program));
    drop(inputs);
    out.extend(dependencies_judged(&program, &sources));
    let program = Arc::new(program);
    let mut compilation = Compilation { sources, diagnostics: out, program, ..Compilation::default() };
    if has_errors(&compilation.diagnostics) {
        return compilation;
    }
    let (graph, found) = crate::graph::build(&compilation.program);
    compilation.diagnostics.extend(found);
    compilation.graph = Arc::new(graph);
    if !has_errors(&compilation.diagnostics) {
        match Engine::new(Arc::clone(&compilation.program), Arc::clone(&compilation.graph)) {
            Ok(engine) => {
                compilation.diagnostics.extend(crate::eval::size::warnings(&engine));
                compilation.engine = Some(engine);
            }
            Err(refusal) => compilation.diagnostics.push(refusal.diagnostic()),
        }
    }
    compilation
}

/// The kinds that a promise installs are there for what it installs beside them, and for what it renders.
fn installed_kinds(dependencies: &[Dependency], kinds: &mut Kinds) {
    for object in dependencies.iter().flat_map(|d| &d.objects) {
        if object.get("kind").and_then(Value::as_str) == Some("CustomResourceDefinition") {
            // One that `schemas` names too is known already, and what is wrong with it was told there.
            drop(kinds.add_crd(object));
        }
    }
}

/// What the rules have against what is installed with promises.
fn dependencies_judged(program: &Program, sources: &Sources) -> Vec<Diagnostic> {
    let files = program.promises.iter().flat_map(|p| &p.dependencies);
    files.flat_map(|d| rules::dependencies(program, d.file, sources.text(d.file))).collect()
}

/// Forms that are checked but that nothing compiles yet: whoever writes one is told so, and not left to find out.
fn not_yet_built(program: &Program) -> Vec<Diagnostic> {
    let waiting = program.promises.iter().flat_map(|p| &p.not_yet_built);
    let warning = |(what, span): &(&str, Span)| {
        let message = format!("`{what}` is checked but not yet built: it has no effect so far");
        Diagnostic::warning("not-yet-built", *span, message)
    };
    waiting.map(warning).collect()
}
