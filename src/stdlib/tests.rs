//! Tables for every function of the library, as it is called.

use super::*;
use crate::script::Script;
use crate::source::Sources;
use crate::syntax::ast::{FnBody, Item};
use crate::syntax::parse;

/// What a native function gives, in one text: the value, or `refuses: ` and why.
fn call(module: &str, name: &str, args: &[Value]) -> String {
    let native = native(module, name).unwrap_or_else(|| panic!("{module}.{name}"));
    native.call(args).map_or_else(|why| format!("refuses: {why}"), |value| show(&value))
}

fn show(value: &Value) -> String {
    match value {
        Value::Str(text) => text.to_string(),
        Value::Int(i) => i.to_string(),
        Value::Bool(b) => b.to_string(),
        Value::List(items) => items.iter().map(show).collect::<Vec<_>>().join("|"),
        other => format!("{other:?}"),
    }
}

fn texts(args: &[&str]) -> Vec<Value> {
    args.iter().map(|a| Value::from(*a)).collect()
}

/// The declarations of a module: name, parameters, and what stands after the type of the result.
fn declarations(module_name: &str) -> Vec<(String, Vec<String>, String)> {
    let source = module(module_name).unwrap();
    source
        .split("\nfn ")
        .skip(1)
        .map(|rest| {
            let (name, rest) = rest.split_once('(').unwrap();
            let (params, rest) = rest.split_once(") -> ").unwrap();
            // A comma in a type, as in `String(r"…", ..63)`, would need more than this.
            let params =
                params.split(", ").filter_map(|p| p.split_once(':')).map(|(p, _)| p.to_owned()).collect();
            let (_, body) = rest.split_once(' ').unwrap();
            (name.to_owned(), params, body.to_owned())
        })
        .collect()
}

/// The text between the braces of a body, which holds no brace but in pairs.
fn between_braces(body: &str) -> &str {
    let mut depth = 0;
    let (mut start, mut end) = (0, 0);
    for (at, c) in body.char_indices() {
        match c {
            '{' => {
                depth += 1;
                if depth == 1 {
                    start = at + 1;
                }
            }
            '}' => {
                depth -= 1;
                if depth == 0 && end == 0 {
                    end = at;
                }
            }
            _ => {}
        }
    }
    &body[start..end]
}

#[test]
fn what_is_declared_native_is_what_there_is() {
    for name in modules() {
        let declared = declarations(name);
        assert!(
            !declared.is_empty() && module(name).is_some_and(|s| s.is_ascii() || s.contains("///")),
            "{name}"
        );
        let mut expected: Vec<&str> = Vec::new();
        for (function, _, body) in &declared {
            if body.starts_with("native") {
                expected.push(function);
            } else {
                assert!(body.starts_with("rhai {"), "{name}.{function}: {body}");
            }
        }
        let mut there: Vec<&str> = natives(name).iter().map(|(n, _)| *n).collect();
        expected.sort_unstable();
        there.sort_unstable();
        assert_eq!(expected, there, "{name}");
    }
    assert!(modules().is_sorted() && module("nothing").is_none() && native("net", "nothing").is_none());
}

#[test]
fn every_module_parses_and_every_script_in_it_compiles() {
    for name in modules() {
        let source = module(name).unwrap();
        let file = Sources::default().add(format!("stdlib/{name}.dsl"), source);
        let (tree, problems) = parse(file, source);
        assert!(problems.is_empty(), "{name}: {problems:?}");
        assert_eq!(tree.items.len(), declarations(name).len(), "{name}");
        for item in &tree.items {
            let Item::Fn(function) = item else { panic!("{name}: {item:?}") };
            let FnBody::Rhai(body) = &function.body else { continue };
            let text = &source[body.start as usize..body.end as usize];
            let params: Vec<&str> = function.params.iter().map(|p| p.name.node.as_str()).collect();
            assert!(Script::compile(text, &params).is_ok(), "{name}.{}", function.name.node);
            let scanned = declarations(name).into_iter().find(|(n, ..)| *n == function.name.node).unwrap();
            assert_eq!(
                (text, params),
                (between_braces(&scanned.2), scanned.1.iter().map(String::as_str).collect())
            );
        }
    }
}

