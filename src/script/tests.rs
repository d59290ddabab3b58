//! Scripts that work, scripts that refuse, and scripts that mean harm. None of these looks at a clock.

use super::ScriptErrorKind::{Fault, Limit, Refused, Syntax};
use super::*;

fn run(source: &str) -> Result<Value, ScriptError> {
    Script::compile(source, &[])?.call(&[])
}

fn shown(source: &str) -> String {
    match run(source) {
        Ok(value) => format!("{value:?}"),
        Err(e) => format!("{:?} at {:?}: {}", e.kind, e.offset, e.message),
    }
}

/// Some of these scripts are long.
fn start(source: &str) -> String {
    source.chars().take(80).collect()
}

fn error(source: &str) -> ScriptError {
    let Err(error) = run(source) else { panic!("no error: {}", start(source)) };
    error
}

#[test]
fn a_body_sees_its_parameters_and_gives_a_value() {
    let script = Script::compile("let sum = a + b.n; return [sum, sum > 2];", &["a", "b"]).unwrap();
    let b = Value::map([("n".into(), Value::Int(2))].into_iter().collect());
    let result = script.call(&[Value::Int(1), b]).unwrap();
    assert_eq!(result, Value::list(vec![Value::Int(3), Value::Bool(true)]));
    assert_eq!(script.call(&[]).unwrap_err().message, "the script takes 2 arguments, not 0");
}

#[test]
fn values_come_out_as_they_are_in_the_language() {
    let cases = [
        ("1.0", "Int(1)"),
        ("-0.0", "Int(0)"),
        ("2.5", "Float(2.5)"),
        ("1e300", "Float(1e300)"),
        ("9223372036854775807.0", "Float(9.223372036854776e18)"),
        ("'x'", "Str(\"x\")"),
        ("`a ${1 + 1}`", "Str(\"a 2\")"),
        ("[1, (), [true]]", "List([Int(1), Null, List([Bool(true)])])"),
        ("#{b: 1, a: 2, \"a b\": 3}", "Map({\"a\": Int(2), \"a b\": Int(3), \"b\": Int(1)})"),
        ("fn twice(x) { 2 * x } twice(21)", "Int(42)"),
        ("[3, 1, 2].filter(|x| x > 1).map(|x| x * 10)", "List([Int(30), Int(20)])"),
        (
            "let n = 0; for b in \"10.0.4.7\".split(\".\") { n = (n << 8) | parse_int(b); } n",
            "Int(167773191)",
        ),
        ("parse_int(\"ff\", 16) + to_int(2.9) + to_int(round(0.5))", "Int(258)"),
        ("let s = \"a-b\"; s.replace(\"-\", '+'); s.pad(5, \"xy\"); s", "Str(\"a+bxy\")"),
        ("`${|x| x}` + [|| 1]", "Str(\"|…|[|…|]\")"),
        (
            "let a = [3, 1, 2]; a.sort(); a + [\"b\", \"a\"].order_desc()",
            "List([Int(1), Int(2), Int(3), Str(\"b\"), Str(\"a\")])",
        ),
        (
            "[[1, 2], [0, 1], [1, 0]].order(|a, b| a[0] - b[0])",
            "List([List([Int(0), Int(1)]), List([Int(1), Int(2)]), List([Int(1), Int(0)])])",
        ),
        ("let a = [2.5, 0.0/0.0, -1.5]; a.sort(|x, y| true); a.sort(); a[0]", "Float(-1.5)"),
        ("let a = [1]; a.pad(3, \"x\"); a.pad(-1, 0); a", "List([Int(1), Str(\"x\"), Str(\"x\")])"),
        ("let a = [1, 3, 4, 5]; a.dedup(|x, y| x % 2 == y % 2); a", "List([Int(1), Int(4), Int(5)])"),
        (
            "let a = [\"is_empty\", \"\"]; [a.index_of(\"is_empty\"), a.index_of(\"\", -1), a.index_of(\"x\")]",
            "List([Int(0), Int(1), Int(-1)])",
        ),
    ];
    for (source, expected) in cases {
        assert_eq!(shown(source), expected, "{source}");
    }
}

