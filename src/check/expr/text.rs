//! Texts with `${}`: what class a text is of follows from its pieces.

use std::sync::Arc;

use super::constant;
use crate::check::checker::Checker;
use crate::check::program::{Expr, ExprKind, Part};
use crate::check::types::{Class, Lit, Str, Ty, Type};
use crate::diag::{Diagnostic, words};
use crate::source::Span;
use crate::syntax::ast::{Text, TextPart};
use crate::value::Value;

impl<'a> Checker<'a> {
    pub(super) fn text(&mut self, text: &'a Text, span: Span) -> Expr {
        if let Some(plain) = crate::check::constant::text(text) {
            let plain: Arc<str> = plain.into();
            return constant(Value::Str(Arc::clone(&plain)), Type::literal(Lit::Str(plain)), span);
        }
        let parts: Vec<Part> = text.parts.iter().map(|p| self.part(p)).collect();
        if parts.iter().any(|p| matches!(p, Part::Expr(e) if e.ty.ty == Type::Never)) {
            // Still a text, so that nothing else is reported because of it.
            return Expr { kind: ExprKind::Text(parts), ty: Ty::always(Type::Never), span };
        }
        let ty = Ty::always(Type::Str(class_of(&parts)));
        Expr { kind: ExprKind::Text(parts), ty, span }
    }

    fn part(&mut self, part: &'a TextPart) -> Part {
        let e = match part {
            TextPart::Str(s) => return Part::Str(s.as_str().into()),
            TextPart::Interpolation(e) => self.any_value(e),
        };
        match &e.ty.ty {
            Type::Never
            | Type::Str(_)
            | Type::Int(_)
            | Type::Bool
            | Type::Literals(_)
            | Type::IntOrString => Part::Expr(e),
            other => {
                let d = Diagnostic::error(
                    "type-mismatch",
                    e.span,
                    format!("{} cannot stand in a text", words::a(other)),
                );
                let help = match other {
                    Type::Any => "say what it is first: `… as String`",
                    Type::Number => "say that it is whole first: `… as Int`",
                    _ => "write it as text with `yaml(…)`, `json(…)` or `text.join(…)`",
                };
                Part::Expr(self.error(d.help(help)))
            }
        }
    }
}

/// A text of a class is stood for by its plainest member. Each class below is closed under replacing such a member,
/// at its place, by any other: its members begin and end in a letter or digit and hold only what the class allows.
fn stand_ins(ty: &Type) -> Option<Vec<String>> {
    Some(match ty {
        Type::Bool => vec!["true".into(), "false".into()],
        Type::Int(r) if r.lo.is_some_and(|lo| lo >= 0) => vec!["0".into()],
        Type::Str(s) => match s.class? {
            Class::DnsLabel => vec!["a".into()],
            Class::DnsSubdomain => vec!["a.a".into()],
            Class::Hostname => vec!["a.aa".into()],
            Class::Ipv4 => vec!["1.1.1.1".into()],
            _ => return None,
        },
        Type::Literals(set) if set.len() <= 8 => set
            .iter()
            .map(|l| match l {
                Lit::Str(s) => s.to_string(),
                Lit::Int(i) => i.to_string(),
                Lit::Bool(b) => b.to_string(),
            })
            .collect(),
        _ => return None,
    })
}

fn longest(ty: &Type) -> Option<u32> {
    match ty {
        Type::Bool => Some(5),
        Type::Int(r) => {
            let digits = |n: Option<i64>| n.map_or(20, |n| n.to_string().len());
            u32::try_from(digits(r.lo).max(digits(r.hi))).ok()
        }
        Type::Str(s) => s.longest(),
        Type::Literals(set) => set
            .iter()
            .map(|l| match l {
                Lit::Str(s) => u32::try_from(s.chars().count()).ok(),
                _ => Some(20),
            })
            .try_fold(0, |max, n| Some(max.max(n?))),
        _ => None,
    }
}

/// What is known of a text made of `parts`: a bound on its length, and its class if it has one for every request.
pub(super) fn class_of(parts: &[Part]) -> Str {
    let len = |p: &Part| match p {
        Part::Str(s) => u32::try_from(s.chars().count()).ok(),
        Part::Expr(e) => longest(&e.ty.ty),
    };
    let max = parts.iter().try_fold(0u32, |sum, p| sum.checked_add(len(p)?));
    let class = samples(parts).and_then(|all| {
        let fits = |c: &Class| c.max_len() >= max && max.is_some() && all.iter().all(|s| c.contains(s));
        [Class::DnsLabel, Class::Hostname, Class::DnsSubdomain].into_iter().find(fits).or_else(|| {
            let url =
                all.iter().all(|s| Class::Url.contains(s)) && max <= Class::Url.max_len() && max.is_some();
            url.then_some(Class::Url)
        })
    });
    Str { class, max, ..Str::default() }
}

/// The text with every piece replaced by its stand-ins, in every combination, at most 64.
fn samples(parts: &[Part]) -> Option<Vec<String>> {
    let mut all = vec![String::new()];
    for part in parts {
        let pieces = match part {
            Part::Str(s) => vec![s.to_string()],
            Part::Expr(e) => stand_ins(&e.ty.ty)?,
        };
        if all.len() * pieces.len() > 64 {
            return None;
        }
        all = all.iter().flat_map(|head| pieces.iter().map(move |p| format!("{head}{p}"))).collect();
    }
    Some(all)
}
