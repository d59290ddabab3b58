//! Types as written become types as meant, and the declaration of an api becomes an [`Api`].

use std::collections::BTreeSet;
use std::sync::Arc;

use indexmap::IndexMap;

use super::api::{Api, ApiField, ApiRecord, ApiType, Column, Shape};
use super::constant;
use super::kinds::{DefId, Schema};
use super::types::{Class, Field, IntRange, Lit, Record, Str, Type};
use crate::diag::{Diagnostic, suggest, words};
use crate::source::Span;
use crate::syntax::ast::{self, ApiEntry, ExprKind, Refine, TypeExpr, TypeKind};
use crate::value::Value;

const NAMED: [&str; 6] = ["Bool", "Int", "Number", "Object", "Port", "String"];

/// The api that a promise declares.
pub(super) fn api(decl: &ast::Api, out: &mut Vec<Diagnostic>) -> Api {
    let kind = decl.kind.node.clone();
    let gv = &decl.group_version;
    if gv.group.is_empty() {
        let d = Diagnostic::error("missing-group", gv.span, "an api needs a group");
        out.push(d.help(format!("write `in example.org/{}`", gv.version)));
    }
    let spec = record(&decl.entries, out);
    Api {
        group: gv.group.clone(),
        version: gv.version.clone(),
        plural: decl.plural.as_ref().map_or_else(|| plural_of(&kind), |p| p.value.clone()),
        singular: kind.to_lowercase(),
        short: decl.short.iter().map(|s| s.value.clone()).collect(),
        docs: decl.docs.text(),
        status: None,
        columns: columns(&decl.entries, &spec, out),
        rules: vec![],
        spec: spec.into(),
        span: decl.kind.span,
        kind,
    }
}

/// The plural that Kubernetes' own tools would guess.
fn plural_of(kind: &str) -> String {
    let lower = kind.to_lowercase();
    if lower.ends_with(['s', 'x']) || lower.ends_with("ch") || lower.ends_with("sh") {
        return format!("{lower}es");
    }
    match lower.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'i', 'o', 'u'])) {
        Some(stem) => format!("{stem}ies"),
        None => format!("{lower}s"),
    }
}

/// The fields of an api or of an object in it.
pub(super) fn record(entries: &[ApiEntry], out: &mut Vec<Diagnostic>) -> ApiRecord {
    let mut fields: Vec<ApiField> = Vec::new();
    let mut seen: IndexMap<&str, Span> = IndexMap::new();
    for field in entries.iter().filter_map(|e| if let ApiEntry::Field(f) = e { Some(f) } else { None }) {
        if let Some(first) = seen.get(field.name.node.as_str()) {
            let message = format!("`{}` is declared twice", field.name.node);
            let d = Diagnostic::error("duplicate-key", field.name.span, message)
                .also(*first, "first declared here");
            out.push(d.help("remove one of the two"));
            continue;
        }
        seen.insert(&field.name.node, field.name.span);
        fields.push(api_field(field, out));
    }
    ApiRecord { fields }
}

fn api_field(field: &ast::ApiField, out: &mut Vec<Diagnostic>) -> ApiField {
    let ty = api_type(&field.ty, out);
    let default = field.default.as_ref().and_then(|e| default_value(e, &ty, out));
    let optional = field.optional;
    if optional && field.default.is_some() {
        let message = format!("`{}` has a default, so it is never absent", field.name.node);
        out.push(Diagnostic::warning("never-absent", field.name.span, message).help("remove the `?`"));
    }
    let name = Arc::from(field.name.node.as_str());
    ApiField { name, docs: field.docs.text(), ty, optional, default, span: field.name.span }
}

fn default_value(expr: &ast::Expr, ty: &ApiType, out: &mut Vec<Diagnostic>) -> Option<Value> {
    let Some(value) = constant::value(expr) else {
        let d = Diagnostic::error("not-constant", expr.span, "a default must be a constant");
        out.push(
            d.help("write a literal: a text without `${}`, a number, `true`, `false`, a list or an object"),
        );
        return None;
    };
    match ty.input_type().check(&value) {
        Ok(()) => Some(value),
        Err(m) => {
            let place = if m.path.0.is_empty() { String::new() } else { format!(" at `{}`", m.path) };
            out.push(Diagnostic::error("type-mismatch", expr.span, format!("the default{place} {}", m.what)));
            None
        }
    }
}

