//! What people and tools write day by day is taken, so that the quick way is not left without anybody noticing.

use super::{files, is_taken};
use crate::source::FileId;
use crate::value::yaml::{read, write, write_stream};

#[test]
fn each_common_form_is_taken() {
    let table = [
        "a: b\n",
        "a: b",
        "# c\n\na: b # c\n\n# d\n",
        "---\na: b\n---\n# none\n---\nc: d\n",
        "a:\n  b:\n    c: d\n  e:\nf:\n",
        "a:\n- b\n- c: d\n  e: f\n-   g: h\n    i: j\nk:\n  - - l\n    - m\n  - o: |\n      p\n",
        "a: [b, 'c', \"d\", 1, [], {}, {e: f, \"g h\": [i]}]\nj: {}\nk: []\n",
        "a: 'it''s'\nb: \"\\u00e9\\n\\\"\"\n'c d': e\n\"f\": g\n",
        "a: b c\n  d\n\n  e\nf: 'g\n\n  h'\ni: \"j\\\n  k\"\n",
        "a: |\n  b\n\n   c\nd: |-\n  e\nf: |+\n  g\n\nh: >\n  i\n  j\n\n    k\nl: >-\n  m\n",
        "url: http://a:80/b?c#d\nimage: r/a:1\nargs:\n- --a=b\n- -c\n- :80\n",
        "a: ~\nb: true\nc: 1\nd: 1.5\ne: -1e3\nf: 100Mi\n日本: é\n",
    ];
    for text in table {
        assert!(is_taken(text), "{text:?}");
    }
}

#[test]
fn our_files_and_those_of_the_reference_are_taken() {
    for (path, text) in files() {
        let name = path.display().to_string();
        let typical = ["/platform/", "/examples/", "/reference/", "/corpora/crds/", "/tests/kinds/good/"];
        if !typical.iter().any(|t| name.contains(t)) || !name.ends_with(".yaml") {
            continue;
        }
        // Some of them hold what no reader of Kubernetes should be asked to read, or are templates.
        if read(FileId::default(), &text).is_ok() {
            assert!(is_taken(&text), "{name}");
        }
    }
}

#[test]
fn what_the_emitter_writes_is_taken() {
    for (path, text) in files() {
        let Ok(documents) = read(FileId::default(), &text) else { continue };
        let documents: Vec<_> = documents.iter().map(|d| d.to_value()).collect();
        if documents.iter().any(|d| d.as_map().is_none_or(|m| m.is_empty())) {
            continue;
        }
        assert!(is_taken(&write_stream(&documents)), "{}", path.display());
        documents.iter().for_each(|d| assert!(is_taken(&write(d)), "{}", path.display()));
    }
}
