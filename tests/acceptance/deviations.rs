//! What is rendered on purpose otherwise than the existing platform renders it: one function a deviation, each turning a
//! document of the reference into the one that is wanted, and each sure that it finds what it is there for.

use serde_json::{Value as Json, json};
use vow::eval::{Document, Rendering};

use crate::platform::{root, text};

/// The level of `promises.dsl`.
const POD_SECURITY: &str = "baseline";
/// The image with kubectl of `promises.dsl`.
const KUBECTL: &str = "alpine/k8s:1.34.1";
/// What stands in the reference where a script is.
const SCRIPT: &str = "# see README.md: what the job does";

/// A document with what it was rendered from.
pub(crate) struct Rendered<'a> {
    /// The request that the flow began with, as the user wrote it.
    pub(crate) asked: &'a Json,
    /// What rendered the document.
    pub(crate) rendering: &'a Rendering,
    pub(crate) document: &'a Document,
}

/// The document that is wanted in the place of `reference`.
pub(crate) fn expected(mut reference: Json, rendered: &Rendered<'_>) -> Json {
    ownership_labels(&mut reference, rendered);
    workload_base_path(&mut reference, rendered);
    nothing_for_what_is_absent(&mut reference);
    match rendered.document.kind.as_str() {
        "Namespace" => pod_security(&mut reference),
        "ExternalSecret" => external_secrets(&mut reference),
        "Job" => {
            pinned_images(&mut reference);
            scripts(&mut reference);
            values_by_environment(&mut reference, rendered);
        }
        _ => {}
    }
    reference
}

/// Labels that say who made an object: the promise that rendered it, or that serves it if it is a request, which also
/// tells its parent; none is handed on by a sub-request.
pub(crate) fn ownership_labels(reference: &mut Json, rendered: &Rendered<'_>) {
    let Rendered { rendering, document, .. } = rendered;
    let own = ["app.kubernetes.io/managed-by", "kratix.io/promise-name", "kratix.io/resource-name"];
    let owner = document.serves.as_deref().unwrap_or(&rendering.promise);
    let metadata = reference["metadata"].as_object_mut().expect("metadata");
    let labels = metadata.entry("labels").or_insert_with(|| json!({}));
    for (label, value) in own.iter().zip(["kratix", owner, &rendering.request.name]) {
        labels[*label] = value.into();
    }
    if document.serves.is_none() {
        return;
    }
    for set in ["component-of", "parent"] {
        labels[format!("kratix.io/{set}-promise-name")] = rendering.promise.as_str().into();
        labels[format!("kratix.io/{set}-resource-name")] = rendering.request.name.as_str().into();
        labels[format!("kratix.io/{set}-resource-namespace")] = rendering.request.namespace.as_str().into();
    }
    if let Some(handed_on) = reference.pointer_mut("/spec/labels").and_then(Json::as_object_mut) {
        own.iter().for_each(|label| drop(handed_on.remove(*label)));
    }
}

/// A null of the reference is an empty text where the request gives a workload repository, whose base path is empty
/// unless it says otherwise.
fn workload_base_path(reference: &mut Json, rendered: &Rendered<'_>) {
    let given = rendered.asked.pointer("/spec/integrations/argocd/workloadRepo").is_some();
    for holder in ["/spec/annotations", "/spec/target/template/metadata/annotations"] {
        let value = reference.pointer_mut(&format!("{holder}/workload_repo_basepath"));
        if let Some(value) = value.filter(|v| v.is_null() && given) {
            *value = "".into();
        }
    }
}

/// No nulls: a key whose value is absent is left out.
fn nothing_for_what_is_absent(value: &mut Json) {
    match value {
        Json::Object(entries) => {
            entries.retain(|_, v| !v.is_null());
            entries.values_mut().for_each(nothing_for_what_is_absent);
        }
        Json::Array(items) => items.iter_mut().for_each(nothing_for_what_is_absent),
        _ => {}
    }
}

/// All three modes at the level of the platform.
fn pod_security(reference: &mut Json) {
    for mode in ["enforce", "audit", "warn"] {
        let label = &mut reference["metadata"]["labels"][format!("pod-security.kubernetes.io/{mode}")];
        assert_eq!(*label, "privileged", "{mode}");
        *label = POD_SECURITY.into();
    }
}

/// The version that is served today, and a secret that goes with its ExternalSecret.
fn external_secrets(reference: &mut Json) {
    assert_eq!(reference["apiVersion"], "external-secrets.io/v1beta1");
    reference["apiVersion"] = "external-secrets.io/v1".into();
    let target = reference["spec"]["target"].as_object_mut().expect("a target");
    assert_eq!(target["creationPolicy"], "Owner");
    assert_eq!(target.insert("deletionPolicy".into(), "Delete".into()), None);
}

/// An image that is the same one tomorrow.
fn pinned_images(job: &mut Json) {
    let image = &mut job["spec"]["template"]["spec"]["initContainers"][0]["image"];
    assert_eq!(*image, "bitnami/kubectl:latest");
    *image = KUBECTL.into();
}

/// The scripts, which are the same for every request.
fn scripts(job: &mut Json) {
    for (containers, script) in [("initContainers", "wait.sh"), ("containers", "sync.sh")] {
        let command = &mut job["spec"]["template"]["spec"][containers][0]["command"][2];
        assert_eq!(*command, SCRIPT, "{containers}");
        *command = text(&root().join("promises/kubeconfig-sync").join(script)).into();
    }
}

/// What the first script takes from the request, which it gets by its environment.
fn values_by_environment(job: &mut Json, rendered: &Rendered<'_>) {
    let spec = &rendered.asked["spec"];
    let container =
        job["spec"]["template"]["spec"]["initContainers"][0].as_object_mut().expect("a container");
    let env = json!([
        { "name": "NAMESPACE", "value": spec["targetNamespace"] },
        { "name": "VCLUSTER_NAME", "value": spec["name"] },
    ]);
    assert_eq!(container.insert("env".into(), env), None);
}
