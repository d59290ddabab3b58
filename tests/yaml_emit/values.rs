//! Values with nasty texts, keys and numbers in them, and documents full of such values.

use vow::value::{Map, Value, yaml};

use crate::dice::Dice;
use crate::texts;

/// How many values a document holds at least.
pub(crate) const IN_A_DOCUMENT: usize = 500;

/// Document number `number` of `seed`: a list or an object of values, its keys in no order.
pub(crate) fn document(seed: u64, number: u64) -> Value {
    let dice = &mut Dice::new(seed, number);
    let mut count = 0;
    let mut next = |dice: &mut Dice| {
        let value = value(dice);
        count += Count::of(&value).values;
        (value, count >= IN_A_DOCUMENT)
    };
    let mut items = vec![];
    let mut entries = Map::new();
    let is_map = dice.one_in(2);
    loop {
        let (value, is_last) = next(dice);
        match is_map {
            true => drop(entries.insert(key(dice, &entries).into(), value)),
            false => items.push(value),
        }
        if is_last {
            return if is_map { Value::map(entries) } else { Value::list(items) };
        }
    }
}

/// A scalar, or lists and objects within each other.
pub(crate) fn value(dice: &mut Dice) -> Value {
    match dice.below(64) {
        0..=15 => nested(dice, 3),
        16 => deep(dice),
        17 | 18 => Value::from(yaml::write(&nested(dice, 2))),
        _ => scalar(dice),
    }
}

fn nested(dice: &mut Dice, depth: usize) -> Value {
    let inner = |dice: &mut Dice| match depth > 0 && dice.one_in(3) {
        true => nested(dice, depth - 1),
        false => scalar(dice),
    };
    let length = dice.below(5);
    if dice.one_in(2) {
        return Value::list((0..length).map(|_| inner(dice)).collect());
    }
    let mut map = Map::new();
    for _ in 0..length {
        let value = inner(dice);
        map.insert(key(dice, &map).into(), value);
    }
    Value::map(map)
}

/// A text below many lists and objects; readers take 64 levels.
fn deep(dice: &mut Dice) -> Value {
    let mut value = scalar(dice);
    for _ in 0..dice.pick(&[8, 16, 50]) {
        value = match dice.one_in(2) {
            true => Value::list(vec![value]),
            false => Value::map([(texts::text(dice).into(), value)].into_iter().collect()),
        };
    }
    value
}

/// A key that `map` does not have.
fn key(dice: &mut Dice, map: &Map) -> String {
    let mut key = if dice.one_in(200) { texts::long(dice) } else { texts::text(dice) };
    while map.contains_key(key.as_str()) {
        key.push(texts::character(dice));
    }
    key
}

fn scalar(dice: &mut Dice) -> Value {
    match dice.below(16) {
        0 => integer(dice),
        1 | 2 => float(dice),
        3 => match dice.below(5) {
            0 => Value::Null,
            1 => Value::Bool(true),
            2 => Value::Bool(false),
            3 => Value::list(vec![]),
            _ => Value::map(Map::new()),
        },
        _ => Value::from(texts::text(dice)),
    }
}

/// An integer: small, around a power of two, or any.
fn integer(dice: &mut Dice) -> Value {
    let any = dice.roll() as i64;
    Value::Int(match dice.below(4) {
        0 => any % 100,
        1 => (1_i64 << dice.below(63)).wrapping_add(any % 3),
        2 => (i64::MIN >> dice.below(63)).wrapping_sub(any % 3),
        _ => any,
    })
}

/// A finite float: short, around a power of ten, whole, or of any bits. There is but one zero, an integer.
fn float(dice: &mut Dice) -> Value {
    let any = dice.roll();
    let float = match dice.below(5) {
        0 => (any as i16 as f64) / 8.0,
        1 => format!("{}e{}", any as i8, dice.below(640) as i64 - 330).parse().unwrap(),
        2 => any as f64,
        3 => f64::from_bits(any % 100_000),
        _ => f64::from_bits(any),
    };
    if float.is_finite() && float != 0.0 { Value::Float(float) } else { Value::Int(0) }
}

/// How much there is in a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    /// Scalars, empty lists and empty objects.
    pub(crate) values: usize,
    /// Keys of objects.
    pub(crate) keys: usize,
}

impl Count {
    pub(crate) fn of(value: &Value) -> Self {
        let mut count = Count::default();
        match value {
            Value::List(items) if !items.is_empty() => items.iter().for_each(|v| count.add(Count::of(v))),
            Value::Map(map) if !map.is_empty() => {
                count.keys = map.len();
                map.values().for_each(|v| count.add(Count::of(v)));
            }
            _ => count.values = 1,
        }
        count
    }

    pub(crate) fn add(&mut self, other: Count) {
        self.values += other.values;
        self.keys += other.keys;
    }
}

/// `value` with the entries of every object the other way round.
pub(crate) fn reversed(value: &Value) -> Value {
    match value {
        Value::List(items) => Value::list(items.iter().map(reversed).collect()),
        Value::Map(map) => Value::map(map.iter().rev().map(|(k, v)| (k.clone(), reversed(v))).collect()),
        scalar => scalar.clone(),
    }
}
