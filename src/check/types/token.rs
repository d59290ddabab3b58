//! Tokens by the shape that their makers gave them, as far as a name could be one.
//!
//! A name of a named class (`DnsLabel`, `DnsSubdomain`, `Hostname`) that comes from outside is never a token: requests
//! and casts that say otherwise are refused where they stand. So what is made of names needs no second look.

use super::{Class, Record, Str, Type};
use crate::value::Value;
use crate::value::path::{Path, Step};

/// A prefix, the least length of what follows, and what it is.
pub(crate) struct Shape(pub(crate) &'static str, pub(crate) usize, pub(crate) &'static str);

impl Shape {
    /// What follows the prefix in `text`, if it begins so. The first byte tells most prefixes apart, so it is asked first.
    pub(crate) fn body<'t>(&self, text: &'t str) -> Option<&'t str> {
        let Shape(prefix, ..) = self;
        (prefix.as_bytes().first() == text.as_bytes().first()).then(|| text.strip_prefix(prefix)).flatten()
    }
}

/// The tokens whose makers gave them a shape.
pub(crate) const SHAPES: [Shape; 63] = [
    Shape("AIza", 35, "an API key of Google"),
    Shape("AKIA", 16, "an access key of AWS"),
    Shape("ASIA", 16, "an access key of AWS"),
    Shape("AGE-SECRET-KEY-1", 50, "a private key of age"),
    Shape("ATATT3x", 40, "a token of Atlassian"),
    Shape("EAAC", 60, "a token of Facebook"),
    Shape("GOCSPX-", 20, "a client secret of Google"),
    Shape("LTAI", 16, "an access key of Alibaba Cloud"),
    Shape("NRAK-", 20, "an API key of New Relic"),
    Shape("SG.", 30, "a key of SendGrid"),
    Shape("dapi", 32, "a token of Databricks"),
    Shape("dckr_pat_", 20, "a token of Docker Hub"),
    Shape("doo_v1_", 40, "a token of DigitalOcean"),
    Shape("dop_v1_", 40, "a token of DigitalOcean"),
    Shape("dp.st.", 30, "a token of Doppler"),
    Shape("ghe_", 36, "a token of GitHub"),
    Shape("gho_", 36, "a token of GitHub"),
    Shape("ghp_", 36, "a token of GitHub"),
    Shape("ghr_", 36, "a token of GitHub"),
    Shape("ghs_", 36, "a token of GitHub"),
    Shape("ghu_", 36, "a token of GitHub"),
    Shape("github_pat_", 40, "a token of GitHub"),
    Shape("glcbt-", 16, "a token of GitLab"),
    Shape("gldt-", 16, "a token of GitLab"),
    Shape("glft-", 16, "a token of GitLab"),
    Shape("glagent-", 20, "a token of GitLab"),
    Shape("gloas-", 20, "a token of GitLab"),
    Shape("glpat-", 20, "a token of GitLab"),
    Shape("glptt-", 20, "a token of GitLab"),
    Shape("glrt-", 16, "a token of GitLab"),
    Shape("glsoat-", 16, "a token of GitLab"),
    Shape("glsa_", 32, "a token of Grafana"),
    Shape("glc_", 32, "a token of Grafana"),
    Shape("hf_", 30, "a token of Hugging Face"),
    Shape("hvb.", 20, "a token of Vault"),
    Shape("hvr.", 20, "a token of Vault"),
    Shape("hvs.", 20, "a token of Vault"),
    Shape("lin_api_", 30, "an API key of Linear"),
    Shape("npm_", 36, "a token of npm"),
    Shape("ops_eyJ", 40, "a token of a 1Password service account"),
    Shape("pscale_", 30, "a password of PlanetScale"),
    Shape("pul-", 40, "a token of Pulumi"),
    Shape("pypi-", 50, "a token of PyPI"),
    Shape("rk_live_", 16, "a key of Stripe"),
    Shape("rk_test_", 16, "a key of Stripe"),
    Shape("rubygems_", 40, "a token of RubyGems"),
    Shape("shpat_", 32, "a token of Shopify"),
    Shape("sk-ant-", 40, "an API key of Anthropic"),
    Shape("sk-proj-", 40, "an API key of OpenAI"),
    Shape("sk_live_", 16, "a key of Stripe"),
    Shape("sk_test_", 16, "a key of Stripe"),
    Shape("sntrys_", 20, "a token of Sentry"),
    Shape("sntryu_", 20, "a token of Sentry"),
    Shape("tskey-", 20, "a key of Tailscale"),
    Shape("v1.0-", 40, "a key of Cloudflare"),
    Shape("xapp-", 20, "a token of Slack"),
    Shape("xoxa-", 20, "a token of Slack"),
    Shape("xoxb-", 20, "a token of Slack"),
    Shape("xoxe-", 20, "a token of Slack"),
    Shape("xoxp-", 20, "a token of Slack"),
    Shape("xoxr-", 20, "a token of Slack"),
    Shape("xoxs-", 20, "a token of Slack"),
    Shape("ya29.", 20, "a token of Google"),
];

