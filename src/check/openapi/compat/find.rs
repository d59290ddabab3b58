//! Finds a definition among documents.

use crate::value::Value;

/// The `CustomResourceDefinition` among `documents` to compare `new` with: one itself, or the `spec.api` of a Kratix
/// `Promise`. Of several, the one with the name of `new`.
///
/// # Errors
/// Why there is none, as a sentence.
pub fn definition_in<'d>(documents: &'d [Value], new: &Value) -> Result<&'d Value, String> {
    let found: Vec<&Value> = documents.iter().filter_map(definition).collect();
    let named = |crd: &&&Value| name(crd).is_some() && name(crd) == name(new);
    match (found.as_slice(), found.iter().find(named)) {
        (_, Some(same)) => Ok(same),
        ([one], None) => Ok(one),
        ([], None) => {
            Err("there is no CustomResourceDefinition, and no Promise with one at `spec.api`".into())
        }
        (_, None) => Err(format!(
            "there are several definitions, and none is named `{}`",
            name(new).unwrap_or_default()
        )),
    }
}

fn definition(document: &Value) -> Option<&Value> {
    let is = |document: &Value, kind| document.get("kind").and_then(Value::as_str) == Some(kind);
    if is(document, "Promise") {
        return document.get("spec")?.get("api").filter(|api| is(api, "CustomResourceDefinition"));
    }
    is(document, "CustomResourceDefinition").then_some(document)
}

fn name(crd: &Value) -> Option<&str> {
    crd.get("metadata")?.get("name")?.as_str()
}
