//! Hostile files that parse, or nearly, and burden what comes after.

use super::{ANY, API, Case, FULL, case, fill, half, lines, promise};

/// Many of one kind of member.
pub fn members(all: &mut Vec<Case>) {
    let within = |text: String| full_or(text);
    case(
        all,
        "api-fields",
        within(format!(
            "promise p {{\n  api P in example.org/v1 {{\n{}  }}\n}}\n",
            lines(80_000, |i| format!("f{i}: Int"))
        )),
        ANY,
    );
    case(
        all,
        "api-same-field",
        format!("promise p {{\n  api P in example.org/v1 {{\n{}  }}\n}}\n", fill("f: Int\n")),
        ANY,
    );
    case(all, "api-checks", promise_api(&lines(20_000, |i| format!("check spec.f == {i} else \"no\""))), ANY);
    case(all, "api-columns", promise_api(&lines(30_000, |i| format!("column \"c{i}\" = spec.f"))), ANY);
    case(
        all,
        "resources",
        promise(&lines(20_000, |i| format!("resource v1/ConfigMap \"c{i}\" in \"n\" {{}}"))),
        ANY,
    );
    case(
        all,
        "resources-same",
        promise(&lines(20_000, |_| "resource v1/ConfigMap \"c\" in \"n\" {}".into())),
        ANY,
    );
    case(
        all,
        "resources-open",
        promise(&lines(14_000, |i| format!("resource v1/ConfigMap \"c{i}-${{spec.name}}\" in \"n\" {{}}"))),
        ANY,
    );
    case(
        all,
        "resources-handles",
        promise(&lines(14_000, |i| format!("resource h{i} = v1/ConfigMap \"c{i}\" in \"n\" {{}}"))),
        ANY,
    );
    case(
        all,
        "resources-namespaces",
        promise(&lines(9_000, |i| {
            format!("resource v1/Namespace \"n{i}\" {{}}\nresource v1/ConfigMap \"c\" in \"n{i}\" {{}}")
        })),
        ANY,
    );
    case(
        all,
        "resources-large",
        promise(&format!(
            "resource v1/ConfigMap \"c\" in \"n\" {{ data: {{ {} }} }}",
            lines(50_000, |i| format!("k{i}: \"v\""))
        )),
        ANY,
    );
    case(
        all,
        "resources-unknown",
        promise(&lines(20_000, |i| format!("resource v1/Confi{i} \"c{i}\" in \"n\" {{}}"))),
        ANY,
    );
    case(
        all,
        "resources-bad-field",
        promise(&format!(
            "resource v1/ConfigMap \"c\" in \"n\" {{ {} }}",
            lines(50_000, |i| format!("dat{i}: 1"))
        )),
        ANY,
    );
    case(all, "requests", promise(&lines(20_000, |i| format!("request q \"c{i}\" {{}}"))), ANY);
    case(all, "checks", promise(&lines(25_000, |_| "check spec.name != \"x\" else \"no\"".into())), ANY);
    case(all, "whens", promise(&lines(20_000, |i| format!("when spec.name == \"x{i}\" {{ }}"))), ANY);
    case(
        all,
        "tests",
        promise(&lines(16_000, |i| format!("test \"t{i}\" {{ given {{ name: \"a\" }} }}"))),
        ANY,
    );
    case(all, "rules", lines(20_000, |i| format!("rule r{i} on document {{ }}")), ANY);
    case(all, "functions", promise(&lines(30_000, |i| format!("fn f{i}() -> Int = {i}"))), ANY);
    case(all, "scripts", promise(&lines(20_000, |i| format!("fn f{i}() -> Int rhai {{ {i} }}"))), ANY);
    case(all, "apis", promise(&lines(20_000, |i| format!("api P{i} in a/v1 {{ }}"))), ANY);
    case(all, "promises", lines(20_000, |i| format!("promise p{i} {{ api P{i} in a/v1 {{}} }}")), ANY);
    case(
        all,
        "needs",
        promise(&format!("needs platform {{ {} }}", lines(50_000, |i| format!("f{i}: Int")))),
        ANY,
    );
    case(all, "lets", promise(&lines(60_000, |i| format!("let a{i} = 1"))), ANY);
    case(all, "lets-top", lines(60_000, |i| format!("let a{i} = 1")), ANY);
    case(all, "lets-same", promise(&fill("let a = 1\n")), ANY);
}

