use text

let limit = 3

fn corefile(domain: Hostname) -> String = """
  .:53 { ${domain} }
  """

/// The address at `offset` in `subnet`; refuses one outside it.
fn host(subnet: Cidr, offset: Int) -> Ipv4 rhai {
  // a } in a comment
  /* and { /* nested */ } */
  let s = "} ${x}"; let c = '}'; let d = '\'';
  let t = `a ${ if x { `}``{` } else { "{" } } b`;
  let r = #"raw } " "#;
  let m = #{ a: 1, b: #{ c: 2 } };
  if offset >= size(subnet) { throw "no address ${offset} in ${subnet}"; }
  subnet
}

fn maybe(x: {String: Int}) -> Int? = x["a"]
fn far() -> [String] rhai "net.rhai"
fn builtin(a: Any, b: Int,) -> "x" | "y" native

rule memory-limits on apps/v1/Deployment {
  let spec = it.spec
  for c in spec.template.spec.containers {
    require c.resources?.limits?.memory? else "container ${c.name} has no memory limit"
  }
  when spec.replicas > 3 {
    deny true else "x"
    warn spec.replicas > 5 else "many"
  }
}
rule any on document { require it? else "x" }
rule all on flow { deny false else "x" }
rule sub on request vcluster-core { deny false else "x" }

test "cases" from "cases/*/"
