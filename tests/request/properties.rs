//! Properties of reading a request, held for apis and objects by chance.

use proptest::prelude::*;
use serde_json::Value as Json;
use vow::check::api::Api;
use vow::check::openapi::{api_from_crd, crd};
use vow::request::{Problem, Request, admit};

use super::arbitrary::{Tape, after, anything, api};
use super::oracle::stored;
use super::support::{json, text, thing, value};

pub(crate) fn spec_schema(api: &Api) -> Json {
    json(&crd(api))["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"].clone()
}

fn read(api: &Api, spec: &Json) -> Result<Request, Vec<Problem>> {
    admit(api, &thing(value(spec)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_request_is_read_as_the_schema_says(api in api(), tape in prop::collection::vec(any::<u8>(), 0..160)) {
        let schema = spec_schema(&api);
        let spec = after(&schema, &mut Tape::new(&tape));
        prop_assume!(!spec.is_null());
        match (read(&api, &spec), stored(&schema, &spec)) {
            (Ok(request), Some(spec)) => prop_assert_eq!(json(&request.spec), spec),
            (Err(problems), None) => prop_assert!(!problems.is_empty()),
            (ours, theirs) => prop_assert!(false, "{spec}\n{ours:?}\n{theirs:?}"),
        }
    }

    #[test]
    fn what_was_read_reads_the_same(api in api(), tape in prop::collection::vec(any::<u8>(), 0..160)) {
        let spec = after(&spec_schema(&api), &mut Tape::new(&tape));
        if let Ok(first) = read(&api, &spec) {
            let again = read(&api, &json(&first.spec)).unwrap();
            prop_assert_eq!(text(&again.spec), text(&first.spec));
        }
    }

    #[test]
    fn an_api_survives_its_definition(api in api(), tape in prop::collection::vec(any::<u8>(), 0..160)) {
        let schema = spec_schema(&api);
        let back = api_from_crd(&crd(&api)).unwrap();
        let spec = after(&schema, &mut Tape::new(&tape));
        // A second pattern beside that of a class is left to the API server.
        let beside = schema.to_string().contains("allOf");
        match (read(&api, &spec), read(&back, &spec)) {
            (Ok(a), Ok(b)) => prop_assert_eq!(text(&a.spec), text(&b.spec)),
            (Err(a), Err(b)) => prop_assert!(beside || places(&a) == places(&b), "{a:?}\n{b:?}"),
            (a, b) => prop_assert!(beside, "{spec}\n{a:?}\n{b:?}"),
        }
    }

    #[test]
    fn any_object_is_read_or_refused(api in api(), tape in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut tape = Tape::new(&tape);
        let object = anything(&mut tape, 5);
        let _ = admit(&api, &value(&object));
        let mut framed = json(&thing(value(&anything(&mut tape, 5))));
        framed["metadata"] = anything(&mut tape, 4);
        let _ = admit(&api, &value(&framed));
    }

    #[test]
    fn each_place_has_one_problem(api in api(), tape in prop::collection::vec(any::<u8>(), 0..160)) {
        let spec = after(&spec_schema(&api), &mut Tape::new(&tape));
        if let Err(problems) = read(&api, &spec) {
            let mut places: Vec<_> = problems.iter().map(|p| p.path.clone()).collect();
            places.sort();
            let all = places.len();
            places.dedup();
            prop_assert_eq!(places.len(), all, "{:?}", problems);
        }
    }
}

fn places(problems: &[Problem]) -> Vec<String> {
    problems.iter().map(|p| format!("{} {}", p.code, p.path)).collect()
}
