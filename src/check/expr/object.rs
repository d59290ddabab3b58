//! `{ … }`: records when every key is known, maps when one is computed.

use std::sync::Arc;

use indexmap::IndexMap;

use super::access::among;
use crate::check::checker::Checker;
use crate::check::program::{Entry, Expr, ExprKind};
use crate::check::types::{Field, Record, Ty, Type};
use crate::diag::{Diagnostic, suggest};
use crate::source::Span;
use crate::syntax::ast::{self, Key};

/// What is asked of the entries of an object.
#[derive(Clone)]
pub(in crate::check) enum Want {
    /// Nothing.
    Anything,
    /// These fields, and no others.
    Record(Arc<Record>),
    /// Values of this type.
    Map(Type),
}

/// How many fields a record may have, counting those within.
const TYPE_PARTS: usize = 10_000;
/// The most parts that the types of all `merge`s have together.
pub(in crate::check) const MERGED_PARTS: usize = 200_000;

/// Whether a type has at most `left` parts.
fn count(ty: &Type, left: &mut usize) -> bool {
    let Some(rest) = left.checked_sub(1) else { return false };
    *left = rest;
    match ty {
        Type::Record(record) => record.fields.values().all(|f| count(&f.ty, left)),
        Type::List(item) | Type::Map(item) => count(item, left),
        _ => true,
    }
}

/// A key that was written, for finding repeats.
struct Seen {
    path: Vec<Arc<str>>,
    span: Span,
    /// The conditions around it: what they say, and whether it is their negation.
    conditions: Vec<(String, bool)>,
}

/// The entries of one object while they are checked.
pub(in crate::check) struct Entries {
    want: Want,
    /// Where `want` is declared.
    declared: Option<Span>,
    paths: bool,
    seen: Vec<Seen>,
    conditions: Vec<(String, bool)>,
    /// Inside `for`: a key that does not depend on the item repeats.
    loops: usize,
    record: IndexMap<Arc<str>, Field>,
    /// The type of the values under computed keys.
    computed: Option<Type>,
    broken: bool,
}

impl<'a> Checker<'a> {
    pub(super) fn object(&mut self, object: &'a ast::Object, expected: Option<&Type>) -> Expr {
        let want = match expected {
            Some(Type::Record(record)) => Want::Record(Arc::clone(record)),
            Some(Type::Map(value)) => Want::Map((**value).clone()),
            Some(Type::Object | Type::Any) => Want::Map(Type::Any),
            _ => Want::Anything,
        };
        let declared = self.cx.declared.take();
        let (entries, ty) = self.entries_of(object, want, false, declared);
        Expr { kind: ExprKind::Object(entries), ty: Ty::always(ty), span: object.span }
    }

    /// The entries of an object and its type; `paths` allows keys such as `metadata.labels`.
    pub(in crate::check) fn entries(
        &mut self,
        object: &'a ast::Object,
        want: Want,
        paths: bool,
    ) -> (Vec<Entry>, Type) {
        self.entries_of(object, want, paths, None)
    }

    fn entries_of(
        &mut self,
        object: &'a ast::Object,
        want: Want,
        paths: bool,
        declared: Option<Span>,
    ) -> (Vec<Entry>, Type) {
        let mut state = Entries {
            want,
            declared,
            paths,
            seen: vec![],
            conditions: vec![],
            loops: 0,
            record: IndexMap::new(),
            computed: None,
            broken: false,
        };
        let entries = self.entry_list(&object.entries, &mut state);
        self.missing_fields(object.span, &mut state);
        let ty = self.object_type(state, object.span);
        (entries, ty)
    }

    fn object_type(&mut self, state: Entries, span: Span) -> Type {
        if state.broken {
            return Type::Never;
        }
        match (state.computed, state.want) {
            (None, _) => self.bounded(Type::Record(Arc::new(Record { fields: state.record })), span),
            (Some(_), Want::Map(value)) => Type::map(value),
            (Some(first), _) => {
                let all = state.record.values().try_fold(first, |ty, f| ty.join(&f.ty));
                Type::map(all.unwrap_or(Type::Any))
            }
        }
    }

    /// A record type, unless it has too many parts: a few lets can double it many times over.
    fn bounded(&mut self, ty: Type, span: Span) -> Type {
        let mut left = TYPE_PARTS;
        if count(&ty, &mut left) {
            return ty;
        }
        let message = format!("this object has more than {TYPE_PARTS} fields, counting those within");
        let d = Diagnostic::error("over-budget", span, message);
        self.out.push(d.help("something grows with every step: look for objects made of themselves"));
        Type::Never
    }

