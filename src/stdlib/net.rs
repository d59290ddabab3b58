//! The native functions of `net`. A network may be written with any address in it.

use std::net::Ipv4Addr;

use super::{Body, text_at};
use crate::value::Value;

pub(super) const NATIVES: &[(&str, Body)] = &[
    ("broadcast", broadcast),
    ("contains", contains),
    ("host", host),
    ("network", network),
    ("prefix", prefix),
    ("size", size),
];

/// An IPv4 network.
struct Network {
    /// Its first address.
    first: u32,
    /// The length of its prefix, in bits.
    prefix: u32,
}

impl Network {
    fn at(args: &[Value], index: usize) -> Result<Network, String> {
        let text = text_at(args, index)?;
        let parts =
            text.split_once('/').and_then(|(ip, n)| Some((ip.parse::<Ipv4Addr>().ok()?, n.parse().ok()?)));
        let (ip, prefix) =
            parts.filter(|(_, n)| *n <= 32).ok_or_else(|| format!("`{text}` is no network"))?;
        let mask = u32::MAX.checked_shl(32 - prefix).unwrap_or(0);
        Ok(Network { first: u32::from(ip) & mask, prefix })
    }

    /// How many addresses it has.
    fn size(&self) -> i64 {
        1 << (32 - self.prefix)
    }

    /// The address at `offset`, if it has one there.
    fn address(&self, offset: i64) -> Option<Ipv4Addr> {
        let offset = u32::try_from(offset).ok().filter(|n| i64::from(*n) < self.size())?;
        Some(self.first.checked_add(offset)?.into())
    }

    fn contains(&self, ip: Ipv4Addr) -> bool {
        i64::from(u32::from(ip)).checked_sub(self.first.into()).is_some_and(|n| (0..self.size()).contains(&n))
    }
}

fn host(args: &[Value]) -> Result<Value, String> {
    let offset = args.get(1).and_then(|v| if let Value::Int(i) = v { Some(*i) } else { None });
    let offset = offset.ok_or("argument 2 is no integer")?;
    let found = Network::at(args, 0)?.address(offset);
    match found {
        Some(ip) => Ok(ip.to_string().into()),
        None => Err(format!("no address {offset} in {}", text_at(args, 0)?)),
    }
}

fn contains(args: &[Value]) -> Result<Value, String> {
    let text = text_at(args, 1)?;
    let ip = text.parse().map_err(|_| format!("`{text}` is no address"))?;
    Ok(Network::at(args, 0)?.contains(ip).into())
}

fn network(args: &[Value]) -> Result<Value, String> {
    Ok(Ipv4Addr::from(Network::at(args, 0)?.first).to_string().into())
}

fn broadcast(args: &[Value]) -> Result<Value, String> {
    let network = Network::at(args, 0)?;
    let last = network.address(network.size() - 1).ok_or("the network has no last address")?;
    Ok(last.to_string().into())
}

fn prefix(args: &[Value]) -> Result<Value, String> {
    Ok(Value::Int(Network::at(args, 0)?.prefix.into()))
}

fn size(args: &[Value]) -> Result<Value, String> {
    Ok(Value::Int(Network::at(args, 0)?.size()))
}
