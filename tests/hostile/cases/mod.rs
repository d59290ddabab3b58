//! Hostile files: what each is made of, and the code of the first problem that `vow check` has with it.

mod checked;

use std::fmt::Write;

/// Whatever is said, it is said in time.
pub const ANY: &[&str] = &["*"];

/// A folder of files, and what is said about its `p.promise`.
pub struct Case {
    /// What it is called: the name of its folder.
    pub name: String,
    /// Path and bytes of each file.
    pub files: Vec<(String, Vec<u8>)>,
    /// The codes that errors may have, one of which there is; empty if there is none.
    pub codes: &'static [&'static str],
}

/// The most that is read of a `.promise` file.
const FULL: usize = 1 << 20;

const API: &str = "  api P in example.org/v1 { name: DnsLabel, xs: [Int] = [1] }\n";

/// Every case.
pub fn cases() -> Vec<Case> {
    let mut all = vec![];
    brackets(&mut all);
    characters(&mut all);
    repetitions(&mut all);
    checked::members(&mut all);
    checked::mistakes(&mut all);
    checked::chains(&mut all);
    checked::modules(&mut all);
    all
}

fn case(all: &mut Vec<Case>, name: &str, text: impl Into<Vec<u8>>, codes: &'static [&'static str]) {
    all.push(Case { name: name.to_owned(), files: vec![("p.promise".to_owned(), text.into())], codes });
}

/// A promise of these members.
fn promise(members: &str) -> String {
    format!("promise p {{\n{API}{members}\n}}\n")
}

/// As many times `unit` as a file may hold, behind `before` and in front of `after`.
fn full(before: &str, unit: &str, after: &str) -> String {
    let count = (FULL - before.len() - after.len() - 64) / unit.len();
    format!("{before}{}{after}", unit.repeat(count))
}

/// As [`full`], but no more than the words and signs that a file may have.
fn dense(before: &str, unit: &str, after: &str) -> String {
    let count = (FULL - before.len() - after.len() - 64) / unit.len();
    let signs = signs(unit).max(1);
    format!("{before}{}{after}", unit.repeat(count.min(62_000 / signs)))
}

/// `unit` as often as the words and signs of a file allow.
fn fill(unit: &str) -> String {
    dense("", unit, "").chars().take(FULL - 200).collect()
}

/// How many words and signs `text` has, if it is code.
fn signs(text: &str) -> usize {
    let mut count = 0;
    let mut word = false;
    for c in text.chars() {
        let in_word = c.is_ascii_alphanumeric() || c == '_';
        count += usize::from(!c.is_whitespace() && (!in_word || !word));
        word = in_word;
    }
    count
}

/// What `line` makes of each number below `count`.
fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    let most = 62_000 / signs(&line(0)).max(1);
    let mut text = String::new();
    for i in 0..count.min(most) {
        let _ = writeln!(text, "{}", line(i));
    }
    text
}

/// As [`lines`], for half of a file.
fn half(line: impl Fn(usize) -> String) -> String {
    let most = 30_000 / signs(&line(0)).max(1);
    lines(most, line)
}

