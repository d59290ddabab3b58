//! Values of the shapes of an api.

use std::sync::Arc;

use super::random::Random;
use super::text::Texts;
use crate::check::api::{ApiRecord, ApiType, Shape};
use crate::check::types::{IntRange, Lit, Str, Type};
use crate::value::{Map, Value};

/// How often a value is tried that has to be of two types at once.
const TRIES: usize = 64;

/// Nested free-form values.
const DEPTH: usize = 3;

/// Keys of maps: plain ones, those that YAML would take for something else, and odd ones.
const KEYS: [&str; 12] =
    ["a", "b-c", "x.y/z", "true", "null", "1", "", " ", "a: b", "ключ", "quote\"'", "apiVersion"];

/// Which fields that may be left out are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fill {
    None,
    All,
    Some,
}

/// Makes values.
pub(super) struct Make<'a> {
    pub(super) random: &'a mut Random,
    pub(super) texts: &'a mut Texts,
}

impl Make<'_> {
    pub(super) fn fill(&mut self) -> Fill {
        match self.random.below(6) {
            0 => Fill::None,
            1 => Fill::All,
            _ => Fill::Some,
        }
    }

    /// An object with all fields that it must have; `None` if there is no value for one of them.
    pub(super) fn record(&mut self, record: &ApiRecord, fill: Fill) -> Option<Value> {
        let mut out = Map::new();
        for field in &record.fields {
            let required = field.is_required();
            let written = required
                || match fill {
                    Fill::None => false,
                    Fill::All => true,
                    Fill::Some => self.random.one_in(2),
                };
            if !written {
                continue;
            }
            // Null counts as absent, so what may be absent may be null.
            if !required && self.random.one_in(24) {
                out.insert(Arc::clone(&field.name), Value::Null);
                continue;
            }
            match self.value(&field.ty, fill) {
                Some(value) => drop(out.insert(Arc::clone(&field.name), value)),
                None if required => return None,
                None => {}
            }
        }
        Some(Value::map(out))
    }

    fn value(&mut self, ty: &ApiType, fill: Fill) -> Option<Value> {
        let Some(refined) = &ty.refined else { return self.shape(&ty.shape, fill) };
        let shown = ApiType { shape: ty.shape.clone(), refined: None }.input_type();
        (0..TRIES).find_map(|i| {
            let value =
                if i.is_multiple_of(2) { self.ty(refined, DEPTH) } else { self.shape(&ty.shape, fill) };
            value.filter(|value| refined.check(value).is_ok() && shown.check(value).is_ok())
        })
    }

    fn shape(&mut self, shape: &Shape, fill: Fill) -> Option<Value> {
        match shape {
            // Null would count as absent.
            Shape::Scalar(Type::Any) => {
                Some(self.anything(DEPTH)).filter(|value| *value != Value::Null).or(Some(true.into()))
            }
            Shape::Scalar(ty) => {
                let value = self.ty(ty, DEPTH)?;
                Some(self.as_float(ty, value))
            }
            Shape::Record(record) => self.record(record, fill),
            Shape::Object => Some(self.object(DEPTH)),
            Shape::List(item) => {
                let length = self.length(fill);
                // A list without items is a list too.
                Some(Value::list((0..length).map_while(|_| self.value(item, fill)).collect()))
            }
            Shape::Map(item) => {
                let mut out = Map::new();
                for _ in 0..self.length(fill) {
                    let Some(value) = self.value(item, fill) else { break };
                    let key = self.random.pick(&KEYS).copied().unwrap_or_default();
                    out.insert(key.into(), value);
                }
                Some(Value::map(out))
            }
        }
    }

    fn length(&mut self, fill: Fill) -> usize {
        match fill {
            Fill::None => 0,
            Fill::All => 1 + self.random.below(3),
            Fill::Some => self.random.below(4),
        }
    }

    /// An integer may be written `1.0`.
    fn as_float(&mut self, ty: &Type, value: Value) -> Value {
        match (ty, value) {
            #[expect(clippy::cast_precision_loss, reason = "below 2^53 nothing is lost")]
            (Type::Int(_), Value::Int(i)) if i.unsigned_abs() < 1 << 53 && self.random.one_in(12) => {
                Value::Float(i as f64)
            }
            (_, value) => value,
        }
    }

    fn ty(&mut self, ty: &Type, room: usize) -> Option<Value> {
        match ty {
            Type::Bool => Some(self.random.one_in(2).into()),
            Type::Int(range) => Some(self.int(*range).into()),
            Type::Number => Some(self.number()),
            Type::Str(text) => self.text(text).map(Value::from),
            Type::Literals(set) => {
                let all: Vec<Value> = set.iter().map(Lit::value).collect();
                self.random.pick(&all).cloned()
            }
            Type::IntOrString if self.random.one_in(2) => Some(self.int(IntRange::default()).into()),
            Type::IntOrString => self.text(&Str::default()).map(Value::from),
            Type::Object => Some(self.object(room)),
            Type::Any => Some(self.anything(room)),
            Type::List(item) => {
                let length = self.random.below(4);
                Some(Value::list((0..length).map_while(|_| self.ty(item, room)).collect()))
            }
            Type::Map(item) => {
                let mut out = Map::new();
                for _ in 0..self.random.below(4) {
                    let key = self.random.pick(&KEYS).copied().unwrap_or_default();
                    out.insert(key.into(), self.ty(item, room)?);
                }
                Some(Value::map(out))
            }
            Type::Record(record) => {
                let mut out = Map::new();
                for (name, field) in &record.fields {
                    if !field.optional || self.random.one_in(2) {
                        out.insert(Arc::clone(name), self.ty(&field.ty, room)?);
                    }
                }
                Some(Value::map(out))
            }
            Type::Never => None,
        }
    }

    fn int(&mut self, range: IntRange) -> i64 {
        let (lo, hi) = (range.lo.unwrap_or(i64::MIN), range.hi.unwrap_or(i64::MAX));
        let any = self.random.between(lo, hi);
        let near = self.random.between(-9, 99).clamp(lo, hi.max(lo));
        let extremes = [lo, hi, lo.saturating_add(1).min(hi), hi.saturating_sub(1).max(lo), any, near, near];
        self.random.pick(&extremes).copied().unwrap_or(lo)
    }

    fn number(&mut self) -> Value {
        let near = self.random.between(-99, 99);
        let all = [
            Value::Int(near),
            Value::Int(0),
            Value::Float(1.0),
            Value::Float(0.5),
            Value::Float(-2.25),
            Value::Float(1e300),
            Value::Float(-1e-300),
            Value::Int((1 << 53) - 1),
        ];
        self.random.pick(&all).cloned().unwrap_or(Value::Int(0))
    }

    pub(super) fn text(&mut self, text: &Str) -> Option<String> {
        self.texts.make(text, self.random)
    }

    fn object(&mut self, room: usize) -> Value {
        let mut out = Map::new();
        for _ in 0..self.random.below(4) {
            let key = self.random.pick(&KEYS).copied().unwrap_or_default();
            out.insert(key.into(), self.anything(room.saturating_sub(1)));
        }
        Value::map(out)
    }

    fn anything(&mut self, room: usize) -> Value {
        match self.random.below(if room == 0 { 5 } else { 7 }) {
            0 => Value::Null,
            1 => self.random.one_in(2).into(),
            2 => self.int(IntRange::default()).into(),
            3 => self.number(),
            4 => self.text(&Str::default()).unwrap_or_default().into(),
            5 => {
                let length = self.random.below(4);
                Value::list((0..length).map(|_| self.anything(room - 1)).collect())
            }
            _ => self.object(room),
        }
    }
}
