//! Rules of a platform end too, whatever they judge, and what they say stays readable.

use vow::diag::Diagnostic;
use vow::eval::render_flow;
use vow::source::Memory;
use vow::value::{Map, Value};
use vow::{compile, request, rules};

use super::programs::on_a_large_stack;

/// What the gate says of a request with so many items, each of which is rendered if `rendered`.
fn judged(rule: &str, items: i64, rendered: bool) -> Vec<Diagnostic> {
    let each = "for i in spec.items { resource v1/ConfigMap \"c-${i}\" as DnsSubdomain in \"ns\" { } }";
    let each = if rendered { each } else { "" };
    let text = format!("{rule}\npromise p {{\n  api P in example.org/v1 {{ items: [Int] }}\n  {each}\n}}\n");
    on_a_large_stack(move || {
        let c = compile::promise(&Memory([("p.promise".to_owned(), text)].into()), "p.promise");
        let engine = c.engine.unwrap_or_else(|| panic!("{:#?}", c.diagnostics));
        let items = Value::list((0..items).map(Value::Int).collect());
        let object = |entries: Vec<(&str, Value)>| {
            Value::map(entries.into_iter().map(|(key, value)| (key.into(), value)).collect::<Map>())
        };
        let request = object(vec![
            ("apiVersion", "example.org/v1".into()),
            ("kind", "P".into()),
            ("metadata", object(vec![("name", "p".into())])),
            ("spec", object(vec![("items", items)])),
        ]);
        let api = engine.program().promise("p").unwrap().api.as_ref().unwrap();
        let request = request::admit(api, &request).unwrap();
        let flow = render_flow(&engine, "p", &request).unwrap();
        match rules::gate(&engine, vec![flow]) {
            Ok(passed) => passed.warnings().to_vec(),
            Err(found) => found,
        }
    })
}

fn only_error(found: &[Diagnostic]) -> &str {
    let errors: Vec<&str> = found.iter().filter(|d| d.is_error()).map(|d| d.message.as_str()).collect();
    assert_eq!(errors.len(), 1, "{found:#?}");
    errors[0]
}

#[test]
fn a_rule_that_walks_too_much_is_an_error_by_itself() {
    let rule = "rule pairs on flow { for a in it.documents { for b in it.documents { for c in it.documents {
        deny a.metadata.name == b.kind && b.metadata.name == c.kind else \"no\" } } } }";
    let found = judged(rule, 200, true);
    let message = only_error(&found);
    assert!(message.contains("the rule `pairs` cannot judge the flow of `P/p in default`"), "{message}");
    assert!(message.contains("costs too much") && message.contains("4000000 steps"), "{message}");
}

#[test]
fn the_budget_of_a_rule_is_for_all_objects_of_a_flow() {
    let lets: String =
        (0..16).map(|i| format!("let a{i} = [for x in xs => for y in xs => x + y]\n")).collect();
    let rule = format!(
        "let xs = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]
         rule slow on v1/ConfigMap {{ {lets} deny len(a1) == 1 else \"no\" }}"
    );
    assert_eq!(judged(&rule, 3, true), []);
    let found = judged(&rule, 900, true);
    assert!(only_error(&found).contains("the rule `slow` cannot judge `ConfigMap/c-"), "{found:#?}");
}

#[test]
fn a_text_that_doubles_ends() {
    let lets: String = (1..=30).map(|i| format!("let a{i} = \"${{a{}}}${{a{}}}\"\n", i - 1, i - 1)).collect();
    let rule = format!("rule doubles on request p {{ let a0 = \"x\" {lets} deny a30 == \"\" else \"no\" }}");
    let found = judged(&rule, 1, false);
    assert!(only_error(&found).contains("costs too much"), "{found:#?}");
}

#[test]
fn of_many_objections_some_are_told_and_the_rest_are_counted() {
    let rule = "rule items on request p { for i in it.spec.items {
        warn i >= 0 else \"${i} is an item\"
        deny i == 4999 else \"${i} is too much\" } }";
    let found = judged(rule, 5000, false);
    let (errors, warnings): (Vec<&Diagnostic>, Vec<&Diagnostic>) = found.iter().partition(|d| d.is_error());
    assert_eq!((errors.len(), warnings.len()), (1, 32));
    assert!(errors[0].message.ends_with("4999 is too much"), "{}", errors[0].message);
    assert!(
        warnings[31].message.ends_with("31 is an item (and 4968 more of this rule)"),
        "{}",
        warnings[31].message
    );
    assert_eq!(warnings[31].primary.text, "`spec.items[31]`");
}
