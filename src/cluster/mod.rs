//! The API of a Kubernetes cluster, as far as a deletion needs it: apply an object, read one, delete one.
//!
//! Objects are addressed by what vow knows of their kind, so nothing is discovered. Every call has an end: a cluster that does
//! not answer is a failure of the outside world, and Kratix tries again.

mod access;

use std::fmt;
use std::time::Duration;

pub use access::AccessError;

use access::Access;
use ureq::http::{Response, StatusCode};
use ureq::{Agent, Body};

use crate::source::FileId;
use crate::value::{Value, json};

/// How long a call may take.
const CALL: Duration = Duration::from_secs(20);
/// How long it may take to find the API.
const CONNECT: Duration = Duration::from_secs(5);
/// The most bytes of an answer that are read; etcd keeps no larger object.
const MOST: u64 = 4 << 20;
/// What Kubernetes calls whoever applies: it owns the fields that it wrote.
const MANAGER: &str = "vow";

/// A cluster.
#[derive(Debug)]
pub struct Cluster {
    agent: Agent,
    access: Access,
}

/// Where an object is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Empty for the core group.
    pub group: String,
    /// Such as `v1`.
    pub version: String,
    /// Such as `jobs`.
    pub plural: String,
    /// `None` for objects of the cluster itself.
    pub namespace: Option<String>,
    /// The name.
    pub name: String,
}

/// Why a cluster did not do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// Nothing tells where a cluster is, or how to get in.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// No answer.
    #[error("the cluster at `{server}` does not answer: {why}")]
    Unreachable {
        /// The server.
        server: String,
        /// Why.
        why: String,
    },
    /// It may not.
    #[error(
        "the pipeline may not {verb} `{address}`: {message}; `vow build` writes the rights that it needs into the Promise (`rbac.permissions`)"
    )]
    Forbidden {
        /// Such as `patch`.
        verb: &'static str,
        /// Of what.
        address: Box<Address>,
        /// The server's words.
        message: String,
    },
    /// It does not want to.
    #[error("the cluster does not {verb} `{address}` ({status}): {message}")]
    Refused {
        /// Such as `patch`.
        verb: &'static str,
        /// Of what.
        address: Box<Address>,
        /// The status of HTTP.
        status: u16,
        /// The server's words.
        message: String,
    },
    /// The namespace is gone.
    #[error("the namespace of `{0}` is not there")]
    NoNamespace(Box<Address>),
    /// Something else than Kubernetes answers.
    #[error("what the cluster says of `{address}` cannot be read: {why}")]
    Unreadable {
        /// Of what.
        address: Box<Address>,
        /// Why.
        why: String,
    },
}

impl ClusterError {
    /// Whether the object itself is not taken.
    pub fn is_invalid(&self) -> bool {
        matches!(self, ClusterError::Refused { status: 400 | 422, .. })
    }
}

impl Cluster {
    /// The cluster that `KUBECONFIG` names, or else the one that the container runs in. Nothing is asked yet.
    ///
    /// # Errors
    /// If neither is there, or needs what vow does not do.
    pub fn of_environment(variable: &dyn Fn(&str) -> Option<String>) -> Result<Cluster, ClusterError> {
        let access = Access::of_environment(variable)?;
        let config = Agent::config_builder()
            .timeout_global(Some(CALL))
            .timeout_connect(Some(CONNECT))
            .http_status_as_error(false)
            .max_redirects(0)
            // A proxy of the environment is no way into a cluster.
            .proxy(None)
            .user_agent(concat!("vow/", env!("CARGO_PKG_VERSION")))
            .tls_config(access.tls()?);
        Ok(Cluster { agent: config.build().into(), access })
    }

