//! Fixtures of the language's text: what parses, what is said about the rest.

use std::fs;
use std::path::{Path, PathBuf};
use vow::source::Sources;
use vow::syntax::parse;

fn fixtures(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/syntax").join(folder);
    let mut all: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    all.sort();
    all.retain(|p| p.extension().is_some_and(|e| e == "promise" || e == "dsl"));
    all
}

#[test]
fn good_fixtures_have_no_problems_and_no_error_nodes() {
    for path in fixtures("ok") {
        let text = fs::read_to_string(&path).unwrap();
        let mut sources = Sources::default();
        let file = sources.add(path.file_name().unwrap().to_string_lossy(), text.as_str());
        let (tree, problems) = parse(file, &text);
        for p in &problems {
            let place = sources.place(p.primary.span);
            println!("{}:{}:{} {} {} | {}", path.display(), place.line, place.column, p.code, p.message, sources.slice(p.primary.span));
        }
        if std::env::var("DUMP").is_ok() { println!("{tree:#?}"); }
        assert!(problems.is_empty());
        assert!(!format!("{tree:?}").contains("Error"), "{}", path.display());
    }
}
