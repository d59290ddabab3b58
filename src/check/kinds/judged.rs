//! What a rule of a platform sees of an object: its type, and the object as a value of that type.
//!
//! An object is seen as the API server means it, however it was written: a field that is null is not there, a quantity
//! is a text, and labels and annotations are maps that are always there. What does not fit the type even so is no object
//! of the kind, and no rule can judge it.

use std::sync::Arc;

use indexmap::IndexMap;

use super::schema::MAX_DEPTH;
use super::{DefId, Kind, Schema, pod_path};
use crate::check::types::{Field, Record, Type};
use crate::source::Span;
use crate::value::{Map, Value, ops};

/// The fields of an object that a rule sees as they are, if it is of a kind.
const HEAD: [&str; 3] = ["apiVersion", "kind", "metadata"];

impl Kind {
    /// The type of its objects, as a rule sees them; that of any document if nothing is known of their fields.
    pub fn judged_type(&self) -> Type {
        let Type::Record(body) = self.schema.to_judged_type() else { return document_type() };
        let mut fields = head(metadata_type(Some(self.namespaced)));
        let rest = body.fields.iter().filter(|(name, _)| !HEAD.contains(&&***name));
        fields.extend(rest.map(|(name, field)| (Arc::clone(name), field.clone())));
        Type::Record(Arc::new(Record { fields }))
    }

    /// An object of it, as a rule sees it.
    pub fn judged(&self, object: &Value) -> Value {
        if self.schema.object().is_none_or(|o| o.open) {
            return document(object);
        }
        let seen = judged(&self.schema, object, 0);
        let mut fields = head_of(object, Some(self.namespaced));
        let rest = seen.as_map().into_iter().flatten().filter(|(name, _)| !HEAD.contains(&&***name));
        fields.extend(rest.map(|(name, value)| (Arc::clone(name), value.clone())));
        Value::map(fields)
    }
}

/// The type of any document, as a rule sees it.
pub fn document_type() -> Type {
    let mut fields = head(metadata_type(None));
    let texts = ["group", "version"].map(|name| (Arc::from(name), field(Type::STRING, false)));
    fields.extend(texts);
    fields.insert("pod".into(), field(pod_spec().map_or(Type::Object, |s| s.to_judged_type()), true));
    fields.insert("object".into(), field(Type::Object, false));
    Type::Record(Arc::new(Record { fields }))
}

/// Any document, as a rule sees it: its head, the pod that it makes if it is a workload of Kubernetes, and all of it.
pub fn document(object: &Value) -> Value {
    let mut fields = head_of(object, None);
    let text = |key: &str| object.get(key).and_then(Value::as_str).unwrap_or_default();
    let api_version = text("apiVersion");
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    fields.insert("group".into(), Value::str(group));
    fields.insert("version".into(), Value::str(version));
    let path = pod_path(group, text("kind"));
    let pod = path.and_then(|path| path.iter().try_fold(object, |v, key| v.get(key)));
    if let Some(pod) = pod.filter(|pod| **pod != Value::Null) {
        let seen = pod_spec().map_or_else(|| pod.clone(), |schema| judged(&schema, pod, 0));
        fields.insert("pod".into(), seen);
    }
    fields.insert("object".into(), object.clone());
    Value::map(fields)
}

/// The type of what leaves together, as a rule sees it: the documents, and the request that they come of. `requested`
/// is what a request looks like.
pub fn flow_type() -> Type {
    let texts = || Type::map(Type::STRING);
    let metadata =
        [("name", Type::STRING), ("namespace", Type::STRING), ("labels", texts()), ("annotations", texts())];
    let request = record([
        ("promise", Type::STRING, false),
        ("metadata", record(metadata.map(|(name, ty)| (name, ty, false))), false),
        ("spec", Type::Object, false),
    ]);
    record([("documents", Type::list(document_type()), false), ("request", request, true)])
}

fn record<const N: usize>(fields: [(&str, Type, bool); N]) -> Type {
    let fields = fields.into_iter().map(|(name, ty, optional)| (name.into(), field(ty, optional)));
    Type::Record(Arc::new(Record { fields: fields.collect() }))
}

fn field(ty: Type, optional: bool) -> Field {
    Field { ty, optional, span: Span::default() }
}

fn pod_spec() -> Option<Schema> {
    DefId::named("core/v1.PodSpec").map(Schema::Ref)
}

fn head(metadata: Type) -> IndexMap<Arc<str>, Field> {
    let types = [Type::STRING, Type::STRING, metadata];
    HEAD.into_iter().zip(types).map(|(name, ty)| (name.into(), field(ty, false))).collect()
}

/// The metadata of an object that has a namespace, has none, or may have one.
fn metadata_type(namespaced: Option<bool>) -> Type {
    let known = DefId::named("meta/v1.ObjectMeta").map(|id| Schema::Ref(id).to_judged_type());
    let mut fields = IndexMap::from([("name".into(), field(Type::STRING, false))]);
    if namespaced != Some(false) {
        fields.insert("namespace".into(), field(Type::STRING, namespaced.is_none()));
    }
    let texts = || field(Type::map(Type::STRING), false);
    fields.extend([("labels".into(), texts()), ("annotations".into(), texts())]);
    if let Some(Type::Record(meta)) = known {
        for (name, field) in &meta.fields {
            if &**name != "namespace" {
                fields.entry(Arc::clone(name)).or_insert_with(|| field.clone());
            }
        }
    }
    Type::Record(Arc::new(Record { fields }))
}

