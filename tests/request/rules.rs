//! Rules of the schema (`check … in schema`) accept and refuse what vow's own check does.
//!
//! The oracle is `kube-cel` on the `cel` crate, with the functions that Kubernetes adds. It has none of the types of a
//! schema, so what a cluster makes of a `spec` (floats for numbers, escaped names for fields) is made here.

use std::collections::HashMap;

use kube_cel::KubeCelExt;
use kube_cel::cel::{self, Context, Program};
use proptest::prelude::*;
use vow::check::api::{Api, ApiType, Rule, Shape};
use vow::check::types::Type;
use vow::compile::{self, Compilation};
use vow::diag::Diagnostic;
use vow::eval::{Engine, render};
use vow::request::{Request, admit};
use vow::sample::Samples;
use vow::source::Memory;
use vow::value::Value;

use super::arbitrary::Tape;

const AROUND: &str = r#"
use net
use text
use quantity

fn inside(n: Int, lo: Int, hi: Int) -> Bool = n >= lo && n <= hi
fn first(a: String, b: String, take: Bool) -> String? = if take { a }
let least = 2

promise p {
  api P in example.org/v1 {
    name: DnsLabel
    kind: "small" | "large" = "small"
    replicas: Int(1..9) = 1
    spare?: Int
    big: Int = 3
    ratio: Number = 1
    on: Bool = false
    labels: {String: String} = {}
    counts: {String: Int} = {}
    ports: [Port] = []
    words: [String] = []
    memory: Quantity via String = "1Gi"
    subnet: Cidr = "10.0.0.0/8"
    vip?: Ipv4
    target: Int | String = 80
    my_field?: String
    tls?: { namespace?: String, issuer: String = "default", "a-b"?: { deep?: Int } }
    names: [{ name: String, size?: Int }] = []
  }
  let spare = spec.spare ?? 0
  let host = if spec.on { spec.tls?.issuer ?? "none" }
  CHECK
}
"#;

/// Conditions, each of which is asked of many requests.
const CONDITIONS: &[&str] = &[
    "spec.replicas > 2",
    "spec.replicas + spare <= 9",
    "spec.replicas * spec.big - spare % 7 != 4",
    "100 / spare > 3 || spec.replicas > 1",
    "spec.replicas > 1 || 100 / spare > 3",
    "!(100 / spare > 3 && spec.on)",
    "spec.big + 1 > spec.big",
    "spec.spare? || spec.on",
    "!spec.spare? || spec.spare > 3",
    "(spec.spare ?? 1) > 0",
    "spec.ratio >= 0.5 && spec.ratio != 2",
    "1 < spec.ratio",
    "spec.kind == \"small\" || spec.replicas == 1",
    "spec.on == (spec.kind == \"large\")",
    "len(spec.name) <= 12",
    "len(spec.words) + len(spec.labels) < 4",
    "spec.labels[\"a\"]? || spec.labels[\"b-c\"]?",
    "(spec.labels[\"a\"] ?? \"x\") != \"x\"",
    "spec.labels[spec.name]? || len(spec.labels) == 0",
    "(spec.counts[\"true\"] ?? 5) > 0",
    "spec.ports[0]? && (spec.ports[0] ?? 1) > 1000",
    "(spec.ports[1] ?? 80) != 80",
    "contains(spec.ports, 80) || contains(spec.words, \"yes\") || spec.on",
    "contains([\"a\", \"small\"], spec.kind)",
    "contains(spec.name, \"a\")",
    "text.startsWith(spec.name, \"a\") || text.endsWith(spec.name, \"0\")",
    "spec.target != 80 && spec.target != \"a\"",
    "spec.tls? && spec.tls.namespace? && spec.tls.namespace != \"\"",
    "(spec.tls?.namespace ?? spec.my_field ?? \"it's \\\\ \\n é\") != \"a\"",
    "(spec.tls?[\"a-b\"]?.deep ?? 1) >= 1",
    "(host ?? \"absent\") != \"none\"",
    "inside(spec.replicas, least, spec.big)",
    "(first(spec.name, spec.kind, spec.on) ?? spec.kind) != \"large\"",
    "if spec.on { spec.replicas > 1 } else { spec.replicas < 3 }",
    "match spec.kind { \"small\" => spec.replicas < 3, \"large\" => spec.replicas > 2 }",
    "match spec.replicas { 1 | 2 => true, 3 => spec.on, _ => false }",
    "\"${spec.name}-${spec.replicas}-${spec.on}\" != \"a-1-false\"",
    "contains(self.metadata.name, \"a\") && self.metadata.name != spec.name",
    "len(self.metadata.name) < 20",
    "self.spec.replicas < 5 && spec.replicas > 1",
    "spec.names[0]? && (spec.names[0]?.size ?? 2) > 1",
];

