//! The last container of somebody else's pipeline.

use crate::pod::{Pod, root, where_refusals_fail};

const GOOD: &str = "\
# theirs
apiVersion: v1
kind: ConfigMap
metadata:
  name: shop
  namespace: team
  labels:
    app.kubernetes.io/managed-by: kratix
    kratix.io/promise-name: web
    kratix.io/resource-name: shop
data: {a: b}
";

/// A pod in which others have put out `files`.
fn pod(files: &[(&str, &str)]) -> Pod {
    let mut pod = Pod::new(&root().join("examples/runtime"), "web", "kind: Web\n");
    pod.set("KRATIX_OBJECT_NAME", "shop");
    pod.arguments.push("--check-only".into());
    files.iter().for_each(|(path, text)| pod.write(&format!("output/{path}"), text));
    pod
}

#[test]
fn what_breaks_no_rule_passes_untouched() {
    let component = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: x\n";
    let pod =
        pod(&[("a.yaml", GOOD), ("backstage/component.yaml", component), (".hidden/notes", "no secret\n")]);
    let before = pod.files("output");
    let ended = pod.run();
    assert_eq!(ended.code, Some(0), "{}", ended.log);
    assert!(ended.log.ends_with("judged 3 files\n"), "{}", ended.log);
    assert_eq!((pod.files("output"), pod.files("metadata").len()), (before, 0));
}

#[test]
fn what_is_told_beside_the_output_is_judged_as_well() {
    let key = "clientKey: |\n  -----BEGIN RSA PRIVATE KEY-----\n  MIIEowIBAAKCAQEAhunter2\n  -----END RSA PRIVATE KEY-----\n";
    let told = [
        ("status.yaml", key, "no-secret"),
        ("status.yaml", "- a\n", "`status.yaml` is no object"),
        ("status.yaml", "a: [\n", "`status.yaml` cannot be read"),
        ("destination-selectors.yaml", "directory: a\n", "`destination-selectors.yaml` is no list"),
        (
            "destination-selectors.yaml",
            "- directory: a\n  matchLabels: {size: 1}\n",
            "whose values are texts",
        ),
        ("status.yaml", "kratix: {a: b}\n", "keeps to itself"),
        (
            "destination-selectors.yaml",
            "- directory: a/b\n  matchLabels: {a: b}\n",
            "at the top of the output",
        ),
        ("destination-selectors.yaml", "- directory: 5\n  matchLabels: {a: b}\n", "that is no text"),
        ("destination-selectors.yaml", "- directory: a\n  matchLabels: {a: b}\n", "in which nothing lies"),
        (
            "destination-selectors.yaml",
            "- matchLabels: {a: b}\n- directory: ./\n  matchLabels: {a: c}\n",
            "names the folder `.` twice",
        ),
        ("workflow-control.yaml", "suspend: true\nmessage: password=hunter2Xy7Qz\n", "no-secret"),
        ("workflow-control.yaml", "retryAfter: 1d\n", "no duration"),
    ];
    for (name, text, said) in told {
        let pod = pod(&[("a.yaml", GOOD)]);
        pod.write(&format!("metadata/{name}"), text);
        let ended = pod.run();
        assert_eq!(ended.code, Some(0), "{}", ended.log);
        assert!(ended.log.contains(said), "{name}: {}", ended.log);
        let metadata = pod.files("metadata");
        assert!(metadata["workflow-control.yaml"].starts_with("suspend: true\n"));
        let everything = format!("{}{metadata:?}{:?}", ended.log, pod.last_words());
        assert!(!everything.contains("hunter2"), "{everything}");
        // Mended, it passes.
        pod.write("metadata/destination-selectors.yaml", "- matchLabels: {size: \"1\"}\n");
        pod.write("metadata/status.yaml", "url: https://shop.example.org\n");
        let again = pod.run();
        assert!(again.log.ends_with("judged 1 file\n"), "{}", again.log);
        assert!(pod.files("metadata")["status.yaml"].contains("https://shop.example.org"));
    }
}