fn brackets(all: &mut Vec<Case>) {
    let nested: &[&str] = &["nested-too-deep"];
    for (name, open, close) in [("brace", "{", "}"), ("bracket", "[", "]"), ("paren", "(", ")")] {
        case(all, &format!("{name}-open"), open.repeat(100_000), nested);
        case(all, &format!("{name}-close"), close.repeat(100_000), &["unopened", "file-too-large"]);
        case(all, &format!("{name}-both"), [open.repeat(50_000), close.repeat(50_000)].concat(), nested);
        case(
            all,
            &format!("{name}-pairs"),
            format!("{open}{close}").repeat(50_000),
            &["syntax", "file-too-large"],
        );
        case(
            all,
            &format!("{name}-lines"),
            format!("{close}\n").repeat(50_000),
            &["unopened", "file-too-large"],
        );
        let value = format!("let a = {}1{}", open.repeat(65), close.repeat(65));
        case(all, &format!("{name}-value"), value, nested);
    }
    case(all, "mixed-open", "{[(".repeat(33_333), nested);
    case(all, "mixed-close", ")]}".repeat(33_333), &["unopened", "file-too-large"]);
    case(all, "mixed-wrong", "{[(}])".repeat(16_666), &["unclosed", "unopened", "file-too-large"]);
    case(
        all,
        "mixed-lines",
        "{\n[\n(\n}\n".repeat(20_000),
        &["unclosed", "nested-too-deep", "file-too-large"],
    );
    case(all, "holes", ["let a = \"", &"${\"".repeat(50_000)].concat(), nested);
    case(all, "deep-when", promise(&["when true { ".repeat(64), "}".repeat(64)].concat()), nested);
    case(
        all,
        "deep-type",
        promise(&format!("let a: {}Int{} = 1", "[".repeat(62), "]".repeat(62))),
        &["type-mismatch"],
    );
    case(all, "deep-else", promise(&dense("let a = if true { 1 }", " else if true { 1 }", "")), nested);
    case(all, "deep-script", promise(&format!("fn f() -> Int rhai {}", "{".repeat(100_000))), nested);
    case(all, "deep-ticks", promise(&format!("fn f() -> Int rhai {{ {} }}", "`${".repeat(100_000))), nested);
}

fn characters(all: &mut Vec<Case>) {
    let strange: &[&str] = &["strange-character"];
    for (name, c) in [
        ("override", "\u{202e}"),
        ("isolate", "\u{2066}"),
        ("null", "\0"),
        ("escape", "\u{1b}[2J"),
        ("delete", "\u{7f}"),
        ("c1", "\u{9b}2J"),
        ("line-separator", "\u{2028}"),
    ] {
        case(all, &format!("{name}-code"), promise(&format!("let a{c} = 1")), strange);
        case(all, &format!("{name}-text"), promise(&format!("let a = \"x{c}y\"")), strange);
        case(all, &format!("{name}-raw"), promise(&format!("let a = r\"x{c}y\"")), strange);
        case(all, &format!("{name}-comment"), promise(&format!("// x {c} y\nlet a = 1")), strange);
        case(all, &format!("{name}-block"), promise(&format!("/* x {c} y */ let a = 1")), strange);
        case(all, &format!("{name}-doc"), promise(&format!("/// x {c} y\nfn f() -> Int = 1")), strange);
        case(
            all,
            &format!("{name}-script"),
            promise(&format!("fn f() -> Int rhai {{ /* {c} */ 1 }}")),
            strange,
        );
        case(all, &format!("{name}-full"), full("", c, ""), ANY);
        case(all, &format!("{name}-lines"), full("", &format!("let a = {c}\n"), ""), ANY);
    }
    for (name, bytes) in [
        ("lone", &b"promise p {} // \xff"[..]),
        ("overlong", &b"promise p {} // \xc0\xaf"[..]),
        ("surrogate", &b"promise p {} // \xed\xa0\x80"[..]),
        ("cut", &b"promise p {} // \xe2\x82"[..]),
        ("utf16", &b"\xff\xfep\0r\0o\0"[..]),
        ("gzip", &b"\x1f\x8b\x08\0\0\0\0\0"[..]),
    ] {
        case(all, &format!("utf8-{name}"), bytes, &["unreadable-file"]);
    }
    case(
        all,
        "identifier-20MB",
        promise(&format!("let {} = 1", "a".repeat(20_000_000))),
        &["unreadable-file"],
    );
    case(all, "identifier-3MB", promise(&format!("let {} = 1", "a".repeat(3_000_000))), &["file-too-large"]);
    case(all, "identifier-1MB", promise(&full("let ", "a", " = 1")), &["file-too-large"]);
    case(all, "identifier-unknown", promise(&full("let a = ", "a", "")), &["file-too-large"]);
    case(
        all,
        "identifier-double",
        promise(&format!("let {0} = 1\nlet {0}b = {0}c", "a".repeat(200_000))),
        &["file-too-large"],
    );
    case(all, "empty", "", &["no-promise"]);
    case(all, "blanks", full("", " ", ""), &["no-promise"]);
    case(all, "newlines", full("", "\n", ""), &["no-promise"]);
    case(all, "returns", full("", "\r", ""), strange);
}

