//! Holds the body of a resource against the schema of its kind: what is wrong for every request is a mistake now, what
//! depends on the request is left to the gate.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::checker::Checker;
use super::kinds::Schema;
use super::program::{BinaryOp, Builtin, Entry, Expr, ExprKind, Item};
use super::types::Type;
use crate::diag::{Diagnostic, suggest, words};
use crate::source::Span;

/// What the header of a resource says, or what is checked by itself.
const ELSEWHERE: [&str; 3] = ["apiVersion", "kind", "metadata"];

impl Checker<'_> {
    /// Checks the body of a resource of `kind`.
    pub(super) fn conform(&mut self, body: &[Entry], schema: &Schema, kind: &str, span: Span) {
        let mut judge = Judge { kind, out: Vec::new() };
        let mut written = BTreeSet::from(ELSEWHERE.map(Arc::from));
        let body: Vec<&Entry> = body.iter().filter(|e| !is_elsewhere(e)).collect();
        let whole = body.iter().all(|e| judge.entry(e, schema, &mut written));
        if whole {
            judge.missing(schema, &written, span);
        }
        self.out.extend(judge.out);
    }
}

fn is_elsewhere(entry: &Entry) -> bool {
    matches!(entry, Entry::Field { path, .. } if path.first().is_some_and(|k| ELSEWHERE.contains(&&**k)))
}

struct Judge<'k> {
    kind: &'k str,
    out: Vec<Diagnostic>,
}

impl Judge<'_> {
    /// Checks an entry; whether all its keys are known.
    fn entry(&mut self, entry: &Entry, schema: &Schema, written: &mut BTreeSet<Arc<str>>) -> bool {
        match entry {
            Entry::Field { path, key_span, value } => {
                written.extend(path.first().cloned());
                let mut at = schema.clone();
                for key in path {
                    match at.field(key) {
                        Some(inner) => at = inner,
                        None => {
                            self.unknown(key, &at, *key_span);
                            return true;
                        }
                    }
                }
                self.expr(value, &at);
                true
            }
            Entry::Computed { value, .. } => {
                if let Schema::Map(inner) = schema {
                    self.expr(value, inner);
                }
                false
            }
            Entry::When { entries, .. } => entries.iter().all(|e| self.entry(e, schema, written)),
            Entry::For { entries, .. } => {
                for entry in entries {
                    self.entry(entry, schema, written);
                }
                false
            }
        }
    }

    fn unknown(&mut self, key: &str, schema: &Schema, span: Span) {
        let Some(object) = schema.object() else {
            let d = Diagnostic::error(
                "type-mismatch",
                span,
                format!("in {} this is no object", words::a(self.kind)),
            );
            self.out.push(d);
            return;
        };
        let message = format!("in {} there is no field `{key}` here", words::a(self.kind));
        let mut d = Diagnostic::error("unknown-field", span, message);
        d.help.extend(suggest::help(key, object.fields.keys().map(|k| &**k)));
        self.out.push(d);
    }

    fn missing(&mut self, schema: &Schema, written: &BTreeSet<Arc<str>>, span: Span) {
        let Some(object) = schema.object() else { return };
        let missing: Vec<&Arc<str>> = object
            .fields
            .iter()
            .filter(|(k, f)| f.required && !written.contains(*k))
            .map(|(k, _)| k)
            .collect();
        if let Some(first) = missing.first() {
            let message = format!("in {} this lacks {}", words::a(self.kind), suggest::list(&missing));
            self.out
                .push(Diagnostic::error("missing-field", span, message).help(format!("add `{first}: …`")));
        }
    }

    fn expr(&mut self, e: &Expr, schema: &Schema) {
        match (&e.kind, schema) {
            (_, Schema::Any | Schema::Either(_)) | (ExprKind::Error, _) => {}
            (_, Schema::Nullable(inner)) => self.expr(e, inner),
            (ExprKind::Const(value), _) => {
                for problem in schema.validate(value) {
                    let place =
                        if problem.path.0.is_empty() { "this".into() } else { format!("`{}`", problem.path) };
                    let message = format!("in {} {place} {}", words::a(self.kind), problem.what);
                    let mut d = Diagnostic::error("type-mismatch", e.span, message);
                    d.help.extend(problem.help);
                    self.out.push(d);
                }
            }
            (ExprKind::Object(entries), Schema::Map(_) | Schema::Object(_) | Schema::Ref(_)) => {
                let mut written = BTreeSet::new();
                let whole: Vec<bool> =
                    entries.iter().map(|entry| self.entry(entry, schema, &mut written)).collect();
                if whole.iter().all(|w| *w) {
                    self.missing(schema, &written, e.span);
                }
            }
            (ExprKind::List(items), Schema::List(inner)) => items.iter().for_each(|i| self.item(i, inner)),
            (ExprKind::If { then, otherwise, .. }, _) => {
                self.expr(then, schema);
                otherwise.iter().for_each(|o| self.expr(o, schema));
            }
            (ExprKind::Match { arms, .. }, _) => arms.iter().for_each(|a| self.expr(&a.value, schema)),
            (ExprKind::Binary { op: BinaryOp::Coalesce, left, right }, _) => {
                self.expr(left, schema);
                self.expr(right, schema);
            }
            // The other side may bring what is missing on one.
            (ExprKind::Builtin { builtin: Builtin::Merge, .. }, _) => {}
            _ => self.ty(e, schema),
        }
    }

    fn item(&mut self, item: &Item, schema: &Schema) {
        match item {
            Item::Expr(e) => self.expr(e, schema),
            Item::Spread(e) => self.ty(e, &Schema::List(Arc::new(schema.clone()))),
            Item::When(_, item) | Item::For(_, item) => self.item(item, schema),
        }
    }

    /// A value of which only the type is known.
    fn ty(&mut self, e: &Expr, schema: &Schema) {
        if let Some(why) = conflict(&e.ty.ty, schema, 0) {
            let message = format!("in {} {why}", words::a(self.kind));
            self.out.push(Diagnostic::error("type-mismatch", e.span, message).label(format!("`{}`", e.ty)));
        }
    }
}

