//! One expression against one schema. It sees through lets, functions and `merge`, and reports what is wrong where the
//! author wrote it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::conflict::{conflict, wrong_kind};
use crate::check::attached::Attached;
use crate::check::kinds::{DefId, Problem, Schema};
use crate::check::program::{BinaryOp, Builtin, Entry, Expr, ExprKind, Function, FunctionBody, Global, Item};
use crate::check::types::Type;
use crate::diag::{Diagnostic, suggest};
use crate::source::Span;
use crate::value::Value;

/// How many lets and functions are followed one into the other.
const MOST_FOLLOWED: usize = 32;

/// What a word in an expression may stand for.
pub(super) struct Known<'k> {
    pub(super) lets: BTreeMap<usize, &'k Expr>,
    pub(super) functions: &'k [Function],
    pub(super) globals: &'k [Global],
}

/// Something that was looked into, with the schema that it was held against: once is enough.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Seen {
    source: Source,
    schema: Identity,
    items: bool,
    part: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    Let(usize),
    Global(usize),
    Function(usize),
}

/// Which schema it is; the schemas live as long as they are compared.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Identity {
    Definition(DefId),
    At(usize),
}

pub(super) struct Judge<'k> {
    known: &'k Known<'k>,
    /// How a message begins: "in a `ConfigMap`".
    subject: String,
    /// Whether what is missing may come from elsewhere.
    part: bool,
    /// The schema that is attached to the part at hand.
    attached: Option<&'k Attached>,
    /// Within the body of a function, whose slots are its own.
    in_function: bool,
    /// Where the lets and functions that are looked into were named, outermost first.
    via: Vec<Span>,
    seen: BTreeSet<Seen>,
    out: Vec<Diagnostic>,
}

impl<'k> Judge<'k> {
    pub(super) fn new(known: &'k Known<'k>) -> Self {
        Judge {
            known,
            subject: String::new(),
            part: false,
            attached: None,
            in_function: false,
            via: vec![],
            seen: BTreeSet::new(),
            out: vec![],
        }
    }

    /// What was found.
    pub(super) fn finish(self) -> Vec<Diagnostic> {
        self.out
    }

