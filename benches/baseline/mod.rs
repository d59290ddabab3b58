//! What a careful engineer writes by hand when there is no vow: the documents of `vcluster-orchestrator` as a tree of
//! `serde_json::json!` and a plain emitter. It renders what vow renders (`tests/benches.rs` compares the values), without
//! checking requests or judging documents.
#![allow(clippy::indexing_slicing, reason = "that is how one reads `serde_json` values")]

mod emit;
mod values;

use serde_json::{Map, Value as Json, json};

pub(crate) use emit::stream;
use values::values;

const REPO: &str = "https://github.com/jamesatintegratnio/gitops_homelab_2_0";

/// What several documents say.
struct Context<'r> {
    spec: &'r Json,
    name: &'r str,
    base_domain: &'r str,
    environment: &'r str,
    cluster_domain: &'r str,
    host: String,
    vip: Option<String>,
    port: u64,
    job: String,
    is_prod: bool,
}

/// The documents of a request.
pub(crate) fn render(request: &Json) -> Vec<Json> {
    let c = Context::of(request);
    let (spec, name) = (c.spec, c.name);
    let target = &spec["targetNamespace"];
    let release = format!("vcluster-{name}");
    let item = format!("{release}-kubeconfig");
    let values = values(&c);
    let app = &spec["argocdApplication"];
    let server = text(app, "destinationServer", "https://kubernetes.default.svc");
    let repo = text(app, "repoURL", "https://charts.loft.sh");
    let project = &spec["projectName"];
    let mut sync = json!({
        "automated": { "selfHeal": true, "prune": true }, "syncOptions": ["CreateNamespace=true"]
    });
    if let Some(policy) = app.get("syncPolicy") {
        merge(&mut sync, policy);
    }
    let as_text = emit::document(&values);
    let core = json!({ "name": name, "targetNamespace": target, "valuesYaml": as_text });
    let coredns = json!({ "name": name, "targetNamespace": target, "clusterDomain": c.cluster_domain });
    let argocd_project = json!({
        "name": project,
        "namespace": "argocd",
        "description": format!("VCluster project for {name}"),
        "annotations": { "argocd.argoproj.io/sync-wave": "-1" },
        "labels": { "kratix.io/resource-request": name, "argocd.argoproj.io/project-group": "appteam" },
        "sourceRepos": [repo],
        "destinations": [{ "server": server, "namespace": target }],
        "clusterResourceWhitelist": [{ "group": "*", "kind": "*" }],
        "namespaceResourceWhitelist": [{ "group": "*", "kind": "*" }]
    });
    let application = json!({
        "name": release,
        "namespace": "argocd",
        "annotations": { "argocd.argoproj.io/sync-wave": "0" },
        "finalizers": ["resources-finalizer.argocd.argoproj.io"],
        "project": project,
        "source": {
            "repoURL": repo,
            "chart": text(app, "chart", "vcluster"),
            "targetRevision": text(app, "targetRevision", "0.30.4"),
            "helm": { "releaseName": name, "valuesObject": values }
        },
        "destination": { "server": server, "namespace": target },
        "syncPolicy": sync
    });
    let kubeconfig_sync = json!({
        "name": name,
        "targetNamespace": target,
        "kubeconfigSyncJobName": c.job,
        "onepasswordItem": item,
        "hostname": c.host,
        "apiPort": c.port,
        "serverUrl": format!("https://{}:{}", c.host, c.port)
    });
    let kubeconfig = json!({ "name": name, "targetNamespace": target, "onepasswordItem": item });
    let registration = json!({
        "name": name,
        "argocdNamespace": "argocd",
        "onepasswordItem": item,
        "labels": cluster_labels(&c),
        "annotations": cluster_annotations(&c)
    });
    let document =
        |kind: &str, promise: &str, of: &Json, spec: Json| document(request, kind, promise, of, spec);
    let name = &spec["name"];
    vec![
        document("VClusterCore", "vcluster-core", name, core),
        document("VClusterCoredns", "vcluster-coredns", name, coredns),
        document("ArgoCDProject", "argocd-project", project, argocd_project),
        document("ArgoCDApplication", "argocd-application", &release.into(), application),
        document("VClusterKubeconfigSync", "vcluster-kubeconfig-sync", name, kubeconfig_sync),
        document("VClusterKubeconfigExternalSecret", "vcluster-kubeconfig-external-secret", name, kubeconfig),
        document(
            "VClusterArgoCDClusterRegistration",
            "vcluster-argocd-cluster-registration",
            name,
            registration,
        ),
    ]
}

