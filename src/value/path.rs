//! A path into a value, as it is shown to people.

use std::fmt;
use std::sync::Arc;

/// One step into a value.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// Into an object.
    Key(Arc<str>),
    /// Into a list, from 0.
    Index(usize),
}

/// Steps from a root; shown as `spec.ports[0].name` or `metadata.labels["a/b"]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Path(pub Vec<Step>);

impl Path {
    /// The path of one key.
    pub fn key(key: &str) -> Self {
        Path(vec![Step::Key(key.into())])
    }

    /// This path and one more key.
    pub fn then_key(&self, key: &str) -> Self {
        self.then(Step::Key(key.into()))
    }

    /// This path and one more index.
    pub fn then_index(&self, index: usize) -> Self {
        self.then(Step::Index(index))
    }

    /// This path and one more step.
    pub fn then(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Path(steps)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, step) in self.0.iter().enumerate() {
            match step {
                Step::Index(n) => write!(f, "[{n}]")?,
                Step::Key(k) if !is_word(k) => write!(f, "[{k:?}]")?,
                Step::Key(k) if i == 0 => write!(f, "{k}")?,
                Step::Key(k) => write!(f, ".{k}")?,
            }
        }
        Ok(())
    }
}

fn is_word(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}
