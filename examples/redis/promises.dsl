/// One promise of a public marketplace, ported: one object, sized by its request.
platform redis-example {
  promises "promises/*.promise"
  schemas "schemas/*.yaml"
  pod-security baseline
}
