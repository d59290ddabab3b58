//! Names that somebody may try: none leads out of the folder that a request owns.

use std::path::{Path, PathBuf};

use crate::world::{World, bare, each, folder, full, git, judge, said, tip, told};

/// The naughty strings, if the folder that holds them is there; a few of ours always.
fn strings() -> Vec<String> {
    let own = [
        "..",
        ".",
        "../../x",
        "a/b",
        ".git",
        ".GIT",
        "git~1",
        "a\\b",
        "a:b",
        "CON",
        "aux.yaml",
        "a.",
        "a ",
        "\u{200c}.git",
        "-n",
    ];
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let shared = std::env::var_os("VOW_SHARED").map_or_else(beside, PathBuf::from);
    let naughty =
        std::fs::read_to_string(shared.join("corpora/blns/blns.json")).unwrap_or_else(|_| "[]".into());
    let naughty: Vec<String> = serde_json::from_str(&naughty).unwrap();
    let step = if full() { 1 } else { 23 };
    own.map(str::to_owned).into_iter().chain(naughty.into_iter().step_by(step)).collect()
}

fn tried(world: &World, number: usize, name: &str) -> Vec<String> {
    let room = folder();
    let repo = room.path().join("r.git");
    bare(&repo);
    let mut wrong = vec![];
    let quoted = serde_json::to_string(name).unwrap();
    for (at, text) in [
        format!("metadata: {{ name: {quoted}, namespace: team }}\nspec: {{}}\n"),
        format!("metadata: {{ name: a, namespace: {quoted} }}\nspec: {{}}\n"),
        format!("metadata: {{ name: a, namespace: team }}\nspec: {{ parts: [{quoted}] }}\n"),
        format!("metadata: {{ name: a, namespace: team, labels: {{ {quoted}: {quoted} }} }}\nspec: {{}}\n"),
    ]
    .iter()
    .enumerate()
    {
        let file = format!("naughty-{number}-{at}.yaml");
        std::fs::write(world.path(&file), format!("apiVersion: example.org/v1\nkind: Web\n{text}")).unwrap();
        let out = world.vow(&["apply", &file], &repo).output().unwrap();
        if !matches!(out.status.code(), Some(0 | 1)) {
            wrong.push(format!("{name:?} as part {at}: {:?}: {}", out.status, said(&out)));
        }
    }
    let mut words: Vec<Vec<&str>> = vec![vec!["apply", "naughty-ok.yaml", "--message", name]];
    if !name.contains('\0') {
        let request = format!("Web/{name}");
        let request: &str = Box::leak(request.into_boxed_str());
        words.push(vec!["delete", request, "-n", "team"]);
        words.push(vec!["delete", "Web/a", "-n", name]);
        words.push(vec!["apply", "naughty-ok.yaml", "--branch", name]);
    } else {
        words.clear();
    }
    for words in words {
        let out = world.vow(&words, &repo).output().unwrap();
        if !matches!(out.status.code(), Some(0..=3)) {
            wrong.push(format!("{words:?}: {:?}: {}", out.status, said(&out)));
        }
    }
    // Whatever was taken lies where a request's files lie, in the branch that was named, and Git has nothing against it.
    let refs = told(&repo, &["for-each-ref", "--format=%(refname)"]);
    for name in refs.lines() {
        let files = git(&repo, &["ls-tree", "-r", "-z", "--name-only", name]).output().unwrap();
        for file in String::from_utf8(files.stdout).unwrap().split('\0').filter(|f| !f.is_empty()) {
            let parts: Vec<&str> = file.split('/').collect();
            let plain = |p: &&str| {
                p.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.".contains(&b))
            };
            if !file.starts_with("clusters/one/resources/")
                || !parts.iter().all(|p| plain(p) && !p.starts_with('.'))
            {
                wrong.push(format!("{name}: {file} is there"));
            }
        }
    }
    wrong.extend(crate::world::fsck(&repo));
    let outside = std::fs::read_dir(room.path()).unwrap().count();
    if outside != 1 {
        wrong.push(format!("{name:?}: something lies beside the repository"));
    }
    let _ = tip(&repo, "main");
    wrong
}

#[test]
fn no_name_leads_out_of_its_folder() {
    let world = World::new();
    std::fs::write(
        world.path("naughty-ok.yaml"),
        "apiVersion: example.org/v1\nkind: Web\nmetadata: { name: ok, namespace: team }\nspec: {}\n",
    )
    .unwrap();
    let strings: Vec<(usize, String)> = strings().into_iter().enumerate().collect();
    let wrong = each(&strings, |(number, name)| tried(&world, *number, name));
    judge("names", strings.len(), &wrong);
}
