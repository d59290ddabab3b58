// IPv4 networks. A network may be written with any address in it: `10.0.4.7/24` is `10.0.4.0/24`.

/// The address at `offset` in `subnet`, counted from the network's own; refuses one outside it.
/// At 7 in `10.0.4.0/24` is `10.0.4.7`; 256 and -1 are refused there.
fn host(subnet: Cidr, offset: Int) -> Ipv4 native

/// Whether the address lies in the network.
/// `10.0.4.0/24` contains `10.0.4.255`, and not `10.0.5.0`; `0.0.0.0/0` contains every address.
fn contains(subnet: Cidr, address: Ipv4) -> Bool native

/// The first address of the network, by which it is named.
/// That of `10.0.4.7/24` is `10.0.4.0`.
fn network(subnet: Cidr) -> Ipv4 native

/// The last address of the network, by which all of it is reached.
/// That of `10.0.4.0/24` is `10.0.4.255`; that of `10.0.4.7/32` is `10.0.4.7`.
fn broadcast(subnet: Cidr) -> Ipv4 native

/// The length of the network's prefix, in bits.
/// That of `10.0.4.0/24` is 24.
fn prefix(subnet: Cidr) -> Int(0..32) native

/// The number of addresses in the network, its first and last included.
/// `10.0.4.0/24` has 256, `10.0.4.7/32` has 1, and `0.0.0.0/0` has 4294967296.
fn size(subnet: Cidr) -> Int(1..4294967296) native
