//! The named classes of texts.

use std::net::Ipv4Addr;
use std::sync::OnceLock;

use regex::Regex;
use serde::{Deserialize, Serialize};

use crate::check::label;

/// A named class of texts. Each has a pattern, so that it can stand in a schema; the pattern is the whole truth, but
/// for [`Class::Ipv4`] and [`Class::Cidr`], whose pattern in a schema cannot bound the numbers as readably.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
pub enum Class {
    /// RFC 1123 label: a name of a namespace, at most 63 characters.
    DnsLabel,
    /// RFC 1123 subdomain: most names of objects, at most 253 characters.
    DnsSubdomain,
    /// A fully qualified host name, at most 253 characters.
    Hostname,
    /// A Kubernetes quantity: `200m`, `1Gi`.
    Quantity,
    /// A Go duration: `1h30m`.
    Duration,
    /// An IPv4 network: `10.0.4.0/24`.
    Cidr,
    /// An IPv4 address.
    Ipv4,
    /// An absolute URL.
    Url,
    /// A semantic version, without `v`.
    Semver,
    /// A reference to a container image.
    Image,
}

impl Class {
    /// All classes, in the order in which they are listed to people.
    pub const ALL: [Class; 10] = [
        Class::DnsLabel,
        Class::DnsSubdomain,
        Class::Hostname,
        Class::Quantity,
        Class::Duration,
        Class::Cidr,
        Class::Ipv4,
        Class::Url,
        Class::Semver,
        Class::Image,
    ];