/// How much of a token is looked at: no prefix and body together are longer.
const NEAR: usize = 128;
/// A part of a name that is at least so long and mixes letters and digits is no word of a person's.
const LONG: usize = 24;

/// Whether a text is made of what names are made of.
pub(crate) fn is_name(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.'))
}

/// What token a name is by its beginning: one of its parts must be long, and mix letters and digits.
pub(crate) fn of_name(name: &str) -> Option<&'static str> {
    let near = name.get(..NEAR).unwrap_or(name);
    let fits = |shape: &&Shape| {
        shape.body(near).is_some_and(|body| body.split(['-', '.']).any(|part| is_random(part, shape.1)))
    };
    SHAPES.iter().find(fits).map(|Shape(_, _, what)| *what)
}

/// Whether a part of a name could be that of a token whose body has at least `least` characters.
fn is_random(part: &str, least: usize) -> bool {
    part.len() >= least.min(LONG)
        && part.bytes().any(|b| b.is_ascii_digit())
        && part.bytes().any(|b| b.is_ascii_alphabetic())
}

/// Whether a part of a name could be that of any token.
pub(crate) fn may_be_random(part: &str) -> bool {
    part.split(['-', '.']).any(|part| is_random(part, 16))
}

/// What token a name is or holds; it may begin anew after each dot.
pub(crate) fn in_name(name: &str) -> Option<&'static str> {
    let starts = name.match_indices('.').map(|(at, _)| at + 1);
    let mut rests = std::iter::once(0).chain(starts).filter_map(|at| name.get(at..));
    rests.find_map(|rest| of_name(rest.trim_start_matches(['-', '.'])))
}

/// Whether texts of a type are names that are held to be no tokens.
pub(crate) fn is_held(ty: &Str) -> bool {
    matches!(ty.class, Some(Class::DnsLabel | Class::DnsSubdomain | Class::Hostname))
}

/// Where a value holds a token in the place of a name, and which.
pub(crate) fn in_value(ty: &Type, value: &Value) -> Option<(Path, &'static str)> {
    let mut steps = Vec::new();
    find(ty, value, &mut steps).map(|what| (Path(steps), what))
}

fn find(ty: &Type, value: &Value, steps: &mut Vec<Step>) -> Option<&'static str> {
    let mut at = |step: Step, ty: &Type, value: &Value| {
        steps.push(step);
        let found = find(ty, value, steps);
        if found.is_none() {
            steps.pop();
        }
        found
    };
    match (ty, value) {
        (Type::Str(s), Value::Str(text)) if is_held(s) => in_name(text),
        (Type::List(item), Value::List(items)) => {
            items.iter().enumerate().find_map(|(i, v)| at(Step::Index(i), item, v))
        }
        (Type::Map(of), Value::Map(map)) => map.iter().find_map(|(k, v)| at(Step::Key(k.clone()), of, v)),
        (Type::Record(record), Value::Map(map)) => in_record(record, &mut |key, ty| {
            map.get(key).and_then(|value| at(Step::Key(key.into()), ty, value))
        }),
        _ => None,
    }
}

fn in_record(
    record: &Record,
    look: &mut dyn FnMut(&str, &Type) -> Option<&'static str>,
) -> Option<&'static str> {
    record.fields.iter().find_map(|(key, field)| look(key, &field.ty))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_told_from_a_name_that_begins_like_one() {
        for token in [
            "glpat-f4kef4kef4kef4kef4ke",
            "dapif4cef4cef4cef4cef4cef4cef4cef4ce",
            "a.hvs.f4kef4kef4kef4kef4ke",
        ] {
            assert!(in_name(token).is_some(), "{token}");
        }
        for name in
            ["dapi-gateway-of-the-whole-platform-2", "glpat-vcluster-values-and-more-2026", "media", "pul-1"]
        {
            assert_eq!(in_name(name), None, "{name}");
        }
    }
}
