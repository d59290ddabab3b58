/// The configuration of the CoreDNS that serves a vcluster of this cluster domain.
fn corefile(clusterDomain: DnsSubdomain) -> String = """
  .:1053 {
    errors
    health
    ready
    kubernetes ${clusterDomain} in-addr.arpa ip6.arpa {
      pods insecure
      fallthrough in-addr.arpa ip6.arpa
      ttl 30
    }
    prometheus 0.0.0.0:9153
    forward . /etc/resolv.conf
    cache 30
    loop
    reload
    loadbalance
  }
  """