#[test]
fn arguments_come_back_as_they_went_in() {
    let echo = Script::compile("x", &["x"]).unwrap();
    let map = Value::map(
        [("k".into(), Value::list(vec![Value::Null, "é".into(), Value::Float(0.5)]))].into_iter().collect(),
    );
    for value in [Value::Int(i64::MIN), Value::Bool(false), "".into(), map] {
        assert_eq!(echo.call(std::slice::from_ref(&value)), Ok(value));
    }
    let deep = (0..70).fold(Value::Int(1), |inner, _| Value::list(vec![inner]));
    let long = Value::from("x".repeat(70_000));
    let many = Value::list(vec![Value::Int(1); 5000]);
    for (value, why) in
        [(deep, "is nested deeper than 64 levels"), (long, "64 KiB of text"), (many, "4096 items")]
    {
        let error = echo.call(&[value]).unwrap_err();
        assert!(error.kind == Limit && error.message.contains(why), "{error:?}");
    }
}

#[test]
fn a_throw_is_a_refusal_with_its_text() {
    let script = Script::compile("if n > 3 { throw `no address ${n}`; }\n n", &["n"]).unwrap();
    let refusal = ScriptError { kind: Refused, message: "no address 4".into(), offset: Some(11) };
    assert_eq!(script.call(&[Value::Int(4)]), Err(refusal));
    assert_eq!(shown("[2, 1].sort(|a, b| throw `${a}`)"), "Refused at Some(19): 2");
    assert_eq!(shown("throw 42"), "Refused at Some(0): 42");
    assert_eq!(shown("throw"), "Refused at Some(0): the script refuses, and does not say why");
    assert_eq!(error("throw [1]").message, "the script refuses, but with something that is no text");
    assert_eq!(shown("fn f() { throw `é` }\n/* é */ f()"), "Refused at Some(9): é");
}

#[test]
fn errors_point_into_the_source_and_speak_our_words() {
    let cases = [
        ("let e = 'é';\n  1 +", "Syntax at Some(19): the script ends too early"),
        ("\"é\" + size", "Syntax at Some(7): there is no variable `size` here"),
        (
            "let a = 1; [1].map(|x| x + a)",
            "Syntax at Some(27): there is no variable `a` here; functions in a script see their own parameters only",
        ),
        ("let x = 1; x.size(2)", "Fault at Some(13): there is no function `size(int, int)`"),
        ("1 + true", "Fault at Some(2): there is no function `+(int, bool)`"),
        ("[2, 1].sort(|x| x)", "Fault at Some(7): a function `|…|` does not take (int, int)"),
        ("1 / 0", "Fault at Some(2): division by zero: 1 / 0"),
        ("9223372036854775807 + 1", "Fault at Some(20): addition overflow: 9223372036854775807 + 1"),
        ("let a = [1]; a[3]", "Fault at Some(15): there is no item 3 in a list of length 1"),
        ("\"a\".sub_string(0)[3]", "Fault at Some(18): there is no character 3 in a text of length 1"),
        ("let x = 5; x.foo", "Fault at Some(13): there is no property `foo` in a value of type `int`"),
        ("let x = true; x[0]", "Fault at Some(15): a value of type `bool` takes no index of type `int`"),
        ("const X = 1; X = 2; X", "Syntax at Some(13): `X` is a constant and keeps its value"),
        ("parse_int(\"12a\")", "Fault at Some(0): \"12a\" is no integer of 64 bits"),
        (
            "let x = 5;",
            "Fault at None: the script ends without a value; its last expression, without `;`, or `return` gives one",
        ),
        (
            "",
            "Fault at None: the script ends without a value; its last expression, without `;`, or `return` gives one",
        ),
        ("1.0 / 0.0", "Fault at None: the result holds inf, which is no number"),
        ("[|x| x]", "Fault at None: the result holds a function, which is no value"),
        ("let x = 1 let y", "Syntax at Some(10): expecting `;` to terminate this statement"),
        ("sleep(5)", "Fault at Some(0): a script cannot wait"),
        ("let s = \"a\"; s.replace(\"\", \"b\")", "Fault at Some(15): the text to replace is empty"),
    ];
    for (source, expected) in cases {
        assert_eq!(shown(source), expected, "{source}");
    }
    assert!(error("\"${x}\"").message.contains("write the text between backticks"));
}