/// Checks and columns are about a whole request.
fn only_fields(entries: &[ApiEntry], out: &mut Vec<Diagnostic>) {
    for entry in entries {
        let (what, span) = match entry {
            ApiEntry::Check(c) => ("`check`", c.span),
            ApiEntry::Column(c) => ("`column`", c.span),
            ApiEntry::Field(_) | ApiEntry::Error(_) => continue,
        };
        let d = Diagnostic::error(
            "misplaced-check",
            span,
            format!("{what} stands at the top of an api, not in a field"),
        );
        out.push(d.help("move it there, and name the field by its path: `spec.a.b`"));
    }
}

/// A type of an api.
pub(super) fn api_type(ty: &TypeExpr, out: &mut Vec<Diagnostic>) -> ApiType {
    let plain = |shape| ApiType { shape, refined: None };
    match &ty.kind {
        TypeKind::Via { ty: refined, schema } => {
            let shape = api_type(schema, out).shape;
            let (narrow, wide) = (program_type(refined, out), program_type(schema, &mut vec![]));
            if narrow.is_disjoint(&wide) {
                let message = format!("no value is both {} and {}", words::a(&wide), words::a(&narrow));
                let d = Diagnostic::error("impossible-cast", ty.span, message);
                out.push(d.help("after `via` stands a wider type: of what is a text, `String`"));
            }
            ApiType { shape, refined: Some(narrow) }
        }
        TypeKind::List(item) => plain(Shape::List(Box::new(api_type(item, out)))),
        TypeKind::Map(value) => plain(Shape::Map(Box::new(api_type(value, out)))),
        TypeKind::Record(entries) => {
            only_fields(entries, out);
            plain(Shape::Record(record(entries, out)))
        }
        _ => shape_of(&program_type(ty, out)),
    }
}

/// A type of an api that is written as a name: of a scalar, of a free-form object, or of a piece of a Kubernetes schema.
fn shape_of(ty: &Type) -> ApiType {
    let shape = match ty {
        Type::Object => Shape::Object,
        Type::List(item) => Shape::List(Box::new(shape_of(item))),
        Type::Map(value) => Shape::Map(Box::new(shape_of(value))),
        Type::Record(record) => {
            let field = |(name, f): (&Arc<str>, &Field)| ApiField {
                name: Arc::clone(name),
                docs: None,
                ty: shape_of(&f.ty),
                optional: f.optional,
                default: None,
                span: f.span,
            };
            Shape::Record(ApiRecord { fields: record.fields.iter().map(field).collect() })
        }
        scalar => Shape::Scalar(scalar.clone()),
    };
    ApiType { shape, refined: None }
}

/// What a status tells, as an api has it.
pub(super) fn told(status: &Record) -> ApiRecord {
    match shape_of(&Type::Record(Arc::new(status.clone()))).shape {
        Shape::Record(record) => record,
        _ => ApiRecord::default(),
    }
}

/// A type in a signature, an annotation or a cast.
pub(super) fn program_type(ty: &TypeExpr, out: &mut Vec<Diagnostic>) -> Type {
    match &ty.kind {
        TypeKind::Literal(l) => Type::literal(Lit::from(l)),
        TypeKind::Named { name, refine } => named(name, refine, ty.span, out),
        TypeKind::Schema { name } => match DefId::named(name) {
            Some(id) => Schema::Ref(id).to_type(),
            None => {
                let message = format!("Kubernetes has no schema `{name}`");
                let mut d = Diagnostic::error("unknown-type", ty.span, message);
                d.help.extend(suggest::closest(name, DefId::names()).map(|c| format!("did you mean `{c}`?")));
                out.push(d.help("write it as `core/v1.EnvVar`"));
                Type::Never
            }
        },
        TypeKind::List(item) => Type::list(program_type(item, out)),
        TypeKind::Map(value) => Type::map(program_type(value, out)),
        TypeKind::Record(entries) => Type::Record(Arc::new(plain_record(entries, out))),
        TypeKind::Union(parts) => union(parts, ty.span, out),
        TypeKind::Via { ty: refined, schema } => {
            let d = Diagnostic::error("misplaced-via", schema.span, "`via` belongs to the fields of an api");
            out.push(d.help("write only the type before `via`"));
            program_type(refined, out)
        }
    }
}

