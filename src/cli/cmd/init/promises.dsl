/// Everything that the promises of this platform share.
platform example {
  promises "promises/*.promise"
  values {
    baseDomain: Hostname = "example.org"
  }
  pod-security baseline
}
