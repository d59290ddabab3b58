//! Constants, lists and texts in CEL.

use super::code::{Bind, Code};
use super::name::quote;
use super::translate::{Names, Stop, Term, Translator};
use crate::check::program::{Expr, Item, Part};
use crate::check::types::Type;
use crate::source::Span;
use crate::value::Value;

impl Translator<'_> {
    pub(super) fn list(&mut self, items: &[Item], span: Span, names: &Names<'_>) -> Result<Term, Stop> {
        let mut fails = false;
        let mut texts = Vec::with_capacity(items.len());
        for item in items {
            let Item::Expr(item) = item else { return Err(Stop::at(span, "a list that is computed")) };
            let term = self.term(item, names)?;
            if item.ty.optional {
                return Err(Stop::at(item.span, "an item that may be absent"));
            }
            fails |= term.fails;
            texts.push(term.value.text);
        }
        let value = Code::primary(format!("[{}]", texts.join(", ")));
        Ok(Term { there: None, value, fails })
    }

    pub(super) fn text(&mut self, parts: &[Part], names: &Names<'_>) -> Result<Term, Stop> {
        let mut fails = false;
        let mut whole: Option<Code> = None;
        for part in parts {
            let piece = match part {
                Part::Str(text) => Code::primary(quote(text)),
                Part::Expr(e) => {
                    let term = self.term(e, names)?;
                    fails |= term.fails;
                    as_text(term.value, e)?
                }
            };
            whole = Some(match whole {
                None => piece,
                Some(before) => before.join("+", piece, Bind::Sum),
            });
        }
        Ok(Term { there: None, value: whole.unwrap_or_else(|| Code::primary("''")), fails })
    }
}

fn as_text(value: Code, e: &Expr) -> Result<Code, Stop> {
    match e.ty.ty.widen() {
        Type::Str(_) => Ok(value),
        Type::Int(_) | Type::IntOrString => Ok(Code::primary(format!("string({})", value.text))),
        Type::Bool => Ok(Code::primary(format!(
            "({})",
            value.choose(Code::primary("'true'"), Code::primary("'false'")).text
        ))),
        Type::Never => Err(Stop::Reported),
        _ => Err(Stop::at(e.span, "a text of this value")),
    }
}

pub(super) fn constant(value: &Value, span: Span) -> Result<Code, Stop> {
    Ok(match value {
        Value::Bool(b) => Code::primary(b.to_string()),
        Value::Int(i) => Code::primary(i.to_string()),
        Value::Float(f) => Code::primary(format!("{f:?}")),
        Value::Str(text) => Code::primary(quote(text)),
        Value::List(items) => {
            let items: Result<Vec<String>, Stop> =
                items.iter().map(|item| constant(item, span).map(|code| code.text)).collect();
            Code::primary(format!("[{}]", items?.join(", ")))
        }
        Value::Null | Value::Map(_) => return Err(Stop::at(span, "an object")),
    })
}
