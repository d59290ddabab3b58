//! An [`Api`] and the `CustomResourceDefinition` that offers it: out for the cluster, in for the promises of others.

pub(super) mod cel;
pub mod compat;
mod read;
mod schema;

pub use read::api_from_crd;

use super::api::{Api, Column};
use crate::value::{Map, Value};

/// The `CustomResourceDefinition` that offers `api`: one served and stored version with a structural schema.
///
/// `names.listKind` is left out: the API server adds the same one, and Kratix refuses any change of `names`, so an
/// existing promise could not be replaced by one that writes it.
pub fn crd(api: &Api) -> Value {
    let metadata = object([("name", Some(format!("{}.{}", api.plural, api.group).into()))]);
    let spec = object([
        ("group", Some(api.group.as_str().into())),
        ("scope", Some("Namespaced".into())),
        ("names", Some(names(api))),
        ("versions", Some(Value::list(vec![version(api)]))),
    ]);
    object([
        ("apiVersion", Some("apiextensions.k8s.io/v1".into())),
        ("kind", Some("CustomResourceDefinition".into())),
        ("metadata", Some(metadata)),
        ("spec", Some(spec)),
    ])
}

fn names(api: &Api) -> Value {
    let short = api.short.iter().map(|name| name.as_str().into()).collect();
    object([
        ("plural", Some(api.plural.as_str().into())),
        ("singular", Some(api.singular.as_str().into())),
        ("kind", Some(api.kind.as_str().into())),
        ("shortNames", (!api.short.is_empty()).then(|| Value::list(short))),
    ])
}

fn version(api: &Api) -> Value {
    let columns = api.columns.iter().map(column).collect();
    object([
        ("name", Some(api.version.as_str().into())),
        ("served", Some(true.into())),
        ("storage", Some(true.into())),
        ("additionalPrinterColumns", (!api.columns.is_empty()).then(|| Value::list(columns))),
        ("schema", Some(object([("openAPIV3Schema", Some(schema::root(api)))]))),
    ])
}

fn column(column: &Column) -> Value {
    object([
        ("name", Some(column.title.as_str().into())),
        ("type", Some(column.ty.as_str().into())),
        ("jsonPath", Some(column.json_path.as_str().into())),
    ])
}

/// An object of the entries that are there, in their order.
fn object<const N: usize>(entries: [(&str, Option<Value>); N]) -> Value {
    let there = entries.into_iter().filter_map(|(key, value)| Some((key.into(), value?)));
    Value::map(there.collect::<Map>())
}