fn document(request: &Json, kind: &str, promise: &str, name: &Json, spec: Json) -> Json {
    let of = &request["metadata"];
    json!({
        "apiVersion": "platform.integratn.tech/v1alpha1",
        "kind": kind,
        "metadata": {
            "name": name,
            "namespace": of["namespace"],
            "labels": {
                "app.kubernetes.io/managed-by": "kratix",
                "kratix.io/promise-name": promise,
                "kratix.io/resource-name": of["name"],
                "kratix.io/component-of-promise-name": "vcluster-orchestrator",
                "kratix.io/component-of-resource-name": of["name"],
                "kratix.io/component-of-resource-namespace": of["namespace"],
                "kratix.io/parent-promise-name": "vcluster-orchestrator",
                "kratix.io/parent-resource-name": of["name"],
                "kratix.io/parent-resource-namespace": of["namespace"]
            }
        },
        "spec": spec
    })
}

impl<'r> Context<'r> {
    fn of(request: &'r Json) -> Self {
        let spec = &request["spec"];
        let name = text(spec, "name", "");
        let annotations = &request["metadata"]["annotations"];
        let base_domain = text(annotations, "platform.integratn.tech/base-domain", "integratn.tech");
        let at = text(annotations, "platform.integratn.tech/reconcile-at", "");
        let stamp: String = at.chars().filter(char::is_ascii_digit).collect();
        let mut job = format!("vcluster-{name}-kubeconfig-sync");
        if !stamp.is_empty() {
            job = format!("{job}-{stamp}");
        }
        let exposure = &spec["exposure"];
        let host = exposure.get("hostname").and_then(Json::as_str);
        let vip = exposure.get("vip").and_then(Json::as_str).map(str::to_owned);
        let subnet = exposure.get("subnet").and_then(Json::as_str);
        Context {
            spec,
            name,
            base_domain,
            environment: text(&spec["integrations"]["argocd"], "environment", "development"),
            cluster_domain: text(&spec["vcluster"]["networking"], "clusterDomain", "cluster.local"),
            host: host.map_or_else(|| format!("{name}.{base_domain}"), str::to_owned),
            vip: vip.or_else(|| subnet.map(hundredth)),
            port: exposure.get("apiPort").and_then(Json::as_u64).unwrap_or(8443),
            job,
            is_prod: text(&spec["vcluster"], "preset", "dev") == "prod",
        }
    }
}

/// Number 100 of a network.
fn hundredth(subnet: &str) -> String {
    let (address, width) = subnet.split_once('/').expect("a network");
    let address: std::net::Ipv4Addr = address.parse().expect("an address");
    let width: u32 = width.parse().expect("a number");
    let mask = u32::MAX.checked_shl(32 - width).unwrap_or(0);
    std::net::Ipv4Addr::from((u32::from(address) & mask) + 100).to_string()
}

fn cluster_labels(c: &Context<'_>) -> Json {
    let mut labels = json!({
        "argocd.argoproj.io/secret-type": "cluster",
        "akuity.io/argo-cd-cluster-name": c.name,
        "cluster_name": c.name,
        "cluster_role": "vcluster",
        "cluster_type": "vcluster",
        "enable_argocd": "true",
        "enable_gateway_api_crds": "true",
        "enable_nginx_gateway_fabric": "true",
        "enable_cert_manager": "true",
        "enable_external_secrets": "true",
        "enable_external_dns": "true",
        "environment": c.environment
    });
    if let Some(more) = c.spec["integrations"]["argocd"].get("clusterLabels") {
        merge(&mut labels, more);
    }
    labels
}

fn cluster_annotations(c: &Context<'_>) -> Json {
    let workloads = &c.spec["integrations"]["argocd"]["workloadRepo"];
    let mut annotations = json!({
        "addons_repo_url": REPO,
        "addons_repo_revision": "main",
        "addons_repo_basepath": "addons/",
        "addons_repo_path": "charts/application-sets",
        "managed-by": "argocd.argoproj.io",
        "cert_manager_namespace": "cert-manager",
        "external_dns_namespace": "external-dns",
        "nfs_subdir_external_provisioner_namespace": "nfs-provisioner",
        "cluster_name": c.name,
        "environment": c.environment,
        "platform.integratn.tech/base-domain": c.base_domain,
        "platform.integratn.tech/base-domain-sanitized": c.base_domain.replace('.', "-"),
        "workload_repo_url": text(workloads, "url", REPO),
        "workload_repo_path": text(workloads, "path", "workloads"),
        "workload_repo_revision": text(workloads, "revision", "main")
    });
    if workloads.is_object() {
        annotations["workload_repo_basepath"] = text(workloads, "basePath", "").into();
    }
    if let Some(more) = c.spec["integrations"]["argocd"].get("clusterAnnotations") {
        merge(&mut annotations, more);
    }
    annotations
}

/// The text of `key`, or what stands in for it.
fn text<'j>(object: &'j Json, key: &str, default: &'j str) -> &'j str {
    object.get(key).and_then(Json::as_str).unwrap_or(default)
}

/// Merges `right` into `left`: objects deep, all else from the right.
fn merge(left: &mut Json, right: &Json) {
    match (left, right) {
        (Json::Object(left), Json::Object(right)) => {
            for (key, value) in right {
                merge(left.entry(key.clone()).or_insert(Json::Object(Map::new())), value);
            }
        }
        (left, right) => *left = right.clone(),
    }
}
