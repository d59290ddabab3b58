//! Text to tree and back: grammar, tree, recovery from errors, formatter. Knows no meaning; pest stays inside.

pub mod ast;
mod build;
mod format;
mod grammar;
mod recover;
mod scan;

pub use format::format;

use crate::diag::Diagnostic;
use crate::source::{FileId, Span};
use build::Builder;
use grammar::{Grammar, Rule};
use pest::Parser;
use pest::error::InputLocation;
use recover::Repaired;
use scan::{MAX_DEPTH, MAX_SIGNS, MAX_WORD};

/// Larger texts are no promises.
const MAX_BYTES: usize = 1 << 20;

/// Parses the text of `file`; the tree holds an error node for every stretch that makes no sense, with a diagnostic.
///
/// The same grammar serves promises, modules and `promises.dsl`: what may stand where is for the checker to say.
pub fn parse(file: FileId, text: &str) -> (ast::File, Vec<Diagnostic>) {
    let nothing =
        || ast::File { items: vec![ast::Item::Error(Span::new(file, 0, text.len()))], comments: vec![] };
    if text.len() > MAX_BYTES {
        let message = format!("the file has {} bytes, more than the {MAX_BYTES} that are read", text.len());
        return (nothing(), vec![too_large(Span::new(file, 0, 0), message)]);
    }
    let mut repaired = Repaired::new(file, text);
    let mut problems = std::mem::take(&mut repaired.problems);
    problems.extend(recover::strange_characters(file, text, &repaired.scan));
    if let Some(at) = repaired.scan.too_deep {
        problems.push(too_deep(Span::new(file, at, at + 1)));
    }
    if let Some((at, len)) = repaired.scan.long_word {
        let message = format!("this word has {len} characters, more than the {MAX_WORD} of the longest name");
        let problem = Diagnostic::error("file-too-large", Span::new(file, at, at + 1), message);
        problems.push(problem.help("data stands in a text, between double quotes"));
    }
    if let Some(at) = repaired.scan.too_many {
        let message = format!("the file has more than {MAX_SIGNS} words and signs");
        problems.push(too_large(Span::new(file, at, at), message));
    }
    if !repaired.whole && problems.is_empty() {
        let problem =
            Diagnostic::error("unclosed", Span::new(file, 0, 0), "the brackets of this file do not balance");
        problems.push(problem.help("look for a bracket or a quote without its partner"));
    }
    let tree = match repaired.whole.then(|| Grammar::parse(Rule::file, repaired.text())) {
        Some(Ok(pairs)) => {
            let mut builder = Builder::new(file, text, &repaired);
            let tree = builder.file(pairs);
            problems.extend(recover::diagnose(file, text, &repaired, builder));
            tree
        }
        Some(Err(error)) => {
            let (InputLocation::Pos(at) | InputLocation::Span((at, _))) = error.location;
            let span = Span::new(file, repaired.original(at), repaired.original(at));
            // The grammar takes any text whose brackets balance, so only the depth of the stack is left.
            problems.push(too_deep(span));
            nothing()
        }
        None => nothing(),
    };
    problems.sort_by_key(|p| (p.primary.span.start, p.primary.span.end));
    (tree, problems)
}

/// How many words and signs a text has; no more are counted than one file may have.
pub fn signs(text: &str) -> usize {
    scan::scan(FileId::default(), text).signs
}

fn too_large(span: Span, message: String) -> Diagnostic {
    Diagnostic::error("file-too-large", span, message)
        .help("move parts of it into modules, or data into files read by `file(\"…\")`")
}

fn too_deep(span: Span) -> Diagnostic {
    Diagnostic::error("nested-too-deep", span, format!("this is nested deeper than {MAX_DEPTH} brackets"))
        .help("give an inner part a name with `let`")
}
