/// Promises that a plan has something to do for: loops, and keys that only a request tells.
platform loops {
  promises "promises/*.promise"
  pod-security baseline
}
