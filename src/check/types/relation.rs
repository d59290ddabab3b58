//! How types relate: which is within which, and what two have in common.

use std::collections::BTreeSet;
use std::sync::Arc;

use indexmap::IndexMap;

use super::contains::pattern_regex;
use super::{Field, IntRange, Lit, Record, Str, Ty, Type};

impl Type {
    /// Whether every value of `self` is a value of `other`.
    pub fn is_within(&self, other: &Type) -> bool {
        match (self, other) {
            (Type::Never, _) | (_, Type::Any) => true,
            (Type::Bool, Type::Bool) | (Type::Number, Type::Number) | (Type::Object, Type::Object) => true,
            (Type::IntOrString, Type::IntOrString) => true,
            (Type::Int(a), Type::Int(b)) => a.is_within(*b),
            (Type::Int(_), Type::Number | Type::IntOrString) | (Type::Str(_), Type::IntOrString) => true,
            (Type::Str(a), Type::Str(b)) => a.is_within(b),
            (Type::Literals(set), Type::Literals(wide)) => set.is_subset(wide),
            (Type::Literals(set), _) => set.iter().all(|l| other.check(&l.value()).is_ok()),
            (Type::List(a), Type::List(b)) | (Type::Map(a), Type::Map(b)) => a.is_within(b),
            (Type::Map(_) | Type::Record(_), Type::Object) => true,
            (Type::Object, Type::Map(b)) => **b == Type::Any,
            (Type::Record(a), Type::Map(b)) => a.fields.values().all(|f| f.ty.is_within(b)),
            (Type::Record(a), Type::Record(b)) => Arc::ptr_eq(a, b) || a.is_within(b),
            _ => false,
        }
    }

    /// The least type that holds both, if the language has one.
    pub fn join(&self, other: &Type) -> Option<Type> {
        if self.is_within(other) {
            return Some(other.clone());
        }
        if other.is_within(self) {
            return Some(self.clone());
        }
        match (self, other) {
            (Type::Literals(a), Type::Literals(b)) => join_literals(a, b),
            (Type::Literals(_), _) => self.widen().join(other),
            (_, Type::Literals(_)) => self.join(&other.widen()),
            (Type::Int(a), Type::Int(b)) => Some(Type::Int(a.join(*b))),
            (Type::Str(a), Type::Str(b)) => Some(Type::Str(a.join(b))),
            (Type::List(a), Type::List(b)) => Some(Type::list(a.join(b)?)),
            (Type::Map(a), Type::Map(b)) => Some(Type::map(a.join(b)?)),
            (Type::Record(r), Type::Map(m)) | (Type::Map(m), Type::Record(r)) => {
                let all = r.fields.values().try_fold((**m).clone(), |ty, f| ty.join(&f.ty))?;
                Some(Type::map(all))
            }
            (Type::Record(a), Type::Record(b)) => Some(Type::Record(Arc::new(a.join(b)?))),
            (Type::Object, Type::Map(_) | Type::Record(_))
            | (Type::Map(_) | Type::Record(_), Type::Object) => Some(Type::Object),
            _ => None,
        }
    }

    /// The base type of a set of literals; any other type as it is.
    pub fn widen(&self) -> Type {
        let Type::Literals(set) = self else { return self.clone() };
        match set.first() {
            Some(Lit::Bool(_)) => Type::Bool,
            Some(Lit::Int(_)) => {
                let ints = || set.iter().filter_map(|l| if let Lit::Int(i) = l { Some(*i) } else { None });
                Type::Int(IntRange { lo: ints().min(), hi: ints().max() })
            }
            Some(Lit::Str(_)) => Type::STRING,
            None => Type::Never,
        }
    }

    /// Whether the two share no value, so that a cast or a comparison between them can never hold.
    pub fn is_disjoint(&self, other: &Type) -> bool {
        use Type::{Any, Bool, Int, IntOrString, List, Literals, Map, Never, Number, Object, Record, Str};
        match (self, other) {
            (Any | Never, _) | (_, Any | Never) => false,
            (Literals(set), _) => set.iter().all(|l| other.check(&l.value()).is_err()),
            (_, Literals(set)) => set.iter().all(|l| self.check(&l.value()).is_err()),
            (Int(a), Int(b)) => {
                let below = |x: &IntRange, y: &IntRange| x.hi.zip(y.lo).is_some_and(|(hi, lo)| hi < lo);
                below(a, b) || below(b, a)
            }
            (Bool, Bool) | (Int(_) | Number | IntOrString, Int(_) | Number | IntOrString) => false,
            (Str(_) | IntOrString, Str(_) | IntOrString) | (List(_), List(_)) => false,
            (Map(_) | Record(_) | Object, Map(_) | Record(_) | Object) => false,
            _ => true,
        }
    }
}

impl Ty {
    /// The least type that holds both; optional if one is.
    pub fn join(&self, other: &Ty) -> Option<Ty> {
        Some(Ty { ty: self.ty.join(&other.ty)?, optional: self.optional || other.optional })
    }
}

impl Lit {
    /// The value as a literal, if it is a scalar that can be one.
    pub fn of(value: &crate::value::Value) -> Option<Lit> {
        use crate::value::Value;
        match value {
            Value::Bool(b) => Some(Lit::Bool(*b)),
            Value::Int(i) => Some(Lit::Int(*i)),
            Value::Str(s) => Some(Lit::Str(Arc::clone(s))),
            _ => None,
        }
    }

