//! `test "…" from "cases/*/"`: folders that hold a `request.yaml` and, in `expected/`, exactly what it renders.

use std::collections::BTreeMap;

use super::{Failure, Outcome, flow_of, shown};
use crate::check::program::{Promise, Test};
use crate::eval::Engine;
use crate::source::{FileId, Loader};
use crate::value::{Value, yaml};

/// Runs every case whose folder matches `pattern`.
pub(super) fn run(
    engine: &Engine,
    loader: &dyn Loader,
    promise: &Promise,
    test: &Test,
    pattern: &str,
) -> Vec<Outcome> {
    let pattern = format!("{}/request.yaml", pattern.trim_end_matches('/'));
    let failed = |why: String| {
        vec![Outcome::new(&promise.name, test, test.name.clone(), vec![Failure::new(test.span, why)])]
    };
    let files = match loader.glob(&[&pattern]) {
        Err(why) => return failed(format!("`{pattern}` {why}")),
        Ok(files) if files.is_empty() => return failed(format!("no file matches `{pattern}`")),
        Ok(files) => files,
    };
    let case = |file: &String| {
        let folder = file.trim_end_matches("/request.yaml");
        let case = folder.rsplit('/').next().unwrap_or_default();
        let (failures, updates) = one(engine, loader, promise, test, folder);
        Outcome { updates, ..Outcome::new(&promise.name, test, format!("{}: {case}", test.name), failures) }
    };
    files.iter().map(case).collect()
}

type Updates = Vec<(String, Option<String>)>;

fn one(
    engine: &Engine,
    loader: &dyn Loader,
    promise: &Promise,
    test: &Test,
    folder: &str,
) -> (Vec<Failure>, Updates) {
    match documents(engine, loader, promise, folder) {
        Err(why) => (vec![Failure::new(test.span, format!("{folder}: {why}"))], vec![]),
        Ok((rendered, expected)) => compare(test, folder, &rendered, &expected),
    }
}

/// What is rendered, and what is expected, by a title that names the object.
type Documents = (BTreeMap<String, Value>, BTreeMap<String, (String, Value)>);

fn documents(
    engine: &Engine,
    loader: &dyn Loader,
    promise: &Promise,
    folder: &str,
) -> Result<Documents, String> {
    let request = read(loader, &format!("{folder}/request.yaml"))?;
    let [object] = request.as_slice() else { return Err("request.yaml holds not exactly one object".into()) };
    let (flow, _) = flow_of(engine, promise, object).map_err(|why| format!("refused: {why}"))?;
    let rendered = flow.renderings.first().into_iter().flat_map(|r| &r.documents);
    let rendered = rendered.map(|d| (d.title(), d.object.clone())).collect();
    let mut expected = BTreeMap::new();
    for path in loader.glob(&[&format!("{folder}/expected/*.yaml")])? {
        for object in read(loader, &path)? {
            expected.insert(title(&object), (path.clone(), object));
        }
    }
    Ok((rendered, expected))
}

fn read(loader: &dyn Loader, path: &str) -> Result<Vec<Value>, String> {
    let text = loader.read(path).map_err(|why| format!("`{path}` {why}"))?;
    let nodes = yaml::read(FileId::default(), &text).map_err(|d| format!("`{path}`: {}", d.message))?;
    Ok(nodes.iter().map(yaml::Node::to_value).collect())
}

fn title(object: &Value) -> String {
    let text = |v: Option<&Value>| v.and_then(Value::as_str).unwrap_or_default().to_owned();
    let metadata = |key| text(object.get("metadata").and_then(|m| m.get(key)));
    let (kind, name, namespace) = (text(object.get("kind")), metadata("name"), metadata("namespace"));
    match namespace.is_empty() {
        true => format!("{kind}/{name}"),
        false => format!("{kind}/{name} in {namespace}"),
    }
}

fn compare(
    test: &Test,
    folder: &str,
    rendered: &BTreeMap<String, Value>,
    expected: &BTreeMap<String, (String, Value)>,
) -> (Vec<Failure>, Updates) {
    let mut failures = Vec::new();
    for (title, value) in rendered {
        match expected.get(title) {
            Some((_, wanted)) if wanted == value => {}
            Some((_, wanted)) => failures.push(Failure {
                message: format!("`{title}` is not as expected"),
                span: test.span,
                diff: Some((shown(wanted), shown(value))),
            }),
            None => failures.push(Failure {
                message: format!("`{title}` is rendered but not expected"),
                span: test.span,
                diff: Some((String::new(), shown(value))),
            }),
        }
    }
    for (title, (_, wanted)) in expected.iter().filter(|(t, _)| !rendered.contains_key(*t)) {
        failures.push(Failure {
            message: format!("`{title}` is expected but not rendered"),
            span: test.span,
            diff: Some((shown(wanted), String::new())),
        });
    }
    let updates = if failures.is_empty() { vec![] } else { updates(folder, rendered, expected) };
    (failures, updates)
}

/// The files that would make the case pass: one an object, and none that holds what is not rendered.
fn updates(
    folder: &str,
    rendered: &BTreeMap<String, Value>,
    expected: &BTreeMap<String, (String, Value)>,
) -> Updates {
    let mut files: BTreeMap<String, Option<String>> =
        expected.values().map(|(path, _)| (path.clone(), None)).collect();
    for (title, value) in rendered {
        let name: String = title
            .to_lowercase()
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() || c == '.' || c == '-' { c } else { '-' })
            .collect();
        let path = format!("{folder}/expected/{name}.yaml");
        files.insert(path, Some(yaml::write_stream(std::slice::from_ref(value))));
    }
    files.into_iter().collect()
}