    /// Judges the entries of an object.
    pub(super) fn body<'e>(
        &mut self,
        entries: impl Iterator<Item = &'e Entry>,
        schema: &Schema,
        subject: &str,
        span: Span,
    ) {
        subject.clone_into(&mut self.subject);
        // What the header says is there.
        let mut written: BTreeSet<Arc<str>> = super::ELSEWHERE.map(Arc::from).into();
        let mut whole = true;
        for entry in entries {
            whole &= self.entry(entry, schema, &mut written);
        }
        if whole {
            self.missing(schema, &written, span);
        }
    }

    /// Judges the entries of an object by what is attached to a part of it.
    pub(super) fn attached(&mut self, entries: &[Entry], schema: &Schema, attached: &'k Attached) {
        self.subject = format!("in the values of `{}`", attached.file);
        (self.part, self.attached) = (true, Some(attached));
        for entry in entries {
            self.entry(entry, schema, &mut BTreeSet::new());
        }
        (self.part, self.attached) = (false, None);
    }

    /// Judges an entry; whether all its keys are known.
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
            Entry::When { entries, .. } => {
                // Every entry is judged, whatever is known of those before it.
                let known: Vec<bool> = entries.iter().map(|e| self.entry(e, schema, written)).collect();
                known.iter().all(|k| *k)
            }
            Entry::For { entries, .. } => {
                for entry in entries {
                    self.entry(entry, schema, written);
                }
                false
            }
        }
    }

    fn expr(&mut self, e: &Expr, schema: &Schema) {
        match (&e.kind, schema) {
            (_, Schema::Any | Schema::Either(_)) | (ExprKind::Error, _) => {}
            (_, Schema::Nullable(inner)) => self.expr(e, inner),
            _ if self.is_text(e, schema) => self.text(e, schema),
            (ExprKind::Const(value), _) => self.constant(value, schema, e.span),
            (ExprKind::Object(entries), Schema::Map(_) | Schema::Object(_) | Schema::Ref(_)) => {
                self.object(entries, schema, e.span);
            }
            (ExprKind::List(items), Schema::List(inner)) => items.iter().for_each(|i| self.item(i, inner)),
            (ExprKind::Builtin { builtin: Builtin::Merge, args }, _) => self.merge(e, args, schema),
            _ if self.branches(e, &mut |this, e| this.expr(e, schema)) => {}
            _ if wrong_kind(&e.ty.ty, schema).is_some() => self.ty(e, schema),
            _ if self.follow(e, schema, false, &mut |this, e| this.expr(e, schema)) => {}
            _ => self.ty(e, schema),
        }
    }

    /// Whether a text stands for the part that a schema is attached to.
    fn is_text(&self, e: &Expr, schema: &Schema) -> bool {
        let here =
            self.attached.is_some_and(|a| identity(schema).is_some_and(|i| Some(i) == identity(&a.part)));
        here && matches!(e.ty.ty, Type::Str(_) | Type::Literals(_))
    }

    /// Judges what a text holds, as far as it is known.
    fn text(&mut self, e: &Expr, schema: &Schema) {
        match &e.kind {
            ExprKind::Builtin { builtin: Builtin::Yaml | Builtin::Json, args } => {
                args.iter().for_each(|a| self.expr(a, schema));
            }
            ExprKind::Const(Value::Str(text)) => {
                let found = self.attached.map(|a| a.judge_text(text)).unwrap_or_default();
                self.problems(found, e.span);
            }
            _ if self.branches(e, &mut |this, e| this.expr(e, schema)) => {}
            _ => drop(self.follow(e, schema, false, &mut |this, e| this.expr(e, schema))),
        }
    }

    /// Judges a list whose items go into another one.
    fn items(&mut self, e: &Expr, item: &Schema) {
        match &e.kind {
            ExprKind::List(items) => items.iter().for_each(|i| self.item(i, item)),
            _ if self.branches(e, &mut |this, e| this.items(e, item)) => {}
            _ if self.follow(e, item, true, &mut |this, e| this.items(e, item)) => {}
            _ => self.ty(e, &Schema::List(Arc::new(item.clone()))),
        }
    }

    fn item(&mut self, item: &Item, schema: &Schema) {
        match item {
            Item::Expr(e) => self.expr(e, schema),
            Item::Spread(e) => self.items(e, schema),
            Item::When(_, item) | Item::For(_, item) => self.item(item, schema),
        }
    }

    fn object(&mut self, entries: &[Entry], schema: &Schema, span: Span) {
        let mut written = BTreeSet::new();
        let mut whole = true;
        for entry in entries {
            whole &= self.entry(entry, schema, &mut written);
        }
        if whole {
            self.missing(schema, &written, span);
        }
    }

    /// Each side by itself, without asking for what the other may bring; then the whole for what neither brings.
    fn merge(&mut self, e: &Expr, args: &[Expr], schema: &Schema) {
        let (before, part) = (self.out.len(), std::mem::replace(&mut self.part, true));
        args.iter().for_each(|a| self.expr(a, schema));
        self.part = part;
        if self.out.len() == before {
            self.ty(e, schema);
        }
    }

    /// Judges each value that a choice may give; `false` if this is no choice.
    fn branches(&mut self, e: &Expr, judge: &mut dyn FnMut(&mut Self, &Expr)) -> bool {
        match &e.kind {
            ExprKind::If { then, otherwise, .. } => {
                judge(self, then);
                otherwise.iter().for_each(|o| judge(self, o));
            }
            ExprKind::Match { arms, .. } => arms.iter().for_each(|a| judge(self, &a.value)),
            ExprKind::Binary { op: BinaryOp::Coalesce, left, right } => {
                judge(self, left);
                judge(self, right);
            }
            _ => return false,
        }
        true
    }

    /// Judges what a word or a call stands for, unless only its type is known.
    fn follow(
        &mut self,
        e: &Expr,
        schema: &Schema,
        items: bool,
        judge: &mut dyn FnMut(&mut Self, &Expr),
    ) -> bool {
        let Some((source, value)) = self.source(e).filter(|(_, v)| is_made(v)) else { return false };
        let Some(schema) = identity(schema).filter(|_| self.via.len() < MOST_FOLLOWED) else { return false };
        if self.seen.insert(Seen { source, schema, items, part: self.part }) {
            let inside = matches!(source, Source::Function(_));
            let outside = std::mem::replace(&mut self.in_function, inside);
            self.via.push(e.span);
            judge(self, value);
            self.via.pop();
            self.in_function = outside;
        }
        true
    }

    fn source(&self, e: &Expr) -> Option<(Source, &'k Expr)> {
        let known = self.known;
        match &e.kind {
            ExprKind::Slot(slot) if !self.in_function => {
                Some((Source::Let(*slot), known.lets.get(slot).copied()?))
            }
            ExprKind::Global(id) => Some((Source::Global(*id), &known.globals.get(*id)?.value)),
            ExprKind::Call { function, .. } => match &*known.functions.get(*function)?.body {
                FunctionBody::Expr { value, .. } => Some((Source::Function(*function), value)),
                _ => None,
            },
            _ => None,
        }
    }

    fn constant(&mut self, value: &Value, schema: &Schema, span: Span) {
        self.problems(schema.validate(value), span);
    }

    fn problems(&mut self, problems: Vec<Problem>, span: Span) {
        for problem in problems {
            if self.part && problem.missing {
                continue;
            }
            let place = if problem.path.0.is_empty() { "this".into() } else { format!("`{}`", problem.path) };
            let message = format!("{} {place} {}", self.subject, problem.what);
            let mut d = Diagnostic::error("type-mismatch", span, message);
            d.help.extend(problem.help);
            self.report(d);
        }
    }

    fn unknown(&mut self, key: &str, schema: &Schema, span: Span) {
        let Some(object) = schema.object() else {
            let message = format!("{} this is no object", self.subject);
            return self.report(Diagnostic::error("type-mismatch", span, message));
        };
        let message = format!("{} there is no field `{key}` here", self.subject);
        let mut d = Diagnostic::error("unknown-field", span, message);
        d.help.extend(suggest::help(key, object.fields.keys().map(|k| &**k)));
        self.report(d);
    }

    fn missing(&mut self, schema: &Schema, written: &BTreeSet<Arc<str>>, span: Span) {
        let Some(object) = schema.object().filter(|_| !self.part) else { return };
        let lacks = object.fields.iter().filter(|(k, f)| f.required && !written.contains(*k));
        let missing: Vec<&Arc<str>> = lacks.map(|(k, _)| k).collect();
        if let Some(first) = missing.first() {
            let message = format!("{} this lacks {}", self.subject, suggest::list(&missing));
            self.report(Diagnostic::error("missing-field", span, message).help(format!("add `{first}: …`")));
        }
    }

    /// A value of which only the type is known.
    fn ty(&mut self, e: &Expr, schema: &Schema) {
        if let Some(why) = conflict(&e.ty.ty, schema, self.part) {
            let message = format!("{} {why}", self.subject);
            self.report(Diagnostic::error("type-mismatch", e.span, message).label(format!("`{}`", e.ty)));
        }
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        // One let may be looked into as a list and as what goes into another one.
        let again = |d: &Diagnostic| d.primary == diagnostic.primary && d.message == diagnostic.message;
        if self.out.iter().rev().take(100).any(again) {
            return;
        }
        let mut diagnostic = diagnostic;
        if let Some(used) = self.via.first() {
            diagnostic = diagnostic.also(*used, "used here");
        }
        if let Some(attached) = self.attached {
            diagnostic = diagnostic.also(attached.span, "this schema is attached");
        }
        self.out.push(diagnostic);
    }
}

/// Whether looking into it tells more than its type.
fn is_made(e: &Expr) -> bool {
    let made = match &e.kind {
        ExprKind::Const(_) => true,
        ExprKind::Object(_) | ExprKind::List(_) | ExprKind::If { .. } | ExprKind::Match { .. } => true,
        ExprKind::Slot(_) | ExprKind::Global(_) | ExprKind::Call { .. } => true,
        ExprKind::Binary { op, .. } => *op == BinaryOp::Coalesce,
        ExprKind::Builtin { builtin, .. } => {
            matches!(builtin, Builtin::Merge | Builtin::Yaml | Builtin::Json)
        }
        _ => false,
    };
    made && e.ty.ty != Type::Never
}

fn identity(schema: &Schema) -> Option<Identity> {
    match schema {
        Schema::Ref(id) => Some(Identity::Definition(*id)),
        Schema::Object(object) => Some(Identity::At(Arc::as_ptr(object).addr())),
        Schema::List(inner) | Schema::Map(inner) | Schema::Nullable(inner) => {
            Some(Identity::At(Arc::as_ptr(inner).addr()))
        }
        _ => None,
    }
}
