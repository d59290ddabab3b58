//! Expressions: one small function a family of forms.

use std::fmt::Write;
use std::sync::Arc;

use super::Refusal;
use super::machine::{Frame, Machine, Step};
use crate::check::program::{Arm, BinaryOp, Builtin, Entry, Expr, ExprKind, FunctionBody, Item, Part};
use crate::check::types::{Lit, Type, token};
use crate::script::ScriptErrorKind;
use crate::source::Span;
use crate::value::{Map, Value, json, ops, yaml};

impl Machine<'_> {
    /// The value of an expression; `None` if it is absent.
    pub(crate) fn eval(&mut self, e: &Expr, frame: &mut Frame) -> Step<Option<Value>> {
        self.budget.step(e.span)?;
        match &e.kind {
            ExprKind::Error => {
                Err(Refusal::new("absent-value", e.span, "nothing is known of this value here")
                    .help("it is declared under `needs platform`: render it with a platform that has it"))
            }
            ExprKind::Const(v) => Ok(Some(v.clone())),
            ExprKind::Slot(slot) => Ok(frame.get(*slot).cloned().flatten()),
            ExprKind::Global(id) => Ok(self.globals.get(*id).cloned().flatten()),
            ExprKind::Field { base, name } => Ok(self.eval(base, frame)?.and_then(|v| v.get(name).cloned())),
            ExprKind::Index { base, index } => self.index(base, index, frame),
            ExprKind::Call { function, args } => self.call(*function, args, e.span, frame),
            ExprKind::Builtin { builtin, args } => self.builtin(*builtin, args, e, frame),
            ExprKind::Present(inner) => Ok(Some(Value::Bool(self.eval(inner, frame)?.is_some()))),
            ExprKind::Not(inner) => Ok(Some(Value::Bool(!self.truth(inner, frame)?))),
            ExprKind::Binary { op, left, right } => self.binary(*op, left, right, e.span, frame),
            ExprKind::If { condition, then, otherwise } => match self.truth(condition, frame)? {
                true => self.eval(then, frame),
                false => otherwise.as_ref().map_or(Ok(None), |o| self.eval(o, frame)),
            },
            ExprKind::Match { subject, arms } => self.match_(subject, arms, frame),
            ExprKind::Object(entries) => {
                let mut map = Map::new();
                self.entries(entries, &mut map, frame)?;
                // A map has no order of its own, so it is sorted; a record keeps its author's.
                if matches!(e.ty.ty, Type::Map(_)) {
                    map.sort_unstable_keys();
                }
                Ok(Some(Value::map(map)))
            }
            ExprKind::List(items) => {
                let mut list = Vec::new();
                items.iter().try_for_each(|i| self.item(i, &mut list, frame))?;
                Ok(Some(Value::list(list)))
            }
            ExprKind::Text(parts) => self.text(parts, e.span, frame),
            ExprKind::Cast { value, to, message } => self.cast(value, to, message.as_deref(), e.span, frame),
        }
    }

    fn truth(&mut self, e: &Expr, frame: &mut Frame) -> Step<bool> {
        Ok(self.eval(e, frame)? == Some(Value::Bool(true)))
    }

    fn index(&mut self, base: &Expr, index: &Expr, frame: &mut Frame) -> Step<Option<Value>> {
        let base = self.eval(base, frame)?;
        let index = self.eval(index, frame)?;
        Ok(match (base, index) {
            (Some(Value::Map(map)), Some(Value::Str(key))) => map.get(&key).cloned(),
            (Some(Value::List(list)), Some(Value::Int(i))) => {
                usize::try_from(i).ok().and_then(|i| list.get(i).cloned())
            }
            _ => None,
        })
    }

    fn match_(&mut self, subject: &Expr, arms: &[Arm], frame: &mut Frame) -> Step<Option<Value>> {
        let value = self.there(subject, frame)?;
        let hit = |arm: &&Arm| arm.patterns.is_empty() || arm.patterns.iter().any(|l| lit_is(l, &value));
        match arms.iter().find(hit) {
            Some(arm) => self.eval(&arm.value, frame),
            None => Err(Refusal::new("absent-value", subject.span, "no arm matches this value")),
        }
    }

    /// Fills `map` with what the entries give, in their order.
    pub(super) fn entries(&mut self, entries: &[Entry], map: &mut Map, frame: &mut Frame) -> Step<()> {
        for entry in entries {
            match entry {
                Entry::Field { path, value, .. } => {
                    if let Some(value) = self.eval(value, frame)? {
                        insert(map, path, value);
                    }
                }
                Entry::Computed { key, value } => {
                    let key_value = self.there(key, frame)?;
                    if let (Some(k), Some(v)) = (key_value.as_str(), self.eval(value, frame)?)
                        && map.insert(k.into(), v).is_some()
                    {
                        let message = format!("the key `{}` is given twice", crate::check::types::shorten(k));
                        return Err(Refusal::new("duplicate-key", key.span, message)
                            .help("make the keys different; to override on purpose use `merge(a, b)`"));
                    }
                }
                Entry::When { condition, entries } => {
                    if self.holds(condition, frame)? {
                        self.entries(entries, map, frame)?;
                    }
                }
                Entry::For { walk, entries } => {
                    self.each(walk, frame, &mut |this, frame| this.entries(entries, map, frame))?;
                }
            }
        }
        Ok(())
    }

    fn item(&mut self, item: &Item, list: &mut Vec<Value>, frame: &mut Frame) -> Step<()> {
        match item {
            Item::Expr(e) => list.extend(self.eval(e, frame)?),
            Item::Spread(e) => {
                if let Some(Value::List(items)) = self.eval(e, frame)? {
                    self.budget.bytes(items.len(), e.span)?;
                    list.extend(items.iter().cloned());
                }
            }
            Item::When(condition, item) => {
                if self.holds(condition, frame)? {
                    self.item(item, list, frame)?;
                }
            }
            Item::For(walk, item) => {
                self.each(walk, frame, &mut |this, frame| this.item(item, list, frame))?;
            }
        }
        Ok(())
    }

    fn text(&mut self, parts: &[Part], span: Span, frame: &mut Frame) -> Step<Option<Value>> {
        let mut out = String::new();
        for part in parts {
            match part {
                Part::Str(s) => out.push_str(s),
                Part::Expr(e) => match self.there(e, frame)? {
                    Value::Str(s) => out.push_str(&s),
                    Value::Int(i) => drop(write!(out, "{i}")),
                    other => out.push_str(&ops::text(&other).unwrap_or_default()),
                },
            }
            self.budget.bytes(out.len(), span)?;
        }
        Ok(Some(Value::str(out)))
    }

    fn cast(
        &mut self,
        value: &Expr,
        to: &Type,
        message: Option<&Expr>,
        span: Span,
        frame: &mut Frame,
    ) -> Step<Option<Value>> {
        let Some(v) = self.eval(value, frame)? else { return Ok(None) };
        self.budget.walk(&v, span)?;
        let Err(mismatch) = to.check(&v) else {
            return match token::in_value(to, &v) {
                None => Ok(Some(v)),
                Some((path, what)) => Err(no_token(&path, what, span)),
            };
        };
        let place = if mismatch.path.0.is_empty() { "this".into() } else { format!("`{}`", mismatch.path) };
        let why = format!("{place} {}", mismatch.what);
        match message {
            Some(m) => {
                let said = self.there(m, frame)?;
                let said = said.as_str().unwrap_or_default().to_owned();
                Err(Refusal::new("refused", span, said).through(value.span, why))
            }
            None => Err(Refusal::new("wrong-value", span, why)),
        }
    }

    fn binary(
        &mut self,
        op: BinaryOp,
        left: &Expr,
        right: &Expr,
        span: Span,
        frame: &mut Frame,
    ) -> Step<Option<Value>> {
        match op {
            BinaryOp::And => Ok(Some(Value::Bool(self.truth(left, frame)? && self.truth(right, frame)?))),
            BinaryOp::Or => Ok(Some(Value::Bool(self.truth(left, frame)? || self.truth(right, frame)?))),
            BinaryOp::Coalesce => match self.eval(left, frame)? {
                Some(v) => Ok(Some(v)),
                None => self.eval(right, frame),
            },
            BinaryOp::Eq | BinaryOp::Ne => {
                let (a, b) = (self.there(left, frame)?, self.there(right, frame)?);
                self.budget.walk(&a, span)?;
                self.budget.walk(&b, span)?;
                Ok(Some(Value::Bool((a == b) == (op == BinaryOp::Eq))))
            }
            _ => {
                let (a, b) = (self.there(left, frame)?, self.there(right, frame)?);
                arithmetic(op, &a, &b, span).map(Some)
            }
        }
    }

    fn call(&mut self, id: usize, args: &[Expr], span: Span, frame: &mut Frame) -> Step<Option<Value>> {
        let Some(function) = self.program.functions.get(id) else {
            return Err(Refusal::new("absent-value", span, "this function is not there"));
        };
        let mut values = Vec::with_capacity(args.len());
        for arg in args {
            values.push(self.there(arg, frame)?);
        }
        let result = match &*function.body {
            FunctionBody::Expr { value, slots } => {
                let mut inner: Frame = values.into_iter().map(Some).collect();
                inner.resize((*slots).max(inner.len()), None);
                self.budget.enter(span)?;
                let result = self.eval(value, &mut inner);
                self.budget.leave();
                return result.map_err(|r| r.through(span, format!("called here as `{}`", function.name)));
            }
            FunctionBody::Native(native) => {
                self.pay(&values, span)?;
                native
                    .call(&values)
                    .map_err(|why| Refusal::new("refused", span, format!("`{}`: {why}", function.name)))?
            }
            FunctionBody::Script { script, span: body } => {
                self.pay(&values, span)?;
                script.call(&values).map_err(|e| script_refusal(&e, *body, span, &function.name))?
            }
            FunctionBody::Error => {
                return Err(Refusal::new("absent-value", span, "this function holds a mistake"));
            }
        };
        self.budget.walk(&result, span)?;
        match function.result.ty.check(&result) {
            Ok(()) => match token::in_value(&function.result.ty, &result) {
                None => Ok(Some(result)),
                Some((path, what)) => Err(no_token(&path, what, span)),
            },
            Err(m) => {
                let message = format!(
                    "`{}` is declared to give `{}`, but its result {}",
                    function.name, function.result, m.what
                );
                Err(Refusal::new("wrong-result", span, message).through(function.span, "declared here"))
            }
        }
    }

    fn pay(&mut self, values: &[Value], span: Span) -> Step<()> {
        values.iter().try_for_each(|v| self.budget.walk(v, span))
    }

    fn builtin(
        &mut self,
        builtin: Builtin,
        args: &[Expr],
        e: &Expr,
        frame: &mut Frame,
    ) -> Step<Option<Value>> {
        let mut values = Vec::with_capacity(args.len());
        for arg in args {
            values.push(self.there(arg, frame)?);
        }
        if !matches!(builtin, Builtin::Keys | Builtin::Len) {
            self.pay(&values, e.span)?;
        }
        Ok(match (builtin, values.as_slice()) {
            (Builtin::Yaml, [v]) => Some(Value::str(yaml::write(v))),
            (Builtin::Json, [v]) => Some(Value::str(json::write_compact(v))),
            (Builtin::Merge, [a, b]) => {
                let merged = ops::merge(a, b);
                // A map has no order of its own, so it is sorted; a record keeps its author's.
                Some(if matches!(e.ty.ty, Type::Record(_)) { merged } else { ops::sorted(&merged) })
            }
            (Builtin::Keys, [Value::Map(m)]) => {
                Some(Value::list(m.keys().map(|k| Value::Str(Arc::clone(k))).collect()))
            }
            (Builtin::Len, [v]) => {
                let n = match v {
                    Value::Str(s) => s.chars().count(),
                    Value::List(l) => l.len(),
                    Value::Map(m) => m.len(),
                    _ => 0,
                };
                Some(Value::Int(i64::try_from(n).unwrap_or(i64::MAX)))
            }
            (Builtin::Contains, [Value::List(l), one]) => Some(Value::Bool(l.contains(one))),
            (Builtin::Contains, [Value::Str(s), Value::Str(part)]) => Some(Value::Bool(s.contains(&**part))),
            (Builtin::Distinct, [Value::List(l)]) => Some(Value::list(self.distinct(l, e.span)?)),
            _ => None,
        })
    }

    fn distinct(&mut self, list: &[Value], span: Span) -> Step<Vec<Value>> {
        let mut kept: Vec<Value> = Vec::new();
        for item in list {
            self.budget.bytes(kept.len(), span)?;
            if !kept.contains(item) {
                kept.push(item.clone());
            }
        }
        Ok(kept)
    }
}

