//! A thousand requests of `vcluster-orchestrator`, by seed: those of a platform in daily use, with and without each of
//! the fields that change what is rendered.
#![allow(clippy::indexing_slicing, reason = "that is how one reads `serde_json` values")]

use serde_json::{Map, Value as Json, json};
use vow::value::yaml;

/// How many there are.
pub(crate) const COUNT: usize = 1_000;

/// The requests as JSON, the same in every run.
pub(crate) fn requests(count: usize) -> Vec<Json> {
    let mut chance = Chance(20_261_122);
    (0..count).map(|i| request(i, &mut chance)).collect()
}

/// The requests as YAML, which is what people write.
pub(crate) fn texts(count: usize) -> Vec<String> {
    let written = |r: &Json| super::ours(&r.to_string()).iter().map(yaml::write).collect();
    requests(count).iter().map(written).collect()
}

fn request(i: usize, chance: &mut Chance) -> Json {
    let name = format!("team-{i:04}");
    let is_prod = chance.of(40);
    let mut spec = json!({
        "name": name,
        "targetNamespace": format!("vcluster-{name}"),
        "projectName": format!("vcluster-{name}"),
        "vcluster": vcluster(i, &name, is_prod, chance),
        "integrations": {
            "certManager": { "clusterIssuerSelectorLabels": {
                "integratn.tech/cluster-issuer": chance.one(&["letsencrypt-prod", "letsencrypt-staging"])
            } },
            "externalSecrets": { "clusterStoreSelectorLabels": {
                "integratn.tech/cluster-secret-store": "onepassword-store"
            } },
            "argocd": argocd(&name, is_prod, chance)
        },
        "argocdApplication": {
            "repoURL": "https://charts.loft.sh",
            "chart": "vcluster",
            "targetRevision": chance.one(&["0.30.4", "0.31.0"])
        }
    });
    if chance.of(20) {
        spec["argocdApplication"]["syncPolicy"] = json!({ "automated": { "prune": false } });
    }
    let exposure = exposure(i, &name, chance);
    if !exposure.is_empty() {
        spec["exposure"] = exposure.into();
    }
    let mut metadata = json!({ "name": format!("{name}-cluster"), "namespace": format!("vcluster-{name}") });
    let mut annotations = Map::new();
    if chance.of(20) {
        let at = format!("2026-11-{:02}T10:00:00Z", chance.within(1, 28));
        annotations.insert("platform.integratn.tech/reconcile-at".into(), at.into());
    }
    if chance.of(20) {
        annotations.insert("platform.integratn.tech/base-domain".into(), "apps.example.org".into());
    }
    if !annotations.is_empty() {
        metadata["annotations"] = annotations.into();
    }
    json!({
        "apiVersion": "platform.integratn.tech/v1alpha1",
        "kind": "VClusterOrchestrator",
        "metadata": metadata,
        "spec": spec
    })
}

fn vcluster(i: usize, name: &str, is_prod: bool, chance: &mut Chance) -> Json {
    let mut v = json!({
        "preset": if is_prod { "prod" } else { "dev" },
        "k8sVersion": chance.one(&["v1.34.3", "1.34", "1.33"]),
        "isolationMode": "standard"
    });
    if chance.of(30) {
        v["replicas"] = chance.within(1, 5).into();
    }
    if chance.of(50) {
        v["coredns"] = json!({ "replicas": chance.within(1, 3) });
    }
    if chance.of(40) {
        let cpu = format!("{}m", chance.within(1, 9) * 100);
        v["resources"] =
            json!({ "requests": { "cpu": cpu, "memory": "768Mi" }, "limits": { "memory": "3Gi" } });
    }
    if chance.of(40) {
        let size = format!("{}Gi", chance.within(5, 50));
        v["persistence"] = json!({ "enabled": chance.of(50), "size": size });
        if chance.of(50) {
            v["persistence"]["storageClass"] = chance.one(&["nfs-client", "local-path"]).into();
        }
    }
    if chance.of(50) {
        v["networking"] = json!({ "clusterDomain": chance.one(&["cluster.local", "k8s.internal"]) });
    }
    if chance.of(20) {
        v["backingStore"] = json!({ "etcd": { "deploy": {
            "enabled": true, "statefulSet": { "highAvailability": { "replicas": 3 } }
        } } });
    }
    if chance.of(20) {
        v["exportKubeConfig"] = json!({ "context": format!("ctx-{i}") });
    }
    if chance.of(20) {
        v["helmOverrides"] = json!({
            "controlPlane": { "ingress": { "enabled": true, "host": format!("{name}.apps.integratn.tech") } },
            "telemetry": { "enabled": true }
        });
    }
    v
}

fn exposure(i: usize, name: &str, chance: &mut Chance) -> Map<String, Json> {
    let mut e = Map::new();
    if chance.of(70) {
        e.insert("hostname".into(), format!("{name}.integratn.tech").into());
    }
    if chance.of(80) {
        let net = format!("10.{}.{}", i / 256 % 256, i % 256);
        e.insert("subnet".into(), format!("{net}.0/24").into());
        if chance.of(30) {
            e.insert("vip".into(), format!("{net}.{}", chance.within(2, 250)).into());
        }
    }
    if chance.of(50) {
        let port = [443, 6443, 8443].get(chance.within(0, 2) as usize).copied().unwrap_or(443);
        e.insert("apiPort".into(), port.into());
    }
    e
}

fn argocd(name: &str, is_prod: bool, chance: &mut Chance) -> Json {
    let mut a = json!({ "environment": if is_prod { "production" } else { "development" } });
    if chance.of(30) {
        a["clusterLabels"] = json!({ "team": name, "tier": "gold" });
    }
    if chance.of(30) {
        a["clusterAnnotations"] = json!({ "owner": format!("{name}@example.com") });
    }
    if chance.of(30) {
        let path = format!("teams/{name}");
        a["workloadRepo"] =
            json!({ "url": "https://github.com/acme/workloads", "path": path, "revision": "main" });
    }
    a
}

/// Chance by seed (SplitMix64).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// True in so many of a hundred.
    fn of(&mut self, percent: u64) -> bool {
        self.next() % 100 < percent
    }

    fn within(&mut self, least: u64, most: u64) -> u64 {
        least + self.next() % (most - least + 1)
    }

    fn one<'w>(&mut self, words: &[&'w str]) -> &'w str {
        let at = self.within(0, words.len() as u64 - 1);
        words.get(at as usize).copied().unwrap_or_default()
    }
}