fn repetitions(all: &mut Vec<Case>) {
    let bare = [
        ("letters", "a"),
        ("words", "a "),
        ("digits", "1"),
        ("quote", "\""),
        ("quotes3", "\"\"\""),
        ("raw", "r\""),
        ("raw3", "r\"\"\" "),
        ("hole", "${"),
        ("line-comment", "//"),
        ("line-comments", "// a\n"),
        ("docs", "/// a\n"),
        ("block-comment", "/*"),
        ("block-comments", "/**/"),
        ("blocks-one-line", "/* a */ let a = 1 "),
        ("rhai", "rhai {"),
        ("rhai-lines", "rhai {\n"),
        ("rhai-words", "rhai "),
        ("match", "match "),
        ("when", "when "),
        ("for", "for x in "),
        ("if", "if "),
        ("question", "?"),
        ("question3", "???"),
        ("bang", "!"),
        ("minus", "-"),
        ("dots", "..."),
        ("dot", "."),
        ("pipe", "|"),
        ("comma", ","),
        ("colon", ":"),
        ("arrow", "=> "),
        ("equals", "="),
        ("dollar", "$"),
        ("backslash", "\\"),
        ("tick", "`"),
        ("semicolon", ";"),
        ("at", "@"),
        ("entries", "a: b\n"),
        ("entries-line", "a: b "),
        ("let", "let "),
        ("lets", "let a = 1\n"),
        ("fn", "fn f("),
        ("promise", "promise p {}\n"),
        ("promise-open", "promise p {\n"),
        ("test", "test \"a\" {}\n"),
        ("rule", "rule r on document {}\n"),
        ("platform", "platform p {}\n"),
        ("api", "api P in a/v1 {}\n"),
        ("slash", "/"),
        ("hash", "#"),
        ("gvk", "v1/ConfigMap "),
        ("as", "as Int "),
        ("in", "in "),
        ("tab-lines", "\t\n"),
        ("unclosed-lines", "let a = \"x\n"),
        ("hole-lines", "let a = \"${x\n"),
        ("brace-lines", "when a {\n"),
        ("rhai-strings", "fn f() -> Int rhai { \" }\n"),
        ("rhai-hashes", "rhai { ####\""),
    ];
    for (name, unit) in bare {
        case(all, &format!("top-{name}"), full("", unit, ""), ANY);
        case(all, &format!("dense-{name}"), dense("", unit, ""), ANY);
        case(
            all,
            &format!("dense-member-{name}"),
            dense(&format!("promise p {{\n{API}"), unit, "\n}\n"),
            ANY,
        );
        case(
            all,
            &format!("dense-value-{name}"),
            dense(&format!("promise p {{\n{API}let a = "), unit, "\n}\n"),
            ANY,
        );
        case(
            all,
            &format!("dense-object-{name}"),
            dense(&format!("promise p {{\n{API}let a = {{ "), unit, "\n}\n}\n"),
            ANY,
        );
        case(
            all,
            &format!("dense-list-{name}"),
            dense(&format!("promise p {{\n{API}let a = [ "), unit, "\n]\n}\n"),
            ANY,
        );
        case(all, &format!("member-{name}"), full(&format!("promise p {{\n{API}"), unit, "\n}\n"), ANY);
        case(
            all,
            &format!("value-{name}"),
            full(&format!("promise p {{\n{API}let a = "), unit, "\n}\n"),
            ANY,
        );
        case(
            all,
            &format!("script-{name}"),
            full(&format!("promise p {{\n{API}fn f() -> Int rhai {{ "), unit, "\n}\n}\n"),
            ANY,
        );
        case(
            all,
            &format!("object-{name}"),
            full(&format!("promise p {{\n{API}let a = {{ "), unit, "\n}\n}\n"),
            ANY,
        );
        case(
            all,
            &format!("text-{name}"),
            full(&format!("promise p {{\n{API}let a = \"\"\""), unit, "\"\"\"\n}\n"),
            ANY,
        );
    }
    for op in ["+", "-", "*", "/", "%", "&&", "||", "??", "==", "<"] {
        case(
            all,
            &format!("operator-{op}").replace('/', "div"),
            dense(&format!("promise p {{\n{API}let a = 1"), &format!(" {op} 1"), "\n}\n"),
            ANY,
        );
    }
    case(all, "operator-tight", dense(&format!("promise p {{\n{API}let a = 1"), "+1", "\n}\n"), ANY);
    case(
        all,
        "union-type",
        dense(&format!("promise p {{\n{API}let a: \"a\""), " | \"a\"", " = \"a\"\n}\n"),
        ANY,
    );
    let literals = lines(60_000, |i| format!(" | \"v{i}\""));
    case(
        all,
        "union-distinct",
        format!("promise p {{\n  api P in example.org/v1 {{ name: DnsLabel, kind: \"v\"{literals} }}\n}}\n"),
        ANY,
    );
    case(
        all,
        "union-match",
        format!(
            "promise p {{\n  api P in example.org/v1 {{ name: DnsLabel, kind: \"v\"{0} }}\nlet a = match spec.kind {{ \"v\" => 1\n {1} }} }}\n",
            half(|i| format!(" | \"v{i}\"")),
            half(|i| format!("\"v{i}\" => {i}"))
        ),
        ANY,
    );
    case(all, "list-items", promise(&format!("let a = [{}]", fill("1,"))), ANY);
    case(all, "list-texts", promise(&format!("let a = [{}]", lines(60_000, |i| format!("\"v{i}\"")))), ANY);
    case(all, "list-objects", promise(&format!("let a = [{}]", fill("{ a: 1 },"))), ANY);
    case(all, "list-lists", promise(&format!("let a = [{}]", fill("[],"))), ANY);
    case(
        all,
        "object-keys",
        promise(&format!("let a = {{ {} }}", lines(60_000, |i| format!("k{i}: {i}")))),
        ANY,
    );
    case(all, "object-same-key", promise(&format!("let a = {{ {} }}", fill("k: 1\n"))), ANY);
    case(all, "object-paths", promise(&format!("let a = {{ {}: 1 }}", vec!["a"; 300_000].join("."))), ANY);
    case(all, "fields-access", promise(&format!("let a = spec{}", fill(".a"))), ANY);
    case(all, "index-access", promise(&format!("let a = spec.xs{}", fill("[0]"))), ANY);
    case(all, "call-access", promise(&format!("let a = f{}", fill("()"))), ANY);
    case(all, "spread", promise(&format!("let a = [{}]", fill("...a,"))), ANY);
    case(all, "holes-in-text", promise(&format!("let b = 1\nlet a = \"{}\"", fill("${b}"))), ANY);
    case(all, "escapes", promise(&format!("let a = \"{}\"", fill("\\n"))), ANY);
    case(all, "bad-escapes", promise(&format!("let a = \"{}\"", fill("\\q"))), ANY);
    case(all, "arguments", promise(&format!("let a = f({})", fill("1,"))), ANY);
    case(
        all,
        "params",
        promise(&format!("fn f({}) -> Int = 1", lines(50_000, |i| format!("a{i}: Int,")))),
        ANY,
    );
    case(all, "pattern", promise(&format!("let a: String(r\"{}\") = \"a\"", fill("(a*)*"))), ANY);
    case(all, "pattern-repeat", promise("let a: String(r\"((a{1000}){1000}){1000}\") = \"a\""), ANY);
}
