//! Types of expressions: one file a family of forms. `expected` is what the place asks for, if it asks for anything;
//! it guides literals and is compared by [`Checker::fit`].

mod access;
mod branch;
mod call;
mod list;
mod object;
mod operator;
mod text;

pub(super) use object::{MERGED_PARTS, Want};

use std::sync::Arc;

use indexmap::IndexMap;

use super::checker::{Checker, Meaning, poison};
use super::program::{Expr, ExprKind, FunctionBody};
use super::types::{Class, Field, IntRange, Lit, Record, Ty, Type};
use super::typing;
use crate::diag::{Diagnostic, words};
use crate::source::Span;
use crate::syntax::ast::{self, FnBody};
use crate::value::Value;

/// The functions that need no `use`.
pub(super) const BUILTINS: [&str; 8] =
    ["contains", "distinct", "file", "json", "keys", "len", "merge", "yaml"];

impl<'a> Checker<'a> {
    /// Types an expression.
    pub(super) fn expr(&mut self, e: &'a ast::Expr, expected: Option<&Type>) -> Expr {
        let typed = match &e.kind {
            ast::ExprKind::Bool(b) => constant(Value::Bool(*b), Type::Bool, e.span),
            ast::ExprKind::Int(i) => constant(Value::Int(*i), Type::literal(Lit::Int(*i)), e.span),
            ast::ExprKind::Float(f) => constant(Value::Float(*f), Type::Number, e.span),
            ast::ExprKind::Text(t) => self.text(t, e.span),
            ast::ExprKind::Name(name) => self.name(name, e.span),
            ast::ExprKind::Field { base, name, optional } => self.field(base, name, *optional, e.span),
            ast::ExprKind::Index { base, index, optional } => self.index(base, index, *optional, e.span),
            ast::ExprKind::Call { callee, args } => self.call(callee, args, e.span),
            ast::ExprKind::Present(inner) => self.present(inner, e.span),
            ast::ExprKind::Not(inner) => self.not(inner, e.span),
            ast::ExprKind::Binary { op, op_span, left, right } => {
                self.binary(*op, *op_span, (left, right), expected, e.span)
            }
            ast::ExprKind::If { condition, then, otherwise } => {
                self.if_(condition, (then, otherwise.as_deref()), expected, e.span)
            }
            ast::ExprKind::Match { subject, arms } => self.match_(subject, arms, expected, e.span),
            ast::ExprKind::Object(object) => self.object(object, expected),
            ast::ExprKind::List(items) => self.list(items, expected, e.span),
            ast::ExprKind::Cast { value, ty, message } => self.cast(value, ty, message.as_deref(), e.span),
            ast::ExprKind::Contains(_) => {
                let d = Diagnostic::error(
                    "misplaced-contains",
                    e.span,
                    "`contains` stands in the body of an `expect`",
                );
                self.error(d.help("elsewhere write `contains(list, item)`"))
            }
            ast::ExprKind::Error => poison(e.span),
        };
        let ty = self.cx.aliases.refine(&typed, &self.cx.facts);
        Expr { ty, ..typed }
    }

    /// Types an expression that must be a value of `want`, and always there.
    pub(super) fn value(&mut self, e: &'a ast::Expr, want: &Type) -> Expr {
        self.value_of(e, want, None)
    }

    /// As [`Checker::value`], for a place that is declared at `declared`.
    pub(super) fn value_of(&mut self, e: &'a ast::Expr, want: &Type, declared: Option<Span>) -> Expr {
        let typed = self.optional_value_of(e, want, declared);
        self.require(typed)
    }

    /// Types an expression that must be a value of `want`, or absent, for a place that is declared at `declared`.
    pub(super) fn optional_value_of(
        &mut self,
        e: &'a ast::Expr,
        want: &Type,
        declared: Option<Span>,
    ) -> Expr {
        // What stands in an object or a list is asked for by the same declaration.
        if let ast::ExprKind::Object(_) | ast::ExprKind::List(_) = e.kind {
            self.cx.declared = declared;
        }
        let typed = self.expr(e, Some(want));
        self.fit(typed, want, declared)
    }

