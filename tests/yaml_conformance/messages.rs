//! What people are told about documents that are refused: the line and column, the code, and the sentence.

use vow::source::Sources;
use vow::value::{json, yaml};

/// `line:column code: message`, for a text that must be refused.
fn told(
    text: &str,
    read: impl Fn(vow::source::FileId, &str) -> Option<Box<vow::diag::Diagnostic>>,
) -> String {
    let mut sources = Sources::default();
    let file = sources.add("in", text);
    let problem = read(file, text).unwrap_or_else(|| panic!("{text:?} was read"));
    assert!(!problem.help.is_empty(), "{text:?} is refused without a way out");
    let place = sources.place(problem.primary.span);
    format!("{}:{} {}: {}", place.line, place.column, problem.code, problem.message)
}

fn yaml_told(text: &str) -> String {
    told(text, |file, text| yaml::read(file, text).err())
}

fn json_told(text: &str) -> String {
    told(text, |file, text| json::read(file, text).err())
}

#[test]
fn broken_yaml_is_explained_where_it_breaks() {
    let table = [
        ("spec:\n\tname: x\n", "2:1 yaml-syntax: a tab stands where spaces should indent"),
        ("a:\n  b: 1\n\tc: 2\n", "3:1 yaml-syntax: a tab stands where spaces should indent"),
        ("a: |\n\tx\n", "2:1 yaml-syntax: a tab stands where spaces should indent"),
        ("\ta: b\n", "1:1 yaml-syntax: a tab stands where spaces should indent"),
        ("a: \"x\nb: 1\n", "1:4 yaml-syntax: this quote is not closed"),
        ("a:\n  - 'x\n", "2:5 yaml-syntax: this quote is not closed"),
        ("a: \"b\" c\n", "1:8 yaml-syntax: there is more text after the closing quote"),
        ("a: 'it's'\n", "1:8 yaml-syntax: there is more text after the closing quote"),
        ("p: \"C:\\dir\"\n", "1:7 yaml-syntax: this is no escape that YAML knows"),
        ("p: \"a\\n\\u12\"\n", "1:8 yaml-syntax: this is no escape that YAML knows"),
        ("a: \"\\ud83d\\ude00\"\n", "1:5 yaml-syntax: this escape is no character"),
        ("s:\n  name: x\n  port 80\n  y: 1\n", "3:3 yaml-syntax: this line is no `key: value`"),
        ("a: 1\n# b\nb:2\n", "3:1 yaml-syntax: this line is no `key: value`"),
        ("a: b: c\n", "1:5 yaml-syntax: a value holds `: ` without quotes"),
        (
            "m:\n  name: a\n   labels: b\n",
            "3:4 yaml-syntax: a key cannot stand here, because the line above ends in a value",
        ),
        ("m:\n  name: a\n labels: b\n", "3:2 yaml-syntax: this line fits no line above it"),
        ("a: 1\n- b\n", "2:1 yaml-syntax: a list item cannot stand among the keys of an object"),
        ("- a\nb: 1\n", "2:1 yaml-syntax: this line is no item of the list above it"),
        ("a: - b\n", "1:4 yaml-syntax: a list item cannot start here"),
        ("a: [1, 2\nb: 1\n", "2:2 yaml-syntax: a `,` or a closing bracket is missing before this"),
        ("{a: 1", "1:5 yaml-syntax: the text ends before its bracket is closed"),
        ("a: 1]\nb: ]\n", "2:4 yaml-syntax: this bracket closes nothing"),
        ("a: [\n  \"b\"\n]\n", "3:1 yaml-syntax: a closing bracket must be indented deeper than its key"),
        ("a: @x\n", "1:4 yaml-syntax: a value cannot start with `@`"),
        ("a: |x\n  y\n", "1:4 yaml-syntax: only `+`, `-` or a digit may follow `|` and `>` in their line"),
        ("a: b # c\n  d\n", "1:6 yaml-syntax: a comment cuts off a text that goes on in the next line"),
        ("a: b\nc: \u{7}\n", "2:4 yaml-syntax: U+0007 is a character that YAML does not allow"),
        ("a: b\n\u{feff}c: d\n", "2:1 yaml-syntax: a byte order mark stands inside the text"),
    ];
    for (text, wanted) in table {
        assert_eq!(yaml_told(text), wanted, "{text:?}");
    }
}