#[test]
fn what_reaches_outside_does_not_exist() {
    for source in [
        "eval(\"1\")",
        "import \"x\" as y; 1",
        "print(1); 1",
        "debug(1); 1",
        "Fn(\"f\")",
        "let f = |x| x; f.call(1)",
        "let f = |x| x; f.curry(1)",
        "fn f() { this } f()",
        "2.0 ** 0.5",
        "timestamp()",
        "exit(1)",
        "#{}.to_json()",
        "parse_json(\"1\")",
        "rand()",
        "sleep(0.1)",
        "[\"a\"].map(\"to_upper\")",
        "[1].reduce(\"f\", 0)",
        "get_fn_metadata_list()",
    ] {
        assert!(matches!(error(source).kind, Syntax | Fault), "{source}");
    }
}

#[test]
fn what_never_ends_runs_out_of_steps() {
    for source in [
        "loop {}",
        "try { loop {} } catch { } 5",
        "for i in 0..9223372036854775807 { }",
        "[1].map(|x| { loop {} })",
        "[2, 1].sort(|x, y| { loop {} })",
        "let a = []; a.pad(50, 0); a.map(|x| { for i in 0..50000 {} 1 }).len()",
        "let m = #{}; let s = \"\"; s.pad(60000, 'k'); for i in 0..4000 { m[s + i] = 1; } m",
        "fn g() { [0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0] } loop { let x = g(); }",
        "let a = []; a.pad(100, 0); loop { let b = a; }",
        "let s = \"\"; s.pad(4000, 'x'); loop { s.split(\"\"); }",
        "let s = \"\"; loop { let t = s; t.pad(65536, 'x'); }",
        "loop { let a = []; a.pad(4096, 0); }",
    ] {
        let error = error(source);
        assert_eq!(
            (error.kind, error.message.as_str()),
            (Limit, "the script takes more than 500000 steps"),
            "{source}"
        );
    }
}

#[test]
fn what_is_slow_for_its_steps_ends_as_well() {
    // On a slow machine time may end these first.
    for source in [
        "let s = \"\"; s.pad(65000, \"a\"); loop { s.index_of(\"b\", -1); }",
        "let a = []; for i in 0..3000 { a.push((i * 7919) % 4001); } loop { let b = a; b.sort(); }",
        "let m = #{}; for i in 0..1000 { m[`${i}`] = 1; } loop { m.keys(); }",
    ] {
        assert_eq!(error(source).kind, Limit, "{source}");
    }
}

#[test]
fn what_grows_meets_a_limit() {
    let variables: String = (0..130).map(|i| format!("let v{i} = 1; ")).collect();
    let frames: String = (0..90).map(|i| format!("let v{i} = \"\"; v{i}.pad(65536, 'x'); ")).collect();
    let functions: String = (0..130).map(|i| format!("fn f{i}() {{ 1 }} ")).collect();
    for source in [
        "fn f(n) { f(n + 1) } f(0)",
        "fn f(n) { [n].map(|x| { f(x + 1) }) } f(0)",
        "let a = [0]; loop { a += a; }",
        "let a = []; loop { a = [a]; }",
        "let a = #{}; loop { a = #{x: [a]}; }",
        "let a = []; loop { a.push(a); }",
        "let s = \"ab\"; loop { s += s; }",
        "let s = \"a\"; s.pad(65000, 'a'); s.replace('a', `b${s.sub_string(0, 60000)}`);",
        "let s = \"a\"; s.pad(9223372036854775807, 'a');",
        "let a = []; a.pad(9223372036854775807, 1);",
        "let a = []; a.pad(4096, 1); let b = []; b.pad(4096, a);",
        "let s = \"a\"; s.pad(65000, 'a'); s.split(\"\")",
        "let a = []; for i in 0..60 { a = [#{x: a}]; }",
        &format!("{variables} 1"),
        &format!("fn f(n) {{ {frames} f(n + 1) }} f(0)"),
        &format!("{functions} 1"),
        &"1;".repeat(40_000),
    ] {
        let error = error(source);
        assert_eq!(error.kind, Limit, "{error} in {}", start(source));
    }
}

