//! What Kratix, and the Promise, tell a container by its environment.

use std::collections::BTreeMap;

use crate::source::Memory;

/// What happens to the object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It is there, and is to be had.
    Configure,
    /// It goes.
    Delete,
}

/// Whose object it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Workflow {
    /// A request.
    Resource,
    /// The Promise itself.
    Promise,
}

/// What a container is told by its environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment {
    /// What happens.
    pub action: Action,
    /// To what.
    pub workflow: Workflow,
    /// The name of the promise.
    pub promise: String,
    /// The name of the pipeline, if it is told.
    pub pipeline: Option<String>,
    /// Whether nothing but the output may change.
    pub dry_run: bool,
}

/// An environment that Kratix does not make.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnvironmentError {
    /// A variable is not there.
    #[error(
        "`{0}` is not set; Kratix sets it in the containers of a pipeline, and elsewhere it is to be set by hand"
    )]
    Missing(&'static str),
    /// A variable has a value that Kratix does not give it.
    #[error("`{name}` is `{value}`, and Kratix sets it to {known}", value = value.escape_debug())]
    Unknown {
        /// The variable.
        name: &'static str,
        /// Its value.
        value: String,
        /// The values that it may have.
        known: &'static str,
    },
    /// A variable with a file of the promise is none.
    #[error("`VOW_SOURCE_{0}` holds no file: its first line is `// ` and a path, and no other has the same")]
    Source(usize),
}

impl Environment {
    /// Reads the variables that `get` gives; one that is empty is not there.
    ///
    /// # Errors
    /// The first that is missing or unknown.
    pub fn read(get: &dyn Fn(&str) -> Option<String>) -> Result<Environment, EnvironmentError> {
        let some = |name: &'static str| get(name).filter(|value| !value.is_empty());
        let need = |name: &'static str| some(name).ok_or(EnvironmentError::Missing(name));
        let (action, workflow) = ("KRATIX_WORKFLOW_ACTION", "KRATIX_WORKFLOW_TYPE");
        let unknown = |name, value, known| Err(EnvironmentError::Unknown { name, value, known });
        Ok(Environment {
            action: match need(action)? {
                value if value == "configure" => Action::Configure,
                value if value == "delete" => Action::Delete,
                value => return unknown(action, value, "`configure` or `delete`"),
            },
            workflow: match need(workflow)? {
                value if value == "resource" => Workflow::Resource,
                value if value == "promise" => Workflow::Promise,
                value => return unknown(workflow, value, "`resource` or `promise`"),
            },
            promise: need("KRATIX_PROMISE_NAME")?,
            pipeline: some("KRATIX_PIPELINE_NAME"),
            dry_run: some("KRATIX_DRY_RUN").is_some_and(|value| value == "true"),
        })
    }
}

/// The files of the promise, if they travel in the environment: `VOW_SOURCE_0` and so on, the path in the first line.
///
/// # Errors
/// The first that holds no file.
pub fn promise_files(get: &dyn Fn(&str) -> Option<String>) -> Result<Option<Memory>, EnvironmentError> {
    let mut files = BTreeMap::new();
    for number in 0.. {
        let Some(text) = get(&format!("VOW_SOURCE_{number}")) else { break };
        let (path, text) = text.split_once('\n').unwrap_or((&text, ""));
        let path = path.strip_prefix("// ").map(str::trim).filter(|p| !p.is_empty());
        let path = path.ok_or(EnvironmentError::Source(number))?;
        if files.insert(path.to_owned(), text.to_owned()).is_some() {
            return Err(EnvironmentError::Source(number));
        }
    }
    Ok((!files.is_empty()).then_some(Memory(files)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(set: &[(&str, &str)]) -> Result<Environment, String> {
        let get = |name: &str| set.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        Environment::read(&get).map_err(|e| e.to_string())
    }

    #[test]
    fn what_kratix_sets_is_read() {
        let set = [
            ("KRATIX_WORKFLOW_ACTION", "delete"),
            ("KRATIX_WORKFLOW_TYPE", "resource"),
            ("KRATIX_PROMISE_NAME", "kafka"),
            ("KRATIX_DRY_RUN", "true"),
        ];
        let read = read(&set).unwrap();
        assert_eq!((read.action, read.workflow), (Action::Delete, Workflow::Resource));
        assert_eq!((read.promise.as_str(), read.pipeline, read.dry_run), ("kafka", None, true));
    }

    #[test]
    fn what_is_missing_or_strange_is_told() {
        insta::assert_snapshot!(read(&[]).unwrap_err(), @"`KRATIX_WORKFLOW_ACTION` is not set; Kratix sets it in the containers of a pipeline, and elsewhere it is to be set by hand");
        let strange = [("KRATIX_WORKFLOW_ACTION", "configure"), ("KRATIX_WORKFLOW_TYPE", "x")];
        insta::assert_snapshot!(read(&strange).unwrap_err(), @"`KRATIX_WORKFLOW_TYPE` is `x`, and Kratix sets it to `resource` or `promise`");
    }

    #[test]
    fn files_of_the_promise_are_taken_from_the_environment() {
        let from = |set: &[(&str, &str)]| {
            let get = |name: &str| set.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
            promise_files(&get).map(|m| m.map(|m| m.0)).map_err(|e| e.to_string())
        };
        let two = [("VOW_SOURCE_0", "// promises.dsl\na\nb\n"), ("VOW_SOURCE_1", "// p/x.promise\n")];
        let files = from(&two).unwrap().unwrap();
        assert_eq!(files["promises.dsl"], "a\nb\n");
        assert_eq!(files["p/x.promise"], "");
        assert_eq!(from(&[("VOW_SOURCE_1", "// a\n")]).unwrap(), None);
        for (first, second) in [("promises.dsl\n", ""), ("// a\n1", "// a\n2"), ("//  \n", "")] {
            assert!(from(&[("VOW_SOURCE_0", first), ("VOW_SOURCE_1", second)]).is_err());
        }
    }
}
