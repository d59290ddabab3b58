// IPv4 networks. A network may be written with any address in it: `10.0.4.7/24` is `10.0.4.0/24`.

/// The address at `offset` in `subnet`, counted from the network's own; refuses one outside it.
/// At 7 in `10.0.4.0/24` is `10.0.4.7`; 256 and -1 are refused there.
fn host(subnet: Cidr, offset: Int) -> Ipv4 rhai {
  let parts = subnet.split("/");
  let width = 32 - parse_int(parts[1]);
  if offset < 0 || offset >= 1 << width { throw `no address ${offset} in ${subnet}`; }
  let n = 0;
  for octet in parts[0].split(".") { n = (n << 8) + parse_int(octet); }
  n = ((n >> width) << width) + offset;
  `${n >> 24}.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`
}

/// Whether the address lies in the network.
/// `10.0.4.0/24` contains `10.0.4.255`, and not `10.0.5.0`; `0.0.0.0/0` contains every address.
fn contains(subnet: Cidr, address: Ipv4) -> Bool rhai {
  fn number(ip) {
    let n = 0;
    for octet in ip.split(".") { n = (n << 8) + parse_int(octet); }
    n
  }
  let parts = subnet.split("/");
  let width = 32 - parse_int(parts[1]);
  number(parts[0]) >> width == number(address) >> width
}

/// The first address of the network, by which it is named.
/// That of `10.0.4.7/24` is `10.0.4.0`.
fn network(subnet: Cidr) -> Ipv4 rhai {
  let parts = subnet.split("/");
  let width = 32 - parse_int(parts[1]);
  let n = 0;
  for octet in parts[0].split(".") { n = (n << 8) + parse_int(octet); }
  n = (n >> width) << width;
  `${n >> 24}.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`
}

/// The last address of the network, by which all of it is reached.
/// That of `10.0.4.0/24` is `10.0.4.255`; that of `10.0.4.7/32` is `10.0.4.7`.
fn broadcast(subnet: Cidr) -> Ipv4 rhai {
  let parts = subnet.split("/");
  let width = 32 - parse_int(parts[1]);
  let n = 0;
  for octet in parts[0].split(".") { n = (n << 8) + parse_int(octet); }
  n = n | ((1 << width) - 1);
  `${n >> 24}.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`
}

/// The length of the network's prefix, in bits.
/// That of `10.0.4.0/24` is 24.
fn prefix(subnet: Cidr) -> Int(0..32) rhai {
  parse_int(subnet.split("/")[1])
}

/// The number of addresses in the network, its first and last included.
/// `10.0.4.0/24` has 256, `10.0.4.7/32` has 1, and `0.0.0.0/0` has 4294967296.
fn size(subnet: Cidr) -> Int(1..4294967296) rhai {
  1 << (32 - parse_int(subnet.split("/")[1]))
}