#[test]
fn no_source_takes_the_parser_down() {
    let nests = [
        "(",
        "[",
        "{",
        "#{a:",
        "||",
        "|| {",
        "f(",
        "`${",
        "if true {",
        "switch 1 { 1 => ",
        "loop {",
        "try {",
        "fn a() {",
        "!",
        "/*",
    ];
    let chains = [
        "1+",
        "1 ?? ",
        "true && ",
        "a.",
        "a.b().",
        "a[0]",
        "x = ",
        "return ",
        "if false {1} else ",
        "1<",
        "-",
        "let a = ",
        ";",
    ];
    for piece in nests.iter().chain(&chains) {
        let source = format!("let a = 1; {}1", piece.repeat(65_000 / piece.len()));
        // Some are scripts (a run of `;`), and end without harm.
        assert!(
            run(&source).is_ok_and(|v| v == Value::Int(1))
                || matches!(error(&source).kind, Syntax | Limit | Fault),
            "{piece}"
        );
    }
    for piece in ["a", "1", "0xf", "1.5", "é", "\"", "\n", "`", "'", "\\"] {
        let source = piece.repeat(limits::SOURCE_BYTES / piece.len());
        assert!(run(&source).map_or_else(|e| e.message.len() < 2000, |v| v.as_str().is_some()), "{piece}");
    }
}

#[test]
fn nesting_within_the_limits_fits_the_stack() {
    // On a thread with less stack than a script may need, as test threads are; deep calls, deep values, deep source.
    let grow = "fn f(n) { if n == 0 { 1 } else { [#{a: [#{a: [#{a: f(n - 1)}]}]}] } } let x = f(30);";
    for source in [
        format!("fn f(n) {{ {}f(n + 1){} }} f(0)", "abs(".repeat(12), ")".repeat(12)),
        format!("fn f(n) {{ {}f(n + 1){} }} f(0)", "switch 1 { 1 => ".repeat(12), "}".repeat(12)),
        grow.replace("let x = f(30);", "f(30).to_string().len()"),
        grow.replace("let x = f(30);", "`${f(30)}`.len()"),
        grow.replace("let x = f(30);", "f(30) == f(30)"),
        grow.replace("let x = f(30);", "throw f(30)"),
        grow.replace("let x = f(30);", "f(30)"),
        format!("{grow} x"),
    ] {
        let _ = std::thread::Builder::new()
            .stack_size(256 << 10)
            .spawn(move || run(&source))
            .unwrap()
            .join()
            .unwrap();
    }
}

#[test]
fn the_same_call_gives_the_same_bytes() {
    let source =
        "let out = #{}; for w in text.split(\" \") { out[w] = [w.len(), 1.0 / 3.0, |x| x].to_string(); } out";
    let script = Script::compile(source, &["text"]).unwrap();
    let results: Vec<String> = (0..4)
        .map(|_| script.clone())
        .map(|script| {
            std::thread::spawn(move || format!("{:?}", script.call(&["to be or not to be".into()])))
        })
        .map(|thread| thread.join().unwrap())
        .collect();
    assert!(results[0].starts_with("Ok(Map({\"be\""), "{}", results[0]);
    assert!(results.iter().all(|r| *r == results[0]));
}

#[test]
fn scripts_are_shared_between_threads_and_limits_are_listed() {
    fn shared<T: Send + Sync + Clone + fmt::Debug>() {}
    shared::<Script>();
    assert!(limits().iter().all(|(name, _)| !name.is_empty()));
    assert!(limits().contains(&("steps of a call", 500_000)));
}

#[test]
fn a_panic_is_the_fault_of_one_script() {
    let error = guarded::<()>(|| panic!("as a bug of rhai would")).unwrap_err();
    assert_eq!((error.kind, error.message.as_str()), (Fault, "the scripting engine failed on this script"));
    assert_eq!(run("1"), Ok(Value::Int(1)));
}
