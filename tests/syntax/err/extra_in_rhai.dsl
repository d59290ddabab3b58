fn g(x: Int) -> Int rhai {
  if x { "a" } }
  x
}

let x = = 1
