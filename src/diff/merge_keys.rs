//! What makes an item of a list the same one in another list: the merge keys of Kubernetes, and their like elsewhere.
//!
//! A key counts only if every item of both lists has it and no two items of one list share it, so a wrong guess cannot
//! pair what does not belong together.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::value::Value;

/// Keys that together name an item; those after the `|` may be absent.
struct Keys(&'static [&'static str], &'static [&'static str]);

/// The keys of lists that Kubernetes merges by them, by the field that holds the list.
const KNOWN: [(&str, Keys); 13] = [
    ("ports", Keys(&["containerPort"], &["protocol"])),
    ("ports", Keys(&["port"], &["protocol"])),
    ("volumeMounts", Keys(&["mountPath"], &[])),
    ("volumeDevices", Keys(&["devicePath"], &[])),
    ("hostAliases", Keys(&["ip"], &[])),
    ("topologySpreadConstraints", Keys(&["topologyKey", "whenUnsatisfiable"], &[])),
    ("conditions", Keys(&["type"], &[])),
    ("ownerReferences", Keys(&["uid"], &[])),
    ("data", Keys(&["secretKey"], &[])),
    ("subjects", Keys(&["kind", "name"], &["namespace"])),
    ("podIPs", Keys(&["ip"], &[])),
    ("webhooks", Keys(&["name"], &[])),
    ("resources", Keys(&["kind", "name"], &["namespace", "group"])),
];

/// Keys that name items wherever they stand, the best first.
const ANYWHERE: [Keys; 9] = [
    Keys(&["name"], &[]),
    Keys(&["kind", "name"], &["namespace"]),
    Keys(&["key"], &[]),
    Keys(&["containerPort"], &[]),
    Keys(&["secretKey"], &[]),
    Keys(&["id"], &[]),
    Keys(&["mountPath"], &[]),
    Keys(&["type"], &[]),
    Keys(&["host"], &[]),
];

/// The labels of the items of two lists in the field `field`, if keys name all of them; equal labels, one item.
pub(super) fn labels(field: Option<&str>, old: &[Value], new: &[Value]) -> Option<[Vec<Arc<str>>; 2]> {
    if old.is_empty() || new.is_empty() {
        return None;
    }
    let known = KNOWN.iter().filter(|(of, _)| Some(*of) == field).map(|(_, keys)| keys);
    known.chain(&ANYWHERE).find_map(|keys| Some([keys.of_all(old)?, keys.of_all(new)?]))
}

impl Keys {
    /// A label for each item; `None` if an item lacks a key, or two have the same.
    fn of_all(&self, items: &[Value]) -> Option<Vec<Arc<str>>> {
        let labels: Vec<Arc<str>> = items.iter().map(|item| self.of(item)).collect::<Option<_>>()?;
        let distinct: BTreeSet<&Arc<str>> = labels.iter().collect();
        (distinct.len() == labels.len()).then_some(labels)
    }

    fn of(&self, item: &Value) -> Option<Arc<str>> {
        let map = item.as_map()?;
        let mut label = String::new();
        let must = self.0.iter().map(|key| (key, true));
        for (key, must) in must.chain(self.1.iter().map(|key| (key, false))) {
            let text = match map.get(*key) {
                Some(Value::Str(text)) => text.to_string(),
                Some(Value::Int(number)) => number.to_string(),
                None if !must => continue,
                _ => return None,
            };
            if !label.is_empty() {
                label.push(',');
            }
            label.push_str(key);
            label.push('=');
            label.push_str(&text);
        }
        Some(label.into())
    }
}
