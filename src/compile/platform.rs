//! vow within another program: a platform is loaded once and planned once, and renders requests from any number of threads.
//!
//! ```
//! use vow::compile::Platform;
//! use vow::source::Memory;
//!
//! let platform = r#"platform demo { promises "*.promise" }"#;
//! let promise = r#"
//! promise greeting {
//!   api Greeting in example.org/v1 { name: DnsLabel }
//!   resource v1/ConfigMap spec.name in self.metadata.namespace { data: { hello: "world" } }
//! }
//! "#;
//! let files = [("promises.dsl", platform), ("greeting.promise", promise)];
//! let files = Memory(files.map(|(name, text)| (name.to_owned(), text.to_owned())).into());
//!
//! let platform = Platform::read(&files)?;
//! let plan = platform.plan();
//! let request = "apiVersion: example.org/v1\nkind: Greeting\nmetadata: { name: a }\nspec: { name: hello }\n";
//! let mut out = Vec::new();
//! for request in platform.requests("request.yaml", request)? {
//!     plan.render(&request, &mut out)?;
//! }
//! assert!(String::from_utf8_lossy(&out).starts_with("---\napiVersion: v1\nkind: ConfigMap\n"));
//! # Ok::<(), vow::compile::Problems>(())
//! ```

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use super::requests::{self, Depth, Job};
use super::{Compilation, PLATFORM_FILE};
use crate::diag::{Diagnostic, render};
use crate::eval::Engine;
use crate::rules::{Owners, Stream};
use crate::source::disk::Disk;
use crate::source::{Loader, Sources, Span};
use crate::value::yaml;

/// A platform without mistakes. It is immutable, and may be used from many threads at once.
#[derive(Clone, Debug)]
pub struct Platform {
    sources: Sources,
    engine: Engine,
    warnings: Vec<Diagnostic>,
}

/// How the requests of a platform are rendered: what does not depend on them is done. It may be used from many threads at once.
#[derive(Debug)]
pub struct Renderer {
    stream: Stream,
}

/// A request that its promise takes, with the text that it stands in.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The request.
    pub job: Job,
    sources: Arc<Sources>,
}

/// What is wrong, with the texts that it is about; shown as the command line shows it.
#[derive(Clone, Debug)]
pub struct Problems {
    /// The problems.
    pub diagnostics: Vec<Diagnostic>,
    /// Every text that they name a place in.
    pub sources: Sources,
}

impl Platform {
    /// Compiles the platform in a folder: the one that holds its `promises.dsl`.
    ///
    /// # Errors
    /// What is wrong with its files, or that they cannot be read.
    pub fn load(folder: &Path) -> Result<Platform, Problems> {
        let disk = Disk::open(folder).map_err(|e| {
            let mut sources = Sources::default();
            let file = sources.add(folder.join(PLATFORM_FILE).display().to_string(), "");
            let d = Diagnostic::error("unreadable-file", Span::new(file, 0, 0), e.to_string());
            Problems { diagnostics: vec![d], sources }
        })?;
        Platform::read(&disk)
    }

    /// Compiles the platform whose `promises.dsl` lies at the root of `loader`.
    ///
    /// # Errors
    /// What is wrong with its files.
    pub fn read(loader: &dyn Loader) -> Result<Platform, Problems> {
        let Compilation { sources, diagnostics, engine, .. } = super::platform(loader);
        match engine {
            Some(engine) => Ok(Platform { sources, engine, warnings: diagnostics }),
            None => Err(Problems { diagnostics, sources }),
        }
    }

    /// What should be looked at in the platform's files.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    /// What evaluates, for whoever wants objects instead of bytes.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Reads the requests in a text of YAML or JSON, and has their promises take them.
    ///
    /// # Errors
    /// What is wrong with any of them.
    pub fn requests(&self, name: &str, text: &str) -> Result<Vec<Asked>, Problems> {
        let mut sources = self.sources.clone();
        let file = sources.add(name, text);
        match requests::read(&self.engine, &sources, file) {
            Ok(jobs) => {
                let sources = Arc::new(sources);
                Ok(jobs.into_iter().map(|job| Asked { job, sources: Arc::clone(&sources) }).collect())
            }
            Err(diagnostics) => Err(Problems { diagnostics, sources }),
        }
    }

    /// Does what needs no request; worth it from a few dozen requests on.
    pub fn plan(&self) -> Renderer {
        Renderer { stream: Stream::of(&self.engine) }
    }
}

impl Renderer {
    /// Appends the documents of one request to `out`, each after a line `---`, without those of its sub-requests.
    ///
    /// # Errors
    /// What its promise or a rule has against it; `out` is then as it was.
    pub fn render(&self, request: &Asked, out: &mut Vec<u8>) -> Result<(), Problems> {
        self.append(request, Depth::One, out)
    }

    /// As [`Renderer::render`], with its sub-requests rendered as the requests that they are.
    ///
    /// # Errors
    /// As [`Renderer::render`].
    pub fn render_flow(&self, request: &Asked, out: &mut Vec<u8>) -> Result<(), Problems> {
        self.append(request, Depth::Flow, out)
    }

    fn append(&self, asked: &Asked, depth: Depth, out: &mut Vec<u8>) -> Result<(), Problems> {
        let job = &asked.job;
        let judged = self.stream.judged(&job.promise, &job.request, depth == Depth::Flow);
        if let Some(text) = judged.and_then(|judged| Owners::default().pass(judged)) {
            out.extend_from_slice(text.as_bytes());
            return Ok(());
        }
        // There is something to say: this way has the words.
        match requests::render_all(self.stream.engine(), std::slice::from_ref(job), depth) {
            Ok(passed) => {
                out.extend_from_slice(yaml::write_stream(passed.documents().map(|d| &d.object)).as_bytes());
                Ok(())
            }
            Err(diagnostics) => Err(Problems { diagnostics, sources: (*asked.sources).clone() }),
        }
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(render::text(&self.sources, &self.diagnostics, false, 110).trim_end())
    }
}

impl std::error::Error for Problems {}

/// What is shared between threads can be.
const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<Platform>();
    shared::<Renderer>();
    shared::<Problems>();
};
