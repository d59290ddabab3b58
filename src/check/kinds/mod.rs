//! Every kind that a `resource` may be of: where it lives, and what its objects look like.
//!
//! A kind that is not here is an error, never a guess: without it nobody knows whether an object needs a namespace.
//! Kubernetes' own kinds and those of Argo CD, External Secrets and Kratix are built in; a platform adds its own as
//! CRDs.

mod crd;
mod data;
pub mod judged;
mod openapi;
mod schema;
mod validate;

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub(in crate::check) use openapi::choices;

use data::Declared;
pub use data::{DefId, kubernetes_release};
pub use schema::{Field, Object, Schema};
pub use validate::Problem;

use crate::diag::suggest;
use crate::value::Value;

/// A kind in one version.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Kind {
    /// Empty for the core group.
    pub group: Arc<str>,
    /// Such as `v1`.
    pub version: Arc<str>,
    /// Such as `Deployment`.
    pub kind: Arc<str>,
    /// Such as `deployments`.
    pub plural: Arc<str>,
    /// Whether its objects live in a namespace.
    pub namespaced: bool,
    /// Where it is declared.
    pub origin: Origin,
    /// Why it should no longer be used, if it should not.
    pub deprecated: Option<Arc<str>>,
    /// What its objects look like, `apiVersion`, `kind` and `metadata` included.
    pub schema: Schema,
}

/// Where a kind is declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub enum Origin {
    /// By Kubernetes.
    Builtin,
    /// By the standard library.
    Standard,
    /// By a CRD of the platform.
    Platform,
}

/// The kinds that are known.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Kinds {
    /// Whether those are known that Kubernetes and the standard library declare.
    builtin: bool,
    /// Those that a platform declares, sorted by group, version and kind.
    own: Vec<Arc<Kind>>,
}

impl Kinds {
    /// What Kubernetes and the standard library declare.
    pub fn builtin() -> Kinds {
        Kinds { builtin: true, own: vec![] }
    }

    /// The kind of that group (empty for the core group), version and name.
    pub fn lookup(&self, group: &str, version: &str, kind: &str) -> Option<&Kind> {
        match self.position(group, version, kind) {
            Ok(at) => self.own.get(at).map(|k| &**k),
            Err(_) => self.builtin.then(|| Declared::lookup(group, version, kind)).flatten(),
        }
    }

    /// All kinds, sorted by group, version and kind.
    pub fn iter(&self) -> impl Iterator<Item = &Kind> {
        let builtin = if self.builtin { Declared::all() } else { &[] };
        let standing = |k: &&Kind| self.position(&k.group, &k.version, &k.kind).is_err();
        let builtin = builtin.iter().filter_map(Declared::kind).filter(standing);
        let mut all: Vec<&Kind> = self.own.iter().map(|k| &**k).chain(builtin).collect();
        all.sort_by_key(|k| k.key());
        all.into_iter()
    }

    /// The names of all kinds, sorted and each but once.
    pub fn kind_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.iter().map(|k| &*k.kind).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The kind that is meant by one that is not known, as it is written in a resource: the same name in another
    /// group or version, or else a name like it.
    pub fn suggest(&self, group: &str, version: &str, kind: &str) -> Option<String> {
        let near = |k: &&Kind| (&*k.group, &*k.version) == (group, version);
        let named = |name: &str| self.preferred(group, name);
        let best = named(kind).or_else(|| {
            match suggest::closest(kind, self.iter().filter(near).map(|k| &*k.kind)) {
                Some(name) => self.lookup(group, version, name),
                None => named(suggest::closest(kind, self.kind_names())?),
            }
        });
        best.map(Kind::to_string)
    }

    /// Adds the kinds of a CRD, one for every version that it serves, and returns them. A CRD may take the place of
    /// what the standard library declares, as the platform knows better which release it runs.
    ///
    /// # Errors
    /// What is wrong with it, as the end of a sentence: it is no CRD of `apiextensions.k8s.io/v1`, or a kind is declared
    /// already.
    pub fn add_crd(&mut self, crd: &Value) -> Result<Vec<Kind>, String> {
        let kinds = crd::kinds(crd)?;
        for kind in &kinds {
            match self.lookup(&kind.group, &kind.version, &kind.kind).map(|k| k.origin) {
                Some(Origin::Builtin) => {
                    return Err(format!("declares `{kind}`, a kind of Kubernetes itself"));
                }
                Some(Origin::Platform) => return Err(format!("declares `{kind}` once more")),
                Some(Origin::Standard) | None => {}
            }
        }
        kinds.iter().for_each(|kind| self.put(kind.clone()));
        Ok(kinds)
    }

