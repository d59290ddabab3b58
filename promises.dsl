/// The platform of integratn.tech: what all of its promises share.
platform integratn {
  promises "promises/*.promise"
  rules "rules/*.dsl"

  values {
    /// Below it every vcluster gets its host name, unless its request says otherwise.
    baseDomain: Hostname = "integratn.tech"
    argocdNamespace: DnsLabel = "argocd"

    /// The store that External Secrets reads from.
    secretStore: DnsSubdomain = "onepassword-store"
    /// The 1Password Connect API that the kubeconfig job writes to.
    onepasswordHost: Url = "https://connect.integratn.tech"
    /// The item that holds its token (`credential`) and the id of its vault (`vault`).
    onepasswordTokenItem: DnsSubdomain = "onepassword-access-token"
    /// An image with kubectl and bash.
    kubectlImage: Image = "alpine/k8s:1.34.1"
    /// A small image that the packages curl and jq can be added to.
    alpineImage: Image = "alpine:3.19"

    /// Where Argo CD finds the addons of a cluster.
    addonsRepoUrl: Url = "https://github.com/jamesatintegratnio/gitops_homelab_2_0"
    addonsRepoRevision: String = "main"
    addonsRepoBasePath: String = "addons/"
    addonsRepoPath: String = "charts/application-sets"

    /// Where Argo CD finds the workloads of a cluster whose request names no repository.
    workloadRepoUrl: Url = "https://github.com/jamesatintegratnio/gitops_homelab_2_0"
    workloadRepoPath: String = "workloads"
    workloadRepoRevision: String = "main"
  }

  secret-store onepassword-store { kind: ClusterSecretStore, provider: onepassword }

  pod-security baseline
  // Each promise has an image, which GitHub builds when the promise changes.
  pipeline-image "ghcr.io/integratn/promises/{promise}:v{version}-{fingerprint}"

  state {
    branch: "main"
    destination the-cluster { path: "clusters/the-cluster", labels: { environment: "dev" } }
  }
}
