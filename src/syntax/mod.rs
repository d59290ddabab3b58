//! Text to tree and back: grammar, tree, recovery from errors, formatter. Knows no meaning; pest stays inside.

pub mod ast;
mod build;
mod grammar;
mod recover;
mod scan;

use crate::diag::Diagnostic;
use crate::source::{FileId, Span};
use build::Builder;
use grammar::{Grammar, Rule};
use pest::Parser;

/// Parses the text of `file`; the tree holds an error node for every stretch that makes no sense, with a diagnostic.
pub fn parse(file: FileId, text: &str) -> (ast::File, Vec<Diagnostic>) {
    let scan = scan::scan(file, text);
    let mut builder = Builder::new(file, text, &scan);
    let tree = match Grammar::parse(Rule::file, text) {
        Ok(pairs) => builder.file(pairs),
        Err(error) => {
            let at = match error.location {
                pest::error::InputLocation::Pos(at) | pest::error::InputLocation::Span((at, _)) => at,
            };
            let span = Span::new(file, at, at);
            builder.problems.push(Diagnostic::error("syntax", span, error.variant.message().into_owned()));
            ast::File::default()
        }
    };
    let mut problems = builder.problems;
    for bad in builder.bad {
        problems.push(Diagnostic::error("syntax", bad.span, format!("this is no {}", bad.level.one())));
    }
    for (rule, span) in builder.bad_heads {
        problems.push(Diagnostic::error("syntax", span, format!("this is no {rule:?}")));
    }
    problems.sort_by_key(|p| p.primary.span.start);
    (tree, problems)
}
