//! **pod-security**: namespaces carry all three PodSecurity labels, at the platform's level; `privileged` stands exactly
//! where the platform declares host access, with a reason; and no workload needs more than its namespace allows.
//!
//! What a level allows is from the Pod Security Standards of Kubernetes. Values of Helm charts and of vclusters are
//! looked into for the fields that open the host, wherever they stand.

mod prove;

pub(super) use prove::{is_tame_key, prove};

use super::no_secret::embedded;
use super::readings::Readings;
use super::subject::{Facts, Findings, Subject, finding};
use crate::check::kinds::pod_path;
use crate::check::program::PodSecurity;
use crate::check::resource::POD_SECURITY_LABELS;
use crate::value::path::{Path, Step};
use crate::value::{Map, Value};

const RULE: &str = "pod-security";
const ENFORCE: &str = "pod-security.kubernetes.io/enforce";

/// How deep texts within texts are looked into.
const LAYERS: usize = 4;

/// Capabilities that `baseline` lets a container add.
const CAPABILITIES: [&str; 13] = [
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];
/// Kernel parameters that `baseline` lets a pod set.
const SYSCTLS: [&str; 11] = [
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ping_group_range",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_syncookies",
];
const SELINUX: [&str; 5] = ["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"];
/// Volumes that `restricted` allows.
const VOLUMES: [&str; 9] = [
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "image",
    "persistentVolumeClaim",
    "projected",
    "secret",
];

/// Whether the rule is about objects of this kind: namespaces, workloads, and what may hold the values of a chart.
pub(super) fn applies(subject: Subject<'_>, facts: Facts<'_>) -> bool {
    subject.is("", "Namespace")
        || subject.is("", "ConfigMap")
        || pod_path(subject.group, subject.kind).is_some()
        || !facts.is_builtin(subject)
}

pub(super) fn judge(subject: Subject<'_>, facts: Facts<'_>, found: &mut Findings) {
    let level = facts.level_of(subject.namespace_of_pods());
    let mut judge = Judge { found, level, readings: facts.readings };
    if subject.is("", "Namespace") {
        judge.namespace(subject, facts);
        return;
    }
    if judge.level == PodSecurity::Privileged {
        return;
    }
    if let Some((path, spec)) = pod_spec(subject) {
        judge.pod(&path, spec);
        judge.annotations(subject.object, &mut vec![]);
    } else if !facts.is_builtin(subject) || subject.is("", "ConfigMap") {
        judge.values(&mut vec![], subject.object, 0);
    }
}

/// Where a workload of Kubernetes describes its pods.
fn pod_spec(subject: Subject<'_>) -> Option<(Path, &Value)> {
    let keys = pod_path(subject.group, subject.kind)?;
    let spec = keys.iter().try_fold(subject.object, |v, key| v.get(key))?;
    Some((keys.iter().fold(Path::default(), |path, key| path.then_key(key)), spec))
}

struct Judge<'f> {
    found: &'f mut Findings,
    level: PodSecurity,
    readings: Option<&'f Readings>,
}

