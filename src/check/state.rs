//! `state { … }` in `promises.dsl`: the state repository and its destinations.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::checker::Checker;
use super::constant;
use super::types::Class;
use crate::diag::{Diagnostic, suggest};
use crate::source::Span;
use crate::syntax::ast::{self, Entry, Expr, Key};
use crate::value::Value;

/// The state repository: where documents go, and how the places are called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct State {
    /// The branch.
    pub branch: String,
    /// The folder of all destinations in it; empty for the top.
    pub path: String,
    /// The destinations, in the order in which they are written.
    pub destinations: Vec<Destination>,
}

/// A destination: a folder that a cluster applies from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Destination {
    /// Its name.
    pub name: String,
    /// Its folder below that of all destinations; empty for the same.
    pub path: String,
    /// The labels by which promises select it.
    pub labels: BTreeMap<String, String>,
    /// Whether only promises that select it get it, and none that selects nothing.
    pub strict: bool,
    /// The cluster that applies it, if that is not the one that Kratix runs in.
    pub cluster: Option<Cluster>,
    /// Where its name stands.
    pub span: Span,
}

/// A cluster that is another than the one that Kratix runs in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub enum Cluster {
    /// By the URL of its API server.
    Url(String),
    /// By the name that Argo CD or Flux knows it by.
    Name(String),
}

impl fmt::Display for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Cluster::Url(text) | Cluster::Name(text)) = self;
        f.write_str(text)
    }
}

impl<'a> Checker<'a> {
    /// Checks the setting.
    pub(super) fn state(&mut self, body: &ast::Object, destinations: &[(ast::Name, ast::Object)]) -> State {
        let mut state = State { branch: "main".into(), ..State::default() };
        for (key, value) in self.settings(body, "state", &["branch", "path"]) {
            match key.as_str() {
                "branch" => state.branch = self.text_setting(value, &key).unwrap_or(state.branch),
                _ => state.path = self.path_setting(value).unwrap_or_default(),
            }
        }
        for (name, body) in destinations {
            let Some(new) = self.place(name, body) else { continue };
            if let Some(first) = state.destinations.iter().find(|d| d.name == new.name) {
                let message = format!("the destination `{}` is declared twice", new.name);
                let d = Diagnostic::error("duplicate-name", new.span, message);
                self.out.push(d.also(first.span, "first declared here").help("remove one of the two"));
            } else if let Some(first) = state.destinations.iter().find(|d| meet(&d.path, &new.path)) {
                let message = format!("the destination `{}` lies in the folder of another", new.name);
                let d = Diagnostic::error("bad-setting", new.span, message);
                let d = d.also(first.span, format!("`{}` is here", first.name));
                self.out.push(d.help("give each destination a path of its own, none below another"));
            } else {
                state.destinations.push(new);
            }
        }
        state
    }

    fn place(&mut self, name: &ast::Name, body: &ast::Object) -> Option<Destination> {
        let known = ["path", "labels", "strictMatchLabels", "cluster"];
        let mut new = Destination { name: name.node.clone(), span: name.span, ..Destination::default() };
        let mut has_path = false;
        for (key, value) in self.settings(body, "destination", &known) {
            match key.as_str() {
                "path" => {
                    has_path = true;
                    new.path = self.path_setting(value)?;
                }
                "labels" => new.labels = self.labels_setting(value)?,
                "cluster" => new.cluster = Some(self.cluster_setting(value)?),
                _ => match constant::value(value) {
                    Some(Value::Bool(strict)) => new.strict = strict,
                    _ => {
                        self.bad(
                            value.span,
                            "`strictMatchLabels` is not one of the words known here",
                            "write `true` or `false`",
                        );
                        return None;
                    }
                },
            }
        }
        if !has_path {
            let message = "this lacks the field `path`".to_owned();
            let d = Diagnostic::error("missing-field", body.span, message);
            self.out.push(d.help(format!("add `path: \"clusters/{}\"`", name.node)));
            return None;
        }
        Some(new)
    }

