//! Whose a document is: read from its labels.

use crate::layout::Owner;
use crate::source::Span;
use crate::value::{Value, yaml};

/// What the labels of a document say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Labels {
    /// The promise that made it.
    pub(super) promise: String,
    /// The request that made it.
    pub(super) request: String,
    /// The request that the document itself is.
    pub(super) child: Option<Owner>,
}

impl Labels {
    /// Reads a file; `None` if it is no document that vow or Kratix labels.
    pub(super) fn of(bytes: &[u8]) -> Option<Labels> {
        let text = std::str::from_utf8(bytes).ok()?;
        let nodes = yaml::read(Span::default().file, text).ok()?;
        let [node] = nodes.as_slice() else { return None };
        let object = node.to_value();
        let metadata = object.get("metadata")?;
        let labels = metadata.get("labels")?;
        let label = |key: &str| labels.get(key).and_then(Value::as_str).filter(|v| !v.is_empty());
        if label("app.kubernetes.io/managed-by") != Some("kratix") {
            return None;
        }
        let promise = label("kratix.io/promise-name")?.to_owned();
        let request = label("kratix.io/resource-name")?.to_owned();
        // A request that a request makes is labelled with the promise that serves it, and with its parent.
        let parent = label("kratix.io/parent-promise-name");
        let namespace = label("kratix.io/parent-resource-namespace");
        let by = label("kratix.io/parent-resource-name").filter(|name| *name == request);
        let text = |key: &str| metadata.get(key).and_then(Value::as_str);
        match (parent, namespace.zip(by)) {
            (Some(parent), Some((namespace, _))) if text("namespace") == Some(namespace) => {
                let child =
                    Owner { namespace: namespace.to_owned(), promise, request: text("name")?.to_owned() };
                Some(Labels { promise: parent.to_owned(), request, child: Some(child) })
            }
            _ => Some(Labels { promise, request, child: None }),
        }
    }

    /// Whether the document was made by `owner`.
    pub(super) fn is_of(&self, owner: &Owner) -> bool {
        (&self.promise, &self.request) == (&owner.promise, &owner.request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_tell_whose_a_document_is() {
        let base = "apiVersion: v1\nkind: X\nmetadata:\n  name: c\n  namespace: ns\n  labels:\n    app.kubernetes.io/managed-by: kratix\n    kratix.io/promise-name: p\n    kratix.io/resource-name: r\n";
        let owner = Owner { namespace: "ns".into(), promise: "p".into(), request: "r".into() };
        let plain = Labels::of(base.as_bytes()).unwrap();
        assert!(plain.is_of(&owner) && plain.child.is_none());
        let child = format!(
            "{base}    kratix.io/parent-promise-name: q\n    kratix.io/parent-resource-name: r\n    kratix.io/parent-resource-namespace: ns\n"
        );
        let child = Labels::of(child.as_bytes()).unwrap();
        assert!(child.is_of(&Owner { promise: "q".into(), ..owner.clone() }));
        assert_eq!(child.child, Some(Owner { request: "c".into(), ..owner }));
        for foreign in ["", "a: b", "- 1", "{", &base.replace("managed-by: kratix", "managed-by: helm")] {
            assert_eq!(Labels::of(foreign.as_bytes()), None, "{foreign}");
        }
    }
}