impl Judge<'_> {
    fn namespace(&mut self, subject: Subject<'_>, facts: Facts<'_>) {
        let metadata = subject.object.get("metadata");
        let name = metadata.and_then(|m| m.get("name")).and_then(Value::as_str).unwrap_or_default();
        let wanted = facts.level_of(name).label();
        let labels = Path::key("metadata").then_key("labels");
        for key in POD_SECURITY_LABELS {
            let path = labels.then_key(key);
            let value =
                metadata.and_then(|m| m.get("labels")).and_then(|l| l.get(key)).and_then(Value::as_str);
            let stricter = value == Some("restricted") && wanted == "baseline";
            let message = match value {
                Some(level) if level == wanted || stricter => continue,
                Some("privileged") => {
                    format!("`{path}` is `privileged`, and the platform declares no host access for `{name}`")
                }
                Some(level) => format!("`{path}` is {level:?}, not `{wanted}`"),
                None => format!("the namespace has no label `{key}`"),
            };
            self.report(
                &path,
                message,
                "the level is the platform's: `pod-security` and `host-access` in `promises.dsl`",
            );
        }
        for mode in POD_SECURITY_LABELS {
            let key = format!("{mode}-version");
            let value =
                metadata.and_then(|m| m.get("labels")).and_then(|l| l.get(&key)).and_then(Value::as_str);
            if let Some(version) = value.filter(|v| !is_version(v)) {
                let path = labels.then_key(&key);
                self.report(
                    &path,
                    format!("`{path}` is {version:?}, which is no version"),
                    "write `latest`, or `v1.37`",
                );
            }
        }
    }

    /// Annotations by which containers went without AppArmor before there was a field for it.
    fn annotations(&mut self, value: &Value, steps: &mut Vec<Step>) {
        let Some(map) = value.as_map() else { return };
        for (key, value) in map.iter().filter(|(key, _)| !matches!(&***key, "containers" | "volumes")) {
            steps.push(Step::Key(key.clone()));
            if value.as_str() == Some("unconfined")
                && key.starts_with("container.apparmor.security.beta.kubernetes.io/")
            {
                let path = Path(steps.clone());
                self.needs(&path, format!("`{path}` asks for no AppArmor profile"));
            }
            self.annotations(value, steps);
            steps.pop();
        }
    }

    fn pod(&mut self, path: &Path, spec: &Value) {
        for key in ["hostNetwork", "hostPID", "hostIPC"] {
            self.forbid(spec, path, key, |v| *v == Value::Bool(true), "the namespaces of the host");
        }
        if self.level == PodSecurity::Restricted {
            self.restricted_pod(path, spec);
        }
        let context = path.then_key("securityContext");
        self.context(&context, spec.get("securityContext"));
        let sysctls = context.then_key("sysctls");
        for (index, sysctl) in list(spec.get("securityContext").and_then(|c| c.get("sysctls"))) {
            let name = sysctl.get("name").and_then(Value::as_str).unwrap_or_default();
            if !SYSCTLS.contains(&name) {
                let path = sysctls.then_index(index);
                self.needs(&path, format!("`{path}` sets the kernel parameter `{name}`"));
            }
        }
        let volumes = path.then_key("volumes");
        for (index, volume) in list(spec.get("volumes")) {
            let path = volumes.then_index(index);
            if volume.get("hostPath").is_some() {
                let path = path.then_key("hostPath");
                self.needs(&path, format!("`{path}` mounts a path of the host"));
            }
        }
        for key in ["containers", "initContainers", "ephemeralContainers"] {
            let path = path.then_key(key);
            for (index, container) in list(spec.get(key)) {
                self.container(&path.then_index(index), container);
            }
        }
    }

    fn container(&mut self, path: &Path, container: &Value) {
        let context = path.then_key("securityContext");
        let security = container.get("securityContext");
        self.context(&context, security);
        if let Some(security) = security {
            self.forbid(
                security,
                &context,
                "privileged",
                |v| *v == Value::Bool(true),
                "a privileged container",
            );
            let mask = |v: &Value| !matches!(v.as_str(), Some("Default" | ""));
            self.forbid(security, &context, "procMount", mask, "an unmasked `/proc`");
        }
        let added = security.and_then(|s| s.get("capabilities")).and_then(|c| c.get("add"));
        for (index, capability) in list(added) {
            let name = capability.as_str().unwrap_or_default();
            let known = match self.level {
                PodSecurity::Restricted => name == "NET_BIND_SERVICE",
                _ => CAPABILITIES.contains(&name),
            };
            if !known {
                let path = context.then_key("capabilities").then_key("add").then_index(index);
                self.needs(&path, format!("`{path}` adds the capability `{name}`"));
            }
        }
        for (index, port) in list(container.get("ports")) {
            let path = path.then_key("ports").then_index(index);
            self.forbid(port, &path, "hostPort", |v| *v != Value::Int(0), "a port of the host");
        }
        if self.level == PodSecurity::Restricted {
            self.restricted_container(&context, security);
        }
    }

    /// What in the context of a container opens the host, wherever that context stands.
    fn opens_container(&mut self, path: &Path, context: &Value) {
        let mask = |v: &Value| v.as_str() == Some("Unmasked");
        self.forbid(context, path, "procMount", mask, "an unmasked `/proc`");
        let name = |c: &Value| c.as_str().unwrap_or_default().to_owned();
        for (index, capability) in list(context.get("capabilities").and_then(|c| c.get("add"))) {
            if !CAPABILITIES.contains(&name(capability).as_str()) {
                let path = path.then_key("capabilities").then_key("add").then_index(index);
                self.needs(&path, format!("`{path}` adds the capability `{}`", name(capability)));
            }
        }
        for (index, sysctl) in list(context.get("sysctls")) {
            let name = sysctl.get("name").and_then(Value::as_str).unwrap_or_default();
            if !name.is_empty() && !SYSCTLS.contains(&name) {
                let path = path.then_key("sysctls").then_index(index);
                self.needs(&path, format!("`{path}` sets the kernel parameter `{name}`"));
            }
        }
    }

    /// What may stand in the context of a pod and of a container.
    fn context(&mut self, path: &Path, context: Option<&Value>) {
        let Some(context) = context else { return };
        let unconfined = |v: &Value| v.get("type").and_then(Value::as_str) == Some("Unconfined");
        self.forbid(context, path, "seccompProfile", unconfined, "no seccomp profile");
        self.forbid(context, path, "appArmorProfile", unconfined, "no AppArmor profile");
        let host = |v: &Value| v.get("hostProcess") == Some(&Value::Bool(true));
        self.forbid(context, path, "windowsOptions", host, "a process of the host");
        let odd = |v: &Value| {
            let of = |key| v.get(key).and_then(Value::as_str).unwrap_or_default();
            !SELINUX.contains(&of("type")) || !of("user").is_empty() || !of("role").is_empty()
        };
        self.forbid(context, path, "seLinuxOptions", odd, "other SELinux options than those of containers");
    }

    fn restricted_pod(&mut self, path: &Path, spec: &Value) {
        for (index, volume) in list(spec.get("volumes")) {
            let kind = volume.as_map().into_iter().flatten().map(|(k, _)| &**k).find(|k| *k != "name");
            if let Some(kind) = kind.filter(|k| !VOLUMES.contains(k) && *k != "hostPath") {
                let path = path.then_key("volumes").then_index(index);
                self.needs(&path, format!("`{path}` is a volume of type `{kind}`"));
            }
        }
        let context = spec.get("securityContext");
        let has = |key: &str| context.and_then(|c| c.get(key)).is_some();
        self.runs_as_root(&path.then_key("securityContext"), context);
        for key in ["containers", "initContainers", "ephemeralContainers"] {
            for (index, container) in list(spec.get(key)) {
                let own = |key: &str| container.get("securityContext").and_then(|c| c.get(key)).is_some();
                let path = path.then_key(key).then_index(index);
                for wanted in ["runAsNonRoot", "seccompProfile"] {
                    if !has(wanted) && !own(wanted) {
                        self.needs(&path, format!("`{path}` does not set `securityContext.{wanted}`"));
                    }
                }
            }
        }
    }

    fn restricted_container(&mut self, path: &Path, security: Option<&Value>) {
        if security.and_then(|s| s.get("allowPrivilegeEscalation")) != Some(&Value::Bool(false)) {
            self.needs(path, format!("`{path}.allowPrivilegeEscalation` is not `false`"));
        }
        let dropped = security.and_then(|s| s.get("capabilities")).and_then(|c| c.get("drop"));
        if !list(dropped).any(|(_, c)| c.as_str() == Some("ALL")) {
            self.needs(path, format!("`{path}.capabilities.drop` does not drop `ALL`"));
        }
        self.runs_as_root(path, security);
    }

    /// What in the context of a pod or of a container makes it run as root.
    fn runs_as_root(&mut self, path: &Path, context: Option<&Value>) {
        let is = |key: &str, value: &Value| context.and_then(|c| c.get(key)) == Some(value);
        if is("runAsNonRoot", &Value::Bool(false)) {
            self.needs(path, format!("`{path}.runAsNonRoot` is `false`"));
        }
        if is("runAsUser", &Value::Int(0)) {
            self.needs(path, format!("`{path}.runAsUser` is 0, which is root"));
        }
    }

    /// Looks for what opens the host in values whose schema nobody has, and in texts that hold such values.
    fn values(&mut self, steps: &mut Vec<Step>, value: &Value, layer: usize) {
        match value {
            Value::Map(map) => {
                if map.keys().any(|key| opens(key)) {
                    let path = Path(steps.clone());
                    self.opens_host(&path, map, layer);
                    self.context(&path, Some(value));
                    self.opens_container(&path, value);
                }
                for (key, value) in map.iter() {
                    steps.push(Step::Key(key.clone()));
                    self.values(steps, value, layer);
                    steps.pop();
                }
            }
            Value::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    steps.push(Step::Index(index));
                    self.values(steps, item, layer);
                    steps.pop();
                }
            }
            Value::Str(text) if layer < LAYERS => {
                embedded(text, self.readings, &mut |document| {
                    let before = self.found.len();
                    self.values(steps, document, layer + 1);
                    // What stands in a text has the place of the text.
                    self.found.iter_mut().skip(before).for_each(|f| f.path = Path(steps.clone()));
                });
            }
            _ => {}
        }
    }

    fn opens_host(&mut self, path: &Path, map: &Map, layer: usize) {
        let within = if layer > 0 { "in the text at" } else { "at" };
        let yes = |v: &Value| *v == Value::Bool(true) || v.as_str() == Some("true");
        let mut opens = |key: &str, what: &str| {
            self.needs(&path.then_key(key), format!("`{key}` {within} `{path}` asks for {what}"));
        };
        let own_labels = || map.get("managedNamespaceMetadata").and_then(|m| m.get("labels"));
        let namespace = map.get("kind").and_then(Value::as_str) == Some("Namespace");
        let labels = own_labels().or_else(|| map.get("metadata").filter(|_| namespace)?.get("labels"));
        let enforced = labels.and_then(|l| l.get(ENFORCE)).and_then(Value::as_str);
        if enforced == Some("privileged") {
            opens("labels", "a namespace that allows everything");
        }
        if map.get("podSecurityStandard").and_then(Value::as_str) == Some("privileged") {
            opens("podSecurityStandard", "pods that may do everything");
        }
        for (key, what) in [
            ("hostNetwork", "the namespaces of the host"),
            ("hostPID", "the namespaces of the host"),
            ("hostIPC", "the namespaces of the host"),
            ("privileged", "a privileged container"),
        ] {
            if map.get(key).is_some_and(yes) {
                opens(key, what);
            }
        }
        if map
            .get("hostPath")
            .is_some_and(|v| v.get("path").is_some() || v.as_str().is_some_and(|p| p.starts_with('/')))
        {
            opens("hostPath", "a path of the host");
        }
        if map.get("hostPort").is_some_and(|v| !matches!(v, Value::Int(0) | Value::Null | Value::Bool(false)))
        {
            opens("hostPort", "a port of the host");
        }
        let name = map.get("name").and_then(Value::as_str).and_then(|n| n.rsplit('.').next());
        if let Some(name @ ("hostNetwork" | "hostPID" | "hostIPC" | "privileged")) = name
            && map.get("value").is_some_and(yes)
        {
            opens(name, "the host");
        }
        if map.get("hostPathMapper").and_then(|m| m.get("enabled")).is_some_and(yes) {
            opens("hostPathMapper", "paths of the host");
        }
    }

    fn forbid(&mut self, of: &Value, path: &Path, key: &str, bad: impl Fn(&Value) -> bool, what: &str) {
        if of.get(key).is_some_and(|v| *v != Value::Null && bad(v)) {
            let path = path.then_key(key);
            self.needs(&path, format!("`{path}` asks for {what}"));
        }
    }

    fn needs(&mut self, path: &Path, message: String) {
        let message = format!("{message}, which `{}` does not allow", self.level.label());
        let help = "do without it, or declare in `promises.dsl` why the namespace needs the host: `host-access \"NAMESPACE\" because \"…\"`";
        self.report(path, message, help);
    }

    fn report(&mut self, path: &Path, message: String, help: &str) {
        self.found.push(finding(RULE, path, message, help));
    }
}

/// Whether a key is one of those that [`Judge::values`] looks at, alone or with others beside it.
fn opens(key: &str) -> bool {
    matches!(
        key,
        "appArmorProfile"
            | "capabilities"
            | "hostIPC"
            | "hostNetwork"
            | "hostPID"
            | "hostPath"
            | "hostPathMapper"
            | "hostPort"
            | "managedNamespaceMetadata"
            | "metadata"
            | "podSecurityStandard"
            | "privileged"
            | "procMount"
            | "seLinuxOptions"
            | "seccompProfile"
            | "sysctls"
            | "value"
            | "windowsOptions"
    )
}

fn is_version(text: &str) -> bool {
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    text == "latest" || text.strip_prefix("v1.").is_some_and(digits)
}

fn list(value: Option<&Value>) -> impl Iterator<Item = (usize, &Value)> {
    value.and_then(Value::as_list).unwrap_or_default().iter().enumerate()
}