/// Why no value of `ty` is allowed by `schema`, as the end of a sentence.
fn conflict(ty: &Type, schema: &Schema, depth: usize) -> Option<String> {
    if depth > 32 {
        return None;
    }
    let wanted = |what: &str| Some(format!("this is {what}, not `{ty}`"));
    match (ty, schema) {
        (Type::Never | Type::Any, _) | (_, Schema::Any | Schema::Either(_)) => None,
        (_, Schema::Nullable(inner)) => conflict(ty, inner, depth),
        (_, Schema::Scalar(want)) if ty.is_disjoint(want) => wanted(&format!("`{want}`")),
        (_, Schema::Quantity) if ty.is_disjoint(&Type::IntOrString) && ty.is_disjoint(&Type::Number) => {
            wanted("a quantity")
        }
        (_, Schema::Time | Schema::Bytes) if ty.is_disjoint(&Type::STRING) => wanted("a text"),
        (_, Schema::Scalar(_) | Schema::Quantity | Schema::Time | Schema::Bytes) => None,
        (Type::List(item), Schema::List(inner)) => conflict(item, inner, depth + 1),
        (_, Schema::List(_)) => wanted("a list"),
        (Type::Map(value), Schema::Map(inner)) => conflict(value, inner, depth + 1),
        (Type::Record(record), Schema::Map(inner)) => {
            record.fields.values().find_map(|f| conflict(&f.ty, inner, depth + 1))
        }
        (Type::Record(record), Schema::Object(_) | Schema::Ref(_)) => {
            let object = schema.object()?;
            let unknown = record.fields.keys().find(|k| !object.open && !object.fields.contains_key(*k));
            if let Some(key) = unknown {
                return Some(format!("there is no field `{key}` here"));
            }
            let missing = object.fields.iter().find(|(k, f)| f.required && !record.fields.contains_key(*k));
            if let Some((key, _)) = missing {
                return Some(format!("this lacks `{key}`"));
            }
            record.fields.iter().find_map(|(k, f)| conflict(&f.ty, &object.fields.get(k)?.schema, depth + 1))
        }
        (Type::Map(_) | Type::Object, Schema::Map(_) | Schema::Object(_) | Schema::Ref(_)) => None,
        (_, Schema::Map(_) | Schema::Object(_) | Schema::Ref(_)) => wanted("an object"),
    }
}
