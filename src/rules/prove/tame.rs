//! Requests that say nothing to any rule: every text and every key of their own is one plain word. What depends on the rest of
//! a request alone, and on such words, is proved of them, although it is proved of no request that says what it likes.

use crate::check::program::Promise;
use crate::check::types::Type;
use crate::known::Tame;
use crate::request::Request;
use crate::rules::{no_secret, pod_security};
use crate::value::Value;

/// The test that texts and keys have passed.
pub(super) const TAME: Tame = Tame { is_key };

/// How deep the values of a tame request nest, and how many there are, at most.
const DEPTH: usize = 16;
const MOST: usize = 1_000;

/// Tells tame requests of a promise from others.
#[derive(Clone, Debug)]
pub(in crate::rules) struct Tames {
    spec: Type,
}

impl Tames {
    /// For the requests of a promise; `None` if it takes none.
    pub(super) fn of(promise: &Promise) -> Option<Tames> {
        Some(Tames { spec: Type::Record(promise.api.as_ref()?.spec.program_record().into()) })
    }

    /// Whether all that a request says is tame.
    pub(super) fn has(&self, request: &Request) -> bool {
        let mut left = MOST;
        no_secret::tame::is_text(&request.name)
            && no_secret::tame::is_text(&request.namespace)
            && is_tame(&Type::Object, &request.labels, DEPTH, &mut left)
            && is_tame(&Type::Object, &request.annotations, DEPTH, &mut left)
            && is_tame(&self.spec, &request.spec, DEPTH, &mut left)
    }
}

fn is_key(key: &str) -> bool {
    no_secret::tame::is_key(key) && pod_security::is_tame_key(key)
}

fn is_tame(ty: &Type, value: &Value, depth: usize, left: &mut usize) -> bool {
    *left = left.saturating_sub(1);
    let Some(below) = depth.checked_sub(1).filter(|_| *left > 0) else { return false };
    match (ty, value) {
        // The names of declared fields are the author's.
        (Type::Record(record), Value::Map(map)) => map.iter().all(|(key, v)| match record.fields.get(key) {
            Some(field) => is_tame(&field.ty, v, below, left),
            None => is_key(key) && is_tame(&Type::Any, v, below, left),
        }),
        (Type::Record(_), _) => false,
        (_, Value::Str(text)) => no_secret::tame::is_text(text),
        (_, Value::List(items)) => {
            let item = if let Type::List(item) = ty { item } else { &Type::Any };
            items.iter().all(|v| is_tame(item, v, below, left))
        }
        (_, Value::Map(map)) => {
            let of = if let Type::Map(of) = ty { of } else { &Type::Any };
            map.iter().all(|(key, v)| is_key(key) && is_tame(of, v, below, left))
        }
        _ => true,
    }
}