fn compiled(check: &str) -> (Engine, Api) {
    try_compiled(check).unwrap_or_else(|found| panic!("{check}: {found:#?}"))
}

fn try_compiled(check: &str) -> Result<(Engine, Api), Vec<Diagnostic>> {
    let text = AROUND.replace("CHECK", check);
    let files = Memory([("p.promise".to_owned(), text)].into());
    let Compilation { diagnostics, engine, program, .. } = compile::promise(&files, "p.promise");
    let api = program.promise("p").and_then(|p| p.api.clone()).unwrap();
    engine.map(|engine| (engine, api)).ok_or(diagnostics)
}

/// Whether a cluster would take the request, as far as the rule goes.
fn cluster_takes(rule: &Rule, api: &Api, request: &Request) -> bool {
    let mut whole = HashMap::from([("spec".to_owned(), record(&api.spec.fields, &request.spec))]);
    let metadata = HashMap::from([("name".to_owned(), cel::Value::from(request.name.as_str()))]);
    whole.insert("metadata".to_owned(), metadata.into());
    let of = if rule.whole { whole.into() } else { whole.remove("spec").unwrap() };
    let mut context = Context::default().with_all();
    context.add_variable_from_value("self", of);
    let program = Program::compile(&rule.rule).unwrap_or_else(|e| panic!("{}: {e}", rule.rule));
    match program.execute(&context) {
        Ok(cel::Value::Bool(holds)) => holds,
        Ok(other) => panic!("{}: {other:?}", rule.rule),
        // What fails is refused; but a rule that names what there is not is no rule.
        Err(error) => {
            let text = format!("{error:?}");
            assert!(
                ["Overflow", "DivisionByZero", "RemainderByZero"].iter().any(|e| text.contains(e)),
                "{}: {text}",
                rule.rule
            );
            false
        }
    }
}

fn record(fields: &[vow::check::api::ApiField], value: &Value) -> cel::Value {
    let there = fields.iter().filter_map(|field| {
        // Of the names in the api above, these alone are not themselves.
        let name = match &*field.name {
            "namespace" => "__namespace__",
            "a-b" => "a__dash__b",
            name => name,
        };
        Some((name.to_owned(), typed(&field.ty, value.get(&field.name)?)))
    });
    there.collect::<HashMap<String, cel::Value>>().into()
}

fn typed(ty: &ApiType, value: &Value) -> cel::Value {
    match (&ty.shape, value) {
        (Shape::Record(r), _) => record(&r.fields, value),
        (Shape::List(item), Value::List(items)) => {
            cel::Value::List(items.iter().map(|v| typed(item, v)).collect::<Vec<_>>().into())
        }
        (Shape::Map(item), Value::Map(entries)) => {
            entries.iter().map(|(k, v)| (k.to_string(), typed(item, v))).collect::<HashMap<_, _>>().into()
        }
        (Shape::Scalar(Type::Number), Value::Int(i)) => cel::Value::Float(*i as f64),
        (_, Value::Float(f)) => cel::Value::Float(*f),
        (_, Value::Int(i)) => cel::Value::Int(*i),
        (_, Value::Bool(b)) => cel::Value::Bool(*b),
        (_, Value::Str(s)) => cel::Value::from(&**s),
        (shape, other) => panic!("{shape:?}: {other:?}"),
    }
}

/// Asks both of requests by chance; gives how many they took and refused.
fn agree(check: &str, seed: u64, requests: usize) -> (usize, usize) {
    let (engine, api) = compiled(check);
    agree_on(check, &engine, &api, seed, requests)
}

fn agree_on(check: &str, engine: &Engine, api: &Api, seed: u64, requests: usize) -> (usize, usize) {
    let [rule] = api.rules.as_slice() else { panic!("{check}: {:?}", api.rules) };
    let (mut taken, mut refused) = (0, 0);
    for object in Samples::new(api, seed).take(requests) {
        let request = admit(api, &object).unwrap_or_else(|e| panic!("{e:#?}"));
        let ours = render(engine, "p", &request).is_ok();
        let theirs = cluster_takes(rule, api, &request);
        assert_eq!(ours, theirs, "{check}\n{}\n{:?}", rule.rule, request.spec);
        *(if ours { &mut taken } else { &mut refused }) += 1;
    }
    (taken, refused)
}

#[test]
fn a_rule_holds_where_the_check_does() {
    for (seed, condition) in (0..).zip(CONDITIONS) {
        let (taken, refused) = agree(&format!("check {condition} in schema else \"no\""), seed, 400);
        assert!(taken > 0 && refused > 0, "{condition}: {taken} are taken, {refused} refused");
    }
}

