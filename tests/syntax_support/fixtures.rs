//! The fixtures and how their problems are written down.

use std::fs;
use std::path::{Path, PathBuf};
use vow::source::Sources;
use vow::syntax::parse;

/// The fixtures in one folder, by name.
pub fn fixtures(folder: &str) -> Vec<PathBuf> {
    sources_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/syntax").join(folder))
}

fn sources_in(folder: &Path) -> Vec<PathBuf> {
    let mut all = vec![];
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => all.extend(sources_in(&path)),
            false if path.extension().is_some_and(|e| e == "promise" || e == "dsl") => all.push(path),
            false => {}
        }
    }
    all.sort();
    all
}

/// The name of a fixture.
pub fn name_of(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

/// One paragraph a problem: `line:column code message`, then its labels, its help and its fix.
pub fn problem_lines(name: &str, text: &str) -> String {
    let mut sources = Sources::default();
    let file = sources.add(name, text);
    let (_, problems) = parse(file, text);
    let mut lines = String::new();
    for p in problems {
        let at = sources.place(p.primary.span);
        lines += &format!("{}:{} {} {}\n", at.line, at.column, p.code, p.message);
        lines += &format!("    at `{}`\n", sources.slice(p.primary.span).replace('\n', "⏎"));
        for label in &p.labels {
            let at = sources.place(label.span);
            lines += &format!("    {}:{} {}\n", at.line, at.column, label.text);
        }
        for help in &p.help {
            lines += &format!("    help: {help}\n");
        }
        if let Some(fix) = &p.fix {
            lines += &format!("    fix: `{}` becomes `{}`\n", sources.slice(fix.span), fix.text);
        }
    }
    lines
}
