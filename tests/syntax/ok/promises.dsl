/// Ours.
platform integratn {
  promises "promises/*.promise"
  rules "rules/*.dsl","more/rules.dsl"
  foreign  "vendor/promises/*.yaml", "more/*.yaml"
  values-schema "schemas/chart.json" for v1/ConfigMap data["values.yaml"]
  schemas  "schemas/*.yaml"
  values { baseDomain: Hostname = "integratn.tech", argocdNamespace: DnsLabel = "argocd" }
  secret-store onepassword-store { kind: ClusterSecretStore, provider: onepassword }
  pod-security baseline
  host-access "log-collectors" because "reads /var/log through hostPath"
  pipeline-image "ghcr.io/acme/{promise}:{version}"
  on-bad-input suspend
  state { branch: "main", destination the-cluster { path: "clusters/the-cluster", labels: { environment: "dev" } } }
}
