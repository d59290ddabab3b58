//! Calls: functions of the language are walked into, native ones are called on what is known, of scripts the declared
//! result is all that is known.

use super::{Frame, Interpreter};
use crate::check::program::{Builtin, Expr, FunctionBody};
use crate::check::types::{IntRange, Type};
use crate::known::join::perhaps;
use crate::known::merge::merge;
use crate::known::{Count, Form, Known, List, Maybe, Segment, Text, types};
use crate::value::{Value, json, ops, yaml};

/// How deep functions are walked into.
const DEPTH: usize = 16;

impl Interpreter<'_> {
    pub(super) fn call(&mut self, id: usize, args: &[Expr], frame: &mut Frame) -> Known {
        let Some(function) = self.program.functions.get(id) else { return Known::Never };
        let args: Vec<Known> = args.iter().map(|a| self.there(a, frame)).collect();
        // The result of a script and of a native function is held to its type, that of an expression is not.
        let any = |held: bool| {
            let known = types::any(&function.result.ty, &format!("{}(…)", function.name));
            if held { known.held_to(&function.result.ty) } else { known }
        };
        match &*function.body {
            FunctionBody::Expr { value, slots } if self.calls < DEPTH => {
                let mut inner: Frame = args.into_iter().map(Maybe::there).collect();
                inner.resize((*slots).max(inner.len()), Maybe::absent());
                self.calls += 1;
                let result = self.eval(value, &mut inner);
                self.calls -= 1;
                result.known
            }
            FunctionBody::Native(native) => {
                let values: Option<Vec<Value>> = args.iter().map(|a| a.value().cloned()).collect();
                match values {
                    Some(values) => native.call(&values).map_or(Known::Never, Known::Is),
                    None => any(true),
                }
            }
            FunctionBody::Script { .. } => any(true),
            _ => any(false),
        }
    }

    pub(super) fn builtin(&mut self, builtin: Builtin, args: &[Expr], e: &Expr, frame: &mut Frame) -> Known {
        let args: Vec<Known> = args.iter().map(|a| self.there(a, frame)).collect();
        match (builtin, args.as_slice()) {
            (Builtin::Yaml, [Known::Is(value)]) => Known::Is(Value::str(yaml::write(value))),
            (Builtin::Json, [Known::Is(value)]) => Known::Is(Value::str(json::write_compact(value))),
            (Builtin::Yaml, [known]) => Known::Text(Text::tree(known.clone(), Form::Yaml).into()),
            (Builtin::Json, [known]) => Known::Text(Text::tree(known.clone(), Form::Json).into()),
            (Builtin::Merge, [left, right]) => match merge(left, right) {
                Known::Is(merged) if !matches!(e.ty.ty, Type::Record(_)) => Known::Is(ops::sorted(&merged)),
                merged => merged,
            },
            (Builtin::Keys, [_]) => Known::List(List::any(types::any(&Type::STRING, "keys(…)")).into()),
            (Builtin::Len, [_]) => {
                let range = IntRange { lo: Some(0), hi: None };
                types::any(&Type::Int(range), "len(…)")
            }
            (Builtin::Distinct, [list]) => distinct(list),
            _ => self.unknown(e),
        }
    }
}

/// Every item, each perhaps dropped.
fn distinct(list: &Known) -> Known {
    match list.as_items() {
        Some(list) => {
            let segment = |s: &Segment| Segment { count: perhaps(s.count), item: s.item.clone() };
            List { segments: list.segments.iter().map(segment).collect() }.known()
        }
        None => {
            let items = list.alternatives().iter().filter_map(Known::as_items);
            let all: Vec<Segment> = items.flat_map(|l| l.segments.clone()).collect();
            let any = list.alternatives().iter().find(|one| matches!(one, Known::Free(_)));
            match any.or(Some(list).filter(|_| all.is_empty())).and_then(Known::hole) {
                Some(hole) => Known::List(List::any(Known::Free(hole.wild())).into()),
                _ => List { segments: all.into_iter().map(|s| Segment { count: Count::Any, ..s }).collect() }
                    .collapsed()
                    .known(),
            }
        }
    }
}
