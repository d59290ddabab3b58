/// One promise of a public marketplace, ported: two objects, and a catalogue entry with a destination of its own.
platform kafka-example {
  promises "promises/*.promise"
  schemas "schemas/*.yaml"
  pod-security baseline
  pipeline-image "ghcr.io/example/vow:0.1.0"
}