#[test]
fn yaml_that_readers_take_differently_is_refused_where_they_differ() {
    let readers = "to some of Kubernetes' readers and a text to others";
    let table = [
        ("a: yes\n", format!("1:4 yaml-ambiguous: `yes` is a boolean {readers}")),
        ("on: 1\n", format!("1:1 yaml-ambiguous: `on` is a boolean {readers}")),
        ("[é, 0x1f]", "1:5 yaml-ambiguous: `0x1f` is a number to some readers and a text to others".into()),
        ("1: a\n", "1:1 yaml-ambiguous: key `1` is an integer, not a text".into()),
        ("~: a\n", "1:1 yaml-ambiguous: key `~` is null, not a text".into()),
        (": a\n", "1:1 yaml-ambiguous: a key is missing here".into()),
        ("a: b\n  - c\n", "2:3 yaml-ambiguous: this `-` starts no list item, but goes on with the text above".into()),
        ("# a\u{2028}b: c\n", "1:4 yaml-ambiguous: U+2028 ends a line to some readers and not to others".into()),
        ("a: 1 # b\rc: 2\n", "1:9 yaml-ambiguous: a carriage return stands without its line feed".into()),
        (
            "a: |\n  b",
            "2:3 yaml-ambiguous: the text ends without a newline, so readers differ on whether this value has one"
                .into(),
        ),
        ("--- |\na\n", "2:1 yaml-ambiguous: the lines of this text are not indented".into()),
        ("{a:, b: 1}", "1:2 yaml-ambiguous: the `:` after this key is part of it to some readers".into()),
        ("[?a]", "1:2 yaml-ambiguous: a text between brackets that starts with such a sign is a key to some readers".into()),
        ("a: 1\nb: 2\na: 3\n", "3:1 yaml-duplicate-key: key `a` is given twice".into()),
        ("a: &x b\n", "1:4 yaml-unsupported: anchors are not read".into()),
        ("a: *x\n", "1:4 yaml-unsupported: aliases are not read".into()),
        ("<<: {a: b}\n", "1:1 yaml-unsupported: `<<` merges objects in some readers only".into()),
        ("a: !!str 5\n", "1:4 yaml-unsupported: this tag would change the value".into()),
        ("a: !!binary aGk=\n", "1:4 yaml-unsupported: this tag would change the value".into()),
        ("a: {{ x }}\n", "1:5 yaml-unsupported: a key is a text, not a list or an object".into()),
    ];
    for (text, wanted) in table {
        assert_eq!(yaml_told(text), wanted, "{text:?}");
    }
}

#[test]
fn broken_json_is_explained_where_it_breaks() {
    let table = [
        ("{\"a\": 1,}", "1:9 json-syntax: a key between double quotes is missing here"),
        ("{\"a\" 1}", "1:6 json-syntax: a `:` is missing after the key"),
        ("[1 2]", "1:4 json-syntax: a `,` or the closing `]` is missing here"),
        ("[1,\n 2", "2:3 json-syntax: a `,` or the closing `]` is missing here"),
        ("{\"a\": yes}", "1:7 json-syntax: a value is missing here"),
        ("", "1:1 json-syntax: a value is missing here"),
        ("\"a\n\"", "1:3 json-syntax: a control character stands in this text"),
        ("[\"a]", "1:2 json-syntax: this text is not closed"),
        ("\"\\d\"", "1:2 json-syntax: this is no escape that JSON knows"),
        ("\"\\ud800\"", "1:2 json-syntax: this escape is no character"),
        ("-x", "1:2 json-syntax: a digit is missing in this number"),
        ("01", "1:2 json-syntax: there is more text after the value"),
        ("[9223372036854775808]", "1:2 json-syntax: `9223372036854775808` is a number beyond 64 bits"),
        ("{\"a\": 1, \"a\": 1}", "1:10 json-syntax: key `a` is given twice"),
    ];
    for (text, wanted) in table {
        assert_eq!(json_told(text), wanted, "{text:?}");
    }
}

#[test]
fn budgets_are_kept_in_both_formats() {
    let mib = 1024 * 1024;
    let deep = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
    let many = |n: usize| format!("[{}1]", "1,".repeat(n - 1));
    for read in [
        |text: &str| yaml::read(Default::default(), text).map(|mut n| n.remove(0)),
        |text: &str| json::read(Default::default(), text),
    ] {
        assert!(read(&deep(64)).is_ok());
        assert!(read(&many(99_999)).is_ok());
        assert!(read(&format!("\"{}\"", "x ".repeat(2 * mib - 1))).is_ok());
        for text in
            [deep(65), deep(mib), many(100_000), format!("[{}", ",".repeat(mib)), "x".repeat(4 * mib + 1)]
        {
            let problem = read(&text).unwrap_err();
            let is_budget =
                problem.code == "yaml-too-large" || text.starts_with("[,") && problem.code == "json-syntax";
            assert!(is_budget, "{problem:?}");
        }
    }
    for text in ["- ".repeat(65), "{a: ".repeat(65), "[&a ".repeat(mib), "---\n- a\n".repeat(60_000)] {
        assert!(yaml_told(&text).contains("yaml-too-large"), "{:?}", text.get(..20));
    }
}
