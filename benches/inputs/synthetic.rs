//! Platforms of any size, to see how costs grow.

use std::fmt::Write;

use vow::source::Memory;

/// A request of the first promise.
pub(crate) const REQUEST: &str = "apiVersion: example.org/v1\nkind: Page0\nmetadata: { name: home, namespace: pages }\nspec: { title: Home }\n";

/// A platform of so many promises, each with so many ConfigMaps of so many lines, one in four of which a request decides.
pub(crate) fn platform(promises: usize, resources: usize, lines: usize) -> Memory {
    let mut files = Memory::default();
    files.0.insert("promises.dsl".into(), "platform large {\n  promises \"promises/*.promise\"\n}\n".into());
    for number in 0..promises {
        files.0.insert(format!("promises/page-{number}.promise"), promise(number, resources, lines));
    }
    files
}

fn promise(number: usize, resources: usize, lines: usize) -> String {
    let mut out =
        format!("promise page-{number} {{\n  api Page{number} in example.org/v1 {{ title: String(..80) }}\n");
    for resource in 0..resources {
        let _ = writeln!(
            out,
            "  resource v1/ConfigMap \"page-{number}-{resource}\" in self.metadata.namespace {{\n    data: {{"
        );
        for line in 0..lines {
            let value = if line % 4 == 0 { "spec.title" } else { "\"a constant\"" };
            let _ = writeln!(out, "      line{line}: {value}");
        }
        out.push_str("    }\n  }\n");
    }
    out + "}\n"
}
