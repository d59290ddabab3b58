//! Objects and lists of which not everything is known.

use std::sync::Arc;

use indexmap::IndexMap;

use super::profile::Profile;
use super::{Hole, Known, Maybe};
use crate::value::{Map, Value};

/// An object: its fields, and what other keys may be there.
#[derive(Clone, Debug, Default)]
pub struct Object {
    /// What is known by name.
    pub fields: IndexMap<Arc<str>, Field>,
    /// What may stand at any other key; `None` if there are no other keys.
    pub rest: Option<Rest>,
}

/// A field of an object.
#[derive(Clone, Debug)]
pub struct Field {
    /// What it is, if it is there.
    pub known: Known,
    /// Whether it may be absent.
    pub absent: bool,
}

/// Keys that are not known by name.
#[derive(Clone, Debug)]
pub struct Rest {
    /// Which texts they may be.
    pub keys: Profile,
    /// What may stand there.
    pub value: Known,
    /// What leaves them open.
    pub hole: Hole,
}

impl Rest {
    /// Whether `key` may be one of them.
    pub fn may_be(&self, key: &str) -> bool {
        self.keys.may_be(key) && self.hole.may_be_key(key)
    }
}

impl Object {
    /// A known object, field by field.
    pub fn of(map: &Map) -> Object {
        let field = |(key, value): (&Arc<str>, &Value)| {
            (Arc::clone(key), Field { known: Known::Is(value.clone()), absent: false })
        };
        Object { fields: map.iter().map(field).collect(), rest: None }
    }

    /// An object with any keys.
    pub fn any(value: Known, hole: Hole) -> Object {
        Object { fields: IndexMap::new(), rest: Some(Rest { keys: Profile::ANY, value, hole }) }
    }

    /// What is at `key`.
    pub fn get(&self, key: &str) -> Maybe {
        match (self.fields.get(key), &self.rest) {
            (Some(field), _) => Maybe { known: field.known.clone(), absent: field.absent },
            (None, Some(rest)) if rest.may_be(key) => Maybe { known: rest.value.clone(), absent: true },
            _ => Maybe::absent(),
        }
    }

    /// Puts something at `key`: what was there is gone if it surely is there.
    pub fn insert(&mut self, key: &Arc<str>, new: Maybe) {
        if matches!(new.known, Known::Never) {
            return;
        }
        let field = match new.absent {
            false => Field { known: new.known, absent: false },
            true => {
                let old = self.get(key);
                let absent = old.absent;
                Field { known: old.known.join(&new.known), absent }
            }
        };
        self.fields.insert(Arc::clone(key), field);
    }

    /// Adds keys of which only some is known.
    pub fn add_rest(&mut self, keys: Profile, value: &Known, hole: &Hole) {
        for (_, field) in self.fields.iter_mut().filter(|(key, _)| keys.may_be(key)) {
            field.known = field.known.join(value);
        }
        self.rest = Some(match self.rest.take() {
            None => Rest { keys, value: value.clone(), hole: hole.clone() },
            Some(rest) => {
                Rest { keys: rest.keys.or(keys), value: rest.value.join(value), hole: rest.hole.or(hole) }
            }
        });
    }

    /// What leaves it open.
    pub fn hole(&self) -> Option<&Hole> {
        let rest = || self.rest.as_ref().map(|r| &r.hole);
        rest().or_else(|| self.fields.values().find_map(|f| f.known.hole()))
    }

    /// The object as a value, if there is but one.
    pub fn value(&self) -> Option<Value> {
        if self.rest.is_some() {
            return None;
        }
        let entry = |(key, field): (&Arc<str>, &Field)| {
            let value = field.known.value().filter(|_| !field.absent)?;
            Some((Arc::clone(key), value.clone()))
        };
        self.fields.iter().map(entry).collect::<Option<Map>>().map(Value::map)
    }

    /// The object, as a value where there is but one.
    pub fn known(self) -> Known {
        match self.value() {
            Some(value) => Known::Is(value),
            None => Known::Object(Arc::new(self)),
        }
    }
}

/// How often something stands in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Count {
    /// Once.
    One,
    /// Once or not at all.
    Maybe,
    /// Any number of times.
    Any,
}

/// Items of a list.
#[derive(Clone, Debug)]
pub struct Segment {
    /// How many of them.
    pub count: Count,
    /// What each is.
    pub item: Known,
}

/// A list: its segments, one after another.
#[derive(Clone, Debug, Default)]
pub struct List {
    /// The segments.
    pub segments: Vec<Segment>,
}

/// A list of more segments is any number of one that stands for all.
const MOST_SEGMENTS: usize = 1000;

impl List {
    /// A known list, item by item.
    pub fn of(items: &[Value]) -> List {
        let segment = |v: &Value| Segment { count: Count::One, item: Known::Is(v.clone()) };
        List { segments: items.iter().map(segment).collect() }
    }

    /// Any number of items.
    pub fn any(item: Known) -> List {
        List { segments: vec![Segment { count: Count::Any, item }] }
    }

    /// One segment that stands for all.
    pub fn collapsed(self) -> List {
        match self.segments.into_iter().map(|s| s.item).reduce(|a, b| a.join(&b)) {
            Some(item) => List::any(item),
            None => List::default(),
        }
    }

    /// The list, as a value where there is but one.
    pub fn known(self) -> Known {
        let list = if self.segments.len() > MOST_SEGMENTS { self.collapsed() } else { self };
        let item = |s: &Segment| s.item.value().filter(|_| s.count == Count::One).cloned();
        match list.segments.iter().map(item).collect::<Option<Vec<Value>>>() {
            Some(items) => Known::Is(Value::list(items)),
            None => Known::List(Arc::new(list)),
        }
    }
}
