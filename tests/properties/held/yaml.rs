//! What holds for every text as YAML, and as a value in it.

use vow::source::{FileId, Sources};
use vow::value::yaml::{Node, read, read_strictly, write, write_stream};
use vow::value::{Map, Value};

use super::shown;

/// Both readers read the same nodes at the same places, or refuse for the same reason at the same place.
pub fn readers(text: &str) {
    let mut sources = Sources::default();
    let file = sources.add("a.yaml", text);
    let (quick, strict) = (read(file, text), read_strictly(file, text));
    assert_eq!(quick, strict, "read differently");
    if let Err(problem) = quick {
        shown(&sources, &[*problem]);
    }
}

/// What was read is written as text that reads the same, and is written the same; so is the text itself as key and value.
pub fn yaml(text: &str) {
    if let Ok(documents) = read(FileId::default(), text) {
        let values = values(&documents);
        back(&write_stream(&values), &values);
    }
    if text.len() < 1 << 18 {
        let lines = text.split('\n').map(Value::from).collect();
        let entries = [(text.into(), Value::from(text)), ("lines".into(), Value::list(lines))];
        let mut map = Map::from_iter(entries);
        // Objects are sorted when they are read.
        map.sort_unstable_keys();
        let value = Value::map(map);
        back(&write(&value), &[value]);
    }
}

fn back(text: &str, wanted: &[Value]) {
    match read(FileId::default(), text) {
        Ok(nodes) => {
            let again = values(&nodes);
            assert_eq!(again, wanted, "read back differently:\n{text}");
            assert_eq!(write_stream(&again), write_stream(wanted), "written differently");
        }
        Err(problem) => assert_eq!(problem.code, "yaml-too-large", "refused: {problem:?}\n{text}"),
    }
}

fn values(nodes: &[Node]) -> Vec<Value> {
    nodes.iter().map(Node::to_value).collect()
}