    /// Applies an object on the server: it is made, or becomes what is said; what others wrote of it stays. Gives what it is then.
    ///
    /// # Errors
    /// As [`ClusterError`] tells.
    pub fn apply(&self, at: &Address, object: &Value) -> Result<Value, ClusterError> {
        let url = format!("{}{at}?fieldManager={MANAGER}&force=true", self.access.server);
        let request = self.agent.patch(url).header("content-type", "application/apply-patch+yaml");
        self.answer("patch", at, self.authorized(request).send(json::write_compact(object)))
    }

    /// An object; `None` if it is not there.
    ///
    /// # Errors
    /// As [`ClusterError`] tells.
    pub fn get(&self, at: &Address) -> Result<Option<Value>, ClusterError> {
        let request = self.agent.get(format!("{}{at}", self.access.server));
        found(self.answer("get", at, self.authorized(request).call()))
    }

    /// Deletes the object with that `uid`, and what it made in turn; whether it was there. Another of the same name stays.
    ///
    /// # Errors
    /// As [`ClusterError`] tells.
    pub fn delete(&self, at: &Address, uid: &str) -> Result<bool, ClusterError> {
        let request = self.agent.delete(format!("{}{at}", self.access.server)).force_send_body();
        let options = serde_json::json!({
            "apiVersion": "v1",
            "kind": "DeleteOptions",
            "propagationPolicy": "Background",
            "preconditions": { "uid": uid },
        });
        let request = self.authorized(request).header("content-type", "application/json");
        Ok(found(self.answer("delete", at, request.send(options.to_string())))?.is_some())
    }

    fn authorized<B>(&self, request: ureq::RequestBuilder<B>) -> ureq::RequestBuilder<B> {
        let request = request.header("accept", "application/json");
        match &self.access.token {
            Some(token) => request.header("authorization", format!("Bearer {token}")),
            None => request,
        }
    }

    /// What an answer says.
    fn answer(
        &self,
        verb: &'static str,
        at: &Address,
        sent: Result<Response<Body>, ureq::Error>,
    ) -> Result<Value, ClusterError> {
        let unreachable = |e: ureq::Error| ClusterError::Unreachable {
            server: self.access.server.clone(),
            why: e.to_string(),
        };
        let mut response = sent.map_err(unreachable)?;
        let status = response.status();
        let text = response.body_mut().with_config().limit(MOST).read_to_string().map_err(unreachable)?;
        let address = || Box::new(at.clone());
        let said = json::read(FileId::default(), &text).map(|node| node.to_value());
        if status.is_success() {
            return said.map_err(|d| ClusterError::Unreadable { address: address(), why: d.message });
        }
        let said = said.unwrap_or(Value::Null);
        let message = said.get("message").and_then(Value::as_str).unwrap_or("it does not say why").to_owned();
        let of = said.get("details").and_then(|d| d.get("kind")).and_then(Value::as_str);
        match status {
            StatusCode::NOT_FOUND if of == Some("namespaces") => Err(ClusterError::NoNamespace(address())),
            StatusCode::FORBIDDEN if !message.contains("being terminated") => {
                Err(ClusterError::Forbidden { verb, address: address(), message })
            }
            status => {
                Err(ClusterError::Refused { verb, address: address(), status: status.as_u16(), message })
            }
        }
    }
}

/// An object that may not be there. Of a kind that nobody knows, and in a namespace that is gone, there is none either.
fn found(answer: Result<Value, ClusterError>) -> Result<Option<Value>, ClusterError> {
    match answer {
        Err(ClusterError::NoNamespace(_) | ClusterError::Refused { status: 404, .. }) => Ok(None),
        answer => answer.map(Some),
    }
}

/// The path of the API: `/api/v1/namespaces/NAMESPACE/pods/NAME`.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.group.is_empty() {
            true => write!(f, "/api/{}", self.version)?,
            false => write!(f, "/apis/{}/{}", self.group, self.version)?,
        }
        if let Some(namespace) = &self.namespace {
            write!(f, "/namespaces/{namespace}")?;
        }
        write!(f, "/{}/{}", self.plural, self.name)
    }
}
