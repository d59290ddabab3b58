//! **one-owner**: no object is rendered twice, in one flow or by two requests.

use std::collections::BTreeMap;

use crate::diag::Diagnostic;
use crate::eval::{Document, Flow, Rendering};

/// Group, kind, namespace and name: what makes two objects one.
type Key<'a> = (&'a str, &'a str, Option<&'a str>, &'a str);

pub(super) fn judge(flows: &[Flow]) -> Vec<Diagnostic> {
    let mut owners: BTreeMap<Key<'_>, (&Rendering, &Document)> = BTreeMap::new();
    let mut out = Vec::new();
    for rendering in flows.iter().flat_map(|f| &f.renderings) {
        for document in &rendering.documents {
            let Document { group, kind, namespace, name, .. } = document;
            let key = (group.as_str(), kind.as_str(), namespace.as_deref(), name.as_str());
            match owners.get(&key) {
                Some((first, other)) => out.push(report(first, other, rendering, document)),
                None => drop(owners.insert(key, (rendering, document))),
            }
        }
    }
    out
}

fn report(first: &Rendering, other: &Document, second: &Rendering, document: &Document) -> Diagnostic {
    let who = |r: &Rendering| format!("the request `{}` of `{}`", r.request.name, r.promise);
    let title = document.title();
    let place = document.origin.span;
    if std::ptr::eq(first, second) {
        let d =
            Diagnostic::error("one-owner", place, format!("`{title}` is rendered twice by {}", who(first)));
        let d = if other.origin.span == place { d } else { d.also(other.origin.span, "and here") };
        return d.help("an object is rendered once: in a `for`, put the item into its name");
    }
    let message = format!("`{title}` is rendered twice: by {} and by {}", who(first), who(second));
    let d = Diagnostic::error("one-owner", place, message);
    let d =
        if other.origin.span == place { d } else { d.also(other.origin.span, format!("by {}", who(first))) };
    d.help("an object has one owner: give the two different names, or remove one of the requests")
}
