//! Where a cluster is, and how to get in: by the service account of the pod, or by the file that `KUBECONFIG` names.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ureq::tls::{Certificate, ClientCert, PemItem, PrivateKey, RootCerts, TlsConfig, parse_pem};

use crate::source::FileId;
use crate::source::disk::read_file;
use crate::value::{Value, yaml};

/// Where Kubernetes puts what a pod needs to speak to its cluster.
const ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// Why there is no way in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccessError {
    /// Neither is there.
    #[error(
        "there is no cluster: this is no pod with a service account, and `KUBECONFIG` names no file; without one, `KRATIX_DRY_RUN=true` says what would be done"
    )]
    None,
    /// A file cannot be used.
    #[error("`{file}` {why}")]
    File {
        /// Its path.
        file: String,
        /// The end of the sentence.
        why: String,
    },
}

/// A server and who is asking.
pub(super) struct Access {
    /// `https://10.0.0.1:443`, without a slash at its end.
    pub(super) server: String,
    pub(super) token: Option<String>,
    roots: Option<Vec<u8>>,
    /// A certificate and its key.
    client: Option<(Vec<u8>, Vec<u8>)>,
    insecure: bool,
}

/// Without what is secret.
impl std::fmt::Debug for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Access").field("server", &self.server).finish_non_exhaustive()
    }
}

impl Access {
    pub(super) fn of_environment(variable: &dyn Fn(&str) -> Option<String>) -> Result<Access, AccessError> {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        if let Some(file) = set("KUBECONFIG") {
            return Kubeconfig::read(Path::new(&file))?.access();
        }
        let (Some(host), Some(port)) = (set("KUBERNETES_SERVICE_HOST"), set("KUBERNETES_SERVICE_PORT"))
        else {
            return Err(AccessError::None);
        };
        let host = if host.contains(':') { format!("[{host}]") } else { host };
        let file = |name: &str| text(&Path::new(ACCOUNT).join(name));
        Ok(Access {
            server: format!("https://{host}:{port}"),
            token: Some(file("token")?.trim().to_owned()),
            roots: Some(file("ca.crt")?.into_bytes()),
            client: None,
            insecure: false,
        })
    }

    pub(super) fn tls(&self) -> Result<TlsConfig, AccessError> {
        let bad = |what: &str| AccessError::File {
            file: "KUBECONFIG".into(),
            why: format!("holds no {what} in PEM"),
        };
        let mut tls = TlsConfig::builder().disable_verification(self.insecure);
        if let Some(roots) = &self.roots {
            let roots = certificates(roots);
            if roots.is_empty() {
                return Err(bad("certificate of the server"));
            }
            tls = tls.root_certs(RootCerts::Specific(Arc::new(roots)));
        }
        if let Some((chain, key)) = &self.client {
            let key = PrivateKey::from_pem(key).map_err(|_| bad("key"))?;
            tls = tls.client_cert(Some(ClientCert::new_with_certs(&certificates(chain), key)));
        }
        Ok(tls.build())
    }
}

fn certificates(pem: &[u8]) -> Vec<Certificate<'static>> {
    let item = |item| match item {
        Ok(PemItem::Certificate(certificate)) => Some(certificate),
        _ => None,
    };
    parse_pem(pem).filter_map(item).collect()
}

/// A file of kubectl's, and where it lies.
struct Kubeconfig {
    path: PathBuf,
    value: Value,
}

impl Kubeconfig {
    fn read(path: &Path) -> Result<Kubeconfig, AccessError> {
        let text = text(path)?;
        let nodes = yaml::read(FileId::default(), &text).map_err(|d| wrong(path, d.message.clone()))?;
        let [node] = nodes.as_slice() else { return Err(wrong(path, "is no kubeconfig".into())) };
        Ok(Kubeconfig { path: path.to_owned(), value: node.to_value() })
    }

    fn access(&self) -> Result<Access, AccessError> {
        let missing = |what: &str| wrong(&self.path, format!("names no {what} that is there"));
        let context = self.value.get("current-context").and_then(Value::as_str).unwrap_or_default();
        let context = self.named("contexts", "context", context).ok_or_else(|| missing("current context"))?;
        let word = |key: &str| context.get(key).and_then(Value::as_str).unwrap_or_default();
        let cluster = self.named("clusters", "cluster", word("cluster")).ok_or_else(|| missing("cluster"))?;
        let user = self.named("users", "user", word("user"));
        let server = cluster.get("server").and_then(Value::as_str).ok_or_else(|| missing("server"))?;
        if user.is_some_and(|u| u.get("exec").is_some() || u.get("auth-provider").is_some()) {
            let why = "gets its user from a program, which vow does not run: start `kubectl proxy` and name its address as the server";
            return Err(wrong(&self.path, why.into()));
        }
        let user = |key: &str| user.map_or(Ok(None), |user| self.bytes(user, key));
        let token = user("token")?.or(user("tokenFile")?).and_then(|bytes| String::from_utf8(bytes).ok());
        let client = user("client-certificate")?.zip(user("client-key")?);
        Ok(Access {
            server: server.trim_end_matches('/').to_owned(),
            token: token.map(|text| text.trim().to_owned()),
            roots: self.bytes(cluster, "certificate-authority")?,
            client,
            insecure: cluster.get("insecure-skip-tls-verify") == Some(&Value::Bool(true)),
        })
    }

    /// What a list of names has under one of them.
    fn named(&self, list: &str, key: &str, name: &str) -> Option<&Value> {
        let items = self.value.get(list)?.as_list()?;
        items.iter().find(|i| i.get("name").and_then(Value::as_str) == Some(name))?.get(key)
    }

    /// What stands at `key-data` in base64, in the file at `key`, or, of a token, at `key` itself.
    fn bytes(&self, of: &Value, key: &str) -> Result<Option<Vec<u8>>, AccessError> {
        if let Some(data) = of.get(&format!("{key}-data")).and_then(Value::as_str) {
            let bytes = STANDARD
                .decode(data)
                .map_err(|_| wrong(&self.path, format!("has no base64 at `{key}-data`")))?;
            return Ok(Some(bytes));
        }
        let Some(word) = of.get(key).and_then(Value::as_str) else { return Ok(None) };
        if key == "token" {
            return Ok(Some(word.as_bytes().to_vec()));
        }
        let folder = self.path.parent().unwrap_or(Path::new("."));
        Ok(Some(text(&folder.join(word))?.into_bytes()))
    }
}

fn text(path: &Path) -> Result<String, AccessError> {
    read_file(path).map_err(|e| wrong(path, format!("cannot be read: {e}")))
}

fn wrong(path: &Path, why: String) -> AccessError {
    AccessError::File { file: path.display().to_string(), why }
}
