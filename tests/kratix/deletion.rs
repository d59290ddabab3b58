//! A request goes: what its promise declares in `on delete` is done on a cluster. The cluster is the double of `api.rs`, or a
//! real one, if `VOW_TEST_KUBECONFIG` names the file of one in which the namespace `vcluster-media` is there.

use crate::api::Api;
use crate::pod::{Ended, Pod, root};

const JOB: &str = "/apis/batch/v1/namespaces/vcluster-media/jobs/vcluster-media-item-delete";

const REQUEST: &str = "
apiVersion: platform.integratn.tech/v1alpha1
kind: VClusterKubeconfigSync
metadata: { name: media, namespace: platform-requests }
spec:
  name: media
  targetNamespace: vcluster-media
  kubeconfigSyncJobName: vcluster-media-kubeconfig-sync
  onepasswordItem: vcluster-media-kubeconfig
";

fn pod(kubeconfig: &str) -> Pod {
    let mut pod = Pod::new(&root(), "vcluster-kubeconfig-sync", REQUEST);
    pod.set("KRATIX_WORKFLOW_ACTION", "delete");
    pod.write("config", kubeconfig);
    let path = pod.path("config").display().to_string();
    pod.set("KUBECONFIG", &path);
    pod
}

fn control(pod: &Pod) -> Option<serde_yaml::Value> {
    pod.read("metadata/workflow-control.yaml").map(|text| serde_yaml::from_str(&text).unwrap())
}

fn fine(ended: &Ended) {
    assert_eq!(ended.code, Some(0), "{}", ended.log);
}

#[test]
fn a_job_is_applied_waited_for_and_taken_away() {
    let api = Api::start(2, "Complete");
    // Each run is a pod of its own, as Kratix makes one when it comes back.
    let first = pod(&api.kubeconfig());
    fine(&first.run());
    assert_eq!(api.names(), [JOB]);
    let waiting = control(&first).unwrap();
    assert_eq!(waiting["retryAfter"].as_str(), Some("15s"));
    assert!(waiting["message"].as_str().unwrap().starts_with("waiting for `Job/"), "{waiting:?}");
    let second = pod(&api.kubeconfig());
    fine(&second.run());
    assert!(control(&second).is_some());
    let third = pod(&api.kubeconfig());
    let ended = third.run();
    fine(&ended);
    assert!(ended.log.contains("all is done"), "{}", ended.log);
    assert_eq!((control(&third), api.names()), (None, vec![]));
    // It was applied once: what runs is not touched again.
    let calls = api.calls();
    assert_eq!(calls.len(), 2, "{calls:?}");
    assert!(calls[0].starts_with("PATCH ") && calls[1].starts_with("DELETE "), "{calls:?}");
    // Nothing is put out: Kratix throws it away.
    assert!(third.files("output").is_empty());
}

#[test]
fn a_second_deletion_does_it_again_and_succeeds() {
    let api = Api::start(0, "Complete");
    for _ in 0..2 {
        fine(&pod(&api.kubeconfig()).run());
        let last = pod(&api.kubeconfig());
        fine(&last.run());
        assert_eq!((control(&last), api.names()), (None, vec![]));
    }
}

#[test]
fn where_the_namespace_is_gone_there_is_nothing_to_be_done() {
    let api = Api::start(0, "Complete");
    api.state.lock().unwrap().refused = Some(("PATCH", "vcluster-media", 404));
    api.state.lock().unwrap().missing = "namespaces";
    let pod = pod(&api.kubeconfig());
    let ended = pod.run();
    fine(&ended);
    assert!(ended.log.contains("the place for it is gone"), "{}", ended.log);
    assert_eq!(control(&pod), None);
}

#[test]
fn a_job_that_fails_suspends_the_workflow_and_stays_to_be_looked_at() {
    let api = Api::start(0, "Failed");
    fine(&pod(&api.kubeconfig()).run());
    let second = pod(&api.kubeconfig());
    fine(&second.run());
    let control = control(&second).unwrap();
    assert_eq!(control["suspend"].as_bool(), Some(true));
    let message = control["message"].as_str().unwrap();
    assert!(
        message.contains("has failed: Test it ended") && message.contains("workflow-suspended"),
        "{message}"
    );
    assert_eq!(api.names(), [JOB]);
}

#[test]
fn the_job_of_another_is_left_alone() {
    let api = Api::start(0, "Complete");
    let theirs = serde_json::json!({ "apiVersion": "batch/v1", "kind": "Job", "metadata": { "labels": {} } });
    api.state.lock().unwrap().objects.insert(JOB.into(), theirs);
    let pod = pod(&api.kubeconfig());
    fine(&pod.run());
    assert!(control(&pod).unwrap()["message"].as_str().unwrap().contains("another object has its name"));
    assert_eq!((api.names(), api.calls()), (vec![JOB.to_owned()], vec![]));
}

