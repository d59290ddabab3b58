//! Requests of plain words, among them words that nearly say something to a rule: what a batch lets pass of them without a
//! look is let pass in full.

use fastrand::Rng;
use vow::check::types::Type;
use vow::eval::{Flow, render};
use vow::rules::{Owners, Stream, gate};
use vow::sample::Samples;
use vow::value::{Map, Value};

use crate::support::{programs, requests, seed, shipped};

/// Words of which most say nothing, and some do.
const WORDS: [&str; 40] = [
    "team-0001",
    "0.30.4",
    "https://charts.loft.sh",
    "owner@example.com",
    "teams/shop",
    "production",
    "",
    "true",
    "0",
    "authorization",
    "Bearer1",
    "basic-auth",
    "create",
    "kubectl",
    "machines",
    "machine",
    "login",
    "secretless",
    "x/secrets",
    "Secret",
    "v1/Secret",
    "hooks.slack.com/services/T00000000/B00000000/abcdefghijkl",
    "a:b@c",
    "https://u:p@h",
    "123456789:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "YXBpVmVyc2lvbjogdjEKa2luZDogU2VjcmV0Cg",
    "aB3dE5fG7hJ9kL1mN3pQ5rS",
    "AKIAIOSFODNN7EXAMPL",
    "glpat-abc",
    "hvs.abc",
    "privileged",
    "hostNetwork",
    "unconfined",
    "keep",
    "Retain",
    "Prune-false",
    "resources-finalizer.argocd.argoproj.io",
    "-----",
    "10.0.0.1",
    "Namespace",
];

/// Keys of which most say nothing.
const KEYS: [&str; 24] = [
    "team",
    "enabled",
    "controlPlane",
    "replicas",
    "tier",
    "proxy",
    "integratn.tech/cluster-secret-store",
    "managed-by",
    "secretless",
    "tokenTTL",
    "keyName",
    "passwordFile",
    "labels",
    "annotations",
    "password1",
    "token",
    "kind",
    "name",
    "hostPath",
    "privileged",
    "path",
    "monkey",
    "args",
    "command",
];

fn one(of: &[&'static str], rng: &mut Rng) -> &'static str {
    of[rng.usize(..of.len())]
}

/// A value of a type, of words and keys as these.
fn tempted(ty: &Type, was: Option<&Value>, rng: &mut Rng, depth: usize) -> Option<Value> {
    match ty {
        Type::Str(_) => {
            let word = Value::str(one(&WORDS, rng));
            ty.check(&word).ok().map(|()| word).or_else(|| was.cloned())
        }
        Type::Record(record) => {
            let mut map = Map::new();
            for (key, field) in &record.fields {
                let was = was.and_then(|w| w.get(key));
                // What is not there may be made, if anything goes.
                let free = matches!(field.ty, Type::Object | Type::Map(_) | Type::Any);
                if was.is_some() || free && rng.u8(..100) < 50 {
                    let value = tempted(&field.ty, was, rng, depth);
                    map.extend(value.or_else(|| was.cloned()).map(|v| (key.clone(), v)));
                }
            }
            Some(Value::map(map))
        }
        Type::List(item) => {
            let items = was.and_then(Value::as_list).unwrap_or_default();
            Some(Value::list(items.iter().filter_map(|v| tempted(item, Some(v), rng, depth)).collect()))
        }
        Type::Map(of) => Some(some_keys(of, rng, depth)),
        Type::Object => Some(some_keys(&Type::Any, rng, depth)),
        Type::Any if depth > 4 || rng.u8(..100) < 60 => Some(match rng.u8(..100) < 70 {
            true => Value::str(one(&WORDS, rng)),
            false => Value::Int(3),
        }),
        Type::Any if rng.u8(..100) < 30 => {
            let items = (0..3).filter_map(|_| tempted(&Type::Any, None, rng, depth + 1));
            Some(Value::list(items.collect()))
        }
        Type::Any => Some(some_keys(&Type::Any, rng, depth + 1)),
        _ => was.cloned(),
    }
}

fn some_keys(of: &Type, rng: &mut Rng, depth: usize) -> Value {
    let count = if rng.u8(..100) < 30 { 0 } else { 3 };
    let entries = (0..count).filter_map(|_| {
        let key = one(&KEYS, rng);
        Some((key.into(), tempted(of, None, rng, depth)?))
    });
    Value::map(entries.collect())
}

#[test]
fn what_is_let_pass_of_plain_words_is_let_pass_in_full() {
    // Of the many small programs a few each, of those that ship as many as of other tests.
    let small = programs().into_iter().map(|(_, engine)| (engine, requests() / 10));
    let engines: Vec<_> = small.chain([(shipped(), requests())]).collect();
    let (mut rng, mut all, mut refused) = (Rng::with_seed(seed()), 0, 0);
    for (engine, count) in &engines {
        let stream = Stream::of(engine);
        for promise in engine.program().promises.iter().filter(|p| !p.foreign) {
            let Some(api) = &promise.api else { continue };
            let ty = Type::Record(api.spec.program_record().into());
            for sample in Samples::new(api, seed()).take(*count) {
                let mut map = sample.as_map().cloned().unwrap_or_default();
                let spec = tempted(&ty, map.get("spec"), &mut rng, 0);
                map.extend(spec.map(|spec| ("spec".into(), spec)));
                let Ok(request) = engine.admit(&promise.name, &Value::map(map)) else { continue };
                let Ok(rendering) = render(engine, &promise.name, &request) else { continue };
                let judged = stream.judged(&promise.name, &request, false);
                let let_pass = judged.and_then(|judged| Owners::default().pass(judged)).is_some();
                let full = gate(engine, vec![Flow { renderings: vec![rendering] }]);
                let clean = full.as_ref().is_ok_and(|passed| passed.warnings().is_empty());
                assert!(clean || !let_pass, "{}: {full:#?}\n{:#?}", promise.name, request.spec);
                all += usize::from(let_pass);
                refused += usize::from(!clean);
            }
        }
    }
    eprintln!("{all} requests of plain words were let pass, {refused} were not");
    assert!(all > requests() && refused > requests() / 4, "{all} were let pass, {refused} were not");
}