    /// Types an expression whose value may be anything, but must be there.
    pub(super) fn any_value(&mut self, e: &'a ast::Expr) -> Expr {
        let typed = self.expr(e, None);
        self.require(typed)
    }

    /// The value of a let, of the type it declares, if it does.
    pub(super) fn let_value(&mut self, decl: &'a ast::Let) -> Expr {
        match &decl.ty {
            None => self.expr(&decl.value, None),
            Some(ty) => {
                let want = typing::program_type(ty, &mut self.out);
                let value = self.value_of(&decl.value, &want, Some(ty.span));
                let ty = if value.ty.ty == Type::Never { Type::Never } else { want };
                Expr { ty: Ty::always(ty), ..value }
            }
        }
    }

    /// The body of a function.
    pub(super) fn function_body(&mut self, decl: &'a ast::Fn, id: usize) -> FunctionBody {
        let Some((params, result)) = self.functions.get(id).map(|f| (f.params.clone(), f.result.clone()))
        else {
            return FunctionBody::Error;
        };
        for (param, ty) in decl.params.iter().zip(params) {
            self.bind(&param.name, Ty::always(ty));
        }
        if let (true, FnBody::Rhai(span) | FnBody::Native(span)) = (result.optional, &decl.body) {
            let d = Diagnostic::error("optional-value", *span, "a script always gives a value");
            self.out.push(d.help("remove the `?` after the result's type; a script refuses with `throw`"));
        }
        match &decl.body {
            FnBody::Expr(e) => {
                let value = self.optional_value_of(e, &result.ty, Some(decl.result.span));
                let value = if result.optional { value } else { self.require(value) };
                FunctionBody::Expr { value, slots: self.cx.slots }
            }
            FnBody::Rhai(span) => {
                let source = self.inputs.sources.slice(*span);
                self.script(decl, source, *span)
            }
            FnBody::RhaiFile(path) => self.script_file(decl, path),
            FnBody::Native(span) => self.native(decl, *span),
        }
    }

    /// Checks that `e` is a value of `want`, which is declared at `declared`.
    fn fit(&mut self, e: Expr, want: &Type, declared: Option<Span>) -> Expr {
        if e.ty.ty.is_within(want) {
            return e;
        }
        let shown = &e.ty.ty;
        let mut d = Diagnostic::error("type-mismatch", e.span, format!("expected `{want}`, found `{shown}`"));
        match (shown, want) {
            (Type::Record(_), Type::Record(_)) => {
                d = d.help("the two records differ in their fields; write out the fields that are wanted");
            }
            (Type::Str(_) | Type::Literals(_), Type::Str(s)) if !shown.is_disjoint(want) => {
                let name = s.class.map_or("String", Class::name);
                d = d.help(format!(
                    "check it where it arises: `… as {want} else \"why it must be a {name}\"`"
                ));
            }
            (Type::Int(_) | Type::Literals(_), Type::Str(_)) if !matches!(shown.widen(), Type::Str(_)) => {
                d = d.help("put it into a text: `\"${…}\"`");
            }
            _ if !shown.is_disjoint(want) => d = d.help(format!("check it where it arises: `… as {want}`")),
            _ => d = d.help(format!("write a value of type `{want}`")),
        }
        // What the language itself declares stands in no file.
        if let Some(declared) = declared.filter(|s| *s != Span::default()) {
            d = d.also(declared, "declared here");
        }
        let (kind, span) = (e.kind, e.span);
        self.out.push(d);
        Expr { kind, ty: Ty::always(Type::Never), span }
    }

    /// Checks that `e` is always there.
    pub(super) fn require(&mut self, e: Expr) -> Expr {
        if !e.ty.optional {
            return e;
        }
        let text = self.inputs.sources.slice(e.span).to_owned();
        let shown =
            if text.len() <= 40 && !text.contains('\n') { format!("`{text}`") } else { "this".into() };
        let d = Diagnostic::error("optional-value", e.span, format!("{shown} may be absent"));
        let d = optional_field(&e).into_iter().fold(d, |d, span| d.also(span, "declared here"));
        let help = "give a default with `??`, or use it inside `when let x = … { }`";
        self.out.push(d.label(format!("`{}`", e.ty)).help(help));
        Expr { ty: Ty { optional: false, ..e.ty }, ..e }
    }