/// The head of an object: what must be there is there, if only empty.
fn head_of(object: &Value, namespaced: Option<bool>) -> Map {
    let text = |of: Option<&Value>, key: &str| match of.and_then(|v| v.get(key)) {
        None | Some(Value::Null) => Value::str(""),
        Some(value) => value.clone(),
    };
    let given = object.get("metadata");
    let schema = DefId::named("meta/v1.ObjectMeta").map(Schema::Ref);
    let seen = given.zip(schema).map(|(given, schema)| judged(&schema, given, 0));
    let mut metadata = match seen {
        Some(Value::Map(map)) => (*map).clone(),
        _ => Map::new(),
    };
    metadata.insert("name".into(), text(given, "name"));
    match namespaced {
        Some(true) => drop(metadata.insert("namespace".into(), text(given, "namespace"))),
        Some(false) => drop(metadata.shift_remove("namespace")),
        None => {}
    }
    for key in ["labels", "annotations"] {
        metadata.entry(key.into()).or_insert_with(|| Value::map(Map::new()));
    }
    Map::from_iter([
        ("apiVersion".into(), text(Some(object), "apiVersion")),
        ("kind".into(), text(Some(object), "kind")),
        ("metadata".into(), Value::map(metadata)),
    ])
}

/// A value that the schema allows, as its judged type has it.
fn judged(schema: &Schema, value: &Value, depth: usize) -> Value {
    if depth > MAX_DEPTH {
        return value.clone();
    }
    match (schema, value) {
        (Schema::Nullable(schema), _) => judged(schema, value, depth + 1),
        (Schema::Quantity, Value::Int(_)) => ops::text(value).map_or_else(|| value.clone(), Value::Str),
        (Schema::Quantity, Value::Float(f)) => Value::str(f.to_string()),
        (Schema::List(item), Value::List(items)) => {
            Value::list(items.iter().map(|v| judged(item, v, depth + 1)).collect())
        }
        (Schema::Map(item), Value::Map(map)) if **item != Schema::Any => {
            Value::map(there(map).map(|(k, v)| (Arc::clone(k), judged(item, v, depth + 1))).collect())
        }
        (Schema::Object(object), Value::Map(map)) if !object.open => fields(object, map, depth),
        (Schema::Ref(id), Value::Map(map)) => fields(&id.object(), map, depth),
        _ => value.clone(),
    }
}

fn fields(object: &super::Object, map: &Map, depth: usize) -> Value {
    let seen = |(name, value): (&Arc<str>, &Value)| {
        let value = match object.fields.get(name) {
            Some(field) => judged(&field.schema, value, depth + 1),
            None => value.clone(),
        };
        (Arc::clone(name), value)
    };
    Value::map(there(map).map(seen).collect())
}

fn there(map: &Map) -> impl Iterator<Item = (&Arc<str>, &Value)> {
    map.iter().filter(|(_, value)| **value != Value::Null)
}

#[cfg(test)]
mod tests {
    use super::super::Kinds;
    use super::*;
    use crate::source::FileId;
    use crate::value::yaml;

    fn object(text: &str) -> Value {
        yaml::read(FileId::default(), text).unwrap().remove(0).to_value()
    }

    fn kind(group: &str, kind: &str) -> Kind {
        Kinds::builtin().lookup(group, "v1", kind).unwrap().clone()
    }

    #[test]
    fn an_object_is_seen_as_it_is_meant() {
        let deployment = object(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a, namespace: b, creationTimestamp: null}\n\
             spec: {selector: {}, template: {metadata: {creationTimestamp: null}, spec: {containers: \
             [{name: c, resources: {limits: {cpu: 0.5, memory: 1000, gpu: null}}}]}}}\nstatus: {}\n",
        );
        let kind = kind("apps", "Deployment");
        let seen = kind.judged(&deployment);
        assert_eq!(kind.judged_type().check(&seen), Ok(()));
        let limits = "[{name: c, resources: {limits: {cpu: '0.5', memory: '1000'}}}]";
        let spec = |v: &Value| v.get("spec")?.get("template")?.get("spec")?.get("containers").cloned();
        assert_eq!(spec(&seen), Some(object(limits)));
        assert_eq!(
            seen.get("metadata"),
            Some(&object("{name: a, namespace: b, labels: {}, annotations: {}}"))
        );
        let seen = document(&deployment);
        assert_eq!(document_type().check(&seen), Ok(()));
        assert_eq!(seen.get("pod").and_then(|p| p.get("containers")), Some(&object(limits)));
        assert_eq!((seen.get("group"), seen.get("version")), (Some(&"apps".into()), Some(&"v1".into())));
    }

    #[test]
    fn what_is_of_the_wrong_type_stays_so_and_does_not_fit() {
        let pod = |spec: &str, metadata: &str| {
            object(&format!("apiVersion: v1\nkind: Pod\nmetadata: {metadata}\nspec: {spec}\n"))
        };
        let kind = kind("", "Pod");
        let fits = |v: &Value| {
            (kind.judged_type().check(&kind.judged(v)).is_ok(), document_type().check(&document(v)).is_ok())
        };
        assert_eq!(fits(&pod("{containers: []}", "{name: a, namespace: b}")), (true, true));
        assert_eq!(fits(&pod("{containers: []}", "{}")), (true, true));
        assert_eq!(fits(&pod("{containers: [], hostNetwork: 'true'}", "{name: a}")), (false, false));
        assert_eq!(fits(&pod("text", "{name: a}")), (false, false));
        assert_eq!(fits(&pod("{containers: []}", "{name: 1}")), (false, false));
        assert_eq!(fits(&pod("{containers: []}", "{labels: {a: true}}")), (false, false));
        assert_eq!((fits(&Value::Null).1, fits(&object("[1]")).1), (false, false));
    }

    #[test]
    fn what_lives_in_no_namespace_has_none_to_ask_for() {
        let ty = kind("", "Namespace").judged_type().to_string();
        assert!(!ty.contains("namespace:") && !ty.contains("namespace?:"), "{ty}");
    }
}