    /// Puts a kind at its place, or in the place of one of its name.
    fn put(&mut self, kind: Kind) {
        match self.position(&kind.group, &kind.version, &kind.kind) {
            Ok(at) => self.own.splice(at..=at, [Arc::new(kind)]).for_each(drop),
            Err(at) => self.own.insert(at, Arc::new(kind)),
        }
    }

    fn position(&self, group: &str, version: &str, kind: &str) -> Result<usize, usize> {
        self.own.binary_search_by(|k| k.key().cmp(&(group, version, kind)))
    }

    /// The kind of that name that is the most likely: one of `group`, one that is not deprecated, a stable one, the
    /// latest.
    fn preferred(&self, group: &str, kind: &str) -> Option<&Kind> {
        let same = self.iter().filter(|k| &*k.kind == kind);
        same.max_by_key(|k| (&*k.group == group, k.deprecated.is_none(), k.is_stable(), &*k.version))
    }
}

impl Kind {
    /// What stands in `apiVersion`: `apps/v1`, or `v1` for the core group.
    pub fn api_version(&self) -> String {
        match &*self.group {
            "" => self.version.to_string(),
            group => format!("{group}/{}", self.version),
        }
    }

    fn key(&self) -> (&str, &str, &str) {
        (&self.group, &self.version, &self.kind)
    }

    fn is_stable(&self) -> bool {
        !self.version.contains("alpha") && !self.version.contains("beta")
    }
}

/// Where a workload of Kubernetes describes its pods: the keys that lead to a pod's `spec`; `None` for what makes none.
pub fn pod_path(group: &str, kind: &str) -> Option<&'static [&'static str]> {
    Some(match (group, kind) {
        ("", "Pod") => &["spec"],
        ("", "PodTemplate") => &["template", "spec"],
        ("", "ReplicationController") | ("apps", _) | ("batch", "Job") => &["spec", "template", "spec"],
        ("batch", "CronJob") => &["spec", "jobTemplate", "spec", "template", "spec"],
        _ => return None,
    })
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.api_version(), self.kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_know_their_scope() {
        let kinds = Kinds::builtin();
        let scope = |g, v, k| kinds.lookup(g, v, k).map(|k| k.namespaced);
        assert_eq!(scope("", "v1", "ConfigMap"), Some(true));
        assert_eq!(scope("", "v1", "Namespace"), Some(false));
        assert_eq!(scope("apps", "v1", "Deployment"), Some(true));
        assert_eq!(scope("rbac.authorization.k8s.io", "v1", "ClusterRole"), Some(false));
        assert_eq!(scope("apps", "v1", "ConfigMap"), None);
    }

    #[test]
    fn an_unknown_kind_is_answered_with_the_same_name_elsewhere_or_a_name_like_it() {
        let kinds = Kinds::builtin();
        let suggest = |g, v, k| kinds.suggest(g, v, k).unwrap_or_default();
        assert_eq!(suggest("", "v1", "Deployment"), "apps/v1/Deployment");
        assert_eq!(suggest("extensions", "v1beta1", "Ingress"), "networking.k8s.io/v1/Ingress");
        assert_eq!(
            suggest("autoscaling", "v2beta2", "HorizontalPodAutoscaler"),
            "autoscaling/v2/HorizontalPodAutoscaler"
        );
        assert_eq!(
            suggest("external-secrets.io", "v2", "ExternalSecret"),
            "external-secrets.io/v1/ExternalSecret"
        );
        assert_eq!(suggest("", "v1", "Configmap"), "v1/ConfigMap");
        assert_eq!(suggest("apps", "v1", "Confgmap"), "v1/ConfigMap");
        assert_eq!(kinds.suggest("acme.example", "v1", "Xyzzy"), None);
    }

    #[test]
    fn the_standard_library_declares_what_a_platform_is_made_of() {
        let kinds = Kinds::builtin();
        let store = kinds.lookup("external-secrets.io", "v1", "ClusterSecretStore").unwrap();
        assert_eq!(
            (store.namespaced, store.origin, &*store.plural),
            (false, Origin::Standard, "clustersecretstores")
        );
        let old = kinds.lookup("external-secrets.io", "v1beta1", "ExternalSecret").unwrap();
        assert_eq!(old.deprecated.as_deref(), Some("`external-secrets.io/v1` takes its place"));
        assert!(kinds.lookup("argoproj.io", "v1alpha1", "Application").is_some_and(|k| k.namespaced));
        assert!(kinds.lookup("platform.kratix.io", "v1alpha1", "Promise").is_some_and(|k| !k.namespaced));
    }
}
