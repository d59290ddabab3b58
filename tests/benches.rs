//! What the benches measure is read and rendered without a mistake, and by the quick reader as by others.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "../benches/inputs/mod.rs"]
mod inputs;

use inputs::Stage;
use vow::value::yaml;

#[test]
fn every_input_is_read_and_written_as_others_read_it() {
    let texts = inputs::texts();
    assert_eq!(texts.len(), 4);
    for (name, text) in texts {
        let (ours, theirs) = (inputs::ours(&text), inputs::theirs::<serde_json::Value>(&text));
        assert!(!ours.is_empty() && ours.len() == theirs.len(), "{name}");
        let again = inputs::theirs::<serde_json::Value>(&yaml::write_stream(&ours));
        assert!(theirs == again, "{name} is another value to serde_yaml when it was read and written");
        assert_eq!(inputs::ours(&yaml::write_stream(&ours)), ours, "{name}");
    }
}

#[test]
fn the_request_is_rendered() {
    let stage = Stage::new(&inputs::platform());
    let jobs = stage.jobs();
    assert_eq!(jobs.len(), 1);
    assert!(stage.rendered(&jobs).documents().count() > 10);
}