#[test]
fn a_rule_is_asked_where_its_check_is() {
    let checks = [
        "when spec.on { check spec.replicas > 2 in schema else \"no\" }",
        "when !spec.on { when spec.spare? { check spec.spare > 2 in schema else \"no\" } }",
        "when let spare = spec.spare { check spare > 2 in schema else \"no\" }",
        "when 100 / spare > 2 { check spec.on in schema else \"no\" }",
    ];
    for (seed, check) in (100..).zip(checks) {
        let (taken, refused) = agree(check, seed, 90);
        assert!(taken > 0 && refused > 0, "{check}: {taken} are taken, {refused} refused");
    }
}

#[test]
fn addresses_and_quantities_are_those_of_kubernetes() {
    for check in [
        "net.contains(spec.subnet, spec.vip ?? \"10.1.2.3\")",
        "quantity.compare(spec.memory, \"500Mi\") >= 0",
    ] {
        let (engine, api) = compiled(&format!("check {check} in schema else \"no\""));
        let rule = &api.rules[0];
        let cases = [
            ("10.0.0.0/8", "10.255.0.1", "1Gi"),
            ("10.0.4.7/24", "10.0.4.255", "0.5Gi"),
            ("10.0.4.7/24", "10.0.5.0", "499Mi"),
            ("0.0.0.0/0", "255.255.255.255", "524288k"),
            ("192.168.1.1/32", "192.168.1.2", "-1"),
        ];
        let mut seen = [false, false];
        for (subnet, vip, memory) in cases {
            let spec = serde_json::json!({ "name": "a", "subnet": subnet, "vip": vip, "memory": memory });
            let mut object = super::support::json(&super::support::thing(super::support::value(&spec)));
            object["kind"] = "P".into();
            let request = admit(&api, &super::support::value(&object)).unwrap();
            let ours = render(&engine, "p", &request).is_ok();
            assert_eq!(ours, cluster_takes(rule, &api, &request), "{}: {spec}", rule.rule);
            seen[usize::from(ours)] = true;
        }
        assert_eq!(seen, [true, true], "{check}");
    }
}

#[test]
fn conditions_that_grow_without_end_are_refused() {
    let grown = [
        // Each let stands in the next one twice.
        (0..60)
            .fold("let x0 = spec.big".to_owned(), |lets, i| format!("{lets}\nlet x{} = x{i} + x{i}", i + 1)),
        // Each match repeats its subject for every arm.
        (0..60).fold("let x0 = spec.replicas".to_owned(), |lets, i| {
            format!("{lets}\nlet x{}: Int = match x{i} {{ 1 => 2, 2 => 3, 3 => 4, _ => 5 }}", i + 1)
        }),
        // A long chain, one after another.
        (0..390).fold("let x0 = spec.big".to_owned(), |lets, i| format!("{lets}\nlet x{} = x{i} - 1", i + 1)),
    ];
    for (lets, last) in grown.iter().zip(["x60", "x60", "x390"]) {
        let found = try_compiled(&format!("{lets}\ncheck {last} > 3 in schema else \"no\"")).unwrap_err();
        let found: Vec<&str> = found.iter().filter(|d| d.is_error()).map(|d| d.code).collect();
        assert_eq!(found, ["not-in-schema"], "{last}");
    }
}

#[test]
fn a_rule_reads_as_a_person_would_write_it() {
    let rules = [
        ("spec.replicas + spare <= 9", "self.replicas + (has(self.spare) ? self.spare : 0) <= 9"),
        ("!spec.spare? || spec.spare > 3", "!has(self.spare) || self.spare > 3"),
        ("(spec.labels[\"a\"] ?? \"x\") != \"\"", "('a' in self.labels ? self.labels['a'] : 'x') != ''"),
        ("spec.tls? && spec.tls.namespace?", "has(self.tls) && has(self.tls.__namespace__)"),
        ("self.metadata.name != spec.name", "!has(self.spec) || self.metadata.name != self.spec.name"),
        ("100 / spare > 3 || spec.on", "100 / (has(self.spare) ? self.spare : 0) > 3 ? true : self.on"),
        ("(spec.replicas - (spec.big - 1)) * 2 > 1", "(self.replicas - (self.big - 1)) * 2 > 1"),
    ];
    for (check, expected) in rules {
        let (_, api) = compiled(&format!("check {check} in schema else \"no\""));
        assert_eq!(api.rules[0].rule, expected, "{check}");
    }
}

