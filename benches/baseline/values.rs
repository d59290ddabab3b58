//! The values of the vcluster chart.

use serde_json::{Value as Json, json};

use super::{Context, merge, text};

pub(super) fn values(c: &Context<'_>) -> Json {
    let v = &c.spec["vcluster"];
    let mut values = json!({
        "controlPlane": control_plane(c),
        "deploy": { "metallb": { "enabled": true } },
        "integrations": integrations(c),
        "telemetry": { "enabled": false },
        "logging": { "encoding": "json" },
        "networking": { "advanced": { "clusterDomain": c.cluster_domain } },
        "sync": {
            "toHost": {
                "pods": { "enabled": true },
                "persistentVolumes": { "enabled": true },
                "ingresses": { "enabled": true },
                "networkPolicies": { "enabled": false }
            },
            "fromHost": {
                "storageClasses": { "enabled": true },
                "ingressClasses": { "enabled": true },
                "secrets": {
                    "enabled": true,
                    "mappings": { "byName": {
                        "external-secrets/eso-onepassword-token": "external-secrets/eso-onepassword-token"
                    } }
                }
            }
        },
        "rbac": { "clusterRole": { "enabled": true, "extraRules": [{
            "apiGroups": [""],
            "resources": ["secrets"],
            "verbs": ["get", "list", "watch"],
            "resourceNames": ["eso-onepassword-token"]
        }] } },
        "exportKubeConfig": { "server": format!("https://{}:{}", c.host, c.port) }
    });
    if let Some(config) = v.get("exportKubeConfig") {
        merge(&mut values["exportKubeConfig"], config);
    }
    if text(v, "isolationMode", "standard") == "strict" {
        values["policies"] = json!({
            "resourceQuota": { "enabled": true },
            "limitRange": { "enabled": true },
            "networkPolicy": { "enabled": true }
        });
    }
    if let Some(overrides) = v.get("helmOverrides") {
        merge(&mut values, overrides);
    }
    values
}

fn control_plane(c: &Context<'_>) -> Json {
    let v = &c.spec["vcluster"];
    let (replicas, coredns) = if c.is_prod { (3, 2) } else { (1, 1) };
    let mut service = json!({ "type": "LoadBalancer" });
    let mut names = vec![c.host.as_str()];
    if let Some(vip) = &c.vip {
        service["loadBalancerIP"] = vip.as_str().into();
        names.push(vip);
    }
    let mut ports = vec![json!({ "name": "https", "port": c.port, "targetPort": 8443, "protocol": "TCP" })];
    if c.port != 443 {
        ports.push(json!({ "name": "https-internal", "port": 443, "targetPort": 8443, "protocol": "TCP" }));
    }
    service["ports"] = ports.into();
    let mut plane = json!({
        "distro": { "k8s": { "enabled": true, "version": text(v, "k8sVersion", "v1.34.3") } },
        "serviceMonitor": { "enabled": true, "labels": {
            "vcluster_name": c.name,
            "vcluster_namespace": c.spec["targetNamespace"],
            "environment": c.environment,
            "cluster_role": "vcluster"
        } },
        "statefulSet": {
            "highAvailability": { "replicas": v.get("replicas").cloned().unwrap_or(replicas.into()) },
            "scheduling": { "podManagementPolicy": "Parallel", "priorityClassName": "system-cluster-critical" },
            "image": { "repository": "loft-sh/vcluster-oss" },
            "persistence": { "volumeClaim": claim(c) },
            "resources": resources(c)
        },
        "coredns": {
            "enabled": true,
            "deployment": {
                "replicas": v["coredns"].get("replicas").cloned().unwrap_or(coredns.into())
            },
            "overwriteConfig": corefile(c.cluster_domain)
        },
        "proxy": { "extraSANs": names },
        "service": {
            "enabled": true,
            "annotations": { "external-dns.alpha.kubernetes.io/hostname": c.host },
            "spec": service
        },
        "advanced": { "podDisruptionBudget": { "enabled": true, "minAvailable": 1 } }
    });
    if let Some(store) = v.get("backingStore") {
        plane["backingStore"] = store.clone();
    }
    plane
}

fn claim(c: &Context<'_>) -> Json {
    let size = if c.is_prod { "10Gi" } else { "5Gi" };
    let Some(given) = c.spec["vcluster"].get("persistence") else {
        return json!({ "enabled": c.is_prod, "size": size });
    };
    let mut claim = json!({ "enabled": true, "size": "5Gi" });
    merge(&mut claim, given);
    claim
}

fn resources(c: &Context<'_>) -> Json {
    let (requests, limits) = match c.is_prod {
        true => (["500m", "1Gi"], ["2", "2Gi"]),
        false => (["200m", "512Mi"], ["1000m", "1Gi"]),
    };
    let given = &c.spec["vcluster"]["resources"];
    let part = |key: &str, preset: [&str; 2], default: [&str; 2]| match given.get(key) {
        Some(part) => {
            json!({ "cpu": text(part, "cpu", default[0]), "memory": text(part, "memory", default[1]) })
        }
        None => json!({ "cpu": preset[0], "memory": preset[1] }),
    };
    json!({
        "requests": part("requests", requests, ["200m", "512Mi"]),
        "limits": part("limits", limits, ["1000m", "1Gi"])
    })
}

fn integrations(c: &Context<'_>) -> Json {
    let i = &c.spec["integrations"];
    json!({
        "externalSecrets": {
            "enabled": true,
            "webhook": { "enabled": true },
            "sync": { "fromHost": { "clusterStores": {
                "enabled": true,
                "selector": { "matchLabels": i["externalSecrets"]["clusterStoreSelectorLabels"] }
            } } }
        },
        "metricsServer": { "enabled": true },
        "certManager": {
            "enabled": true,
            "sync": { "fromHost": { "clusterIssuers": {
                "enabled": true,
                "selector": { "labels": i["certManager"]["clusterIssuerSelectorLabels"] }
            } } }
        }
    })
}

fn corefile(domain: &str) -> String {
    format!(
        ".:1053 {{\n  errors\n  health\n  ready\n  kubernetes {domain} in-addr.arpa ip6.arpa {{\n    pods insecure\n    \
         fallthrough in-addr.arpa ip6.arpa\n    ttl 30\n  }}\n  prometheus 0.0.0.0:9153\n  forward . /etc/resolv.conf\n  \
         cache 30\n  loop\n  reload\n  loadbalance\n}}\n"
    )
}
