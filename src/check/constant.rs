//! Constants that can be read off the tree: what an api's defaults and the facts of a platform are made of.

use crate::syntax::ast::{Entry, Expr, ExprKind, Key, ListItem, Text, TextPart};
use crate::value::{Map, Value};

/// The value of a literal; `None` if it is none.
pub(super) fn value(expr: &Expr) -> Option<Value> {
    match &expr.kind {
        ExprKind::Bool(b) => Some(Value::Bool(*b)),
        ExprKind::Int(i) => Some(Value::Int(*i)),
        ExprKind::Float(f) => Some(Value::Float(*f)),
        ExprKind::Text(t) => text(t).map(Value::str),
        ExprKind::List(items) => {
            let item = |i: &ListItem| if let ListItem::Expr(e) = i { value(e) } else { None };
            items.iter().map(item).collect::<Option<Vec<Value>>>().map(Value::list)
        }
        ExprKind::Object(object) => {
            let mut map = Map::new();
            for entry in &object.entries {
                let Entry::Field { key, value: v } = entry else { return None };
                let key = match key {
                    Key::Path(words) => match words.as_slice() {
                        [one] => one.node.as_str(),
                        _ => return None,
                    },
                    Key::Quoted(q) => q.value.as_str(),
                    Key::Computed(_) => return None,
                };
                if map.insert(key.into(), value(v)?).is_some() {
                    return None;
                }
            }
            Some(Value::map(map))
        }
        _ => None,
    }
}

/// The text of a literal without interpolation.
pub(super) fn text(text: &Text) -> Option<String> {
    let part = |p: &TextPart| if let TextPart::Str(s) = p { Some(s.clone()) } else { None };
    text.parts.iter().map(part).collect()
}
