//! What an edit does, on a platform in memory.

use super::*;
use crate::compile;
use crate::source::Memory;

const PLATFORM: &str = "platform shop { promises \"*.promise\"\n  pod-security baseline }\n";
const WEB: &str = "use ./lib/names

promise web {
  api Web in example.org/v1 { replicas: Int(1..9) = 1 }

  resource v1/ConfigMap names.of(self.metadata.name) as DnsSubdomain in self.metadata.namespace { data: { n: \"${spec.replicas}\" } }

  request part self.metadata.name { size: spec.replicas }
}
";
const PART: &str = "promise part {
  api Part in example.org/v1 { size: Int(1..9) }

  resource v1/ConfigMap \"${self.metadata.name}-part\" as DnsSubdomain in self.metadata.namespace { data: { size: \"${spec.size}\" } }
}
";
const NAMES: &str =
    "/// The name.\nfn of(name: String) -> String = \"${name}-web\"\n\nfn unused(a: Int) -> Int = a\n";

fn platform(edits: &[(&str, &str, &str)]) -> Compilation {
    let files =
        [("promises.dsl", PLATFORM), ("web.promise", WEB), ("part.promise", PART), ("lib/names.dsl", NAMES)];
    let edited = |(path, text): (&str, &str)| {
        let of = edits.iter().filter(|(p, _, _)| *p == path);
        let text = of.fold(text.to_owned(), |text, (_, from, to)| {
            assert!(text.contains(from), "{from}");
            text.replace(from, to)
        });
        (path.to_owned(), text)
    };
    let compilation = compile::platform(&Memory(files.map(edited).into()));
    assert!(compilation.engine.is_some(), "{:#?}", compilation.diagnostics);
    compilation
}

fn requests() -> Vec<RequestText> {
    let one = |name: &str, kind: &str, spec: &str| RequestText {
        name: format!("{name}.yaml"),
        text: format!(
            "apiVersion: example.org/v1\nkind: {kind}\nmetadata: {{ name: {name}, namespace: team }}\nspec: {spec}\n"
        ),
    };
    vec![
        one("a", "Web", "{}"),
        one("b", "Web", "{ replicas: 8 }"),
        one("c", "Part", "{ size: 2 }"),
        one("d", "Other", "{}"),
    ]
}

fn after(edits: &[(&str, &str, &str)]) -> Impact {
    impact(&mut platform(&[]), &mut platform(edits), &requests()).unwrap()
}

#[test]
fn comments_formatting_and_what_is_not_reached_touch_nobody() {
    for edit in [
        ("web.promise", "promise web {", "// a remark\npromise   web {"),
        ("web.promise", "data: { n: ", "// why\n    data: {\n n: "),
        ("lib/names.dsl", "-> Int = a", "-> Int = a + 1"),
        ("lib/names.dsl", "/// The name.\n", ""),
        ("promises.dsl", "pod-security baseline", "pod-security restricted"),
    ] {
        let found = after(&[edit]);
        assert!(found.is_empty() && found.promises.is_empty() && found.again == 0, "{edit:?}: {found:?}");
        assert_eq!((found.requests, found.others), (3, 1));
    }
}

#[test]
fn an_edit_without_effect_on_anybody_runs_requests_again_and_changes_none() {
    let found =
        after(&[("web.promise", "data: { n: ", "data: { when spec.replicas > 8 { big: \"yes\" }, n: ")]);
    assert_eq!((found.again, found.changed.len(), found.promises), (2, 0, vec!["web".to_owned()]));
}

#[test]
fn what_a_promise_reaches_is_followed_through_modules_and_requests() {
    let found = after(&[("lib/names.dsl", "-web", "-site")]);
    assert_eq!(found.promises, ["web"]);
    assert_eq!(found.summary(), "2 requests run again, 2 change");
    // Sub-requests run again if they are other ones than before, even though their promise is the same.
    let found = after(&[("web.promise", "size: spec.replicas", "size: 9")]);
    assert_eq!(found.promises, ["web"]);
    assert_eq!(found.again, 4);
    assert_eq!(
        found.changed.iter().map(String::as_str).collect::<Vec<_>>(),
        ["Part/a in team", "Part/b in team", "Web/a in team", "Web/b in team"]
    );
    let found = after(&[("part.promise", "-part", "-piece")]);
    assert_eq!((found.promises.as_slice(), found.again), (["part".to_owned()].as_slice(), 3));
}

#[test]
fn who_is_refused_from_now_on_is_told_with_the_reason() {
    let found = after(&[("web.promise", "Int(1..9)", "Int(1..7)")]);
    assert_eq!((found.refused.len(), found.accepted.len()), (1, 0));
    assert_eq!(found.refused[0].title, "Web/b in team");
    assert_eq!(found.refused[0].why[0].0, "out-of-range");
    assert!(found.summary().ends_with("1 is newly refused"), "{}", found.summary());
    let back =
        impact(&mut platform(&[("web.promise", "Int(1..9)", "Int(1..7)")]), &mut platform(&[]), &requests())
            .unwrap();
    assert_eq!((back.refused.len(), back.accepted.len()), (0, 1));
}

#[test]
fn the_report_is_bounded_and_the_same_each_time() {
    let edit = [("web.promise", "n: \"", "m: \"")];
    let text = |i: usize| RequestText {
        name: format!("{i}.yaml"),
        text: format!(
            "apiVersion: example.org/v1\nkind: Web\nmetadata: {{ name: w{i}, namespace: team }}\nspec: {{}}\n"
        ),
    };
    let texts: Vec<RequestText> = (0..400).map(text).collect();
    let make = || {
        let (mut old, mut new) = (platform(&[]), platform(&edit));
        let found = impact(&mut old, &mut new, &texts).unwrap();
        assert_eq!(found.summary(), "400 requests run again, 400 change");
        markdown(&found, "main", &new.program)
    };
    let comment = make();
    assert!(
        comment.len() <= 65_536
            && comment.starts_with("**vow impact main**: 400 requests run again, 400 change\n")
    );
    assert_eq!(comment, make());
}