/// Whatever else is wrong, and whatever is done, Kratix reads what lies beside the output.
#[test]
fn no_way_leads_a_secret_past_what_is_judged_beside_the_output() {
    let secret = "password: hunter2Xy7Qz\n";
    let gone = |pod: &Pod, word: &str| {
        let ended = pod.run();
        assert_eq!(ended.code, Some(0), "{}", ended.log);
        assert!(ended.log.contains("no-secret"), "{word}: {}", ended.log);
        let told = format!("{}{:?}{:?}", ended.log, pod.files("metadata"), pod.last_words());
        assert!(!told.contains("hunter2"), "{word}: {told}");
        assert!(pod.files("metadata")["workflow-control.yaml"].starts_with("suspend: true\n"));
    };
    let unread = pod(&[]);
    std::fs::write(unread.path("output/x.yaml"), [0xff, 0xfe]).unwrap();
    unread.write("metadata/status.yaml", secret);
    gone(&unread, "an output that cannot be read");

    let mut deleting = pod(&[]);
    deleting.set("KRATIX_WORKFLOW_ACTION", "delete");
    deleting.write("metadata/status.yaml", secret);
    gone(&deleting, "a deletion");

    let bytes = pod(&[("a.yaml", GOOD)]);
    std::fs::write(bytes.path("metadata/status.yaml"), [0xff, 0xfe]).unwrap();
    let ended = bytes.run();
    assert_eq!(ended.code, Some(0), "{}", ended.log);
    assert!(ended.log.contains("`status.yaml` cannot be judged"), "{}", ended.log);
}

/// A container that fails is started again over what it left: it must find what it found.
#[test]
fn what_is_refused_where_refusals_fail_is_refused_again() {
    let folder = where_refusals_fail();
    let mut pod = Pod::new(folder.path(), "web", "kind: Web\n");
    pod.set("KRATIX_OBJECT_NAME", "shop");
    pod.arguments.push("--check-only".into());
    pod.write("output/a.yaml", GOOD);
    pod.write("metadata/destination-selectors.yaml", "- matchLabels: {env: prod, size: 1}\n");
    for _ in 0..2 {
        assert_eq!(pod.run().code, Some(1));
        assert!(pod.read("metadata/destination-selectors.yaml").unwrap().contains("size: 1"));
    }
}

#[test]
fn what_breaks_a_rule_suspends_the_workflow_and_shows_no_secret() {
    let secret =
        "apiVersion: v1\nkind: Secret\nmetadata: {name: x, namespace: y}\nstringData: {p: hunter2hunter2}\n";
    let key = "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEAhunter2\n-----END RSA PRIVATE KEY-----\n";
    for (path, text) in [("a.yaml", secret), (".hidden/b.yaml", secret), ("id_rsa", key), ("notes.txt", key)]
    {
        let pod = pod(&[("good.yaml", GOOD), (path, text)]);
        let before = pod.files("output");
        let ended = pod.run();
        assert_eq!(ended.code, Some(0), "{}", ended.log);
        assert!(ended.log.contains("[no-secret]"), "{path}: {}", ended.log);
        let metadata = pod.files("metadata");
        assert!(metadata["workflow-control.yaml"].starts_with("suspend: true\n"));
        let said = format!("{}{metadata:?}{:?}", ended.log, pod.last_words());
        assert!(!said.contains("hunter2"), "{said}");
        assert_eq!(pod.files("output"), before);
        // Mended in the same pod, nothing is left of it.
        std::fs::remove_file(pod.path("output").join(path)).unwrap();
        assert_eq!(pod.run().code, Some(0));
        assert_eq!(pod.files("metadata").into_keys().collect::<Vec<_>>(), [".vow-written.yaml"]);
    }
}

#[test]
fn what_nobody_can_read_does_not_pass() {
    let pod = pod(&[]);
    std::fs::write(pod.path("output/blob"), b"\xff\xfe").unwrap();
    assert_eq!(pod.run().code, Some(0));
    insta::assert_snapshot!(pod.last_words().unwrap(), @"`blob` is no UTF-8 text: the byte at offset 0 cannot stand there, so nobody can judge it");
    #[cfg(unix)]
    {
        std::fs::remove_file(pod.path("output/blob")).unwrap();
        std::os::unix::fs::symlink("/etc/passwd", pod.path("output/link.yaml")).unwrap();
        assert_eq!(pod.run().code, Some(0));
        insta::assert_snapshot!(pod.last_words().unwrap(), @"`link.yaml` leads out of the folder it belongs to, so nobody can judge it");
    }
}

#[test]
fn labels_are_added_where_they_are_missing() {
    let bare: String = GOOD
        .lines()
        .filter(|l| !l.contains("abels:") && !l.contains("kratix"))
        .map(|l| format!("{l}\n"))
        .collect();
    let mut pod = pod(&[("a.yaml", &bare)]);
    pod.run();
    assert!(pod.last_words().unwrap().contains("[ownership-labels]"));
    pod.arguments.push("--add-labels".into());
    let ended = pod.run();
    assert!(ended.log.ends_with("judged 1 file, labelled 1 object\n"), "{}", ended.log);
    let text = pod.read("output/a.yaml").unwrap();
    for line in GOOD.lines() {
        assert!(text.contains(line.trim()), "{line}: {text}");
    }
    let again = pod.run();
    assert!(again.log.ends_with("judged 1 file, labelled 0 objects\n"), "{}", again.log);
    assert_eq!(pod.read("output/a.yaml").unwrap(), text);
}
