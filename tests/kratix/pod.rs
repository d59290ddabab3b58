//! A pod of a pipeline: folders, environment, and the container in it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The root of this repository.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The platform of `examples/runtime`, but that a refused request fails.
pub(crate) fn where_refusals_fail() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("promises")).unwrap();
    let from = |path: &str| fs::read_to_string(root().join("examples/runtime").join(path)).unwrap();
    let settings = from("promises.dsl").replacen('{', "{\n  on-bad-input fail\n", 1);
    fs::write(folder.path().join("promises.dsl"), settings).unwrap();
    fs::write(folder.path().join("promises/runtime.promise"), from("promises/runtime.promise")).unwrap();
    folder
}

/// A pod with the folders that Kratix mounts.
pub(crate) struct Pod {
    root: tempfile::TempDir,
    /// The platform's folder.
    pub(crate) platform: PathBuf,
    /// The environment.
    pub(crate) environment: BTreeMap<String, String>,
    /// Arguments after `pipeline`.
    pub(crate) arguments: Vec<String>,
}

/// What a container left behind.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) log: String,
}

impl Pod {
    /// A pod for an object, in a workflow of requests.
    pub(crate) fn new(platform: &Path, promise: &str, object: &str) -> Pod {
        let root = tempfile::tempdir().unwrap();
        for folder in ["input", "output", "metadata"] {
            fs::create_dir_all(root.path().join("kratix").join(folder)).unwrap();
        }
        let environment = [
            ("KRATIX_WORKFLOW_ACTION", "configure"),
            ("KRATIX_WORKFLOW_TYPE", "resource"),
            ("KRATIX_PROMISE_NAME", promise),
            ("KRATIX_PIPELINE_NAME", "main"),
        ];
        let environment = environment.map(|(k, v)| (k.to_owned(), v.to_owned())).into();
        let pod = Pod { root, platform: platform.to_path_buf(), environment, arguments: vec![] };
        pod.write("input/object.yaml", object);
        pod
    }

    /// A path below `kratix`.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root.path().join("kratix").join(path)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> Option<String> {
        fs::read_to_string(self.path(path)).ok()
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.environment.insert(name.to_owned(), value.to_owned());
    }

    /// Every file below a folder of the pod with its text; hidden ones too.
    pub(crate) fn files(&self, folder: &str) -> BTreeMap<String, String> {
        let folder = self.path(folder);
        let walk = walkdir::WalkDir::new(&folder).into_iter().map(|e| e.unwrap());
        walk.filter(|e| e.file_type().is_file())
            .map(|e| {
                let path = e.path().strip_prefix(&folder).unwrap().display().to_string();
                (path, fs::read_to_string(e.path()).unwrap())
            })
            .collect()
    }

    /// The command of the container, with the platform's folder.
    pub(crate) fn command(&self) -> Command {
        let mut command = self.command_without_platform();
        command.arg("--platform").arg(&self.platform);
        command
    }

    /// The command of the container: in a folder of its own, and with nothing in its environment but what is set.
    pub(crate) fn command_without_platform(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vow"));
        command.current_dir(self.root.path()).env_clear().envs(&self.environment);
        command.arg("pipeline").arg("--root").arg(self.root.path());
        command.arg("--termination-log").arg(self.root.path().join("termination-log"));
        command.args(&self.arguments).stdin(Stdio::null());
        command
    }

    /// Runs the container to its end.
    pub(crate) fn run(&self) -> Ended {
        let output = self.command().output().unwrap();
        assert!(output.stdout.is_empty(), "{output:?}");
        Ended { code: output.status.code(), log: self.anonymous(&String::from_utf8(output.stderr).unwrap()) }
    }

    /// Starts the container.
    pub(crate) fn start(&self) -> Child {
        self.command().stderr(Stdio::null()).stdout(Stdio::null()).spawn().unwrap()
    }

    /// What Kubernetes shows of a container that has ended.
    pub(crate) fn last_words(&self) -> Option<String> {
        fs::read_to_string(self.root.path().join("termination-log")).ok().map(|t| self.anonymous(&t))
    }

    /// A text with the places of this run taken out.
    pub(crate) fn anonymous(&self, text: &str) -> String {
        let folder = self.root.path().display().to_string();
        let canonical = self.root.path().canonicalize().unwrap().display().to_string();
        let platform = format!("{}/", self.platform.display());
        text.replace(&canonical, "").replace(&folder, "").replace(&platform, "")
    }
}
