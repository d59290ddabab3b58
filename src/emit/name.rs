//! The name of the file that holds one document.

use sha2::{Digest, Sha256};

/// Longer names are cut; the rest of the 255 bytes a file system gives is for those who add to them.
const LONGEST: usize = 200;

/// Returns the file name of a document: `configmap.media.values.yaml`, or with a group
/// `externalsecret.media.token_external-secrets.io.yaml`; without a namespace its part is left out.
///
/// The name is in lower case, and two objects never share one, not even where case does not count: a kind is namespaced
/// or it is not, `_` stands only before the group, and what is no lower-case letter, digit, `-` or `.` in a name is
/// written as `%` and its byte in hexadecimal. Names that would be too long end in `~` and a digest of the whole.
pub fn file_name(group: &str, kind: &str, namespace: Option<&str>, name: &str) -> String {
    let mut out = kind.to_ascii_lowercase();
    for part in namespace.into_iter().chain([name]) {
        out.push('.');
        out.push_str(&encoded(part));
    }
    if !group.is_empty() {
        out.push('_');
        out.push_str(&encoded(group));
    }
    format!("{}.yaml", shortened(out))
}

fn encoded(part: &str) -> String {
    let mut out = String::with_capacity(part.len());
    for byte in part.bytes() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02x}")),
        }
    }
    out
}

fn shortened(name: String) -> String {
    if name.len() <= LONGEST {
        return name;
    }
    let digest = Sha256::digest(name.as_bytes());
    let digest: String = digest.iter().take(16).map(|b| format!("{b:02x}")).collect();
    let start: String = name.chars().take(LONGEST - digest.len() - 1).collect();
    format!("{start}~{digest}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::Bundle;

    #[test]
    fn names_are_readable_and_never_meet() {
        let long = "a".repeat(253);
        let names = [
            file_name("", "ConfigMap", Some("vcluster-media"), "media-vcluster-values"),
            file_name("external-secrets.io", "ExternalSecret", Some("media"), "token"),
            file_name("example.com", "ExternalSecret", Some("media"), "token"),
            file_name("rbac.authorization.k8s.io", "ClusterRole", None, "system:Node"),
            file_name("rbac.authorization.k8s.io", "ClusterRole", None, "system:node"),
            file_name("", "Namespace", None, "media"),
            file_name("g.io", "Kind", Some("n"), &long),
            file_name("h.io", "Kind", Some("n"), &long),
        ];
        insta::assert_snapshot!(names[..6].join("\n"), @"
        configmap.vcluster-media.media-vcluster-values.yaml
        externalsecret.media.token_external-secrets.io.yaml
        externalsecret.media.token_example.com.yaml
        clusterrole.system%3a%4eode_rbac.authorization.k8s.io.yaml
        clusterrole.system%3anode_rbac.authorization.k8s.io.yaml
        namespace.media.yaml
        ");
        assert!(names.iter().all(|name| name.len() <= LONGEST + ".yaml".len()));
        let mut bundle = Bundle::default();
        for name in &names {
            bundle.insert(name, "").unwrap();
        }
        assert_eq!(bundle.len(), names.len());
    }
}
