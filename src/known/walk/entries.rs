//! Entries of objects and items of lists, under conditions and in walks.

use std::sync::Arc;

use super::{Frame, Holds, Interpreter, Item, bind};
use crate::check::program::{self, Entry, Walk};
use crate::known::join::{joined_object, perhaps, text_profile};
use crate::known::profile::Profile;
use crate::known::{Count, Hole, Known, List, Maybe, Object, Segment, types};
use crate::value::Value;

/// Longer lists are walked as any number of what stands for all of their items.
const MOST_WALKED: usize = 64;

impl Interpreter<'_> {
    /// Adds what the entries give.
    pub(in crate::known) fn entries(&mut self, entries: &[Entry], object: &mut Object, frame: &mut Frame) {
        for entry in entries {
            match entry {
                Entry::Field { path, value, .. } => {
                    let value = self.eval(value, frame);
                    insert(object, path, value);
                }
                Entry::Computed { key, value } => {
                    let key = self.there(key, frame);
                    let value = self.eval(value, frame);
                    computed(object, &key, &value);
                }
                Entry::When { condition, entries } => match self.holds(condition, frame) {
                    Holds::No => {}
                    Holds::Yes => self.entries(entries, object, frame),
                    Holds::Perhaps => self.perhaps(entries, object, frame),
                },
                Entry::For { walk, entries } => {
                    for Item { count, key, item } in self.items(walk, frame) {
                        bind(walk, frame, key, item);
                        match count {
                            Count::One => self.entries(entries, object, frame),
                            Count::Maybe => self.perhaps(entries, object, frame),
                            Count::Any => {
                                self.perhaps(entries, object, frame);
                                self.perhaps(entries, object, frame);
                            }
                        }
                    }
                }
            }
        }
    }

    fn perhaps(&mut self, entries: &[Entry], object: &mut Object, frame: &mut Frame) {
        let mut with = object.clone();
        self.entries(entries, &mut with, frame);
        *object = joined_object(object, &with);
    }

    /// What the items of a list give.
    pub(super) fn list(&mut self, items: &[program::Item], frame: &mut Frame) -> List {
        let mut segments = Vec::new();
        for item in items {
            self.item(item, &mut segments, frame);
        }
        List { segments }
    }

    fn item(&mut self, item: &program::Item, out: &mut Vec<Segment>, frame: &mut Frame) {
        match item {
            program::Item::Expr(e) => {
                let Maybe { known, absent } = self.eval(e, frame);
                if !matches!(known, Known::Never) {
                    out.push(Segment { count: if absent { Count::Maybe } else { Count::One }, item: known });
                }
            }
            program::Item::Spread(e) => {
                let Maybe { known, absent } = self.eval(e, frame);
                let segments = spread(&known);
                out.extend(segments.into_iter().map(|s| weakened(s, absent)));
            }
            program::Item::When(condition, inner) => {
                let holds = self.holds(condition, frame);
                if holds != Holds::No {
                    let mut given = Vec::new();
                    self.item(inner, &mut given, frame);
                    out.extend(given.into_iter().map(|s| weakened(s, holds == Holds::Perhaps)));
                }
            }
            program::Item::For(walk, inner) => {
                for Item { count, key, item } in self.items(walk, frame) {
                    bind(walk, frame, key, item);
                    let mut given = Vec::new();
                    self.item(inner, &mut given, frame);
                    match count {
                        Count::One => out.extend(given),
                        Count::Maybe => out.extend(given.into_iter().map(|s| weakened(s, true))),
                        Count::Any => out.extend(List { segments: given }.collapsed().segments),
                    }
                }
            }
        }
    }

    /// The items of a walk, in order.
    pub(super) fn items(&mut self, walk: &Walk, frame: &mut Frame) -> Vec<Item> {
        let over = self.eval(&walk.over, frame);
        let mut items = walked(&over.known);
        if over.absent {
            items.iter_mut().for_each(|i| i.count = perhaps(i.count));
        }
        if items.len() <= MOST_WALKED {
            return items;
        }
        let all = items.into_iter().map(|i| (i.key, i.item)).reduce(|a, b| (a.0.join(&b.0), a.1.join(&b.1)));
        all.into_iter().map(|(key, item)| Item { count: Count::Any, key, item }).collect()
    }
}

