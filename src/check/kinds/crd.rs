//! The kinds that a CRD declares.

use std::sync::Arc;

use super::schema::{Object, Schema};
use super::{Kind, Origin};
use crate::value::Value;

/// The kinds of a CRD, one for every version that it serves.
///
/// # Errors
/// What is wrong with it, as the end of a sentence.
pub(super) fn kinds(crd: &Value) -> Result<Vec<Kind>, String> {
    let named = |key: &str| crd.get(key).and_then(Value::as_str).unwrap_or_default();
    match (named("apiVersion"), named("kind")) {
        ("apiextensions.k8s.io/v1", "CustomResourceDefinition") => {}
        ("apiextensions.k8s.io/v1beta1", "CustomResourceDefinition") => {
            return Err("is of `apiextensions.k8s.io/v1beta1`, which Kubernetes no longer serves".into());
        }
        (_, "") => return Err("is no CustomResourceDefinition".into()),
        (_, other) => return Err(format!("is a `{other}`, not a CustomResourceDefinition")),
    }
    let group = text(crd, &["spec", "group"])?;
    let kind = text(crd, &["spec", "names", "kind"])?;
    let plural = text(crd, &["spec", "names", "plural"])?;
    let namespaced = match &*text(crd, &["spec", "scope"])? {
        "Namespaced" => true,
        "Cluster" => false,
        other => return Err(format!("has the scope `{other}`, not `Namespaced` or `Cluster`")),
    };
    let versions = at(crd, &["spec", "versions"]).and_then(Value::as_list).unwrap_or_default();
    let mut kinds = Vec::new();
    for version in versions.iter().filter(|v| v.get("served") != Some(&Value::Bool(false))) {
        kinds.push(Kind {
            group: Arc::clone(&group),
            version: text(version, &["name"]).map_err(|_| "has a version without a `name`")?,
            kind: Arc::clone(&kind),
            plural: Arc::clone(&plural),
            namespaced,
            origin: Origin::Platform,
            deprecated: deprecation(version),
            schema: schema(version),
        });
    }
    match kinds.is_empty() {
        true => Err("serves no version".into()),
        false => Ok(kinds),
    }
}

fn at<'a>(value: &'a Value, path: &[&str]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, key| value.get(key))
}

fn text(value: &Value, path: &[&str]) -> Result<Arc<str>, String> {
    match at(value, path) {
        Some(Value::Str(text)) if !text.is_empty() => Ok(Arc::clone(text)),
        Some(Value::Str(_)) | None => Err(format!("lacks `{}`", path.join("."))),
        Some(other) => {
            Err(format!("has a value of the kind {} at `{}`, not a string", other.kind(), path.join(".")))
        }
    }
}

fn deprecation(version: &Value) -> Option<Arc<str>> {
    let deprecated = version.get("deprecated") == Some(&Value::Bool(true));
    let why = version
        .get("deprecationWarning")
        .and_then(Value::as_str)
        .unwrap_or("it is deprecated by its authors");
    deprecated.then(|| why.into())
}

/// The schema of one version: what it says, and what every object has.
fn schema(version: &Value) -> Schema {
    let object = match at(version, &["schema", "openAPIV3Schema"]).map(Schema::from_openapi) {
        Some(Schema::Object(object)) => object.as_ref().clone(),
        _ => Object { open: true, ..Object::default() },
    };
    Schema::Object(Arc::new(object.rooted(false)))
}