fn full_or(text: String) -> String {
    text.get(..FULL).map_or(text.clone(), str::to_owned)
}

fn promise_api(entries: &str) -> String {
    format!("promise p {{\n  api P in example.org/v1 {{ f: Int\n{entries}  }}\n}}\n")
}

/// A mistake in every line.
pub fn mistakes(all: &mut Vec<Case>) {
    case(all, "wrong-type", promise(&lines(50_000, |i| format!("let a{i}: Int = \"\""))), ANY);
    case(all, "wrong-names", promise(&lines(60_000, |i| format!("let a{i} = b{i}"))), ANY);
    case(all, "near-names", promise(&lines(25_000, |i| format!("let name{i:05} = nam{i:05}"))), ANY);
    case(
        all,
        "near-fields",
        promise_api(&format!(
            "{} }}\n{} {{",
            half(|i| format!("field{i:05}: Int")),
            half(|i| format!("let a{i} = spec.fiel{i:05}"))
        )),
        ANY,
    );
    case(
        all,
        "near-functions",
        promise(&format!(
            "{}{}",
            half(|i| format!("fn func{i:05}() -> Int = 1")),
            half(|i| format!("let a{i} = fun{i:05}()"))
        )),
        ANY,
    );
    case(all, "near-words", lines(90_000, |_| "promis p {}".into()), ANY);
    case(all, "near-types", promise(&lines(50_000, |i| format!("let a{i}: Strin = 1"))), ANY);
    case(
        all,
        "near-keys",
        promise(&format!(
            "let o = {{ {} }}\n{}",
            half(|i| format!("field{i:05}: 1")),
            half(|i| format!("let a{i} = o.fiel{i:05}"))
        )),
        ANY,
    );
    case(
        all,
        "near-arms",
        promise_api(&format!(
            "kind: \"x\"{} }}\nlet a = match spec.kind {{ {} }}\n when true {{",
            half(|i| format!("| \"field{i:05}\"")),
            half(|i| format!("\"fiel{i:05}\" => 1"))
        )),
        ANY,
    );
    case(
        all,
        "long-near",
        promise(&format!(
            "let {0}a = 1\n{1}",
            fill("x"),
            lines(5, |i| format!("let b{i} = {}{i}", fill("x")))
        )),
        ANY,
    );
    case(all, "bad-lines", promise(&fill("let = 1\n")), ANY);
    case(all, "bad-values", promise(&fill("let a = )\n")), ANY);
    case(all, "bad-heads", promise(&fill("resource x y {}\n")), ANY);
    case(all, "bad-entries", promise(&format!("let a = {{ {} }}", fill("a b c\n"))), ANY);
    case(all, "bad-items", promise(&format!("let a = [ {} ]", fill("1 2 : 3\n"))), ANY);
    case(all, "bad-arms", promise(&format!("let a = match spec.name {{ {} }}", fill("a = b\n"))), ANY);
    case(all, "bad-casts", promise(&lines(40_000, |i| format!("let a{i} = \"a\" as Int"))), ANY);
    case(all, "missing-commas", promise(&format!("let a = [ {} ]", fill("1 "))), ANY);
    case(all, "missing-commas-object", promise(&format!("let a = {{ {} }}", fill("a: 1 "))), ANY);
    case(all, "one-line-lets", promise(&fill("let a = 1 ")), ANY);
    case(all, "one-line-bad", promise(&fill("let = ")), ANY);
    case(all, "one-line-resources", promise(&fill("resource v1/ConfigMap \"c\" in \"n\" {} ")), ANY);
    case(
        all,
        "same-arms",
        promise(&format!("let a = match spec.name {{ {} _ => 1 }}", fill("\"a\" => 1\n"))),
        ANY,
    );
    case(all, "optional-uses", promise(&lines(40_000, |i| format!("let a{i} = spec.xs[0] + 1"))), ANY);
}