/// A name that is a token: it would be public, and names are what is never looked at again.
fn no_token(path: &crate::value::path::Path, what: &str, span: Span) -> Box<Refusal> {
    let place = if path.0.is_empty() { "this name".into() } else { format!("`{path}`") };
    Refusal::new("no-secret", span, format!("{place} is or holds {what}")).help("choose another name")
}

fn script_refusal(e: &crate::script::ScriptError, body: Span, span: Span, name: &str) -> Box<Refusal> {
    match e.kind {
        ScriptErrorKind::Refused => {
            Refusal::new("refused", span, e.message.clone()).through(body, format!("refused by `{name}`"))
        }
        _ => {
            let at = e
                .offset
                .map_or(body, |o| Span::new(body.file, body.start as usize + o, body.start as usize + o + 1));
            let at = if at.end <= body.end { at } else { body };
            Refusal::new("script-failed", at, format!("the script of `{name}` fails: {}", e.message))
                .through(span, "called here")
        }
    }
}

fn lit_is(lit: &Lit, value: &Value) -> bool {
    match (lit, value) {
        (Lit::Str(a), Value::Str(b)) => a == b,
        (Lit::Int(a), Value::Int(b)) => a == b,
        (Lit::Bool(a), Value::Bool(b)) => a == b,
        _ => false,
    }
}