    fn name(&mut self, name: &str, span: Span) -> Expr {
        if name == "platform" {
            let d = Diagnostic::error("misplaced-name", span, "`platform` is not a value by itself");
            return self.error(d.help("name one of its values: `platform.baseDomain`"));
        }
        match self.meaning(name, span) {
            Meaning::Value(e) => e,
            Meaning::Nothing => poison(span),
            Meaning::Function(id) => {
                let d = Diagnostic::error("misplaced-name", span, format!("`{name}` is a function"));
                let d = self.functions.get(id).into_iter().fold(d, |d, f| d.also(f.span, "declared here"));
                self.error(d.help(format!("call it: `{name}(…)`")))
            }
            Meaning::Module(_) => {
                let d = Diagnostic::error("misplaced-name", span, format!("`{name}` is a module"));
                self.error(d.help(format!("name something in it: `{name}.…`")))
            }
        }
    }

    fn cast(
        &mut self,
        value: &'a ast::Expr,
        ty: &ast::TypeExpr,
        message: Option<&'a ast::Expr>,
        span: Span,
    ) -> Expr {
        let to = typing::program_type(ty, &mut self.out);
        let value = self.expr(value, Some(&to));
        let message = message.map(|m| Box::new(self.value(m, &Type::STRING)));
        if value.ty.ty != Type::Never && value.ty.ty.is_disjoint(&to) {
            let text = format!("{} is never {}", words::a(&value.ty.ty), words::a(&to));
            return self.error(Diagnostic::error("impossible-cast", span, text).label("can never hold"));
        }
        let ty = Ty { ty: to.clone(), optional: value.ty.optional };
        Expr { kind: ExprKind::Cast { value: Box::new(value), to, message }, ty, span }
    }
}

/// Where the optional field that an expression reads is declared.
fn optional_field(e: &Expr) -> Option<Span> {
    let ExprKind::Field { base, name } = &e.kind else { return None };
    let Type::Record(record) = &base.ty.ty else { return None };
    // What the language itself declares stands in no file.
    let field = record.fields.get(name).filter(|f| f.optional && f.span != Span::default());
    field.map(|f| f.span)
}

/// A constant of a type.
pub(super) fn constant(value: Value, ty: Type, span: Span) -> Expr {
    Expr { kind: ExprKind::Const(value), ty: Ty::always(ty), span }
}

/// What a handle stands for: the `metadata` of the object that it names.
pub(super) fn handle_value(
    (name_slot, name): (usize, Type),
    namespace_slot: usize,
    namespaced: bool,
    span: Span,
) -> Expr {
    let slot = |slot, ty| Expr { kind: ExprKind::Slot(slot), ty: Ty::always(ty), span };
    let mut parts = vec![("name", slot(name_slot, name))];
    if namespaced {
        parts.push(("namespace", slot(namespace_slot, Type::class(Class::DnsLabel))));
    }
    let metadata = record_of(parts, span);
    record_of(vec![("metadata", metadata)], span)
}

fn record_of(parts: Vec<(&str, Expr)>, span: Span) -> Expr {
    let mut fields = IndexMap::new();
    let mut entries = Vec::new();
    for (name, value) in parts {
        let name: Arc<str> = name.into();
        fields
            .insert(Arc::clone(&name), Field { ty: value.ty.ty.clone(), optional: value.ty.optional, span });
        entries.push(super::program::Entry::Field { path: vec![name], key_span: span, value });
    }
    let ty = Ty::always(Type::Record(Arc::new(Record { fields })));
    Expr { kind: ExprKind::Object(entries), ty, span }
}

/// Integers from 0.
pub(super) const COUNT: Type = Type::Int(IntRange { lo: Some(0), hi: None });
