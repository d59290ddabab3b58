//! What goes wrong, what is left of it, and what a second run makes of that.

use std::fs;
use std::path::PathBuf;

use crate::pod::{Pod, root, where_refusals_fail};

fn runtime(object: &str) -> Pod {
    Pod::new(&platform(), "runtime", object)
}

fn platform() -> PathBuf {
    root().join("examples/runtime")
}

/// The request of the example.
fn request() -> String {
    fs::read_to_string(platform().join("request.yaml")).unwrap()
}

/// The output folder holds nothing, and nothing half is left beside it.
fn nothing_is_put_out(pod: &Pod) {
    assert_eq!(pod.files("output").keys().collect::<Vec<_>>(), Vec::<&String>::new());
    let hidden = |folder: &str| fs::read_dir(pod.path(folder)).unwrap().count();
    assert_eq!(hidden("output"), 0);
}

#[test]
fn a_refused_request_suspends_its_workflow_and_says_why_everywhere() {
    let pod = runtime(&request().replace("lifecycle: prod", "lifecycle: production"));
    let ended = pod.run();
    assert_eq!(ended.code, Some(0));
    nothing_is_put_out(&pod);
    insta::assert_snapshot!("refused-log", ended.log);
    let metadata = pod.files("metadata");
    let names: Vec<&String> = metadata.keys().collect();
    assert_eq!(names, [".vow-written.yaml", "status.yaml", "workflow-control.yaml"]);
    insta::assert_snapshot!("refused-status", pod.anonymous(&metadata["status.yaml"]));
    insta::assert_snapshot!("refused-control", pod.anonymous(&metadata["workflow-control.yaml"]));
    let control: serde_yaml::Value = serde_yaml::from_str(&metadata["workflow-control.yaml"]).unwrap();
    assert_eq!(control["suspend"].as_bool(), Some(true));
    assert_eq!(pod.last_words().unwrap(), pod.anonymous(control["message"].as_str().unwrap()));
}

#[test]
fn a_corrected_request_takes_back_that_it_was_refused() {
    let pod = runtime(&request().replace("lifecycle: prod", "lifecycle: production"));
    pod.run();
    let refused = pod.read("metadata/status.yaml").unwrap();
    let status = refused.lines().map(|l| format!("  {l}\n")).collect::<String>();
    // In the same pod, and in one of its own, as Kratix would.
    let corrected = format!("{}status:\n{status}", request());
    pod.write("input/object.yaml", &corrected);
    assert_eq!(pod.run().code, Some(0));
    let other = runtime(&corrected);
    other.run();
    for pod in [&pod, &other] {
        let names: Vec<String> = pod.files("metadata").into_keys().collect();
        assert_eq!(names, [".vow-written.yaml", "destination-selectors.yaml", "status.yaml"]);
        assert_eq!(pod.files("output").len(), 3);
        let status = pod.read("metadata/status.yaml").unwrap();
        assert_eq!(status, "url: \"http://shop.default.local.gd:31338\"\nmessage: Resource requested\n");
    }
}

#[test]
fn what_is_no_request_of_the_promise_is_refused() {
    let cases = [
        (
            "another-kind",
            request().replace("kind: runtime", "kind: Redis").replace("kind: Runtime", "kind: Redis"),
        ),
        (
            "a-promise",
            "apiVersion: platform.kratix.io/v1alpha1\nkind: Promise\nmetadata:\n  name: runtime\n".to_owned(),
        ),
        ("no-yaml", "a: [".to_owned()),
        ("empty", String::new()),
        ("two", format!("{}---\n{}", request(), request())),
    ];
    for (name, object) in cases {
        let pod = runtime(&object);
        let ended = pod.run();
        assert_eq!(ended.code, Some(0), "{}", ended.log);
        nothing_is_put_out(&pod);
        insta::assert_snapshot!(format!("no-request-{name}"), pod.last_words().unwrap());
    }
}

#[test]
fn a_platform_may_want_a_refused_request_to_fail() {
    let folder = where_refusals_fail();
    let pod =
        Pod::new(folder.path(), "runtime", &request().replace("lifecycle: prod", "lifecycle: production"));
    assert_eq!(pod.run().code, Some(1));
    nothing_is_put_out(&pod);
    assert_eq!(pod.files("metadata").into_keys().collect::<Vec<_>>(), [".vow-written.yaml"]);
    assert!(pod.last_words().unwrap().starts_with("error[not-allowed]: `spec.lifecycle`"));
}

#[test]
fn the_promise_travels_in_the_environment_or_in_the_image() {
    let by_platform = runtime(&request());
    by_platform.run();
    let mut by_environment = runtime(&request());
    let by_image = runtime(&request());
    for (number, path) in ["promises.dsl", "promises/runtime.promise"].iter().enumerate() {
        let text = fs::read_to_string(platform().join(path)).unwrap();
        by_image.write(&format!("../promise/{path}"), &text);
        by_environment.set(&format!("VOW_SOURCE_{number}"), &format!("// {path}\n{text}"));
    }
    for pod in [by_environment, by_image] {
        let output = pod.command_without_platform().output().unwrap();
        assert!(output.status.success(), "{output:?}");
        assert_eq!(pod.files("output"), by_platform.files("output"));
        assert_eq!(pod.files("metadata"), by_platform.files("metadata"));
    }
}

#[test]
fn without_what_kratix_sets_nothing_is_done() {
    let mut pod = runtime(&request());
    pod.environment.clear();
    let ended = pod.run();
    assert_eq!(ended.code, Some(2));
    insta::assert_snapshot!(ended.log, @"error: `KRATIX_WORKFLOW_ACTION` is not set; Kratix sets it in the containers of a pipeline, and elsewhere it is to be set by hand");
    nothing_is_put_out(&pod);
    assert!(pod.files("metadata").is_empty());
}

