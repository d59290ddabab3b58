//! Requests: an object of a promise's kind is read by Kubernetes' rules, defaulted as the API server defaults it,
//! checked against the [`Api`], and handed on as the values that the program sees.
//!
//! An object that the API server would take is taken, and one that it would refuse, or whose unknown fields it would
//! drop, is refused here with all its problems. Nothing here renders, and nothing here knows where an object came from.

mod documents;
mod head;
mod locate;
mod name;
mod normal;
mod pattern;
mod problem;
mod refine;
mod scalar;
mod spec;
mod token;

pub use documents::{Placed, duplicates, read_documents};
pub use locate::{locate, name_place};
pub use pattern::Patterns;
pub use problem::Problem;

use self::problem::Problems;
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

impl Request {
    /// The namespace of a request that names none.
    pub const DEFAULT_NAMESPACE: &'static str = "default";
}

/// Reads `object` as a request of `api`.
///
/// # Errors
/// The problems of the object, all of its first hundred, in the order of the api; none that merely follows from
/// another.
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
    let unknown = head::unknown(fields);
    let mut problems = Problems::default();
    if !head::is_of_kind(api, fields, &unknown.meant, &mut problems) {
        return Err(problems.0);
    }
    unknown.problems.into_iter().for_each(|problem| problems.push(problem));
    let head = head::read(fields, &unknown.meant, &mut problems);
    let spec = match fields.get("spec") {
        None if unknown.meant.contains(&"spec") => None,
        spec => spec::read(api, patterns, spec, &mut problems),
    };
    match (head, spec) {
        (Some(head), Some(spec)) if problems.0.is_empty() => {
            let found = token::problems(api, &head, &spec);
            if !found.is_empty() {
                return Err(found);
            }
            let head::Head { name, namespace, labels, annotations } = head;
            Ok(Request { name, namespace, labels, annotations, spec })
        }
        _ => Err(problems.0),
    }
}