#[test]
fn a_message_is_one_line_or_an_expression() {
    let (_, api) = compiled("check spec.on in schema else \"switch it on\"");
    assert_eq!(api.rules[0].message.as_deref(), Some("switch it on"));
    let (_, api) = compiled("check spec.on in schema else \"${spec.name} has ${spec.replicas}\"");
    assert_eq!(
        api.rules[0].message_expression.as_deref(),
        Some("self.name + ' has ' + string(self.replicas)")
    );
    let long = format!("check spec.on in schema else \"\"\"\n    {}\n    b\n    \"\"\"", "é".repeat(1500));
    let (_, api) = compiled(&long);
    let message = api.rules[0].message.clone().unwrap();
    assert!(message.len() <= 2048 && message.starts_with("éé") && !message.contains('\n'), "{message}");
}

fn truth(tape: &mut Tape<'_>, depth: usize) -> String {
    let leaves = [
        "spec.on",
        "spec.spare?",
        "spec.tls?",
        "spec.kind == \"small\"",
        "spec.labels[\"a\"]?",
        "spec.my_field?",
        "contains(spec.words, spec.name)",
        "spec.target == 80",
        "spec.ratio < 1.5",
        "host?",
    ];
    if depth == 0 {
        return tape.pick(&leaves).to_owned();
    }
    let truth = |tape: &mut Tape<'_>| self::truth(tape, depth - 1);
    match tape.below(9) {
        0 => tape.pick(&leaves).to_owned(),
        1 => format!("!({})", truth(tape)),
        2 => format!("({}) && ({})", truth(tape), truth(tape)),
        3 => format!("({}) || ({})", truth(tape), truth(tape)),
        4 => format!("({}) == ({})", truth(tape), truth(tape)),
        5 => format!("if {} {{ {} }} else {{ {} }}", truth(tape), truth(tape), truth(tape)),
        6 => format!("({}) != ({})", words(tape, depth - 1), words(tape, depth - 1)),
        7 => format!("text.startsWith({}, {})", words(tape, depth - 1), words(tape, depth - 1)),
        _ => {
            let op = tape.pick(&["<", "<=", ">", ">=", "==", "!="]);
            format!("({}) {op} ({})", number(tape, depth - 1), number(tape, depth - 1))
        }
    }
}

fn number(tape: &mut Tape<'_>, depth: usize) -> String {
    let leaves = [
        "spec.replicas",
        "spec.big",
        "spare",
        "len(spec.words)",
        "(spec.counts[\"a\"] ?? 4)",
        "3",
        "-1",
        "least",
    ];
    if depth == 0 {
        return tape.pick(&leaves).to_owned();
    }
    let number = |tape: &mut Tape<'_>| self::number(tape, depth - 1);
    match tape.below(6) {
        0 => tape.pick(&leaves).to_owned(),
        1 | 2 => {
            let op = tape.pick(&["+", "-", "*", "/", "%"]);
            format!("({}) {op} ({})", number(tape), number(tape))
        }
        3 => format!("(spec.spare ?? ({}))", number(tape)),
        4 => format!("(if {} {{ {} }} else {{ {} }})", truth(tape, depth - 1), number(tape), number(tape)),
        _ => {
            format!("(match spec.kind {{ \"small\" => {}, \"large\" => {} }})", number(tape), number(tape))
        }
    }
}

fn words(tape: &mut Tape<'_>, depth: usize) -> String {
    let leaves = ["spec.name", "spec.kind", "(spec.labels[\"a\"] ?? \"é\")", "(host ?? \"'\")", "\"a\""];
    if depth == 0 {
        return tape.pick(&leaves).to_owned();
    }
    match tape.below(4) {
        0 => tape.pick(&leaves).to_owned(),
        1 => format!("(spec.my_field ?? {})", words(tape, depth - 1)),
        2 => format!("\"${{{}}}-${{{}}}\"", words(tape, 0), number(tape, 0)),
        _ => format!("(first({}, \"x\", {}) ?? spec.kind)", words(tape, depth - 1), truth(tape, depth - 1)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_condition_holds_where_its_rule_does(tape in prop::collection::vec(any::<u8>(), 40), seed in any::<u64>()) {
        let condition = truth(&mut Tape::new(&tape), 3);
        let check = format!("check {condition} in schema else \"no\"");
        match try_compiled(&check) {
            Ok((engine, api)) => drop(agree_on(&check, &engine, &api, seed, 24)),
            // Some are no conditions at all: `1 == 2`, or what divides by nothing.
            Err(found) => {
                let ours: Vec<&Diagnostic> = found.iter().filter(|d| d.code == "not-in-schema").collect();
                prop_assert!(ours.is_empty(), "{check}\n{ours:#?}");
            }
        }
    }
}