fn plain_record(entries: &[ApiEntry], out: &mut Vec<Diagnostic>) -> Record {
    let mut fields = IndexMap::new();
    for field in entries.iter().filter_map(|e| if let ApiEntry::Field(f) = e { Some(f) } else { None }) {
        if let Some(default) = &field.default {
            let d = Diagnostic::error(
                "misplaced-default",
                default.span,
                "defaults belong to the fields of an api",
            );
            out.push(d.help("write `name?: T` and use `??` where it is read"));
        }
        let ty = program_type(&field.ty, out);
        fields.insert(
            Arc::from(field.name.node.as_str()),
            Field { ty, optional: field.optional, span: field.name.span },
        );
    }
    Record { fields }
}

fn union(parts: &[TypeExpr], span: Span, out: &mut Vec<Diagnostic>) -> Type {
    let types: Vec<Type> = parts.iter().map(|p| program_type(p, out)).collect();
    let literals: Option<BTreeSet<Lit>> =
        types.iter().map(|t| if let Type::Literals(set) = t { set.first().cloned() } else { None }).collect();
    if let Some(set) = literals {
        let kind = |l: &Lit| std::mem::discriminant(l);
        if set.iter().any(|l| Some(kind(l)) != set.first().map(kind)) {
            let d =
                Diagnostic::error("type-mismatch", span, "the literals of a union are of different types");
            out.push(d.help("write only texts, only integers or only booleans"));
        }
        return Type::Literals(set);
    }
    let mut sorted: Vec<&Type> = types.iter().collect();
    sorted.sort_by_key(|t| matches!(t, Type::Str(_)));
    if let [Type::Int(_), Type::Str(_)] = sorted.as_slice() {
        return Type::IntOrString;
    }
    let d = Diagnostic::error("unsupported-union", span, "a union is of literals, or `Int | String`");
    out.push(d.help("use two fields, or a free-form `Object`"));
    Type::Never
}

fn named(name: &str, refine: &[Refine], span: Span, out: &mut Vec<Diagnostic>) -> Type {
    let ty = match name {
        "Bool" => Type::Bool,
        "Number" => Type::Number,
        "Object" => Type::Object,
        "Port" => Type::Int(IntRange { lo: Some(1), hi: Some(65535) }),
        "Int" => return int(refine, out),
        "String" => return string(None, refine, out),
        _ => match Class::named(name) {
            Some(class) => return string(Some(class), refine, out),
            None => {
                let known = NAMED.into_iter().chain(Class::ALL.map(Class::name));
                let mut d = Diagnostic::error("unknown-type", span, format!("there is no type `{name}`"));
                d.help.extend(suggest::help(name, known.clone()).or_else(|| {
                    let mut all: Vec<&str> = known.collect();
                    all.sort_unstable();
                    Some(format!("the types are {}", suggest::list(&all)))
                }));
                out.push(d);
                return Type::Never;
            }
        },
    };
    if let Some(first) = refine.first() {
        let message = format!("`{name}` takes no bounds");
        out.push(
            Diagnostic::error("misplaced-bounds", refine_span(first), message).help("use `Int` or `String`"),
        );
    }
    ty
}

fn refine_span(refine: &Refine) -> Span {
    match refine {
        Refine::Range { span, .. } => *span,
        Refine::Pattern(p) => p.span,
    }
}

fn int(refine: &[Refine], out: &mut Vec<Diagnostic>) -> Type {
    let mut range = IntRange::default();
    for r in refine {
        match r {
            Refine::Range { lo, hi, span } => {
                if lo.zip(*hi).is_some_and(|(lo, hi)| lo > hi) {
                    out.push(Diagnostic::error("empty-range", *span, "no integer lies between these ends"));
                }
                range = IntRange { lo: *lo, hi: *hi };
            }
            Refine::Pattern(p) => {
                out.push(Diagnostic::error("misplaced-bounds", p.span, "an `Int` has no pattern"));
            }
        }
    }
    Type::Int(range)
}