    /// The type of a `merge`, unless those of all merges together have too many parts: each is made anew.
    pub(super) fn merged(&mut self, ty: Type, span: Span) -> Type {
        let ty = self.bounded(ty, span);
        if count(&ty, &mut self.merged) {
            return ty;
        }
        if !std::mem::replace(&mut self.merged_out, true) {
            let message = format!("all `merge`s together make objects of more than {MERGED_PARTS} fields");
            let d = Diagnostic::error("over-budget", span, message);
            self.out.push(d.help("write the keys into one object, instead of merging them one by one"));
        }
        Type::Never
    }

    fn missing_fields(&mut self, span: Span, state: &mut Entries) {
        let Want::Record(want) = &state.want else { return };
        let missing: Vec<&Arc<str>> = want
            .fields
            .iter()
            .filter(|(name, f)| !f.optional && !state.seen.iter().any(|s| s.path.first() == Some(name)))
            .map(|(name, _)| name)
            .collect();
        if missing.is_empty() {
            return;
        }
        let field = if missing.len() == 1 { "the field" } else { "the fields" };
        let mut d = Diagnostic::error(
            "missing-field",
            span,
            format!("this lacks {field} {}", suggest::list(&missing)),
        );
        for name in &missing {
            if let Some(f) = want.fields.get(*name).filter(|f| f.span != Span::default()) {
                d = d.also(f.span, "declared here");
            }
        }
        self.out.push(d.help(format!("add `{}: …`", missing.first().map_or("", |m| m))));
        state.broken = true;
    }

    fn entry_list(&mut self, entries: &'a [ast::Entry], state: &mut Entries) -> Vec<Entry> {
        entries.iter().filter_map(|e| self.entry(e, state)).collect()
    }

    fn entry(&mut self, entry: &'a ast::Entry, state: &mut Entries) -> Option<Entry> {
        match entry {
            ast::Entry::Field { key, value } => self.field_entry(key, value, state),
            ast::Entry::When(when) => {
                let (condition, entries) = self.under(&when.condition, vec![], |this| {
                    state.conditions.push(this.cx.condition.clone());
                    let entries = this.entry_list(&when.body, state);
                    state.conditions.pop();
                    entries
                });
                Some(Entry::When { condition, entries })
            }
            ast::Entry::For(form) => {
                state.loops += 1;
                let (walk, entries) = self.walk(form, vec![], |this| this.entry_list(&form.body, state));
                state.loops -= 1;
                Some(Entry::For { walk, entries })
            }
            ast::Entry::Error(_) => {
                state.broken = true;
                None
            }
        }
    }

    fn field_entry(&mut self, key: &'a Key, value: &'a ast::Expr, state: &mut Entries) -> Option<Entry> {
        let (path, key_span) = match key {
            Key::Computed(key) => return self.computed_entry(key, value, state),
            Key::Quoted(q) => (vec![Arc::from(q.value.as_str())], q.span),
            Key::Path(words) => {
                let span = words.first()?.span.to(words.last()?.span);
                (words.iter().map(|w| Arc::from(w.node.as_str())).collect::<Vec<Arc<str>>>(), span)
            }
        };
        if path.len() > 1 && !state.paths {
            let text = path.join(".");
            let d = Diagnostic::error(
                "path-key",
                key_span,
                format!("`{text}` is a path; only resources and `expect` take paths as keys"),
            );
            self.out.push(d.help(format!("quote it if the key holds dots: `\"{text}\"`; else nest objects")));
            state.broken = true;
        }
        if state.loops > 0 && !matches!(key, Key::Computed(_)) {
            let d = Diagnostic::error("duplicate-key", key_span, "this key is written once for every item");
            self.out.push(d.help("compute it from the item: `[\"enable_${x}\"]: …`"));
            state.broken = true;
        }
        self.repeated(&path, key_span, state);
        let value = self.field_value(&path, key_span, value, state);
        state.broken |= value.ty.ty == Type::Never;
        let optional = value.ty.optional || !state.conditions.is_empty();
        add_field(&mut state.record, &path, value.ty.ty.clone(), optional, key_span);
        Some(Entry::Field { path, key_span, value })
    }