/// A promise whose deletion applies a ConfigMap, and a pod in which its request `a` goes.
fn with_config_map(api: &Api) -> (tempfile::TempDir, Pod) {
    let folder = tempfile::tempdir().unwrap();
    let promise = "promise part {\n  api Part in example.org/v1 { b: Bool = false }\n  on delete {\n    \
        resource v1/ConfigMap \"${self.metadata.name}-clean\" as DnsSubdomain in self.metadata.namespace { data: { a: \"b\" } }\n  }\n}\n";
    std::fs::write(folder.path().join("part.promise"), promise).unwrap();
    std::fs::write(folder.path().join("promises.dsl"), "platform p {\n  promises \"*.promise\"\n}\n")
        .unwrap();
    let request =
        "apiVersion: example.org/v1\nkind: Part\nmetadata: { name: a, namespace: team }\nspec: {}\n";
    let mut pod = Pod::new(folder.path(), "part", request);
    pod.set("KRATIX_WORKFLOW_ACTION", "delete");
    pod.write("config", &api.kubeconfig());
    let path = pod.path("config").display().to_string();
    pod.set("KUBECONFIG", &path);
    (folder, pod)
}

const PART: &str = "/api/v1/namespaces/team/configmaps/a-clean";

#[test]
fn an_object_of_another_is_left_alone_whatever_its_kind() {
    let api = Api::start(0, "Complete");
    let theirs = serde_json::json!({
        "apiVersion": "v1", "kind": "ConfigMap", "data": { "mine": "yes" }, "metadata": { "uid": "theirs" }
    });
    api.state.lock().unwrap().objects.insert(PART.into(), theirs.clone());
    let (_folder, pod) = with_config_map(&api);
    fine(&pod.run());
    assert_eq!(control(&pod).unwrap()["suspend"].as_bool(), Some(true));
    assert_eq!((api.calls(), &api.state.lock().unwrap().objects[PART]), (vec![], &theirs));
}

#[test]
fn what_is_taken_away_is_the_object_that_was_looked_at() {
    let api = Api::start(0, "Complete");
    let (_folder, pod) = with_config_map(&api);
    // Whoever has replaced it meanwhile keeps the other one.
    api.state.lock().unwrap().replaced = true;
    let ended = pod.run();
    assert_eq!(ended.code, Some(3), "{}", ended.log);
    assert!(ended.log.contains("does not delete") && ended.log.contains("(409)"), "{}", ended.log);
    assert_eq!(api.names(), [PART]);
    api.state.lock().unwrap().replaced = false;
    fine(&pod.run());
    assert_eq!(api.names(), Vec::<String>::new());
}

#[test]
fn what_the_cluster_does_not_let_happen_is_tried_again() {
    for (status, words) in
        // 404 without a namespace: nobody serves the kind, or not yet.
        [
            (403, "the pipeline may not patch"),
            (500, "the cluster does not patch"),
            (429, "(429)"),
            (404, "(404)"),
        ]
    {
        let api = Api::start(0, "Complete");
        api.state.lock().unwrap().refused = Some(("PATCH", "jobs", status));
        let pod = pod(&api.kubeconfig());
        let ended = pod.run();
        assert_eq!(ended.code, Some(3), "{}", ended.log);
        assert!(ended.log.contains(words), "{}", ended.log);
        assert_eq!((control(&pod), api.names()), (None, vec![]));
    }
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let api = Api::start(0, "Complete");
    let ended = pod(&api.kubeconfig().replace(&api.address, &nobody.to_string())).run();
    assert_eq!(ended.code, Some(3));
    assert!(ended.log.contains("does not answer"), "{}", ended.log);
    let ended = pod("kind: Config\n").run();
    assert_eq!(ended.code, Some(3));
    assert!(ended.log.contains("names no current context that is there"), "{}", ended.log);
    let mut nowhere = pod("");
    nowhere.environment.remove("KUBECONFIG");
    let ended = nowhere.run();
    assert_eq!(ended.code, Some(3));
    assert!(ended.log.contains("there is no cluster"), "{}", ended.log);
}

#[test]
fn a_dry_run_says_what_would_be_done() {
    let mut pod = pod("kind: Config\n");
    pod.set("KRATIX_DRY_RUN", "true");
    let ended = pod.run();
    fine(&ended);
    assert!(ended.log.contains("would apply `Job/vcluster-media-item-delete"), "{}", ended.log);
}

#[test]
fn killed_at_any_moment_it_is_gone_on_with() {
    let api = Api::start(3, "Complete");
    for round in 0..12 {
        let pod = pod(&api.kubeconfig());
        let mut child = pod.start();
        // Each round is killed a little later; which call that hits does not matter to what comes of it.
        std::thread::sleep(std::time::Duration::from_millis(10 * round));
        let _ = child.kill();
        child.wait().unwrap();
    }
    for _ in 0..6 {
        let pod = pod(&api.kubeconfig());
        fine(&pod.run());
        if control(&pod).is_none() {
            assert_eq!(api.names(), Vec::<String>::new());
            return;
        }
    }
    panic!("it does not end");
}

#[test]
fn a_real_cluster_does_the_same() {
    let Ok(path) = std::env::var("VOW_TEST_KUBECONFIG") else { return };
    for _ in 0..40 {
        let mut pod = pod("");
        pod.set("KUBECONFIG", &path);
        fine(&pod.run());
        match control(&pod) {
            None => return,
            Some(control) if control["suspend"].as_bool() == Some(true) => panic!("{control:?}"),
            Some(_) => std::thread::sleep(std::time::Duration::from_secs(5)),
        }
    }
    panic!("it does not end");
}
