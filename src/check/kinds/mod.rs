//! Every kind that a `resource` may be of: where it lives, and what its objects look like.
//!
//! A kind that is not here is an error, never a guess: without it nobody knows whether an object needs a namespace.
//! Kubernetes' own kinds and those of Argo CD, External Secrets and Kratix are built in; a platform adds its own as
//! CRDs.

mod crd;
mod data;
mod openapi;
mod schema;
mod validate;

use std::fmt;
use std::sync::{Arc, LazyLock};

pub use data::{DefId, kubernetes_release};
pub use schema::{Field, Object, Schema};
pub use validate::Problem;

use crate::diag::suggest;
use crate::value::Value;

/// A kind in one version.
#[derive(Clone, Debug, PartialEq)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// By Kubernetes.
    Builtin,
    /// By the standard library.
    Standard,
    /// By a CRD of the platform.
    Platform,
}

/// The kinds that are known.
#[derive(Clone, Debug, Default)]
pub struct Kinds {
    /// Sorted by group, version and kind.
    all: Vec<Arc<Kind>>,
}

impl Kinds {
    /// What Kubernetes and the standard library declare.
    pub fn builtin() -> Kinds {
        static BUILTIN: LazyLock<Kinds> = LazyLock::new(|| {
            let mut all: Vec<Arc<Kind>> = data::kinds().into_iter().map(Arc::new).collect();
            all.sort_by(|a, b| a.key().cmp(&b.key()));
            Kinds { all }
        });
        BUILTIN.clone()
    }

    /// The kind of that group (empty for the core group), version and name.
    pub fn lookup(&self, group: &str, version: &str, kind: &str) -> Option<&Kind> {
        self.position(group, version, kind).ok().and_then(|at| self.all.get(at)).map(|k| &**k)
    }

    /// All kinds, sorted by group, version and kind.
    pub fn iter(&self) -> impl Iterator<Item = &Kind> {
        self.all.iter().map(|k| &**k)
    }

    /// The names of all kinds, sorted and each but once.
    pub fn kind_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.iter().map(|k| &*k.kind).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// What to say about a kind that is not known: where a kind of that name is, or which kind it resembles.
    pub fn suggest(&self, group: &str, version: &str, kind: &str) -> Option<String> {
        let places = self.places(group, kind);
        if !places.is_empty() {
            return Some(format!("`{kind}` is in {}", suggest::list(&places)));
        }
        let near = |k: &&Kind| (&*k.group, &*k.version) == (group, version);
        let here = suggest::closest(kind, self.iter().filter(near).map(|k| &*k.kind));
        let (group, name) = match here {
            Some(name) => (group, name),
            None => ("", suggest::closest(kind, self.kind_names())?),
        };
        let place = self.places(group, name).into_iter().next()?;
        Some(format!("did you mean `{place}/{name}`?"))
    }

    /// Adds the kinds of a CRD, one for every version that it serves, and returns them. A CRD may take the place of
    /// what the standard library declares, as the platform knows better which release it runs.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence: it is no CRD of `apiextensions.k8s.io/v1`, or a kind is declared already.
    pub fn add_crd(&mut self, crd: &Value) -> Result<Vec<Kind>, String> {
        let kinds = crd::kinds(crd)?;
        for kind in &kinds {
            match self.lookup(&kind.group, &kind.version, &kind.kind).map(|k| k.origin) {
                Some(Origin::Builtin) => return Err(format!("`{kind}` is a kind of Kubernetes itself")),
                Some(Origin::Platform) => return Err(format!("`{kind}` is declared already")),
                Some(Origin::Standard) | None => {}
            }
        }
        for kind in &kinds {
            let new = Arc::new(kind.clone());
            match self.position(&kind.group, &kind.version, &kind.kind) {
                Ok(at) => self.all.splice(at..=at, [new]).for_each(drop),
                Err(at) => self.all.insert(at, new),
            }
        }
        Ok(kinds)
    }

    fn position(&self, group: &str, version: &str, kind: &str) -> Result<usize, usize> {
        self.all.binary_search_by(|k| k.key().cmp(&(group, version, kind)))
    }

    /// The `group/version`s that have a kind of that name: those of `group` first, stable versions before others.
    fn places(&self, group: &str, kind: &str) -> Vec<String> {
        let mut found: Vec<&Kind> = self.iter().filter(|k| &*k.kind == kind).collect();
        found.sort_by_key(|k| (&*k.group != group, k.deprecated.is_some(), !k.is_stable()));
        found.into_iter().map(Kind::api_version).collect()
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
    fn an_unknown_kind_is_answered_with_the_place_of_its_name_or_a_name_like_it() {
        let kinds = Kinds::builtin();
        let suggest = |g, v, k| kinds.suggest(g, v, k).unwrap_or_default();
        assert_eq!(suggest("", "v1", "Deployment"), "`Deployment` is in `apps/v1`");
        assert_eq!(suggest("extensions", "v1beta1", "Ingress"), "`Ingress` is in `networking.k8s.io/v1`");
        assert_eq!(
            suggest("autoscaling", "v2beta2", "HorizontalPodAutoscaler"),
            "`HorizontalPodAutoscaler` is in `autoscaling/v1` and `autoscaling/v2`"
        );
        assert_eq!(suggest("", "v1", "Configmap"), "did you mean `v1/ConfigMap`?");
        assert_eq!(suggest("apps", "v1", "Confgmap"), "did you mean `v1/ConfigMap`?");
        assert_eq!(kinds.suggest("acme.example", "v1", "Xyzzy"), None);
    }
}
