//! Requests: an object of a promise's kind is read by Kubernetes' rules, defaulted as the API server defaults it,
//! checked against the [`Api`], and handed on as the values that the program sees.
//!
//! An object that the API server would take is taken, and one that it would refuse, or whose unknown fields it would
//! drop, is refused here with all its problems. Nothing here renders, and nothing here knows where an object came from.

mod field;
mod head;
mod name;
mod normal;
mod pattern;
mod refine;
mod spec;

pub use pattern::Patterns;

use crate::check::api::Api;
use crate::value::Value;
use crate::value::path::Path;

/// A request that its api accepts, with all defaults in place.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// Its name: a DNS subdomain of at most 63 characters, because it becomes the value of a label.
    pub name: String,
    /// Its namespace; `default` if the object names none, as with `kubectl`.
    pub namespace: String,
    /// Its labels: an object of texts, key-sorted.
    pub labels: Value,
    /// Its annotations: an object of texts, key-sorted.
    pub annotations: Value,
    /// What it asks for: records in the order of the api, maps and free-form objects key-sorted.
    pub spec: Value,
}

/// Why an object is no request of an api.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The stable name of the mistake.
    pub code: &'static str,
    /// Where, from the root of the object. A missing field has the path at which it should stand.
    pub path: Path,
    /// Whether the key is at fault rather than its value.
    pub at_key: bool,
    /// What is wrong, with the path in it.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// Reads `object` as a request of `api`.
///
/// # Errors
/// Every problem of the object, in the order of the api; none that merely follows from another.
pub fn admit(api: &Api, object: &Value) -> Result<Request, Vec<Problem>> {
    admit_with(api, &Patterns::of(api), object)
}

/// As [`admit`], for many objects of one api: the regular expressions are compiled once.
///
/// # Errors
/// As [`admit`].
pub fn admit_with(api: &Api, patterns: &Patterns, object: &Value) -> Result<Request, Vec<Problem>> {
    let Some(fields) = object.as_map() else {
        return Err(vec![Problem::new("wrong-type", Path::default(), head::not_an_object(object))]);
    };
    let mut problems = Vec::new();
    if !head::is_of_kind(api, fields, &mut problems) {
        return Err(problems);
    }
    let metadata = head::read(fields, &mut problems);
    let spec = spec::read(api, patterns, fields.get("spec"), &mut problems);
    match (metadata, spec) {
        (Some(head), Some(spec)) if problems.is_empty() => {
            let head::Head { name, namespace, labels, annotations } = head;
            Ok(Request { name, namespace, labels, annotations, spec })
        }
        _ => Err(problems),
    }
}

impl Problem {
    fn new(code: &'static str, path: Path, message: String) -> Self {
        Problem { code, path, at_key: false, message, help: None }
    }

    fn at_key(self) -> Self {
        Problem { at_key: true, ..self }
    }

    fn help(self, help: impl Into<Option<String>>) -> Self {
        Problem { help: help.into(), ..self }
    }
}
