//! What the checker is given: every text already parsed, every fact about the world already read.

use std::sync::Arc;

use crate::check::api::Api;
use crate::check::attached::Attached;
use crate::check::kinds::Kinds;
use crate::check::workflow::Dependency;
use crate::source::{FileId, Loader, Span};
use crate::syntax::ast;

/// Everything that is checked together.
pub struct Inputs<'a> {
    /// `promises.dsl`, if there is one.
    pub platform: Option<Module>,
    /// The promises' files.
    pub promises: Vec<Module>,
    /// Modules that are used, directly or not.
    pub modules: Vec<Module>,
    /// The paths of the modules whose rules hold for all, as the platform says.
    pub ruling: Vec<String>,
    /// Promises that are only known by their CRD.
    pub foreign: Vec<Foreign>,
    /// The schemas that are attached to parts of kinds.
    pub attached: Vec<Arc<Attached>>,
    /// What `dependencies` name; each knows by which glob.
    pub dependencies: Vec<Dependency>,
    /// The kinds of objects that exist.
    pub kinds: &'a Kinds,
    /// Reads what `file("…")` and `rhai "…"` name.
    pub loader: &'a dyn Loader,
    /// The texts, to tell conditions apart by what was written.
    pub sources: &'a crate::source::Sources,
}

/// One parsed file.
pub struct Module {
    /// How it is known: a path relative to the platform, such as `lib/dns.dsl` or `promises/x.promise`, or
    /// `stdlib/text.dsl`.
    pub path: String,
    /// Its text.
    pub file: FileId,
    /// Its tree.
    pub tree: ast::File,
    /// For each `use` of it: what was written, and the path that it means.
    pub uses: Vec<(String, String)>,
}

/// A promise that is only known by its CRD.
pub struct Foreign {
    /// Its name.
    pub name: String,
    /// Its api.
    pub api: Api,
    /// Where it is declared.
    pub span: Span,
}