#[test]
fn a_failing_disk_fails_the_container_and_leaves_nothing() {
    let pod = runtime(&request());
    fs::remove_file(pod.path("input/object.yaml")).unwrap();
    let ended = pod.run();
    assert_eq!(ended.code, Some(3));
    insta::assert_snapshot!(ended.log, @r"
    vow 0.1.0, promise runtime v1.0.0: configure a request, pipeline main
    error: `/kratix/input/object.yaml` does not exist
    ");
    nothing_is_put_out(&pod);
    assert!(pod.files("metadata").is_empty());
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_and_one_that_cannot_be_written_fail_the_container() {
    use std::process::Command;
    // No file may grow: what a full disk does, at the same place.
    let pod = runtime(&request());
    let vow = pod.command();
    let words = [vow.get_program()].into_iter().chain(vow.get_args());
    let mut limited = Command::new("sh");
    limited.arg("-c").arg("trap '' XFSZ; ulimit -f 0; exec \"$0\" \"$@\"").args(words);
    let output = limited.env_clear().envs(&pod.environment).output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    nothing_is_put_out(&pod);
    assert!(pod.files("metadata").is_empty());

    let pod = runtime(&request());
    fs::remove_dir(pod.path("output")).unwrap();
    std::os::unix::fs::symlink("/proc/self/attr", pod.path("output")).unwrap();
    let ended = pod.run();
    assert_eq!(ended.code, Some(3));
    assert!(ended.log.contains("error: cannot write into"), "{}", ended.log);
    assert_eq!(pod.files("metadata").into_keys().collect::<Vec<_>>(), [".vow-written.yaml"]);
}

#[test]
fn what_is_ours_is_replaced_and_what_is_not_stays() {
    let pod = runtime(&request());
    pod.write("output/of/others.yaml", "a: 1\n");
    pod.write("metadata/status.yaml", "theirs: 1\n");
    pod.write("metadata/destination-selectors.yaml", "- directory: of\n  matchLabels: {a: b}\n");
    let first = pod.run();
    assert!(first.log.contains("not ours, left as it is: of/others.yaml"), "{}", first.log);
    let (output, metadata) = (pod.files("output"), pod.files("metadata"));
    assert_eq!(metadata["status.yaml"], "theirs: 1\nurl: \"http://shop.default.local.gd:31338\"\n");
    // Again, and over what is half there.
    for broken in ["", "service.default.shop.yaml"] {
        if !broken.is_empty() {
            fs::remove_file(pod.path("output").join(broken)).unwrap();
            fs::create_dir(pod.path("output/.vow-stage-x")).unwrap();
            fs::remove_file(pod.path("metadata/status.yaml")).unwrap();
            pod.write("metadata/status.yaml", "theirs: 1\n");
        }
        assert_eq!(pod.run().log, first.log);
        assert_eq!((pod.files("output"), pod.files("metadata")), (output.clone(), metadata.clone()));
    }
    // Another object in the same folders: nothing of the old one is left.
    pod.write("input/object.yaml", &request().replace("name: shop\n  n", "name: other\n  n"));
    pod.run();
    let names: Vec<String> = pod.files("output").into_keys().collect();
    assert!(names.iter().all(|n| n.contains("other")) && names.len() == 4, "{names:?}");
    // And a refused one leaves what is not ours.
    pod.write("input/object.yaml", "a: 1\n");
    pod.run();
    assert_eq!(pod.files("output").into_keys().collect::<Vec<_>>(), ["of/others.yaml"]);
    assert!(pod.read("metadata/status.yaml").unwrap().starts_with("theirs: 1\nmessage: \"refused: "));
}

#[test]
fn two_containers_that_write_the_same_are_told() {
    let pod = runtime(&request());
    pod.write("output/service.default.shop.yaml", "kind: theirs\n");
    assert_eq!(pod.run().code, Some(0));
    insta::assert_snapshot!(pod.last_words().unwrap(), @"the file `service.default.shop.yaml` of the output is written by another container of this pipeline, too; remove one of the two");
    assert_eq!(pod.files("output")["service.default.shop.yaml"], "kind: theirs\n");
}

#[test]
fn a_dry_run_puts_out_the_same() {
    let mut pod = runtime(&request());
    pod.run();
    let (output, metadata) = (pod.files("output"), pod.files("metadata"));
    pod = runtime(&request());
    pod.set("KRATIX_DRY_RUN", "true");
    assert!(pod.run().log.contains("dry run"));
    assert_eq!((pod.files("output"), pod.files("metadata")), (output, metadata));
}

#[test]
fn killed_anywhere_and_run_again_it_is_the_same() {
    let whole = runtime(&request());
    whole.run();
    let (output, metadata) = (whole.files("output"), whole.files("metadata"));
    for at in 0..6 {
        let pod = runtime(&request());
        let mut child = pod.start();
        // As soon as this many things are there: which moment that is differs, and what is left must not.
        let count = || walkdir::WalkDir::new(pod.path("")).into_iter().count();
        let before = 5;
        while child.try_wait().unwrap().is_none() && count() < before + at * 2 {
            std::thread::yield_now();
        }
        let _ = child.kill();
        child.wait().unwrap();
        assert_eq!(pod.run().code, Some(0));
        assert_eq!((pod.files("output"), pod.files("metadata")), (output.clone(), metadata.clone()));
        assert_eq!(fs::read_dir(pod.path("output")).unwrap().count(), 3);
    }
}
