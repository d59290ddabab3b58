//! Schemas and values by chance. Values are drawn from a schema with a tape of bytes, so that most are nearly right and
//! all of them shrink.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};
use vow::check::api::{Api, ApiField, ApiRecord, ApiType, Shape};
use vow::check::types::{Class, IntRange, Lit, Str, Type};
use vow::source::Span;

use super::support::value;

const NAMES: [&str; 6] = ["name", "names", "size", "host", "a-b", "x.y/z"];
const TEXTS: [&str; 16] = [
    "",
    "a",
    "small",
    "dev",
    "prod",
    "10.0.4.0/24",
    "200m",
    "Änderung",
    "a.example.org",
    "a\n",
    "dev\u{0}",
    "👩‍👩‍👧",
    "e\u{301}",
    "true",
    " a",
    "ab\u{85}",
];

/// Decisions, made ahead; when the tape is used up, every decision is the first.
pub(crate) struct Tape<'t>(std::slice::Iter<'t, u8>);

impl<'t> Tape<'t> {
    pub(crate) fn new(bytes: &'t [u8]) -> Self {
        Tape(bytes.iter())
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        usize::from(*self.0.next().unwrap_or(&0)) % n
    }

    pub(crate) fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }
}

/// An api with all kinds of fields; its defaults belong to their types.
pub(crate) fn api() -> impl Strategy<Value = Api> {
    record(3).prop_map(|spec| Api {
        group: "example.org".into(),
        version: "v1".into(),
        kind: "Thing".into(),
        plural: "things".into(),
        singular: "thing".into(),
        short: vec![],
        docs: None,
        spec: spec.into(),
        status: None,
        columns: vec![],
        rules: vec![],
        span: Span::default(),
    })
}

fn record(depth: u32) -> BoxedStrategy<ApiRecord> {
    let field = (any::<bool>(), any::<bool>(), prop::collection::vec(any::<u8>(), 12), shape(depth));
    let fields = prop::collection::vec(field, 0..=NAMES.len());
    let names = Just(NAMES.to_vec()).prop_shuffle();
    (names, fields)
        .prop_map(|(names, fields)| {
            let fields = names.into_iter().zip(fields).map(|(name, (optional, defaults, tape, shape))| {
                let fitting = fitting(&shape, &mut Tape::new(&tape));
                let default = defaults.then(|| fitting.as_ref().map(value)).flatten();
                ApiField {
                    name: name.into(),
                    docs: None,
                    ty: ApiType { shape, refined: None },
                    optional: optional && default.is_none(),
                    default,
                    span: Span::default(),
                }
            });
            ApiRecord { fields: fields.collect() }
        })
        .boxed()
}

fn shape(depth: u32) -> BoxedStrategy<Shape> {
    let text = |class, pattern: Option<&str>, min, max| {
        Shape::Scalar(Type::Str(Str { class, pattern: pattern.map(Arc::from), min, max }))
    };
    let lits = |lits: &[Lit]| Shape::Scalar(Type::Literals(lits.iter().cloned().collect()));
    let leaf = prop::sample::select(vec![
        Shape::Scalar(Type::Bool),
        Shape::Scalar(Type::Number),
        Shape::Scalar(Type::IntOrString),
        Shape::Scalar(Type::Any),
        Shape::Scalar(Type::INT),
        Shape::Scalar(Type::Int(IntRange { lo: Some(1), hi: Some(3) })),
        text(None, None, None, None),
        text(None, Some("small|dev"), None, None),
        text(None, None, Some(1), Some(3)),
        text(Some(Class::DnsLabel), None, None, None),
        text(Some(Class::DnsLabel), Some("^[a-m]"), None, Some(5)),
        text(Some(Class::Hostname), None, None, None),
        lits(&[Lit::Str("dev".into()), Lit::Str("prod".into())]),
        lits(&[Lit::Int(1), Lit::Int(80)]),
        lits(&[Lit::Bool(true)]),
        Shape::Object,
    ]);
    if depth == 0 {
        return leaf.boxed();
    }
    let inner = |shape| Box::new(ApiType { shape, refined: None });
    prop_oneof![
        3 => leaf,
        1 => shape(depth - 1).prop_map(move |s| Shape::List(inner(s))),
        1 => shape(depth - 1).prop_map(move |s| Shape::Map(inner(s))),
        2 => record(depth - 1).prop_map(Shape::Record),
    ]
    .boxed()
}

