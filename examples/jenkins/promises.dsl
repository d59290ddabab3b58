/// One promise of a public marketplace, ported: two environments, and a port that must not move.
platform jenkins-example {
  promises "promises/*.promise"
  schemas "schemas/*.yaml"
  pod-security baseline
}