    /// The plain entries of a setting; everything else is reported.
    fn settings<'o>(&mut self, body: &'o ast::Object, what: &str, known: &[&str]) -> Vec<(String, &'o Expr)> {
        let mut found: Vec<(String, &Expr)> = vec![];
        for entry in &body.entries {
            let Entry::Field { key, value } = entry else {
                if !matches!(entry, Entry::Error(_)) {
                    self.bad(body.span, "only plain fields stand here", "write the values themselves");
                }
                continue;
            };
            let (name, span) = match key {
                Key::Path(words) if words.len() == 1 => match words.first() {
                    Some(word) => (word.node.clone(), word.span),
                    None => continue,
                },
                Key::Quoted(text) => (text.value.clone(), text.span),
                Key::Path(_) | Key::Computed(_) => {
                    self.bad(value.span, "only plain fields stand here", "write one word before the colon");
                    continue;
                }
            };
            if !known.contains(&name.as_str()) {
                let message = format!("`{what}` has no field `{name}`");
                let mut d = Diagnostic::error("unknown-field", span, message);
                d.help.extend(suggest::help(&name, known.iter().copied()));
                self.out.push(d);
            } else if found.iter().any(|(k, _)| *k == name) {
                let d = Diagnostic::error("duplicate-key", span, format!("`{name}` is written twice"));
                self.out.push(d.help("remove one of the two"));
            } else {
                found.push((name, value));
            }
        }
        found
    }

    /// The URL of an API server, or the name of a cluster.
    fn cluster_setting(&mut self, value: &Expr) -> Option<Cluster> {
        let text = self.text_setting(value, "cluster")?;
        if ["in-cluster", "https://kubernetes.default.svc"].contains(&text.as_str()) {
            self.bad(value.span, "this is the cluster that applies it anyway", "leave `cluster` out");
            return None;
        }
        // Whoever reads what is written must not learn a credential, and no template may be made of it.
        let is_plain = !text.contains(['@', '?', '#', '{', '}']);
        if text.starts_with("https://") && is_plain && Class::Url.contains(&text) {
            return Some(Cluster::Url(text));
        }
        if Class::DnsSubdomain.contains(&text) {
            return Some(Cluster::Name(text));
        }
        let help =
            "write the URL of its API server, `https://…`, or the name by which Argo CD or Flux knows it";
        self.bad(value.span, "this names no cluster", help);
        None
    }

    fn text_setting(&mut self, value: &Expr, key: &str) -> Option<String> {
        match constant::value(value).as_ref().and_then(Value::as_str) {
            Some(text) if !text.trim().is_empty() => Some(text.to_owned()),
            _ => {
                self.bad(value.span, &format!("`{key}` is no text"), "write a text between quotes");
                None
            }
        }
    }

    fn path_setting(&mut self, value: &Expr) -> Option<String> {
        let text = self.text_setting(value, "path")?;
        let text = if matches!(text.as_str(), "." | "/") { "" } else { text.as_str() };
        if text.is_empty() || text.split('/').all(is_part) {
            return Some(text.to_owned());
        }
        let help = "write names of letters, digits, `-`, `_` and `.` with `/` between them, such as `clusters/one`, or `.` for the top";
        self.bad(value.span, "`path` is no path in a repository", help);
        None
    }

    fn labels_setting(&mut self, value: &Expr) -> Option<BTreeMap<String, String>> {
        let constant = constant::value(value);
        let map = constant.as_ref().and_then(Value::as_map);
        let labels: Option<BTreeMap<String, String>> = map
            .and_then(|map| map.iter().map(|(k, v)| Some((k.to_string(), v.as_str()?.to_owned()))).collect());
        if labels.is_none() {
            self.bad(
                value.span,
                "`labels` are no texts",
                "write an object of texts: `{ environment: \"dev\" }`",
            );
        }
        labels
    }

    fn bad(&mut self, span: Span, message: &str, help: &str) {
        self.out.push(Diagnostic::error("bad-setting", span, message).help(help));
    }
}

/// Whether a part of a path is one everywhere.
fn is_part(part: &str) -> bool {
    let plain = part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
    plain && !part.is_empty() && part.len() <= 63 && !part.starts_with('.') && !part.ends_with('.')
}

/// Whether one of two paths is, or lies below, the other, where case does not count.
fn meet(a: &str, b: &str) -> bool {
    let (a, b) = (a.to_ascii_lowercase(), b.to_ascii_lowercase());
    let below = |a: &str, b: &str| a.is_empty() || a == b || b.starts_with(&format!("{a}/"));
    below(&a, &b) || below(&b, &a)
}
