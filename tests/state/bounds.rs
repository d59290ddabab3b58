//! Requests that make more requests than a flow may have, and files that name each other as parents.

use std::fmt::Write;
use std::fs;

use crate::world::{World, bare, folder, said, tip, told};

/// A promise that makes a request of the next one for each of its parts; the last of `depth` renders a ConfigMap.
fn chain(world: &World, depth: usize) {
    for at in 0..depth {
        let next = at + 1;
        let mut text = format!("promise c{at} {{\n  api C{at} in example.org/v1 {{ parts: [DnsLabel] }}\n");
        match next < depth {
            true => write!(
                text,
                "  for name in spec.parts {{\n    request c{next} \"${{self.metadata.name}}-${{name}}\" as DnsLabel {{ parts: spec.parts }}\n  }}\n}}\n"
            ),
            false => write!(
                text,
                "  resource v1/ConfigMap self.metadata.name in self.metadata.namespace {{ data: {{ a: \"b\" }} }}\n}}\n"
            ),
        }
        .unwrap();
        fs::write(world.path(&format!("c{at}.promise")), text).unwrap();
    }
}

fn asked(world: &World, parts: usize) -> String {
    let parts: Vec<String> = (0..parts).map(|i| format!("p{i}")).collect();
    let file = format!("chain-{}.yaml", parts.len());
    let text = format!(
        "apiVersion: example.org/v1\nkind: C0\nmetadata: {{ name: a, namespace: team }}\nspec: {{ parts: [{}] }}\n",
        parts.join(", ")
    );
    fs::write(world.path(&file), text).unwrap();
    file
}

#[test]
fn more_requests_than_a_flow_may_have_are_refused_and_nothing_is_written() {
    let (world, room) = (World::new(), folder());
    let repo = room.path().join("r.git");
    bare(&repo);
    // One after the other, each making several of the next; and all at once.
    chain(&world, 5);
    for file in [asked(&world, 12), world.request("wide", "a", 12_000)] {
        let out = world.vow(&["apply", &file], &repo).output().unwrap();
        assert_eq!(out.status.code(), Some(1), "{}", said(&out));
        assert!(said(&out).contains("error[over-budget]"), "{}", said(&out));
        assert_eq!(tip(&repo, "main"), None);
        assert_eq!(told(&repo, &["count-objects", "-v"]).lines().next(), Some("count: 0"));
        assert!(
            !repo.join("objects/pack").exists()
                || fs::read_dir(repo.join("objects/pack")).unwrap().next().is_none()
        );
    }
    // What is within the bound is there whole, and goes whole.
    world.done(&["apply", &asked(&world, 3)], &repo);
    let files = told(&repo, &["ls-tree", "-r", "--name-only", "main"]);
    assert_eq!(files.lines().count(), 3 + 9 + 27 + 81 + 81);
    world.done(&["delete", "C0/a", "-n", "team"], &repo);
    assert_eq!(told(&repo, &["ls-tree", "-r", "main"]), "");
}