/// Puts a value at a path of keys; objects on the way are made.
pub(super) fn insert(map: &mut Map, path: &[Arc<str>], value: Value) {
    match path {
        [] => {}
        [key] => drop(map.insert(Arc::clone(key), value)),
        [key, rest @ ..] => {
            let inner = map.entry(Arc::clone(key)).or_insert_with(|| Value::map(Map::new()));
            if let Value::Map(inner) = inner {
                insert(Arc::make_mut(inner), rest, value);
            }
        }
    }
}

fn arithmetic(op: BinaryOp, left: &Value, right: &Value, span: Span) -> Step<Value> {
    match (left, right) {
        (Value::Int(a), Value::Int(b)) => integers(op, *a, *b, span),
        _ => match (float(left), float(right)) {
            (Some(a), Some(b)) => floats(op, a, b, span),
            _ => Err(Refusal::new("absent-value", span, "this is no number")),
        },
    }
}

fn integers(op: BinaryOp, a: i64, b: i64, span: Span) -> Step<Value> {
    let result = match op {
        BinaryOp::Lt => return Ok(Value::Bool(a < b)),
        BinaryOp::Le => return Ok(Value::Bool(a <= b)),
        BinaryOp::Gt => return Ok(Value::Bool(a > b)),
        BinaryOp::Ge => return Ok(Value::Bool(a >= b)),
        BinaryOp::Add => a.checked_add(b),
        BinaryOp::Sub => a.checked_sub(b),
        BinaryOp::Mul => a.checked_mul(b),
        BinaryOp::Div => a.checked_div(b),
        BinaryOp::Rem => a.checked_rem(b),
        _ => None,
    };
    result.map(Value::Int).ok_or_else(|| match b {
        0 => Refusal::new("arithmetic", span, format!("{a} cannot be divided by 0")),
        _ => Refusal::new("arithmetic", span, format!("{a} {} {b} is no integer of 64 bits", op.symbol())),
    })
}

