//! What changes of a definition break: `tests/compat/NAME/` holds an old definition, a new one, and what is said; and
//! properties, held for apis by chance.

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use vow::check::api::Api;
use vow::check::openapi::compat::{Change, Kind, Severity, compare, definition_in, text};
use vow::check::openapi::crd;
use vow::compile;
use vow::request::{Patterns, admit_with};
use vow::sample::Samples;
use vow::source::Memory;
use vow::value::Value;

use super::arbitrary::api;
use super::samples::shipped;
use super::support::{documents, json, shared};

fn fixture(folder: &Path, which: &str) -> Value {
    let promise = folder.join(format!("{which}.promise"));
    if promise.is_file() {
        let files = Memory([("p.promise".to_owned(), std::fs::read_to_string(&promise).unwrap())].into());
        let compiled = compile::promise(&files, "p.promise");
        assert!(compiled.engine.is_some(), "{:?}", compiled.diagnostics);
        return crd(compiled.program.promises[0].api.as_ref().unwrap());
    }
    let documents = documents(&std::fs::read_to_string(folder.join(format!("{which}.yaml"))).unwrap());
    definition_in(&documents, &Value::Null).unwrap().clone()
}

/// `VOW_BLESS=1` writes down what is said now; read the difference before you keep it.
#[test]
fn every_change_is_told() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/compat");
    let mut folders: Vec<PathBuf> = root.read_dir().unwrap().map(|f| f.unwrap().path()).collect();
    folders.sort();
    let mut seen: Vec<Kind> = vec![];
    for folder in folders {
        let (old, new) = (fixture(&folder, "old"), fixture(&folder, "new"));
        let changes = compare(&old, &new);
        seen.extend(changes.iter().map(|change| change.kind));
        let said = text(&changes);
        let expected = folder.join("expected");
        if std::env::var_os("VOW_BLESS").is_some() {
            std::fs::write(&expected, &said).unwrap();
        }
        assert_eq!(said, std::fs::read_to_string(&expected).unwrap(), "{}", folder.display());
        assert_eq!(compare(&old, &old), [], "{}", folder.display());
        assert_eq!(compare(&new, &new), [], "{}", folder.display());
    }
    let unseen: Vec<_> = Kind::ALL.iter().filter(|kind| !seen.contains(kind)).collect();
    assert!(unseen.is_empty(), "no fixture shows {unseen:?}");
}

#[test]
fn the_shipped_definitions_break_nothing_of_those_that_are_installed() {
    let Some(shared) = shared() else { return println!("skipped: no shared folder") };
    let mut compared = 0;
    for (name, api) in shipped() {
        let file = shared.join("reference/api").join(format!("{name}.yaml"));
        let Ok(old) = std::fs::read_to_string(&file) else { continue };
        let found = compare(&documents(&old)[0], &crd(&api));
        let broken: Vec<&Change> = found.iter().filter(|c| c.severity() == Severity::Error).collect();
        assert!(broken.is_empty(), "{name}\n{}", text(&found));
        compared += 1;
    }
    assert_eq!(compared, 8);
}

fn errors(changes: &[Change]) -> usize {
    changes.iter().filter(|change| change.severity() == Severity::Error).count()
}

/// Whether `new` refuses any of the first requests of `old`.
fn refuses(old: &Api, new: &Api, seed: u64) -> Option<String> {
    let patterns = Patterns::of(new);
    let mut requests = Samples::new(old, seed).take(24);
    requests
        .find(|object| admit_with(new, &patterns, object).is_err())
        .map(|object| json(&object).to_string())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    /// Two apis that have little to do with each other, and each with a part of the other.
    #[test]
    fn what_the_new_one_refuses_was_told(a in api(), b in api(), seed in any::<u64>()) {
        let mut mixed = a.clone();
        for (i, field) in b.spec.fields.iter().enumerate() {
            mixed.spec.change(|spec| match spec.fields.iter_mut().find(|f| f.name == field.name) {
                Some(same) if seed >> i & 1 == 1 => *same = field.clone(),
                Some(_) => {}
                None => spec.fields.push(field.clone()),
            });
        }
        for (old, new) in [(&a, &b), (&a, &mixed), (&mixed, &a), (&b, &mixed)] {
            let changes = compare(&crd(old), &crd(new));
            if let Some(request) = refuses(old, new, seed) {
                prop_assert!(errors(&changes) > 0, "{request} is refused\n{}", text(&changes));
            }
        }
        prop_assert_eq!(compare(&crd(&a), &crd(&a)), vec![]);
    }

    /// What is only called wider takes all that was taken.
    #[test]
    fn one_change_at_a_time(a in api(), b in api(), seed in any::<u64>()) {
        let mut new = a.clone();
        let pairs = a.spec.fields.iter().zip(&b.spec.fields).enumerate();
        for (i, (field, other)) in pairs {
            new.spec.change(|spec| {
                spec.fields[i].ty = other.ty.clone();
                spec.fields[i].default = None;
                spec.fields[i].optional = field.optional || field.default.is_some();
            });
            let changes = compare(&crd(&a), &crd(&new));
            if let Some(request) = refuses(&a, &new, seed) {
                prop_assert!(errors(&changes) > 0, "{request} is refused\n{}", text(&changes));
            }
            new.spec.change(|spec| spec.fields[i] = field.clone());
        }
    }
}
