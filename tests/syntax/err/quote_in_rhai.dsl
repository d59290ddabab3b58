fn g(x: Int) -> Int rhai {
  let a = "b;
  x
}

let x = = 1
