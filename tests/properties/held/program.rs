//! What holds for every program, and for every request of it.

use vow::compile::{self, Compilation, PLATFORM_FILE, requests};
use vow::source::{Memory, Sources};
use vow::testing;

use super::request::render;
use super::shown;

const ALONE: &str = "p.promise";

/// The files in a text: each stands below a line `@@ PATH`, and what stands before the first is a promise.
fn files(text: &str) -> Memory {
    let mut files = Memory::default();
    let mut path = ALONE.to_owned();
    for line in text.split_inclusive('\n') {
        match line.strip_prefix("@@ ") {
            Some(next) => path = next.trim().to_owned(),
            None => files.0.entry(path.clone()).or_default().push_str(line),
        }
    }
    files.0.entry(ALONE.to_owned()).or_default();
    files
}

fn compiled(files: &Memory) -> Compilation {
    let c = match files.0.contains_key(PLATFORM_FILE) {
        true => compile::platform(files),
        false => compile::promise(files, ALONE),
    };
    shown(&c.sources, &c.diagnostics);
    assert_eq!(c.engine.is_none(), vow::diag::has_errors(&c.diagnostics), "{:?}", c.diagnostics);
    c
}

/// Whatever parses is checked: every problem has its place, and without one there is an engine.
pub fn check(text: &str) {
    compiled(&files(text));
}

/// Whatever is checked is evaluated, for the requests in its tests, in a file `request.yaml`, and for a bare one: it ends,
/// in the same documents each time, or in a refusal.
pub fn evaluate(text: &str) {
    let files = files(text);
    let Some(engine) = compiled(&files).engine else { return };
    let outcomes = || testing::run(&engine, &files, "", &|_| String::new());
    assert_eq!(format!("{:?}", outcomes()), format!("{:?}", outcomes()), "tests end differently");
    let apis = engine.program().promises.iter().filter_map(|p| p.api.as_ref());
    let bare = apis.map(|api| {
        let head = format!("apiVersion: {}/{}\nkind: {}\n", api.group, api.version, api.kind);
        format!("{head}metadata: {{ name: a }}\nspec: {{ name: a }}\n")
    });
    let given = files.0.get("request.yaml").cloned();
    for text in bare.chain(given) {
        let mut sources = Sources::default();
        let file = sources.add("request.yaml", text);
        if let Ok(jobs) = requests::read(&engine, &sources, file) {
            render(&engine, &jobs);
        }
    }
}
