//! Requests in their files: what is read, and where problems are shown.

use serde_json::json;
use vow::check::api::Api;
use vow::request::{Placed, admit, duplicates, locate, name_place, read_documents};
use vow::source::{Sources, Span};
use vow::value::yaml::Node;

use super::support::{api, value};

fn things() -> Api {
    api(value(&json!({
        "type": "object",
        "required": ["name", "nested"],
        "properties": {
            "name": { "type": "string" },
            "nested": {
                "type": "object",
                "required": ["host"],
                "properties": { "host": { "type": "string" }, "ports": { "type": "array", "items": { "type": "integer", "maximum": 9 } } }
            }
        }
    })))
}

fn read(name: &str, text: &str) -> (Sources, Result<Vec<Node>, String>) {
    let mut sources = Sources::default();
    let file = sources.add(name, text);
    let nodes = read_documents(file, name, text).map_err(|d| format!("{}: {}", d.code, d.message));
    (sources, nodes)
}

/// `line:column text` of each problem of the one request in `text`, with what is said elsewhere.
fn shown(api: &Api, text: &str) -> Vec<String> {
    let (sources, nodes) = read("r.yaml", text);
    let node = &nodes.unwrap()[0];
    let problems = admit(api, &node.to_value()).unwrap_err();
    let show = |span: Span| {
        let place = sources.place(span);
        format!("{}:{} {}", place.line, place.column, sources.slice(span))
    };
    let each = problems.iter().map(|problem| {
        let diagnostic = locate(problem, node, api);
        assert_eq!((diagnostic.code, &diagnostic.message), (problem.code, &problem.message));
        let also = diagnostic.labels.iter().map(|l| format!(" ({} {})", show(l.span), l.text));
        format!("{} {}{}", diagnostic.code, show(diagnostic.primary.span), also.collect::<String>())
    });
    each.collect()
}

#[test]
fn problems_stand_where_they_were_written() {
    let text = "\
apiVersion: example.org/v1
kind: Thing
metadata:
  name: One
  lables: {}
spec:
  name: [a,
    b]
  nested:
    hosts: x
    ports:
    - 1
    - 10
    - {}
";
    let expected = [
        "unknown-field 5:3 lables",
        "bad-name 4:9 One",
        "wrong-type 7:3 name",
        "unknown-field 10:5 hosts",
        "out-of-range 13:7 10",
        "wrong-type 14:7 {}",
    ];
    assert_eq!(shown(&things(), text), expected);
}

#[test]
fn what_is_missing_is_shown_where_it_should_stand() {
    let text = "apiVersion: example.org/v1\nkind: Thing\nspec:\n  nested: {}\n";
    let expected = ["missing-field 1:1 apiVersion", "missing-field 3:1 spec", "missing-field 4:3 nested"];
    assert_eq!(shown(&things(), text), expected);
    assert_eq!(shown(&things(), "[]"), ["wrong-type 1:1 []"]);
    assert_eq!(shown(&things(), "{}")[0], "missing-field 1:1 {}");
}

#[test]
fn the_field_is_shown_where_it_is_declared() {
    let mut api = things();
    let (mut sources, _) = read("", "-");
    let file = sources.add("api", "");
    api.spec.change(|spec| {
        for (i, field) in spec.fields.iter_mut().enumerate() {
            field.span = Span::new(file, i + 1, i + 2);
        }
    });
    let (_, nodes) = read("r.json", r#"{"kind": "Thing", "spec": {"name": 1, "nested": {"host": true}}}"#);
    let node = &nodes.unwrap()[0];
    let places: Vec<u32> = admit(&api, &node.to_value())
        .unwrap_err()
        .iter()
        .flat_map(|p| locate(p, node, &api).labels)
        .map(|label| label.span.start)
        .collect();
    // `host` itself has no place, so nothing is said about it.
    assert_eq!(places, [1]);
}

#[test]
fn lists_are_opened_and_emptiness_is_refused() {
    let count = |name, text| read(name, text).1.map(|nodes| nodes.len());
    let list = "apiVersion: v1\nkind: List\nitems:\n- {kind: A}\n- {apiVersion: v1, kind: List, items: [{kind: B}, {kind: C}]}\n";
    assert_eq!(count("a.yaml", list), Ok(3));
    assert_eq!(count("a.yaml", "---\n# nothing\n---\nkind: A\n---\nkind: B\n"), Ok(2));
    assert_eq!(count("a.JSON", r#"{"apiVersion": "v1", "kind": "List", "items": [{}, {}]}"#), Ok(2));
    let empty = Err("empty-request: there is no request here".to_owned());
    for text in [
        "",
        " \n",
        "# a\n",
        "---\n",
        "{apiVersion: v1, kind: List}",
        "{apiVersion: v1, kind: List, items: null}",
    ] {
        assert_eq!(count("a.yaml", text), empty, "{text:?}");
    }
    assert_eq!(count("a.json", "  "), empty);
    let wrong = count("a.yaml", "{apiVersion: v1, kind: List, items: {}}");
    assert_eq!(wrong, Err("wrong-type: `items` of a `List` is no list".into()));
    assert!(count("a.json", "kind: A").is_err() && count("a.yaml", "a: [").is_err());
}

#[test]
fn a_request_is_made_once() {
    let api = api(value(&json!({ "type": "object" })));
    let text = "\
{apiVersion: example.org/v1, kind: Thing, metadata: {name: a}}
---
{apiVersion: example.org/v1, kind: Thing, metadata: {name: a, namespace: other}}
---
{apiVersion: example.org/v1, kind: Thing, metadata: {name: a, namespace: default}}
";
    let (sources, nodes) = read("r.yaml", text);
    let nodes = nodes.unwrap();
    let requests: Vec<_> = nodes.iter().map(|node| admit(&api, &node.to_value()).unwrap()).collect();
    let placed: Vec<Placed<'_>> = std::iter::zip(&nodes, &requests)
        .map(|(node, request)| Placed { api: &api, request, span: name_place(node) })
        .collect();
    let found = duplicates(&placed);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].message, "`Thing` `a` in namespace `default` is requested twice");
    let lines = [found[0].primary.span, found[0].labels[0].span].map(|span| sources.place(span).line);
    assert_eq!(lines, [5, 1]);
}