/// Each uses the one before.
pub fn chains(all: &mut Vec<Case>) {
    for n in [300, 10_000, 40_000] {
        case(
            all,
            &format!("lets-forward-{n}"),
            promise(&format!("let a0 = 1\n{}", lines(n, |i| format!("let a{} = a{i}", i + 1)))),
            ANY,
        );
        case(
            all,
            &format!("lets-back-{n}"),
            promise(&format!("{}let a{n} = 1", lines(n, |i| format!("let a{i} = a{}", i + 1)))),
            ANY,
        );
        case(
            all,
            &format!("lets-circle-{n}"),
            promise(&format!("{}let a{n} = a0", lines(n, |i| format!("let a{i} = a{}", i + 1)))),
            ANY,
        );
        let top = |tail: &str| {
            format!(
                "{}let a{n} = {tail}\npromise p {{\n{API}}}\n",
                lines(n, |i| format!("let a{i} = a{}", i + 1))
            )
        };
        case(all, &format!("globals-back-{n}"), top("1"), ANY);
        case(all, &format!("globals-circle-{n}"), top("a0"), ANY);
        case(
            all,
            &format!("functions-chain-{n}"),
            promise(&format!(
                "fn f0() -> Int = 1\n{}\nlet a = f{n}()",
                lines(n, |i| format!("fn f{}() -> Int = f{i}()", i + 1))
            )),
            ANY,
        );
        case(
            all,
            &format!("functions-circle-{n}"),
            promise(&format!(
                "fn f0() -> Int = f{n}()\n{}",
                lines(n, |i| format!("fn f{}() -> Int = f{i}()", i + 1))
            )),
            ANY,
        );
        case(
            all,
            &format!("handles-chain-{n}"),
            promise(&format!(
                "resource h0 = v1/ConfigMap \"c\" in \"n\" {{}}\n{}",
                lines(n.min(9_000), |i| format!(
                    "resource h{} = v1/ConfigMap \"${{h{i}.metadata.name}}x\" in \"n\" {{}}",
                    i + 1
                ))
            )),
            ANY,
        );
    }
    case(
        all,
        "functions-double",
        promise(&format!(
            "fn f0() -> Int = 1\n{}\nlet a = f60()",
            lines(60, |i| format!("fn f{}() -> Int = f{i}() + f{i}()", i + 1))
        )),
        ANY,
    );
    case(
        all,
        "functions-dense",
        promise(&lines(300, |i| {
            format!("fn f{i}() -> Int = 0{}", (0..i).map(|j| format!(" + f{j}()")).collect::<String>())
        })),
        ANY,
    );
    case(
        all,
        "lets-double",
        promise(&format!(
            "let a0 = \"x\"\n{}\nresource v1/ConfigMap a200 in \"n\" {{}}",
            lines(200, |i| format!("let a{} = \"${{a{i}}}${{a{i}}}\"", i + 1))
        )),
        ANY,
    );
    case(
        all,
        "globals-double",
        format!(
            "let a0 = \"x\"\n{}\npromise p {{\n{API}resource v1/ConfigMap a200 in \"n\" {{}}\n}}\n",
            lines(200, |i| format!("let a{} = \"${{a{i}}}${{a{i}}}\"", i + 1))
        ),
        ANY,
    );
    case(
        all,
        "objects-double",
        promise(&format!(
            "let a0 = {{ x: 1 }}\n{}",
            lines(200, |i| format!("let a{} = {{ l: a{i}, r: a{i} }}", i + 1))
        )),
        ANY,
    );
    case(
        all,
        "lists-double",
        promise(&format!("let a0 = [1]\n{}", lines(200, |i| format!("let a{} = [a{i}, a{i}]", i + 1)))),
        ANY,
    );
    case(
        all,
        "lists-nest",
        promise(&format!("let a0 = [1]\n{}", lines(2_000, |i| format!("let a{} = [a{i}]", i + 1)))),
        ANY,
    );
    case(
        all,
        "objects-nest",
        promise(&format!(
            "let a0 = {{ x: 1 }}\n{}",
            lines(2_000, |i| format!("let a{} = {{ x: a{i} }}", i + 1))
        )),
        ANY,
    );
    case(
        all,
        "objects-merge",
        promise(&format!(
            "let a0 = {{ x: 1 }}\n{}",
            lines(10_000, |i| format!("let a{} = merge(a{i}, {{ k{i}: 1 }})", i + 1))
        )),
        &["over-budget"],
    );
    case(
        all,
        "unions-grow",
        promise(&format!(
            "let a0 = if spec.name == \"a\" {{ \"x0\" }} else {{ \"y\" }}\n{}",
            lines(10_000, |i| format!(
                "let a{} = if spec.name == \"a\" {{ \"x{}\" }} else {{ a{i} }}",
                i + 1,
                i + 1
            ))
        )),
        ANY,
    );
    case(
        all,
        "facts",
        promise(&format!(
            "let a = {}",
            lines(10_000, |i| format!("if spec.name == \"x{i}\" {{ {i} }} else {{")).replace('\n', " ")
        )),
        ANY,
    );
    case(
        all,
        "and-facts",
        promise(&format!("let a = if {} {{ 1 }} else {{ 2 }}", vec!["spec.xs[0]?"; 60_000].join(" && "))),
        ANY,
    );
}