fn weakened(segment: Segment, maybe: bool) -> Segment {
    Segment { count: if maybe { perhaps(segment.count) } else { segment.count }, ..segment }
}

/// The items of what is spread into a list.
fn spread(known: &Known) -> Vec<Segment> {
    match (known, known.as_items()) {
        (_, Some(list)) => list.segments.clone(),
        (Known::Free(hole), _) => List::any(Known::Free(hole.clone())).segments,
        (Known::OneOf(all), _) => {
            let all = all.iter().flat_map(spread).collect();
            List { segments: all }.collapsed().segments
        }
        _ => vec![],
    }
}

fn walked(known: &Known) -> Vec<Item> {
    if let Some(list) = known.as_items() {
        let item = |s: &Segment| Item { count: s.count, key: Known::Never, item: s.item.clone() };
        return list.segments.iter().map(item).collect();
    }
    if let Some(object) = known.as_object() {
        let mut fields: Vec<_> = object.fields.iter().collect();
        fields.sort_by(|a, b| a.0.cmp(b.0));
        let mut items: Vec<Item> = fields
            .into_iter()
            .map(|(key, field)| Item {
                count: if field.absent { Count::Maybe } else { Count::One },
                key: Known::Is(Value::Str(Arc::clone(key))),
                item: field.known.clone(),
            })
            .collect();
        items.extend(object.rest.as_ref().map(|rest| Item {
            count: Count::Any,
            key: types::any(&crate::check::types::Type::STRING, rest.hole.path()),
            item: rest.value.clone(),
        }));
        return items;
    }
    match known {
        Known::Free(hole) => {
            let any = Known::Free(hole.clone());
            vec![Item { count: Count::Any, key: any.clone(), item: any }]
        }
        Known::OneOf(all) => {
            let items = all.iter().flat_map(walked);
            items.map(|i| Item { count: Count::Any, ..i }).collect()
        }
        _ => vec![],
    }
}

/// Puts a value at a path of keys; objects on the way are made.
fn insert(object: &mut Object, path: &[Arc<str>], value: Maybe) {
    match path {
        [] => {}
        [key] => object.insert(key, value),
        [key, rest @ ..] => {
            if value.is_absent() {
                return;
            }
            let old = object.get(key);
            let fresh = || Object::default();
            let mut inner = match (&old.known, old.known.as_object()) {
                (_, Some(own)) if old.absent => joined_object(&own, &fresh()),
                (_, Some(own)) => (*own).clone(),
                (Known::Never, _) => fresh(),
                // What is no object stays as it is.
                (other, _) => {
                    let known = Maybe { known: other.clone(), absent: false };
                    let any = Maybe {
                        known: Known::Free(Hole::new("a path through what may be no object")),
                        absent: value.absent,
                    };
                    object.insert(key, known.join(any));
                    return;
                }
            };
            let absent = value.absent;
            insert(&mut inner, rest, value);
            let made = Maybe { known: inner.known(), absent };
            // If the value is absent, so is what is made for it alone.
            match absent && old.absent {
                true => object.insert(key, made.or_absent()),
                false => object.insert(key, Maybe { absent: false, ..made }),
            }
        }
    }
}

/// Puts a value at a key of which only some may be known.
fn computed(object: &mut Object, key: &Known, value: &Maybe) {
    if value.is_absent() {
        return;
    }
    match key {
        Known::Is(Value::Str(key)) => object.insert(key, value.clone()),
        Known::OneOf(all) => all.iter().for_each(|k| computed(object, k, &value.clone().or_absent())),
        _ => {
            let keys = text_profile(key).unwrap_or(Profile::ANY);
            let hole = key.hole().map_or_else(|| Hole::new("a computed key"), Hole::wild);
            object.add_rest(keys, &value.known, &hole);
        }
    }
}
