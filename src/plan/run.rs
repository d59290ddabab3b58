//! Emission: the operations of a template, with the slots of a request.

use std::borrow::Cow;
use std::fmt::Write;

use super::op::{Branch, Op, Tree, Under};
use super::residue::{Cond, Load, Piece};
use crate::check::types::Lit;
use crate::value::{Map, Value, ops, yaml};

/// The slots of a request; what is absent is `None`.
pub(super) type Slots = [Option<Value>];

/// Something is not as the types say, or is not foreseen: the evaluator decides.
#[derive(Debug)]
pub(super) struct Bail;

/// The result of an operation.
pub(super) type Run = Result<(), Bail>;

/// What is written, and the slots that it is written from.
pub(super) struct Emit<'a> {
    pub(super) out: &'a mut String,
    pub(super) slots: &'a Slots,
    /// Whether `- ` has begun the line that comes next.
    begun: bool,
}

impl<'a> Emit<'a> {
    pub(super) fn new(out: &'a mut String, slots: &'a Slots) -> Self {
        Emit { out, slots, begun: false }
    }

    pub(super) fn all(&mut self, ops: &[Op]) -> Run {
        ops.iter().try_for_each(|op| self.op(op))
    }

    fn op(&mut self, op: &Op) -> Run {
        match op {
            Op::Bytes(bytes) => self.out.push_str(bytes),
            Op::Begin { indent } => self.begin(*indent),
            Op::Dash { indent } => {
                self.begin(*indent);
                self.out.push_str("- ");
                self.begun = true;
            }
            Op::Closed { empty } => {
                if std::mem::take(&mut self.begun) {
                    self.out.push_str(empty);
                }
            }
            Op::Entry { key, load, indent, otherwise } => match get(self.slots, load) {
                Some(value) => {
                    self.begin(*indent);
                    self.out.push_str(key);
                    self.value(value, load.sorted, *indent);
                }
                None => return self.absent(load, otherwise),
            },
            Op::Item { load, indent, otherwise } => match get(self.slots, load) {
                Some(value) => {
                    let value = in_order(value, load.sorted);
                    match std::mem::take(&mut self.begun) {
                        true => self.begun_item(&value, *indent),
                        false => yaml::write_item(self.out, &value, *indent),
                    }
                }
                None => return self.absent(load, otherwise),
            },
            Op::Whole { load, indent, otherwise } => match get(self.slots, load) {
                Some(value) => yaml::write_at(self.out, &in_order(value, load.sorted), *indent),
                None => return self.absent(load, otherwise),
            },
            Op::Text { pieces, quoted, indent } => return self.text(pieces, *quoted, *indent),
            Op::Entries { load, indent, without } => match get(self.slots, load) {
                Some(Value::Map(map)) => {
                    for (key, value) in map.iter().filter(|(k, _)| without.iter().all(|w| **w != ***k)) {
                        yaml::write_entry(self.out, key, &in_order(value, load.sorted), *indent);
                    }
                }
                Some(_) => return Err(Bail),
                None => return self.absent(load, &[]),
            },
            Op::If { cond, then, otherwise } => match holds(self.slots, cond)? {
                true => return self.all(then),
                false => return self.all(otherwise),
            },
            Op::Section { key, indent, body, empty } => return self.section(key, *indent, body, *empty),
            Op::Lines { body, indent, empty } => {
                let before = self.out.len();
                self.all(body)?;
                if self.out.len() == before {
                    pad(self.out, *indent);
                    self.out.push_str(empty);
                }
            }
            Op::Merge { tree, load, indent, sorted } => return self.merge(tree, load, *indent, *sorted),
        }
        Ok(())
    }

    fn begin(&mut self, indent: usize) {
        if !std::mem::take(&mut self.begun) {
            pad(self.out, indent);
        }
    }

    /// Writes an item on the line that `- ` has begun.
    fn begun_item(&mut self, value: &Value, indent: usize) {
        let mut line = String::new();
        yaml::write_item(&mut line, value, indent);
        self.out.push_str(line.get(indent..).unwrap_or_default());
    }

    fn absent(&mut self, load: &Load, otherwise: &[Op]) -> Run {
        match load.always {
            true => Err(Bail),
            false => self.all(otherwise),
        }
    }

    /// A value behind its key.
    fn value(&mut self, value: &Value, sorted: bool, indent: usize) {
        match value {
            Value::Str(text) => {
                self.out.push(' ');
                yaml::write_text(self.out, text, indent);
            }
            Value::Map(_) | Value::List(_) if sorted => {
                yaml::write_value(self.out, &in_order(value, true), indent);
            }
            _ => yaml::write_value(self.out, value, indent),
        }
    }

    fn text(&mut self, pieces: &[Piece], quoted: bool, indent: usize) -> Run {
        if quoted {
            self.out.push('"');
            for piece in pieces {
                match piece {
                    Piece::Str(s) => yaml::write_escaped(self.out, s),
                    Piece::Load(load) => scalar(self.slots, load, |s| yaml::write_escaped(self.out, s))?,
                }
            }
            self.out.push_str("\"\n");
            return Ok(());
        }
        let text = joined(self.slots, pieces)?;
        yaml::write_text(self.out, &text, indent);
        Ok(())
    }

    fn section(&mut self, key: &str, indent: usize, body: &[Op], empty: Option<&str>) -> Run {
        let (start, begun) = (self.out.len(), self.begun);
        self.begin(indent);
        self.out.push_str(key);
        let after_key = self.out.len();
        self.out.push('\n');
        let before = self.out.len();
        self.all(body)?;
        if self.out.len() == before {
            match empty {
                Some(empty) => {
                    self.out.truncate(after_key);
                    self.out.push_str(empty);
                }
                None => {
                    self.out.truncate(start);
                    self.begun = begun;
                }
            }
        }
        Ok(())
    }