    /// The literal as a value.
    pub fn value(&self) -> crate::value::Value {
        match self {
            Lit::Bool(b) => (*b).into(),
            Lit::Int(i) => (*i).into(),
            Lit::Str(s) => crate::value::Value::Str(Arc::clone(s)),
        }
    }
}

/// The largest set of literals that a join makes.
const MOST_LITERALS: usize = 64;

fn join_literals(a: &BTreeSet<Lit>, b: &BTreeSet<Lit>) -> Option<Type> {
    let union: BTreeSet<Lit> = a.union(b).cloned().collect();
    let kind = |l: &Lit| std::mem::discriminant(l);
    let one = union.first().map(kind);
    if union.iter().any(|l| Some(kind(l)) != one) {
        return None;
    }
    // A set this large says no more than its base type, and would be copied with every item of a list.
    let ty = Type::Literals(union);
    Some(if matches!(&ty, Type::Literals(set) if set.len() > MOST_LITERALS) { ty.widen() } else { ty })
}

impl IntRange {
    fn is_within(self, other: IntRange) -> bool {
        let lo = other.lo.is_none_or(|b| self.lo.is_some_and(|a| a >= b));
        let hi = other.hi.is_none_or(|b| self.hi.is_some_and(|a| a <= b));
        lo && hi
    }

    fn join(self, other: IntRange) -> IntRange {
        IntRange {
            lo: self.lo.zip(other.lo).map(|(a, b)| a.min(b)),
            hi: self.hi.zip(other.hi).map(|(a, b)| a.max(b)),
        }
    }
}

impl Str {
    fn is_within(&self, other: &Str) -> bool {
        let class = other.class.is_none_or(|b| self.class.is_some_and(|a| a.is_within(b)));
        let class_pattern = self.class.map(|c| c.pattern());
        let pattern = other
            .pattern
            .as_deref()
            .is_none_or(|b| self.pattern.as_deref() == Some(b) || class_pattern == Some(b));
        let max = other.longest().is_none_or(|b| self.longest().is_some_and(|a| a <= b));
        let min = other.min.is_none_or(|b| self.least() >= b);
        class && pattern && max && min
    }

    fn join(&self, other: &Str) -> Str {
        let class = match (self.class, other.class) {
            (Some(a), Some(b)) if a.is_within(b) => Some(b),
            (Some(a), Some(b)) if b.is_within(a) => Some(a),
            _ => None,
        };
        let pattern = self.pattern.clone().filter(|p| other.pattern.as_ref() == Some(p));
        let max = self.longest().zip(other.longest()).map(|(a, b)| a.max(b));
        let min = Some(self.least().min(other.least())).filter(|n| *n > 0);
        Str { class, pattern, min, max }
    }

    /// The greatest number of characters, if bounded.
    pub fn longest(&self) -> Option<u32> {
        match (self.max, self.class.and_then(|c| c.max_len())) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }

    fn least(&self) -> u32 {
        self.min.unwrap_or(u32::from(self.class.is_some()))
    }
}

impl Record {
    fn is_within(&self, other: &Record) -> bool {
        let known = self.fields.keys().all(|k| other.fields.contains_key(k));
        let fits = other.fields.iter().all(|(name, want)| match self.fields.get(name) {
            Some(have) => (want.optional || !have.optional) && have.ty.is_within(&want.ty),
            None => want.optional,
        });
        known && fits
    }

    fn join(&self, other: &Record) -> Option<Record> {
        let mut fields: IndexMap<Arc<str>, Field> = IndexMap::new();
        for (name, a) in &self.fields {
            let joined = match other.fields.get(name) {
                Some(b) => Field { ty: a.ty.join(&b.ty)?, optional: a.optional || b.optional, span: a.span },
                None => Field { optional: true, ..a.clone() },
            };
            fields.insert(Arc::clone(name), joined);
        }
        for (name, b) in other.fields.iter().filter(|(name, _)| !self.fields.contains_key(*name)) {
            fields.insert(Arc::clone(name), Field { optional: true, ..b.clone() });
        }
        Some(Record { fields })
    }
}

/// Whether `pattern` is a regular expression that both Kubernetes and we can read.
pub(crate) fn pattern_error(pattern: &str) -> Option<String> {
    pattern_regex(pattern).err().map(|e| e.to_string().lines().last().unwrap_or_default().trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::types::Class;

    fn lits(words: &[&str]) -> Type {
        Type::Literals(words.iter().map(|w| Lit::Str((*w).into())).collect())
    }

    #[test]
    fn literals_are_within_what_they_match() {
        assert!(lits(&["dev", "prod"]).is_within(&Type::class(Class::DnsLabel)));
        assert!(!lits(&["Dev"]).is_within(&Type::class(Class::DnsLabel)));
        assert_eq!(lits(&["a"]).join(&Type::STRING), Some(Type::STRING));
    }

    #[test]
    fn a_record_joined_with_another_keeps_what_both_have_and_makes_the_rest_optional() {
        let field = |ty| Field { ty, optional: false, span: Default::default() };
        let a = Record {
            fields: IndexMap::from([("x".into(), field(Type::Bool)), ("y".into(), field(Type::INT))]),
        };
        let b = Record { fields: IndexMap::from([("x".into(), field(Type::Bool))]) };
        let joined = Type::Record(Arc::new(a)).join(&Type::Record(Arc::new(b)));
        assert_eq!(joined.map(|t| t.to_string()), Some("{ x: Bool, y?: Int }".into()));
    }
}
