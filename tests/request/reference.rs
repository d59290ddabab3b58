//! The definitions and requests of existing platforms: whatever they accept and default, we do.

use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};
use vow::check::api::Api;
use vow::check::openapi::{api_from_crd, crd};
use vow::request::{admit, read_documents};
use vow::source::FileId;
use vow::value::Value;

use super::arbitrary::{Tape, after};
use super::oracle::stored;
use super::support::{json, shared, show, value};

/// A definition, as it is and as an api.
struct Defined {
    crd: Json,
    api: Api,
}

impl Defined {
    fn of(crd: &Value) -> Self {
        Defined { crd: json(crd), api: api_from_crd(crd).unwrap() }
    }

    fn schema(&self) -> &Json {
        &self.crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]
    }
}

fn documents_below(folder: &Path) -> Vec<(PathBuf, Value)> {
    let mut out = Vec::new();
    let mut entries: Vec<PathBuf> = folder.read_dir().unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            out.extend(documents_below(&path));
        } else if path.extension().is_some_and(|e| e == "yaml") {
            let text = std::fs::read_to_string(&path).unwrap();
            let nodes = read_documents(FileId::default(), "a.yaml", &text);
            out.extend(nodes.unwrap().iter().map(|node| (path.clone(), node.to_value())));
        }
    }
    out
}

fn definitions(reference: &Path) -> Vec<Defined> {
    let own = documents_below(&reference.join("api")).into_iter().map(|(_, crd)| Defined::of(&crd));
    let more = documents_below(&reference.join("more"));
    let more = more.iter().filter_map(|(_, facts)| facts.get("api")).map(Defined::of);
    own.chain(more).collect()
}

#[test]
fn every_request_of_the_reference_is_read_as_a_cluster_reads_it() {
    let Some(shared) = shared() else { return println!("skipped: no shared folder") };
    let reference = shared.join("reference");
    let definitions = definitions(&reference);
    let mut read = 0;
    let all = [documents_below(&reference.join("cases")), documents_below(&reference.join("more"))].concat();
    for (file, object) in all {
        let kind = |d: &&Defined| {
            let group_version = format!("{}/{}", d.api.group, d.api.version);
            object.get("kind") == Some(&d.api.kind.as_str().into())
                && object.get("apiVersion") == Some(&group_version.into())
        };
        let Some(defined) = definitions.iter().find(kind) else { continue };
        let request = admit(&defined.api, &object);
        let request = request.unwrap_or_else(|p| panic!("{}\n{}", file.display(), show(&p)));
        let spec = json(object.get("spec").unwrap());
        assert_eq!(Some(json(&request.spec)), stored(defined.schema(), &spec), "{}", file.display());
        // The definition that we write reads it in the same way.
        let ours = api_from_crd(&crd(&defined.api)).unwrap();
        assert_eq!(admit(&ours, &object).unwrap(), request, "{}", file.display());
        read += 1;
    }
    assert_eq!((definitions.len(), read >= 5 + 5 * 7 + 8), (12, true), "{read}");
}

#[test]
fn requests_like_those_of_the_reference_are_read_as_a_cluster_reads_them() {
    let Some(shared) = shared() else { return println!("skipped: no shared folder") };
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut accepted, mut refused) = (0, 0);
    use proptest::strategy::{Strategy, ValueTree};
    for defined in definitions(&shared.join("reference")) {
        for _ in 0..60 {
            let tape = proptest::collection::vec(proptest::num::u8::ANY, 200);
            let tape = tape.new_tree(&mut runner).unwrap().current();
            let spec = after(defined.schema(), &mut Tape::new(&tape));
            let object = json!({
                "apiVersion": format!("{}/{}", defined.api.group, defined.api.version),
                "kind": defined.api.kind, "metadata": { "name": "one" }, "spec": spec
            });
            if spec.is_null() {
                continue;
            }
            let have = admit(&defined.api, &value(&object));
            let want = stored(defined.schema(), &spec);
            assert_eq!(have.as_ref().ok().map(|r| json(&r.spec)), want, "{spec}\n{have:?}");
            *if have.is_ok() { &mut accepted } else { &mut refused } += 1;
        }
    }
    assert!(accepted > 60 && refused > 60, "{accepted} accepted, {refused} refused");
}
