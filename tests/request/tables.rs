//! The cases of `cases/*.yaml`: the first document is an api, each other one a request and what becomes of it.

use std::path::PathBuf;

use vow::check::api::Api;
use vow::request::admit;
use vow::value::Value;

use super::support::{api, documents, named_type, refine, show, text, thing};

#[test]
fn every_case_comes_out_as_its_table_says() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/request/cases");
    let mut files: Vec<PathBuf> = folder.read_dir().unwrap().map(|f| f.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    for file in files {
        let documents = documents(&std::fs::read_to_string(&file).unwrap());
        let (first, cases) = documents.split_first().unwrap();
        let api = table_api(first);
        for case in cases {
            let name = case.get("case").and_then(Value::as_str).expect("a case has a name");
            let place = format!("{}: {name}", file.file_name().unwrap().to_string_lossy());
            run(&api, case, &place);
        }
    }
}

fn table_api(document: &Value) -> Api {
    let mut api = api(document.get("schema").expect("the first document has a schema").clone());
    for (path, ty) in document.get("via").and_then(Value::as_map).into_iter().flatten() {
        refine(&mut api, path, named_type(ty.as_str().unwrap()));
    }
    api
}

fn run(api: &Api, case: &Value, place: &str) {
    let object = match (case.get("given"), case.get("object")) {
        (Some(spec), None) => thing(spec.clone()),
        (None, Some(object)) => object.clone(),
        _ => panic!("{place}: a case has `given` or `object`"),
    };
    match admit(api, &object) {
        Ok(request) => {
            let expected = ["spec", "namespace", "labels", "annotations"];
            assert!(expected.iter().any(|key| case.get(key).is_some()), "{place}: accepted\n{request:?}");
            for key in expected {
                let have = match key {
                    "spec" => request.spec.clone(),
                    "namespace" => request.namespace.as_str().into(),
                    "labels" => request.labels.clone(),
                    _ => request.annotations.clone(),
                };
                let want = case.get(key).map(text);
                assert!(want.is_none_or(|want| want == text(&have)), "{place}: {key} is {}", text(&have));
            }
        }
        Err(problems) => {
            let have = show(&problems);
            let want = case.get("problems").and_then(Value::as_str).unwrap_or("accepted");
            assert!(want.trim_end() == have.trim_end(), "{place}: refused\n{have}\nthe table says\n{want}");
        }
    }
}
