//! `e.f`, `e?.f`, `e[i]`, `e?[i]`, `e?`.

use std::sync::Arc;

use super::optional_field;
use crate::check::checker::{Checker, Meaning, poison};
use crate::check::program::{Expr, ExprKind};
use crate::check::types::{Lit, Record, Ty, Type};
use crate::diag::{Diagnostic, suggest, words};
use crate::source::Span;
use crate::syntax::ast;
use crate::value::Value;

impl<'a> Checker<'a> {
    pub(super) fn field(
        &mut self,
        base: &'a ast::Expr,
        name: &'a ast::Name,
        optional: bool,
        span: Span,
    ) -> Expr {
        if let ast::ExprKind::Name(word) = &base.kind {
            if word == "platform" {
                return self.platform_value(name, span);
            }
            if let Meaning::Module(module) = self.quiet_module(word, base.span) {
                return self.module_value(module, word, name, span);
            }
        }
        let base = self.expr(base, None);
        let Some(base) = self.reachable(base, optional, &format!(".{}", name.node)) else {
            return poison(span);
        };
        match &base.ty.ty {
            Type::Record(record) => {
                let record = Arc::clone(record);
                self.record_field(base, &record, name, span)
            }
            Type::Map(_) | Type::Object => {
                let message = format!("`{}` is not a known field of a map", name.node);
                let d = Diagnostic::error("not-a-record", name.span, message);
                self.error(d.help(format!("index it: `…[\"{}\"]`, which is optional", name.node)))
            }
            Type::Any => {
                let d = Diagnostic::error("not-a-record", name.span, "nothing is known of this value");
                self.error(d.help("say what it is first: `(… as Object)[\"key\"]`"))
            }
            other => {
                let message = format!("{} has no fields", words::a(other));
                self.error(Diagnostic::error("not-a-record", name.span, message))
            }
        }
    }

    /// The base of an access, unless it may be absent and the access does not say so.
    fn reachable(&mut self, base: Expr, optional: bool, access: &str) -> Option<Expr> {
        if base.ty.ty == Type::Never {
            return None;
        }
        let text = self.inputs.sources.slice(base.span).to_owned();
        if base.ty.optional && !optional {
            let d = Diagnostic::error("optional-value", base.span, format!("`{text}` may be absent"));
            let d = optional_field(&base).into_iter().fold(d, |d, span| d.also(span, "declared here"));
            let help = match access.starts_with('.') {
                true => format!(
                    "write `{text}?{access}`, which is absent too, or check with `when {text}? {{ }}` first"
                ),
                false => format!("write `{text}?{access}`, which is absent too"),
            };
            self.out.push(d.label(format!("`{}`", base.ty)).help(help).fix(base.span, format!("{text}?")));
            return None;
        }
        if !base.ty.optional && optional {
            let d = Diagnostic::warning("never-absent", base.span, format!("`{text}` is always there here"));
            self.out.push(d.help(format!("write `{text}{access}`")));
        }
        Some(base)
    }

    fn record_field(&mut self, base: Expr, record: &Record, name: &ast::Name, span: Span) -> Expr {
        let Some(field) = record.fields.get(name.node.as_str()) else {
            let text = self.inputs.sources.slice(base.span).to_owned();
            let message = format!("`{text}` has no field `{}`", name.node);
            let d = Diagnostic::error("unknown-field", name.span, message);
            return self.error(among(d, &name.node, record));
        };
        let ty = Ty { ty: field.ty.clone(), optional: field.optional || base.ty.optional };
        let kind = ExprKind::Field { base: Box::new(base), name: name.node.as_str().into() };
        Expr { kind, ty, span }
    }

    fn platform_value(&mut self, name: &ast::Name, span: Span) -> Expr {
        let (record, globals) = &self.platform;
        match (record.fields.get(name.node.as_str()), globals.get(name.node.as_str())) {
            (Some(field), Some(global)) => {
                let ty = Ty { ty: field.ty.clone(), optional: field.optional };
                Expr { kind: ExprKind::Global(*global), ty, span }
            }
            (Some(field), None) => {
                // A need that no platform meets: typed, but nothing to render with.
                let ty = Ty { ty: field.ty.clone(), optional: field.optional };
                Expr { kind: ExprKind::Error, ty, span }
            }
            (None, _) => {
                let message = format!("the platform has no value `{}`", name.node);
                let d = Diagnostic::error("unknown-field", name.span, message);
                let d = match record.fields.is_empty() {
                    true => d.help("declare it under `values` in `promises.dsl`, or under `needs platform`"),
                    false => among(d, &name.node, record),
                };
                self.error(d)
            }
        }
    }

    /// The module that a word names, if it does; says nothing otherwise.
    pub(super) fn quiet_module(&mut self, word: &str, span: Span) -> Meaning {
        let local = self.cx.scopes.iter().any(|s| s.names.contains_key(word));
        let known = !local && self.is_module(self.cx.module, word);
        if known { self.top_meaning(self.cx.module, word, span) } else { Meaning::Nothing }
    }

