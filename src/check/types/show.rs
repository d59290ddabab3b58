//! Types as they are shown in messages: the way they are written in the language.

use std::fmt;

use super::{IntRange, Lit, Str, Ty, Type};

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Never => f.write_str("Never"),
            Type::Bool => f.write_str("Bool"),
            Type::Int(r) if *r == IntRange::default() => f.write_str("Int"),
            Type::Int(r) if (r.lo, r.hi) == (Some(1), Some(65535)) => f.write_str("Port"),
            Type::Int(r) => write!(f, "Int({r})"),
            Type::Number => f.write_str("Number"),
            Type::Str(s) => s.fmt(f),
            Type::Literals(set) => {
                let mut words: Vec<String> = set.iter().take(8).map(Lit::to_string).collect();
                if set.len() > 8 {
                    words.push("…".into());
                }
                f.write_str(&words.join(" | "))
            }
            Type::List(item) => write!(f, "[{item}]"),
            Type::Map(value) => write!(f, "{{String: {value}}}"),
            Type::Record(record) => {
                let show = |(name, field): (&std::sync::Arc<str>, &super::Field)| {
                    let inner = match &field.ty {
                        // One level tells enough; all of them may be more than a line holds.
                        Type::Record(_) => "{ … }".to_owned(),
                        other => other.to_string(),
                    };
                    format!("{name}{}: {inner}", if field.optional { "?" } else { "" })
                };
                let mut fields: Vec<String> = record.fields.iter().take(4).map(show).collect();
                if record.fields.len() > 4 {
                    fields.push("…".into());
                }
                match fields.is_empty() {
                    true => f.write_str("{}"),
                    false => write!(f, "{{ {} }}", fields.join(", ")),
                }
            }
            Type::Object => f.write_str("Object"),
            Type::Any => f.write_str("Any"),
            Type::IntOrString => f.write_str("Int | String"),
        }
    }
}

impl fmt::Display for Ty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.ty, if self.optional { "?" } else { "" })
    }
}

impl fmt::Display for IntRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = |e: Option<i64>| e.map(|n| n.to_string()).unwrap_or_default();
        write!(f, "{}..{}", end(self.lo), end(self.hi))
    }
}

impl fmt::Display for Lit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Lit::Bool(b) => write!(f, "{b}"),
            Lit::Int(i) => write!(f, "{i}"),
            Lit::Str(s) => write!(f, "{:?}", super::shorten(s)),
        }
    }
}

impl fmt::Display for Str {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.class.map_or("String", |c| c.name()))?;
        let mut refine: Vec<String> = self.pattern.iter().map(|p| format!("r\"{p}\"")).collect();
        if self.min.is_some() || self.max.is_some() {
            let range = IntRange { lo: self.min.map(i64::from), hi: self.max.map(i64::from) };
            refine.push(range.to_string());
        }
        match refine.is_empty() {
            true => Ok(()),
            false => write!(f, "({})", refine.join(", ")),
        }
    }
}