    fn computed_entry(
        &mut self,
        key: &'a ast::Expr,
        value: &'a ast::Expr,
        state: &mut Entries,
    ) -> Option<Entry> {
        if let Want::Record(_) = state.want {
            let d = Diagnostic::error("computed-key", key.span, "the fields here are known by name");
            self.out.push(d.help("write the names out; computed keys are for maps"));
            state.broken = true;
        }
        let key = self.value(key, &Type::STRING);
        let value = match &state.want {
            Want::Map(want) => self.optional_value_of(value, &want.clone(), state.declared),
            _ => self.expr(value, None),
        };
        state.broken |= key.ty.ty == Type::Never || value.ty.ty == Type::Never;
        let ty = value.ty.ty.clone();
        state.computed = Some(match state.computed.take() {
            Some(before) => before.join(&ty).unwrap_or(Type::Any),
            None => ty,
        });
        Some(Entry::Computed { key, value })
    }

    fn field_value(
        &mut self,
        path: &[Arc<str>],
        key_span: Span,
        value: &'a ast::Expr,
        state: &mut Entries,
    ) -> Expr {
        match &state.want {
            Want::Map(want) if path.len() == 1 => {
                self.optional_value_of(value, &want.clone(), state.declared)
            }
            Want::Anything | Want::Map(_) => self.expr(value, None),
            Want::Record(record) => {
                let record = Arc::clone(record);
                self.wanted_field(&record, path, key_span, value, state)
            }
        }
    }

    fn wanted_field(
        &mut self,
        record: &Record,
        path: &[Arc<str>],
        key_span: Span,
        value: &'a ast::Expr,
        state: &mut Entries,
    ) -> Expr {
        let Some((first, rest)) = path.split_first() else { return self.expr(value, None) };
        let Some(field) = record.fields.get(first) else {
            let d = Diagnostic::error("unknown-field", key_span, format!("there is no field `{first}` here"));
            self.out.push(among(d, first, record));
            state.broken = true;
            return self.expr(value, None);
        };
        match (rest, &field.ty) {
            ([], ty) => {
                let typed = self.optional_value_of(value, ty, Some(field.span));
                if field.optional || typed.ty.ty == Type::Never { typed } else { self.require(typed) }
            }
            (rest, Type::Record(inner)) => {
                self.wanted_field(&Arc::clone(inner), rest, key_span, value, state)
            }
            (_, Type::Map(inner)) => self.optional_value_of(value, &(**inner).clone(), Some(field.span)),
            _ => self.expr(value, None),
        }
    }

    /// Reports a key that was written before, unless their conditions exclude each other.
    fn repeated(&mut self, path: &[Arc<str>], span: Span, state: &mut Entries) {
        let conditions = state.conditions.clone();
        let excluded = |a: &[(String, bool)]| {
            a.iter().any(|(text, not)| conditions.iter().any(|(t, n)| t == text && n != not))
        };
        let clash = state.seen.iter().find(|s| {
            let shorter = s.path.len().min(path.len());
            s.path.iter().take(shorter).eq(path.iter().take(shorter)) && !excluded(&s.conditions)
        });
        if let Some(first) = clash {
            let d =
                Diagnostic::error("duplicate-key", span, format!("`{}` is written twice", path.join(".")));
            let d = d.also(first.span, "first written here");
            self.out.push(d.help("keep one; to override on purpose use `merge(a, b)`"));
            state.broken = true;
        }
        state.seen.push(Seen { path: path.to_vec(), span, conditions });
    }
}

/// Adds a field at a path to a record type.
fn add_field(
    record: &mut IndexMap<Arc<str>, Field>,
    path: &[Arc<str>],
    ty: Type,
    optional: bool,
    span: Span,
) {
    let Some((first, rest)) = path.split_first() else { return };
    if rest.is_empty() {
        let ty = match record.get(first) {
            // The other of two exclusive branches: there for sure only if both are exhaustive, which is not tracked.
            Some(before) => before.ty.join(&ty).unwrap_or(Type::Any),
            None => ty,
        };
        record.insert(Arc::clone(first), Field { ty, optional, span });
        return;
    }
    let entry = record.entry(Arc::clone(first)).or_insert_with(|| Field {
        ty: Type::Record(Arc::new(Record::default())),
        optional,
        span,
    });
    if let Type::Record(inner) = &mut entry.ty {
        add_field(&mut Arc::make_mut(inner).fields, rest, ty, optional, span);
    }
}