    /// A known object with another over it. Both have their keys in the order of the result, or the known one has.
    fn merge(&mut self, tree: &Tree, load: &Load, indent: usize, sorted: bool) -> Run {
        match get(self.slots, load) {
            Some(Value::Map(over)) if !over.is_empty() => self.merged(tree, over, indent, sorted),
            Some(Value::Map(_)) | None => tree.entries.iter().try_for_each(|b| self.all(&b.lines)),
            Some(_) => Err(Bail),
        }
    }

    fn merged(&mut self, tree: &Tree, over: &Map, indent: usize, sorted: bool) -> Run {
        let mut new: Vec<(&str, &Value)> = over.iter().map(|(k, v)| (&**k, v)).collect();
        if sorted {
            new.sort_unstable_by(|a, b| a.0.cmp(b.0));
        }
        let mut here: Vec<&Branch> = Vec::with_capacity(tree.entries.len());
        for branch in &tree.entries {
            if holds(self.slots, &branch.present)? {
                here.push(branch);
            }
        }
        let known = |key: &str| here.iter().any(|b| *b.name == *key);
        let mut new: Vec<(&str, &Value)> = new.into_iter().filter(|(key, _)| !known(key)).collect();
        new.reverse();
        for branch in &here {
            while let Some((key, value)) = new.pop_if(|(key, _)| sorted && **key < *branch.name) {
                yaml::write_entry(self.out, key, &in_order(value, sorted), indent);
            }
            match over.get(&branch.name) {
                None => self.all(&branch.lines)?,
                Some(value) => self.over(branch, value, indent, sorted)?,
            }
        }
        while let Some((key, value)) = new.pop() {
            yaml::write_entry(self.out, key, &in_order(value, sorted), indent);
        }
        Ok(())
    }

    /// A value over one that is there.
    fn over(&mut self, branch: &Branch, value: &Value, indent: usize, sorted: bool) -> Run {
        match (&branch.under, value) {
            (Under::Tree(_), Value::Map(over)) if over.is_empty() => self.all(&branch.lines),
            (Under::Tree(tree), Value::Map(over)) => {
                pad(self.out, indent);
                self.out.push_str(&branch.key);
                self.out.push('\n');
                self.merged(tree, over, indent + 2, sorted)
            }
            (Under::Unknown, Value::Map(_)) => Err(Bail),
            _ => {
                pad(self.out, indent);
                self.out.push_str(&branch.key);
                self.value(value, sorted, indent);
                Ok(())
            }
        }
    }
}

/// The text of pieces.
fn joined(slots: &Slots, pieces: &[Piece]) -> Result<String, Bail> {
    let mut text = String::with_capacity(64);
    for piece in pieces {
        match piece {
            Piece::Str(s) => text.push_str(s),
            Piece::Load(load) => scalar(slots, load, |s| text.push_str(s))?,
        }
    }
    Ok(text)
}

/// Does `work` with a scalar as it stands in a text.
fn scalar(slots: &Slots, load: &Load, work: impl FnOnce(&str)) -> Run {
    match get(slots, load).ok_or(Bail)? {
        Value::Str(s) => work(s),
        Value::Int(i) => work(itoa::Buffer::new().format(*i)),
        Value::Bool(b) => work(if *b { "true" } else { "false" }),
        _ => return Err(Bail),
    }
    Ok(())
}

/// A part of a slot.
pub(super) fn get<'s>(slots: &'s Slots, load: &Load) -> Option<&'s Value> {
    let whole = slots.get(load.slot)?.as_ref()?;
    load.path.iter().try_fold(whole, |v, key| v.get(key))
}

/// Whether a condition holds.
pub(super) fn holds(slots: &Slots, cond: &Cond) -> Result<bool, Bail> {
    Ok(match cond {
        Cond::Always => true,
        Cond::Never => false,
        Cond::Present(load) => get(slots, load).is_some(),
        Cond::Truth(load) => get(slots, load) == Some(&Value::Bool(true)),
        Cond::Is(load, lits) => {
            let value = get(slots, load).ok_or(Bail)?;
            lits.iter().any(|l| is(l, value))
        }
        Cond::Not(c) => !holds(slots, c)?,
        Cond::All(all) => {
            for c in all {
                if !holds(slots, c)? {
                    return Ok(false);
                }
            }
            true
        }
        Cond::Any(any) => {
            for c in any {
                if holds(slots, c)? {
                    return Ok(true);
                }
            }
            false
        }
    })
}

fn is(lit: &Lit, value: &Value) -> bool {
    match (lit, value) {
        (Lit::Str(a), Value::Str(b)) => a == b,
        (Lit::Int(a), Value::Int(b)) => a == b,
        (Lit::Bool(a), Value::Bool(b)) => a == b,
        _ => false,
    }
}

/// The value with sorted keys, if it is wanted and they are not.
fn in_order(value: &Value, sorted: bool) -> Cow<'_, Value> {
    match !sorted || is_sorted(value) {
        true => Cow::Borrowed(value),
        false => Cow::Owned(ops::sorted(value)),
    }
}

fn is_sorted(value: &Value) -> bool {
    match value {
        Value::Map(map) => map.keys().is_sorted() && map.values().all(is_sorted),
        Value::List(items) => items.iter().all(is_sorted),
        _ => true,
    }
}

fn pad(out: &mut String, columns: usize) {
    const SPACES: &str = "                                                                ";
    match SPACES.get(..columns) {
        Some(spaces) => out.push_str(spaces),
        None => drop(write!(out, "{:columns$}", "")),
    }
}