fn floats(op: BinaryOp, a: f64, b: f64, span: Span) -> Step<Value> {
    let result = match op {
        BinaryOp::Lt => return Ok(Value::Bool(a < b)),
        BinaryOp::Le => return Ok(Value::Bool(a <= b)),
        BinaryOp::Gt => return Ok(Value::Bool(a > b)),
        BinaryOp::Ge => return Ok(Value::Bool(a >= b)),
        BinaryOp::Add => a + b,
        BinaryOp::Sub => a - b,
        BinaryOp::Mul => a * b,
        BinaryOp::Div => a / b,
        _ => a % b,
    };
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match result.is_finite() {
        // A whole number is an integer, wherever it came from: the two are one line of numbers.
        #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
        true if result.fract() == 0.0 && result.abs() < EXACT => Ok(Value::Int(result as i64)),
        true => Ok(Value::Float(result)),
        false => {
            Err(Refusal::new("arithmetic", span, format!("{a} {} {b} is no finite number", op.symbol())))
        }
    }
}

fn float(value: &Value) -> Option<f64> {
    match value {
        #[expect(clippy::cast_precision_loss, reason = "arithmetic with a float is in floats")]
        Value::Int(i) => Some(*i as f64),
        Value::Float(f) => Some(*f),
        _ => None,
    }
}
