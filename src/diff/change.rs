//! One field that differs, and the way to it.

use std::fmt;
use std::sync::Arc;

use crate::value::Value;
use crate::value::path;

/// One step into a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Into an object.
    Key(Arc<str>),
    /// Into a list.
    Item(Item),
}

/// An item of a list, which may stand elsewhere in the other one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What makes it the same item in both lists, such as `name=app`; `None` if its position does.
    pub label: Option<Arc<str>>,
    /// Its position in the old list, from 0.
    pub old: Option<usize>,
    /// Its position in the new list, from 0.
    pub new: Option<usize>,
}

/// Steps from the root of an object; shown as `spec.containers[name=app].image`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path(pub Vec<Step>);

impl Path {
    pub(super) fn then(&self, step: Step) -> Path {
        let mut steps = self.0.clone();
        steps.push(step);
        Path(steps)
    }

    pub(super) fn then_key(&self, key: &Arc<str>) -> Path {
        self.then(Step::Key(Arc::clone(key)))
    }

    /// The path in the old value; `None` if nothing was there.
    pub fn in_old(&self) -> Option<path::Path> {
        self.on(|item| item.old)
    }

    /// The path in the new value; `None` if nothing is there.
    pub fn in_new(&self) -> Option<path::Path> {
        self.on(|item| item.new)
    }

    fn on(&self, side: impl Fn(&Item) -> Option<usize>) -> Option<path::Path> {
        let step = |step: &Step| match step {
            Step::Key(key) => Some(path::Step::Key(Arc::clone(key))),
            Step::Item(item) => side(item).map(path::Step::Index),
        };
        self.0.iter().map(step).collect::<Option<Vec<_>>>().map(path::Path)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("(all of it)");
        }
        let word = |key: &str| {
            !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
        };
        for (i, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if !word(key) => write!(f, "[{key:?}]")?,
                Step::Key(key) if i == 0 => f.write_str(key)?,
                Step::Key(key) => write!(f, ".{key}")?,
                Step::Item(Item { label: Some(label), .. }) => write!(f, "[{}]", label.escape_debug())?,
                Step::Item(item) => write!(f, "[{}]", item.new.or(item.old).unwrap_or_default())?,
            }
        }
        Ok(())
    }
}

/// What differs at a path.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// Only the new object has it.
    Added(Value),
    /// Only the old object has it.
    Removed(Value),
    /// Another value.
    Replaced(Value, Value),
    /// Another text of several lines.
    Text {
        /// As it was.
        old: Arc<str>,
        /// As it is.
        new: Arc<str>,
        /// The fields that differ, if both are YAML or JSON; then these are what is counted.
        inside: Vec<Change>,
    },
    /// The items that both lists have stand in another order.
    Order {
        /// The positions in the old list, in the order of the new one.
        from: Vec<usize>,
        /// What the items are called, in the order of the new list.
        labels: Vec<Arc<str>>,
    },
}

/// A field that differs.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Where.
    pub path: Path,
    /// What.
    pub what: What,
}

impl Change {
    pub(super) fn new(path: Path, what: What) -> Change {
        Change { path, what }
    }

    /// How many fields it stands for.
    pub fn count(&self) -> usize {
        match &self.what {
            What::Text { inside, .. } => count(inside).max(1),
            _ => 1,
        }
    }
}

/// How many fields differ.
pub(super) fn count(changes: &[Change]) -> usize {
    changes.iter().map(Change::count).sum()
}
