//! Documents for readers outside of Rust: the text of each beside what it means, one JSON object a line.
//!
//! `VOW_CORPUS=FILE` writes them into a file, as `tests/readers/run` asks for. What a document means is told without
//! numbers, because not every language reads those of JSON as they are: an integer is `"i"` and its digits, a float `"f"`
//! and its shortest form, a text `"s"` and itself.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use serde_json::{Value as Json, json};
use vow::value::{Value, yaml};

use crate::{documents, naughty_strings, seed, setting, values};

fn told(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(b) => json!(b),
        Value::Int(i) => json!(format!("i{i}")),
        Value::Float(f) => json!(format!("f{f:?}")),
        Value::Str(text) => json!(format!("s{text}")),
        Value::List(items) => items.iter().map(told).collect(),
        Value::Map(map) => map.iter().map(|(key, value)| (key.to_string(), told(value))).collect(),
    }
}

fn meant(told: &Json) -> Value {
    match told {
        Json::Null => Value::Null,
        Json::Bool(b) => Value::Bool(*b),
        Json::Number(n) => panic!("{n} is told as a number"),
        Json::String(text) => match text.split_at(1) {
            ("i", digits) => Value::Int(digits.parse().unwrap()),
            ("f", float) => Value::Float(float.parse().unwrap()),
            (_, text) => Value::from(text),
        },
        Json::Array(items) => Value::list(items.iter().map(meant).collect()),
        Json::Object(map) => Value::map(map.iter().map(|(k, v)| (k.as_str().into(), meant(v))).collect()),
    }
}

#[test]
fn documents_for_other_readers_say_what_they_mean() {
    let file = std::env::var_os("VOW_CORPUS");
    let wanted = if file.is_some() { setting("VOW_VALUES", 200_000) } else { 2_000 };
    let nasty = (0..documents(wanted)).map(|number| values::document(seed(), number));
    let mut lines: Box<dyn Write> = match file {
        Some(file) => Box::new(BufWriter::new(File::create(file).unwrap())),
        None => Box::new(io::sink()),
    };
    for document in nasty.chain(naughty_strings()) {
        let line = json!({ "yaml": yaml::write(&document), "want": told(&document) }).to_string();
        let read: Json = serde_json::from_str(&line).unwrap();
        assert_eq!(meant(&read["want"]), document);
        assert_eq!(read["yaml"].as_str().unwrap(), yaml::write(&document));
        writeln!(lines, "{line}").unwrap();
    }
    lines.flush().unwrap();
}