/// A value that belongs to a shape before defaulting; none if the tape leads to none soon.
fn fitting(shape: &Shape, tape: &mut Tape<'_>) -> Option<Json> {
    match shape {
        Shape::Scalar(ty) => (0..16).map(|_| scalar(tape)).find(|json| ty.check(&value(json)).is_ok()),
        Shape::List(item) => (0..tape.below(3)).map(|_| fitting(&item.shape, tape)).collect(),
        Shape::Map(item) => {
            let entries =
                (0..tape.below(3)).map(|i| Some((format!("k{}", 9 - i), fitting(&item.shape, tape)?)));
            entries.collect::<Option<Map<_, _>>>().map(Json::Object)
        }
        Shape::Record(record) => {
            let mut out = Map::new();
            for field in &record.fields {
                if field.is_required() || (field.default.is_none() && tape.below(2) == 1) {
                    out.insert(field.name.to_string(), fitting(&field.ty.shape, tape)?);
                }
            }
            Some(out.into())
        }
        Shape::Object => Some(json!({ "z": tape.below(3), "a": { "n": null } })),
    }
}

/// A value that is made after `schema`, with a mistake here and there.
pub(crate) fn after(schema: &Json, tape: &mut Tape<'_>) -> Json {
    match tape.below(60) {
        59 => return Json::Null,
        58 => return anything(tape, 2),
        _ => {}
    }
    match schema["type"].as_str() {
        Some("object") => {
            let mut out = Map::new();
            for (key, s) in schema["properties"].as_object().into_iter().flatten() {
                let required = schema["required"].as_array().is_some_and(|r| r.contains(&json!(key)));
                if tape.below(if required { 60 } else { 4 }) > 0 || (required && tape.below(4) > 0) {
                    out.insert(key.clone(), after(s, tape));
                }
            }
            if schema["additionalProperties"].is_object() {
                for i in 0..tape.below(3) {
                    out.insert(format!("k{}", 9 - i), after(&schema["additionalProperties"], tape));
                }
            }
            let open = schema["x-kubernetes-preserve-unknown-fields"] == true;
            if tape.below(60) == 59 || (open && tape.below(2) == 0) {
                out.insert("nmae".into(), anything(tape, 3));
            }
            out.into()
        }
        Some("array") => (0..tape.below(3)).map(|_| after(&schema["items"], tape)).collect(),
        _ if tape.below(40) == 39 => scalar(tape),
        _ => {
            let enumerated = schema["enum"].as_array().map(|words| tape.pick(words));
            let mut drawn = enumerated.into_iter().chain((0..16).map(|_| scalar(tape)));
            drawn.find(|json| jsonschema::is_valid(schema, json)).unwrap_or(json!("small"))
        }
    }
}

fn scalar(tape: &mut Tape<'_>) -> Json {
    match tape.below(8) {
        0 => json!(tape.below(5)),
        1 => json!(true),
        2 => tape.pick(&[json!(1.0), json!(2.5), json!(-1), json!(80.0), json!(1e18)]),
        3 => json!(false),
        _ => json!(tape.pick(&TEXTS)),
    }
}

/// Any JSON.
pub(crate) fn anything(tape: &mut Tape<'_>, depth: usize) -> Json {
    match tape.below(if depth == 0 { 3 } else { 5 }) {
        0 => scalar(tape),
        1 => Json::Null,
        2 => json!(tape.pick(&TEXTS)),
        3 => (0..tape.below(4)).map(|_| anything(tape, depth - 1)).collect(),
        _ => {
            let keys = ["apiVersion", "kind", "metadata", "spec", "name", "labels", "z", "a", ""];
            let entries =
                (0..tape.below(5)).map(|_| (tape.pick(&keys).to_owned(), anything(tape, depth - 1)));
            Json::Object(entries.collect())
        }
    }
}
