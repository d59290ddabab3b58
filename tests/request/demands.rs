//! What an api of ours can ask beyond a foreign definition, and what no object may cost.

use serde_json::json;
use vow::check::api::{Api, Shape};
use vow::check::types::{Class, Field, Record, Type};
use vow::request::{Problem, admit};
use vow::value::Value;

use super::support::{api, refine, show, text, thing, value};

fn free() -> Api {
    api(value(&json!({
        "type": "object",
        "properties": { "free": { "type": "object", "x-kubernetes-preserve-unknown-fields": true } }
    })))
}

fn read(api: &Api, spec: Value) -> Result<String, Vec<Problem>> {
    admit(api, &thing(spec)).map(|request| text(&request.spec))
}

/// `{ zone: DnsLabel, cpu?: Quantity }`
fn record() -> Type {
    let field = |class, optional| Field { ty: Type::class(class), optional, span: Default::default() };
    let fields =
        [("zone".into(), field(Class::DnsLabel, false)), ("cpu".into(), field(Class::Quantity, true))];
    Type::Record(Record { fields: fields.into() }.into())
}

#[test]
fn a_record_via_an_object_has_the_order_of_its_type() {
    let mut api = free();
    refine(&mut api, "free", record());
    let spec = value(&json!({ "free": { "cpu": "1", "zone": "a" } }));
    assert_eq!(read(&api, spec), Ok(r#"{free: {zone: "a", cpu: "1"}}"#.into()));
    let problems = read(&api, value(&json!({ "free": { "cpu": null, "size": 1 } }))).unwrap_err();
    let help = "  the promise needs `{ zone: DnsLabel, cpu?: Quantity }` here\n";
    let expected = [
        &format!("wrong-value spec.free\n  `spec.free` has no field `size`\n{help}"),
        &format!("wrong-value spec.free\n  `spec.free` lacks the field `zone`\n{help}"),
        "wrong-value spec.free.cpu\n  `spec.free.cpu` is null, not a string\n  the promise needs `Quantity` here\n",
    ];
    assert_eq!(show(&problems), expected.concat());
}

#[test]
fn lists_and_maps_below_a_type_are_checked_item_by_item() {
    let mut api = free();
    refine(&mut api, "free", Type::map(Type::list(record())));
    let spec = json!({ "free": { "b": [{ "zone": "a" }, { "zone": "B" }], "a": [{ "zone": "" }], "c": 1 } });
    let problems = read(&api, value(&spec)).unwrap_err();
    let places: Vec<String> = problems.iter().map(|p| p.path.to_string()).collect();
    assert_eq!(places, ["spec.free.a[0].zone", "spec.free.b[1].zone", "spec.free.c"]);
}

#[test]
fn what_only_the_pattern_of_a_class_lets_through_is_the_programs_demand() {
    let mut api = free();
    api.spec.change(|spec| spec.fields[0].ty.shape = Shape::Scalar(Type::class(Class::Ipv4)));
    let code = |text: &str| read(&api, value(&json!({ "free": text }))).map_err(|p| p[0].code);
    assert_eq!(code("10.0.0.256"), Err("wrong-value"));
    assert_eq!(code("10.0.0"), Err("pattern"));
    assert_eq!(code("10.0.0.2560.2560.2560"), Err("out-of-range"));
    assert!(code("10.0.0.25").is_ok());
}

#[test]
fn depth_number_and_length_are_bounded() {
    let nest = |depth| (0..depth).fold(json!({}), |inner, _| json!({ "a": inner }));
    assert!(read(&free(), value(&json!({ "free": nest(61) }))).is_ok());
    let deep = read(&free(), value(&json!({ "free": nest(62) }))).unwrap_err();
    assert_eq!(show(&deep), "too-deep spec.free\n  `spec.free` is nested deeper than 64\n");

    let keys: serde_json::Map<_, _> = (0..500).map(|i| (format!("k{i}"), json!(1))).collect();
    let many = read(&free(), value(&keys.clone().into())).unwrap_err();
    assert_eq!(many.len(), 100);
    let mut object = thing(value(&json!({})));
    if let Value::Map(entries) = &mut object {
        let metadata = json!({ "name": "one", "labels": keys, "annotations": { "a": "x".repeat(1 << 18) } });
        std::sync::Arc::make_mut(entries).insert("metadata".into(), value(&metadata));
    }
    assert_eq!(admit(&free(), &object).unwrap_err().len(), 100);

    let long = read(&free(), value(&json!({ "x".repeat(1 << 20): 1 }))).unwrap_err();
    assert!(long[0].message.len() < 400);
    let mut texts = free();
    refine(&mut texts, "free", Type::map(Type::class(Class::DnsLabel)));
    let long =
        read(&texts, value(&json!({ "free": { "x".repeat(1 << 20): "B".repeat(1 << 20) } }))).unwrap_err();
    assert!(long[0].message.len() < 800, "{}", long[0].message.len());
}

#[test]
fn annotations_hold_no_more_than_a_cluster_keeps() {
    let object = json!({
        "apiVersion": "example.org/v1", "kind": "Thing",
        "metadata": { "name": "one", "annotations": { "a": "x".repeat(1 << 18) } }
    });
    let problems = admit(&free(), &value(&object)).unwrap_err();
    let expected =
        "out-of-range metadata.annotations\n  `metadata.annotations` hold 262145 bytes, more than 262144\n";
    assert_eq!(show(&problems), expected);
}