    /// Its name in the language.
    pub fn name(self) -> &'static str {
        match self {
            Class::DnsLabel => "DnsLabel",
            Class::DnsSubdomain => "DnsSubdomain",
            Class::Hostname => "Hostname",
            Class::Quantity => "Quantity",
            Class::Duration => "Duration",
            Class::Cidr => "Cidr",
            Class::Ipv4 => "Ipv4",
            Class::Url => "Url",
            Class::Semver => "Semver",
            Class::Image => "Image",
        }
    }

    /// The class of that name.
    pub fn named(name: &str) -> Option<Class> {
        Class::ALL.into_iter().find(|c| c.name() == name)
    }

    /// The pattern that a schema shows.
    pub fn pattern(self) -> &'static str {
        match self {
            Class::DnsLabel => r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$",
            Class::DnsSubdomain => r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$",
            Class::Hostname => r"^([a-z0-9]([-a-z0-9]*[a-z0-9])?\.)+[a-z]{2,}$",
            Class::Quantity => r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?$",
            Class::Duration => r"^([0-9]+(\.[0-9]+)?(ns|us|ms|s|m|h))+$",
            Class::Cidr => r"^([0-9]{1,3}\.){3}[0-9]{1,3}/([0-9]|[12][0-9]|3[0-2])$",
            Class::Ipv4 => r"^([0-9]{1,3}\.){3}[0-9]{1,3}$",
            Class::Url => r"^[a-z][a-z0-9+.-]*://[^\s/?#]+[^\s]*$",
            Class::Semver => {
                r"^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$"
            }
            Class::Image => {
                r"^[a-zA-Z0-9][a-zA-Z0-9._-]*(:[0-9]+)?(/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[0-9a-f]{64})?$"
            }
        }
    }

    /// The greatest number of characters, if there is one.
    pub fn max_len(self) -> Option<u32> {
        match self {
            Class::DnsLabel => Some(63),
            Class::DnsSubdomain | Class::Hostname => Some(253),
            Class::Quantity | Class::Duration => Some(64),
            Class::Cidr => Some(18),
            Class::Ipv4 => Some(15),
            Class::Url => Some(2048),
            Class::Semver => Some(128),
            Class::Image => Some(512),
        }
    }

    /// What it is, in a few words for a message.
    pub fn describe(self) -> &'static str {
        match self {
            Class::DnsLabel => "lower-case letters, digits and `-`, at most 63 characters",
            Class::DnsSubdomain => "lower-case letters, digits, `-` and `.`, at most 253 characters",
            Class::Hostname => "a fully qualified host name such as `app.example.org`",
            Class::Quantity => "a Kubernetes quantity such as `200m` or `1Gi`",
            Class::Duration => "a duration such as `30s` or `1h30m`",
            Class::Cidr => "an IPv4 network such as `10.0.4.0/24`",
            Class::Ipv4 => "an IPv4 address such as `10.0.4.7`",
            Class::Url => "an absolute URL such as `https://example.org/x`",
            Class::Semver => "a semantic version such as `1.2.3`",
            Class::Image => "a container image such as `ghcr.io/acme/app:1.2.3`",
        }
    }

    /// Whether `text` belongs to the class.
    pub fn contains(self, text: &str) -> bool {
        if self.max_len().is_some_and(|max| text.chars().count() > max as usize) {
            return false;
        }
        match self {
            // Every object has such a name, and to compile a pattern costs more than a request does.
            Class::DnsLabel => label::is_dns_label(text),
            Class::DnsSubdomain => label::is_subdomain(text),
            Class::Ipv4 => text.parse::<Ipv4Addr>().is_ok(),
            Class::Cidr => match text.split_once('/') {
                Some((ip, _)) => ip.parse::<Ipv4Addr>().is_ok() && self.matches(text),
                None => false,
            },
            _ => self.matches(text),
        }
    }

    /// Whether every text of `self` belongs to `other`.
    pub fn is_within(self, other: Class) -> bool {
        self == other
            || matches!((self, other), (Class::DnsLabel | Class::Hostname | Class::Ipv4, Class::DnsSubdomain))
    }

    /// Whether the pattern matches; compiled when the class is first asked for.
    fn matches(self, text: &str) -> bool {
        static ALL: [OnceLock<Option<Regex>>; Class::ALL.len()] =
            [const { OnceLock::new() }; Class::ALL.len()];
        let compile = || Regex::new(&self.pattern().replace(r"\s", r"[\t\n\f\r ]")).ok();
        let regex = ALL.get(self as usize).and_then(|kept| kept.get_or_init(compile).as_ref());
        regex.is_some_and(|regex| regex.is_match(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles_and_stands_at_its_place() {
        for class in Class::ALL {
            assert!(Regex::new(class.pattern()).is_ok(), "{class:?}");
            assert_eq!(Class::ALL.iter().position(|c| *c == class), Some(class as usize));
            assert_eq!(Class::named(class.name()), Some(class));
        }
    }

    #[test]
    fn numbers_are_bounded_where_a_pattern_cannot() {
        assert!(Class::Ipv4.contains("10.0.4.7") && !Class::Ipv4.contains("10.0.4.256"));
        assert!(Class::Cidr.contains("10.0.4.0/24") && !Class::Cidr.contains("10.0.999.0/24"));
        assert!(!Class::Cidr.contains("10.0.4.0/33") && !Class::Ipv4.contains("010.0.0.1"));
    }

    /// All texts of up to five of the characters that matter.
    #[test]
    fn names_are_what_their_patterns_say() {
        let mut texts = vec![String::new()];
        for length in 0..5 {
            let longer: Vec<String> = texts
                .iter()
                .filter(|t| t.chars().count() == length)
                .flat_map(|t| ['a', '0', '-', '.', 'A', '\n', 'ä'].map(|c| format!("{t}{c}")))
                .collect();
            texts.extend(longer);
        }
        for class in [Class::DnsLabel, Class::DnsSubdomain] {
            for text in &texts {
                assert_eq!(class.contains(text), class.matches(text), "{class:?} {text:?}");
            }
        }
    }

    #[test]
    fn a_newline_at_the_end_is_no_part_of_a_name() {
        assert!(Class::DnsLabel.contains("a-b") && !Class::DnsLabel.contains("a-b\n"));
        assert!(!Class::DnsLabel.contains(&"a".repeat(64)) && !Class::DnsLabel.contains(""));
    }
}
