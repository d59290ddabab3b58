//! A document as it was read: values with the places where they were written.

use std::sync::Arc;

use crate::source::{Span, Spanned};
use crate::value::Value;
use crate::value::path::{Path, Step};

/// Integral floats below this size are integers; 2^53, above which a float no longer tells its neighbours apart.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A value of a document and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where it is written; of a list or an object, from its first to its last byte.
    pub span: Span,
    /// What it is.
    pub kind: NodeKind,
}

/// What a [`Node`] is.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeKind {
    /// A null, boolean, number or text; numbers as written, so `1.0` is a float.
    Scalar(Value),
    /// A list.
    List(Vec<Node>),
    /// An object, its keys in the order of the document, each once.
    Map(Vec<(Spanned<Arc<str>>, Node)>),
}

impl Node {
    /// The value without places: objects sorted by the bytes of their keys, integral floats within 2^53 as integers.
    pub fn to_value(&self) -> Value {
        match &self.kind {
            NodeKind::Scalar(Value::Float(f)) => integral(*f).map_or(Value::Float(*f), Value::Int),
            NodeKind::Scalar(v) => v.clone(),
            NodeKind::List(items) => Value::list(items.iter().map(Node::to_value).collect()),
            NodeKind::Map(entries) => {
                let value =
                    |(key, node): &(Spanned<Arc<str>>, Node)| (Arc::clone(&key.node), node.to_value());
                if entries.is_sorted_by(|a, b| a.0.node <= b.0.node) {
                    return Value::map(entries.iter().map(value).collect());
                }
                let mut sorted: Vec<_> = entries.iter().collect();
                sorted.sort_unstable_by(|a, b| a.0.node.cmp(&b.0.node));
                Value::map(sorted.into_iter().map(value).collect())
            }
        }
    }

    /// The node at `path`, if it is there.
    pub fn at(&self, path: &Path) -> Option<&Node> {
        path.0.iter().try_fold(self, |node, step| node.step(step).map(|(_, n)| n))
    }

    /// The place of the key that the last step of `path` names (of the item, if that is an index); of its deepest
    /// ancestor that is there, if it is not, and `None` if not even the first step is.
    pub fn key_span(&self, path: &Path) -> Option<Span> {
        let mut found = None;
        let mut node = self;
        for step in &path.0 {
            let Some((span, next)) = node.step(step) else { break };
            found = Some(span);
            node = next;
        }
        found
    }

    /// The child that `step` leads to, and the place of its key.
    fn step(&self, step: &Step) -> Option<(Span, &Node)> {
        match (&self.kind, step) {
            (NodeKind::Map(entries), Step::Key(key)) => {
                entries.iter().find(|(k, _)| k.node == *key).map(|(k, n)| (k.span, n))
            }
            (NodeKind::List(items), Step::Index(i)) => items.get(*i).map(|n| (n.span, n)),
            _ => None,
        }
    }
}

/// The integer that `float` is, if it is one and no other integer has the same float.
fn integral(float: f64) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "the guard keeps it within 53 bits")]
    (float.fract() == 0.0 && float.abs() < EXACT).then_some(float as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;
    use crate::value::yaml::read;

    const TEXT: &str = "b: 2.0 # é\nä:\n- x: 'q'  # c\n  v: [1, {z: t }]\n- !!str s\n";

    fn slice(span: Span) -> &'static str {
        TEXT.get(span.range()).unwrap()
    }

    #[test]
    fn places_are_those_of_the_words_alone() {
        let document = read(FileId::default(), TEXT).unwrap().remove(0);
        let path = |steps: &[Step]| Path(steps.to_vec());
        let (list, first, v) = (Step::Key("ä".into()), Step::Index(0), Step::Key("v".into()));
        let text_at = |steps: &[Step]| document.at(&path(steps)).map(|n| slice(n.span));
        assert_eq!(text_at(&[]), Some(TEXT.trim_end()));
        assert_eq!(text_at(&[list.clone(), first.clone()]), Some("x: 'q'  # c\n  v: [1, {z: t }]"));
        assert_eq!(text_at(&[list.clone(), first.clone(), Step::Key("x".into())]), Some("'q'"));
        assert_eq!(text_at(&[list.clone(), first.clone(), v.clone()]), Some("[1, {z: t }]"));
        assert_eq!(text_at(&[list.clone(), Step::Index(1)]), Some("!!str s"));
        assert_eq!(text_at(&[Step::Key("ä".into()), Step::Index(2)]), None);

        let key = |steps: &[Step]| document.key_span(&path(steps)).map(slice);
        assert_eq!(key(&[list.clone(), first.clone(), v.clone()]), Some("v"));
        assert_eq!(key(&[list.clone(), first, v, Step::Key("w".into())]), Some("v"));
        assert_eq!(key(&[list, Step::Index(7)]), Some("ä"));
        assert_eq!(key(&[Step::Key("w".into())]), None);
    }

    #[test]
    fn values_are_sorted_by_key_and_whole_floats_are_integers() {
        let document = read(FileId::default(), "b: 2.0\na: [9007199254740992.0, -1.5]\n").unwrap().remove(0);
        let value = document.to_value();
        let keys: Vec<&str> = value.as_map().unwrap().keys().map(AsRef::as_ref).collect();
        assert_eq!(keys, ["a", "b"]);
        assert_eq!(value.get("b"), Some(&Value::Int(2)));
        assert_eq!(value.get("a"), Some(&Value::list(vec![Value::Float(EXACT), Value::Float(-1.5)])));
    }
}
