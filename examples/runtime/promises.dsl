/// One promise of a public marketplace, ported: an application behind an ingress, where its life is, and its address.
platform runtime-example {
  promises "promises/*.promise"
  pod-security baseline
  pipeline-image "ghcr.io/example/promises/{promise}:{version}"
  values {
    domain: Hostname = "local.gd"
    portSuffix: String(r"^(:[0-9]+)?$") = ":31338"
  }
}