    fn module_value(&mut self, module: usize, word: &str, name: &ast::Name, span: Span) -> Expr {
        match self.module_member(module, word, name) {
            Meaning::Value(e) => Expr { span, ..e },
            Meaning::Function(_) => {
                let message = format!("`{word}.{}` is a function", name.node);
                let d = Diagnostic::error("misplaced-name", span, message);
                self.error(d.help(format!("call it: `{word}.{}(…)`", name.node)))
            }
            Meaning::Module(_) | Meaning::Nothing => poison(span),
        }
    }

    /// What `word.name` means; reports if it means nothing.
    pub(super) fn module_member(&mut self, module: usize, word: &str, name: &ast::Name) -> Meaning {
        let known = self.names_of(module);
        if known.contains(&name.node) {
            return self.top_meaning(module, &name.node, name.span);
        }
        let message = format!("`{word}` has no `{}`", name.node);
        let mut d = Diagnostic::error("unknown-name", name.span, message);
        d.help.extend(suggest::help(&name.node, known.iter().map(String::as_str)));
        self.out.push(d);
        Meaning::Nothing
    }

    pub(super) fn index(
        &mut self,
        base: &'a ast::Expr,
        index: &'a ast::Expr,
        optional: bool,
        span: Span,
    ) -> Expr {
        let base = self.expr(base, None);
        let text = format!("[{}]", self.inputs.sources.slice(index.span));
        let Some(base) = self.reachable(base, optional, &text) else {
            self.any_value(index);
            return poison(span);
        };
        let (item, index) = match base.ty.ty.clone() {
            Type::Map(value) => ((*value).clone(), self.value(index, &Type::STRING)),
            Type::Object => (Type::Any, self.value(index, &Type::STRING)),
            Type::List(item) => ((*item).clone(), self.value(index, &Type::INT)),
            Type::Record(record) => return self.record_index(base, &record, index, span),
            other => {
                self.any_value(index);
                let message = format!("{} cannot be indexed", words::a(&other));
                let d = Diagnostic::error("not-a-map", base.span, message);
                return self
                    .error(d.help("only maps and lists can; of `Any` say first what it is: `… as Object`"));
            }
        };
        self.within_list(&base, &index);
        let kind = ExprKind::Index { base: Box::new(base), index: Box::new(index) };
        Expr { kind, ty: Ty::maybe(item), span }
    }

    /// Reports a constant position that a list of a known length does not have.
    fn within_list(&mut self, base: &Expr, index: &Expr) {
        let length = match &base.kind {
            ExprKind::Slot(slot) => self.cx.lengths.get(slot).copied(),
            ExprKind::Global(id) => self.globals.get(*id).and_then(|g| g.value.length()),
            _ => base.length(),
        };
        let (Some(length), ExprKind::Const(Value::Int(at))) = (length, &index.kind) else { return };
        if usize::try_from(*at).map_or(true, |at| at >= length) {
            let message = format!("the list has no item at {at}: it has {length}");
            let d = Diagnostic::error("out-of-range", index.span, message);
            self.out.push(d.help("positions are counted from 0"));
        }
    }

    /// A record indexed by a literal key: a field whose name is no word.
    fn record_index(&mut self, base: Expr, record: &Record, index: &'a ast::Expr, span: Span) -> Expr {
        let index = self.value(index, &Type::STRING);
        let Type::Literals(set) = &index.ty.ty else {
            let d = Diagnostic::error("not-a-map", base.span, "the fields of a record are known by name");
            return self.error(d.help("index it by a constant text, or make it a map with `merge({}, …)`"));
        };
        match set.first() {
            Some(Lit::Str(key)) if set.len() == 1 => {
                let name = ast::Name::new(key.to_string(), index.span);
                self.record_field(base, record, &name, span)
            }
            _ => poison(span),
        }
    }

    pub(super) fn present(&mut self, inner: &'a ast::Expr, span: Span) -> Expr {
        let inner = self.expr(inner, None);
        if inner.ty.ty != Type::Never && !inner.ty.optional {
            let text = self.inputs.sources.slice(inner.span).to_owned();
            let d = Diagnostic::warning("never-absent", span, format!("`{text}` is always there here"));
            self.out.push(d.help("remove the test"));
        }
        Expr { kind: ExprKind::Present(Box::new(inner)), ty: Ty::always(Type::Bool), span }
    }
}

/// Says of a field that is not there which one of `record` may be meant, and where that is declared.
pub(super) fn among(d: Diagnostic, name: &str, record: &Record) -> Diagnostic {
    let known = || record.fields.keys().map(|k| &**k);
    let Some(close) = suggest::closest(name, known()) else {
        return suggest::help(name, known()).into_iter().fold(d, Diagnostic::help);
    };
    let span = d.primary.span;
    let d = d.help(format!("did you mean `{close}`?")).fix(span, close);
    match record.fields.get(close) {
        // What the language itself declares stands in no file.
        Some(f) if f.span != Span::default() => d.also(f.span, "declared here"),
        _ => d,
    }
}