#[test]
fn every_declaration_has_a_doc_comment() {
    for name in modules() {
        let source = module(name).unwrap();
        let lines: Vec<&str> = source.lines().collect();
        for (at, line) in lines.iter().enumerate().filter(|(_, l)| l.starts_with("fn ")) {
            assert!(lines[at - 1].starts_with("/// ") && lines[at - 2].starts_with("/// "), "{name}: {line}");
        }
    }
}

#[test]
fn texts_of_texts() {
    let cases: [(&str, &[&str], &str); 40] = [
        ("replace", &["a-b-c", "-", "_"], "a_b_c"),
        ("replace", &["aaa", "aa", "b"], "ba"),
        ("replace", &["", "x", "y"], ""),
        ("replace", &["abc", "", "y"], "refuses: the text to replace is empty"),
        ("split", &["a,b,,c", ","], "a|b||c"),
        ("split", &["a", ","], "a"),
        ("split", &["", ","], ""),
        ("split", &["a", ""], "refuses: the separator is empty"),
        ("lower", &["App-ÄB"], "app-äb"),
        ("upper", &["app-äß"], "APP-ÄSS"),
        ("trim", &["  a b \n"], "a b"),
        ("trim", &["\u{a0}\u{2003}"], ""),
        ("digits", &["v1.30-rc2 ١٢"], "1302"),
        ("digits", &["none"], ""),
        ("base64", &["vow"], "dm93"),
        ("base64", &["v"], "dg=="),
        ("base64", &["é?>"], "w6k/Pg=="),
        ("base64", &[""], ""),
        ("sha256", &["abc"], "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ("sha256", &[""], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("md5", &["abc"], "900150983cd24fb0d6963f7d28e17f72"),
        ("md5", &[""], "d41d8cd98f00b204e9800998ecf8427e"),
        ("toInt", &["-042"], "-42"),
        ("toInt", &["-0"], "0"),
        ("toInt", &["9223372036854775807"], "9223372036854775807"),
        ("toInt", &["-9223372036854775808"], "-9223372036854775808"),
        ("toInt", &["9223372036854775808"], "refuses: `9223372036854775808` does not fit in 64 bits"),
        ("toInt", &["4.0"], "refuses: `4.0` is no integer"),
        ("toInt", &["+4"], "refuses: `+4` is no integer"),
        ("toInt", &[" 4"], "refuses: ` 4` is no integer"),
        ("toInt", &["--4"], "refuses: `--4` is no integer"),
        ("toInt", &["١"], "refuses: `١` is no integer"),
        ("toInt", &["-"], "refuses: `-` is no integer"),
        ("toInt", &[""], "refuses: an empty text is no integer"),
        ("startsWith", &["app-db", "app"], "true"),
        ("startsWith", &["app", "app-db"], "false"),
        ("startsWith", &["", ""], "true"),
        ("endsWith", &["db.example.org", ".example.org"], "true"),
        ("endsWith", &["é", "\u{301}"], "false"),
        ("lower", &[], "refuses: argument 1 is no string"),
    ];
    for (name, args, expected) in cases {
        assert_eq!(call("text", name, &texts(args)), expected, "{name} {args:?}");
    }
}

#[test]
fn texts_of_lists_and_lengths() {
    let join = |items: &[&str], by: &str| call("text", "join", &[Value::list(texts(items)), by.into()]);
    assert_eq!(join(&["a", "b", "c"], ", "), "a, b, c");
    assert_eq!(join(&["a"], ","), "a");
    assert_eq!(join(&[], ","), "");
    let mixed = Value::list(vec!["a".into(), Value::Int(1)]);
    assert_eq!(
        call("text", "join", &[mixed, ",".into()]),
        "refuses: argument 1 has an item that is no string"
    );
    let truncate = |text: &str, length: i64| call("text", "truncate", &[text.into(), Value::Int(length)]);
    assert_eq!(truncate("kubernetes", 4), "kube");
    assert_eq!(truncate("aé🦀b", 3), "aé🦀");
    assert_eq!(truncate("ab", 2), "ab");
    assert_eq!(truncate("ab", i64::MAX), "ab");
    assert_eq!(truncate("ab", 0), "");
    assert_eq!(truncate("ab", -1), "refuses: the length -1 is less than 0");
}

#[test]
fn results_are_bounded_before_they_are_built() {
    let too_large = "refuses: the result is larger than 1024 KiB";
    let long = "a".repeat(1 << 20);
    assert_eq!(call("text", "replace", &texts(&[&long, "a", &long])), too_large);
    assert_eq!(call("text", "replace", &texts(&[&long, "a", "b"])).len(), 1 << 20);
    assert_eq!(call("text", "split", &texts(&[&long, "a"])), too_large);
    assert_eq!(call("text", "base64", &texts(&[&long])), too_large);
    assert_eq!(call("text", "upper", &texts(&[&"ΐ".repeat(1 << 19)])), too_large);
    let shared = Value::list(vec![Value::from(long.as_str()); 100_000]);
    assert_eq!(call("text", "join", &[shared, ",".into()]), too_large);
    assert!(call("text", "toInt", &texts(&[&long])).len() < 200);
}

#[test]
fn quantities_are_exact() {
    let equal = [
        ("500m", "0.5"),
        ("1e3", "1k"),
        ("1E3", "1k"),
        ("1024Ki", "1Mi"),
        ("1E", "1e18"),
        ("0", "-0m"),
        ("0e999", "0"),
        (".5Gi", "512Mi"),
        ("+1.", "1"),
        ("1e-3", "1m"),
        ("1000000000000000000000", "1e21"),
        ("0.1", "100000000n"),
    ];
    let rising = [
        "-1e18446744073709",
        "-1Gi",
        "-1G",
        "-1",
        "-1n",
        "0",
        "1e-9000",
        "1n",
        "1u",
        "1m",
        "0.9999999999999999999999999",
        "1",
        "999Pi",
        "1Ei",
        "1.2E",
        "9223372036854775807",
        "9223372036854775808",
        "1e400",
        "1e9223372036854775000",
    ];
    let order = |a: &str, b: &str| call("quantity", "compare", &texts(&[a, b]));
    for (a, b) in equal {
        assert_eq!((order(a, b), order(b, a)), ("0".into(), "0".into()), "{a} {b}");
        assert_eq!(call("quantity", "max", &texts(&[a, b])), a);
        assert_eq!(call("quantity", "min", &texts(&[a, b])), a);
    }
    for (i, a) in rising.iter().enumerate() {
        for b in &rising[i + 1..] {
            assert_eq!((order(a, b), order(b, a)), ("-1".into(), "1".into()), "{a} {b}");
            assert_eq!(call("quantity", "max", &texts(&[a, b])), **b);
            assert_eq!(call("quantity", "min", &texts(&[b, a])), **a);
        }
    }
}

#[test]
fn thousandths_are_rounded_up() {
    let cases = [
        ("200m", "200"),
        ("1.5", "1500"),
        ("1Ki", "1024000"),
        ("1u", "1"),
        ("1n", "1"),
        ("0", "0"),
        ("0.0001e-50", "1"),
        ("1.0001", "1001"),
        ("-1.0001", "-1000"),
        ("-1n", "0"),
        ("9223372036854775807m", "9223372036854775807"),
        ("-9223372036854775808m", "-9223372036854775808"),
        (
            "9223372036854775807.1m",
            "refuses: `9223372036854775807.1m` does not fit in 64 bits of thousandths",
        ),
        ("9223372036854775808m", "refuses: `9223372036854775808m` does not fit in 64 bits of thousandths"),
        ("1e9223372036854775807", "refuses: `1e9223372036854775807` does not fit in 64 bits of thousandths"),
        ("1e-9223372036854775807", "1"),
        ("1e9223372036854775808", "refuses: `1e9223372036854775808` is no quantity"),
        ("1.1e-9223372036854775808", "refuses: `1.1e-9223372036854775808` is no quantity"),
        ("1.5Ei", "refuses: `1.5Ei` does not fit in 64 bits of thousandths"),
        ("1kg", "refuses: `1kg` is no quantity"),
        ("1.2.3", "refuses: `1.2.3` is no quantity"),
        (".", "refuses: `.` is no quantity"),
        ("-", "refuses: `-` is no quantity"),
        ("", "refuses: `` is no quantity"),
        ("1e", "refuses: `1e` is no quantity"),
        ("é", "refuses: `é` is no quantity"),
    ];
    for (quantity, expected) in cases {
        assert_eq!(call("quantity", "milli", &texts(&[quantity])), expected, "{quantity}");
    }
}

#[test]
fn addresses_of_networks() {
    let hosts = [
        ("10.0.4.0/24", 7, "10.0.4.7"),
        ("10.0.4.9/24", 7, "10.0.4.7"),
        ("10.0.4.0/24", 0, "10.0.4.0"),
        ("10.0.4.0/24", 255, "10.0.4.255"),
        ("10.0.4.0/24", 256, "refuses: no address 256 in 10.0.4.0/24"),
        ("10.0.4.0/24", 300, "refuses: no address 300 in 10.0.4.0/24"),
        ("10.0.4.0/24", -1, "refuses: no address -1 in 10.0.4.0/24"),
        ("10.0.4.0/24", i64::MIN, "refuses: no address -9223372036854775808 in 10.0.4.0/24"),
        ("10.0.4.0/24", i64::MAX, "refuses: no address 9223372036854775807 in 10.0.4.0/24"),
        ("10.0.4.6/31", 1, "10.0.4.7"),
        ("10.0.4.6/31", 2, "refuses: no address 2 in 10.0.4.6/31"),
        ("10.0.4.7/32", 0, "10.0.4.7"),
        ("10.0.4.7/32", 1, "refuses: no address 1 in 10.0.4.7/32"),
        ("10.20.30.40/0", 4294967295, "255.255.255.255"),
        ("0.0.0.0/0", 4294967296, "refuses: no address 4294967296 in 0.0.0.0/0"),
        ("255.255.255.0/24", 255, "255.255.255.255"),
        ("10.0.0.0/8", 65536, "10.1.0.0"),
        ("128.0.0.0/1", 1, "128.0.0.1"),
    ];
    for (subnet, offset, expected) in hosts {
        assert_eq!(call("net", "host", &[subnet.into(), Value::Int(offset)]), expected, "{subnet} {offset}");
    }
    let members = [
        ("10.0.4.0/24", "10.0.4.255", "true"),
        ("10.0.4.0/24", "10.0.5.0", "false"),
        ("10.0.4.7/24", "10.0.4.0", "true"),
        ("10.0.4.6/31", "10.0.4.7", "true"),
        ("10.0.4.6/31", "10.0.4.8", "false"),
        ("10.0.4.7/32", "10.0.4.7", "true"),
        ("10.0.4.7/32", "10.0.4.6", "false"),
        ("0.0.0.0/0", "255.255.255.255", "true"),
        ("128.0.0.0/1", "127.255.255.255", "false"),
    ];
    for (subnet, address, expected) in members {
        assert_eq!(call("net", "contains", &texts(&[subnet, address])), expected, "{subnet} {address}");
    }
}

#[test]
fn facts_of_networks() {
    let cases = [
        ("10.0.4.7/24", "10.0.4.0", "10.0.4.255", "24", "256"),
        ("10.0.4.7/31", "10.0.4.6", "10.0.4.7", "31", "2"),
        ("10.0.4.7/32", "10.0.4.7", "10.0.4.7", "32", "1"),
        ("10.20.30.40/0", "0.0.0.0", "255.255.255.255", "0", "4294967296"),
        ("172.16.99.1/12", "172.16.0.0", "172.31.255.255", "12", "1048576"),
        ("255.255.255.255/1", "128.0.0.0", "255.255.255.255", "1", "2147483648"),
    ];
    for (subnet, network, broadcast, prefix, size) in cases {
        for (name, expected) in
            [("network", network), ("broadcast", broadcast), ("prefix", prefix), ("size", size)]
        {
            assert_eq!(call("net", name, &[subnet.into()]), expected, "{name} {subnet}");
        }
    }
}