fn string(class: Option<Class>, refine: &[Refine], out: &mut Vec<Diagnostic>) -> Type {
    let mut s = Str { class, ..Str::default() };
    for r in refine {
        match r {
            Refine::Range { lo, hi, span } => {
                let bound = |n: &Option<i64>| n.map(|n| u32::try_from(n).ok());
                match (bound(lo), bound(hi)) {
                    (Some(None), _) | (_, Some(None)) => {
                        out.push(Diagnostic::error(
                            "empty-range",
                            *span,
                            "a length is between 0 and 4294967295",
                        ));
                    }
                    (min, max) => (s.min, s.max) = (min.flatten(), max.flatten()),
                }
            }
            Refine::Pattern(p) => match super::types::pattern_error(&p.value) {
                None => s.pattern = Some(p.value.as_str().into()),
                Some(why) => {
                    let d = Diagnostic::error(
                        "bad-pattern",
                        p.span,
                        format!("this is no pattern: {}", why.trim_start_matches("error: ")),
                    );
                    out.push(d.help(
                        "patterns are RE2, as Kubernetes reads them: no look-around, no back-references",
                    ));
                }
            },
        }
    }
    Type::Str(s)
}

/// A column that shows no text, number or boolean of the api: `path` leads elsewhere, or nowhere.
fn no_column(spec: &ApiRecord, path: &[&str], span: Span) -> Diagnostic {
    let shown: Vec<&str> = std::iter::once("spec").chain(path.iter().copied()).collect();
    let message = format!("`{}` is no scalar field of the api", shown.join("."));
    let d = Diagnostic::error("bad-column", span, message);
    let Some(first) = path.first() else { return d.help("name one of its fields") };
    let close = suggest::closest(first, spec.fields.iter().map(|f| &*f.name)).and_then(|c| spec.field(c));
    match close {
        Some(field) if &*field.name == *first => {
            d.also(field.span, "declared here").help("name a text, a number or a boolean within it")
        }
        Some(field) => {
            d.also(field.span, "declared here").help(format!("did you mean `spec.{}`?", field.name))
        }
        None => d.help("name a text, a number or a boolean of the api"),
    }
}

fn columns(entries: &[ApiEntry], spec: &ApiRecord, out: &mut Vec<Diagnostic>) -> Vec<Column> {
    let mut columns = Vec::new();
    for column in entries.iter().filter_map(|e| if let ApiEntry::Column(c) = e { Some(c) } else { None }) {
        let Some(path) = field_path(&column.value) else {
            let d = Diagnostic::error("bad-column", column.value.span, "a column shows a field");
            out.push(d.help("write a path such as `spec.size` or `status.url`"));
            continue;
        };
        match path.split_first() {
            Some((&"spec", rest)) => match column_type(spec, rest) {
                Some(ty) => columns.push(Column {
                    title: column.title.value.clone(),
                    json_path: format!(".{}", path.join(".")),
                    ty: ty.to_owned(),
                    span: column.value.span,
                }),
                None => out.push(no_column(spec, rest, column.value.span)),
            },
            Some((&"status", _)) => columns.push(Column {
                title: column.title.value.clone(),
                json_path: format!(".{}", path.join(".")),
                ty: "string".to_owned(),
                span: column.value.span,
            }),
            _ => out.push(
                Diagnostic::error("bad-column", column.value.span, "a column starts with `spec` or `status`")
                    .help("write a path such as `spec.size`"),
            ),
        }
    }
    columns
}

fn field_path(expr: &ast::Expr) -> Option<Vec<&str>> {
    match &expr.kind {
        ExprKind::Name(n) => Some(vec![n]),
        ExprKind::Field { base, name, .. } => {
            let mut path = field_path(base)?;
            path.push(&name.node);
            Some(path)
        }
        _ => None,
    }
}

pub(super) fn column_type(spec: &ApiRecord, path: &[&str]) -> Option<&'static str> {
    let (first, rest) = path.split_first()?;
    match (&spec.field(first)?.ty.shape, rest) {
        (Shape::Record(inner), [_, ..]) => column_type(inner, rest),
        (Shape::Scalar(ty), []) => Some(match ty.widen() {
            Type::Bool => "boolean",
            Type::Int(_) => "integer",
            Type::Number => "number",
            _ => "string",
        }),
        _ => None,
    }
}