/// Modules that use each other.
pub fn modules(all: &mut Vec<Case>) {
    let module = |name: &str, text: String| (format!("{name}.dsl"), text.into_bytes());
    let mut folder = |name: &str, promise: String, files: Vec<(String, Vec<u8>)>, codes| {
        let mut files = files;
        files.push(("p.promise".to_owned(), promise.into_bytes()));
        files.push(("promises.dsl".to_owned(), b"platform t { promises \"p.promise\" }\n".to_vec()));
        all.push(Case { name: name.to_owned(), files, codes });
    };
    let using = |m: &str| format!("use ./{m}\npromise p {{\n{API}}}\n");
    folder("use-self", using("a"), vec![module("a", "use ./a\n".into())], &["cycle"]);
    folder(
        "use-circle",
        using("a"),
        vec![module("a", "use ./b\n".into()), module("b", "use ./a\n".into())],
        &["cycle"],
    );
    let ring = |n: usize, last: usize| {
        (0..n)
            .map(|i| module(&format!("m{i}"), format!("use ./m{}\n", if i + 1 == n { last } else { i + 1 })))
            .collect::<Vec<_>>()
    };
    folder("use-ring-60", using("m0"), ring(60, 0), &["cycle"]);
    folder("use-ring-10000", using("m0"), ring(10_000, 0), &["nested-too-deep"]);
    folder("use-chain-10000", using("m0"), ring(10_000, 10_000), &["nested-too-deep"]);
    let dag = (0..60)
        .map(|i| module(&format!("m{i}"), (i + 1..60).map(|j| format!("use ./m{j}\n")).collect()))
        .collect();
    folder("use-dag", using("m0"), dag, &[]);
    let wide: Vec<_> = (0..10_000).map(|i| module(&format!("m{i}"), "let a = 1\n".into())).collect();
    folder(
        "use-wide-10000",
        format!("{}{}", lines(10_000, |i| format!("use ./m{i}")), using("m0")),
        wide,
        ANY,
    );
    folder(
        "use-same",
        format!("{}{}", fill("use ./a\n"), using("a")),
        vec![module("a", "let a = 1\n".into())],
        ANY,
    );
    folder(
        "use-missing",
        format!("{}{}", lines(60_000, |i| format!("use ./m{i}")), using("a")),
        vec![],
        &["unreadable-file"],
    );
    folder(
        "use-unknown",
        format!("{}{}", lines(60_000, |i| format!("use n{i}")), using("a")),
        vec![],
        &["unknown-module"],
    );
    folder("use-up", format!("{}{}", fill("use ../x\n"), using("a")), vec![], &["unreadable-file"]);
    folder("use-climb", using(&format!("{}x", fill("../"))), vec![], &["unreadable-file"]);
    folder("use-long", using(&fill("a/")), vec![], &["unreadable-file", "syntax"]);
    let large = |i: usize| module(&format!("m{i}"), lines(50_000, |i| format!("let a{i} = {i}")));
    folder(
        "use-large-30",
        format!("{}{}", lines(30, |i| format!("use ./m{i}")), using("m0")),
        (0..30).map(large).collect(),
        &["file-too-large"],
    );
}
