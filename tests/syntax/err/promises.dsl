platform my platform {
  promises promises/*.promise
  value { a: Int = 1 }
  values { a = 1 }
  secret_store x { kind: y }
  host-access "x" "y"
  state { branch "main", destination { } }
}
