fn f(x: Int) -> Int rhai {
  if x { "a"
  x
}

fn g(x: Int) -> Int rhai {
  x
}

let x = = 1
