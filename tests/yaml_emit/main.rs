//! The emitter's promise, tried on a million nasty values and keys: three readers of YAML read back what was written, and
//! what was written can be written again and can stand in any other document.
//!
//! A run is told by its seed and its number of values; `VOW_SEED` and `VOW_VALUES` change them. `tests/readers/run` asks
//! more readers, outside of Rust, about the first of the same documents.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::string_slice,
    reason = "a test that breaks is a test that fails"
)]

mod corpus;
mod dice;
mod laws;
mod readers;
mod shrink;
mod texts;
mod values;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use vow::value::{Map, Value, ops, yaml};

use crate::dice::Dice;
use crate::laws::Emit;
use crate::values::Count;

/// A number from the environment, or `otherwise`.
fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name)
        .map_or(otherwise, |n| n.parse().unwrap_or_else(|_| panic!("{name} is no number: {n}")))
}

fn seed() -> u64 {
    setting("VOW_SEED", 1)
}

/// How many documents hold that many values.
fn documents(values: u64) -> u64 {
    values.div_ceil(values::IN_A_DOCUMENT as u64)
}

/// The strings that programs most often stumble over, as values and as keys, if the public list of them is here.
fn naughty_strings() -> Vec<Value> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let shared = std::env::var_os("VOW_SHARED").map_or_else(beside, PathBuf::from);
    let Ok(text) = std::fs::read_to_string(shared.join("corpora/blns/blns.json")) else {
        println!("skipped: no shared folder");
        return vec![];
    };
    let strings: Vec<String> = serde_json::from_str(&text).unwrap();
    let strings = || strings.iter().map(|s| Value::from(s.as_str()));
    let keyed = strings().map(|s| (s.as_str().unwrap().into(), s));
    vec![Value::list(strings().collect()), Value::map(keyed.collect())]
}

/// Does `work` with each number below `count`, on every processor, on stacks that hold any document that readers take.
fn on_all_processors(count: u64, work: impl Fn(u64) + Sync) {
    let next = AtomicU64::new(0);
    let one = || {
        let numbers = std::iter::repeat_with(|| next.fetch_add(1, Ordering::Relaxed));
        numbers.take_while(|number| *number < count).for_each(&work);
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            std::thread::Builder::new().stack_size(64 << 20).spawn_scoped(scope, one).unwrap();
        }
    });
}

/// Stops the test at the smallest value that breaks a law as `value`, which was made from the number `number`, does.
fn hold(law: fn(Emit, &Value) -> Result<(), String>, number: u64, value: &Value) {
    if law(yaml::write, value).is_ok() {
        return;
    }
    let smallest = shrink::shrink(value, |v| law(yaml::write, v).is_err());
    let why = law(yaml::write, &smallest).unwrap_err();
    let text = yaml::write(&smallest);
    panic!("{why}\nvalue: {smallest:?}\nwritten: {text:?}\nfrom number {number} of VOW_SEED={}", seed());
}

#[test]
fn a_million_values_are_read_back_by_three_readers() {
    let (values, keys) = (AtomicU64::new(0), AtomicU64::new(0));
    on_all_processors(documents(setting("VOW_VALUES", 1_000_000)), |number| {
        let document = values::document(seed(), number);
        hold(laws::judge, number, &document);
        if number % 16 == 0 {
            hold(laws::order, number, &document);
        }
        let count = Count::of(&document);
        keys.fetch_add(count.keys as u64, Ordering::Relaxed);
        values.fetch_add(count.values as u64, Ordering::Relaxed);
    });
    println!("VOW_SEED={}: {values:?} values below {keys:?} keys", seed());
}

#[test]
fn naughty_strings_are_read_back_by_three_readers() {
    for (number, document) in naughty_strings().iter().enumerate() {
        hold(laws::judge, number as u64, document);
        hold(laws::order, number as u64, document);
    }
}

/// A document is the text of another, which is the text of a third, and so on, each at some depth.
#[test]
fn what_is_written_is_a_block_in_any_other_document() {
    on_all_processors(setting("VOW_VALUES", 1_000_000) / 100, |number| {
        let dice = &mut Dice::new(!seed(), number);
        let value = values::value(dice);
        hold(laws::judge, number, &value);
        let mut text = if dice.one_in(4) { yaml::write_stream([&value]) } else { yaml::write(&value) };
        for _ in 0..=dice.below(3) {
            let outer = below(dice, Value::from(text.as_str()));
            hold(laws::judge, number, &outer);
            let written = yaml::write(&outer);
            laws::block(&written, &text).unwrap_or_else(|why| panic!("{why}\n{text}\nin\n{written}"));
            text = written;
        }
    });
}

/// `value` below a few keys and lists.
fn below(dice: &mut Dice, value: Value) -> Value {
    (0..dice.below(6)).fold(value, |value, _| match dice.one_in(2) {
        true => Value::list(vec![value]),
        false => Value::map(Map::from_iter([("key".into(), value)])),
    })
}

#[test]
fn a_careless_emitter_is_caught_with_the_smallest_value() {
    let careless: [(Emit, &str); 4] = [
        (|v| yaml::write(v).replace("\"off\"", "off"), "\"off\""),
        (|v| yaml::write(v).replace("\\t", "\t"), "\"\\t\""),
        (|v| yaml::write(v).replace("|-\n", "|\n"), "|-\n  a\n  a"),
        (|v| yaml::write(&ops::sorted(v)), "a: null\n\"\": \"\""),
    ];
    let caught = Value::list(vec![
        Value::list(vec![Value::from("of"), Value::Bool(true)]),
        Value::map(Map::from_iter([("xoff".into(), Value::Null), ("off".into(), Value::from("on"))])),
        Value::map(Map::from_iter([("b".into(), Value::Null), ("a".into(), Value::Null)])),
        Value::from("some\tlines\nof text"),
        Value::from("some lines\nof text"),
    ]);
    for (emit, smallest) in careless {
        let found = shrink::shrink(&caught, |v| laws::judge(emit, v).is_err());
        assert_eq!(yaml::write(&found).trim_end(), smallest);
    }
}
