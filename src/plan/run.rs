//! Emission: the operations of a template, with the slots of a request.

use std::borrow::Cow;
use std::fmt::Write;
use std::sync::Arc;

use super::each::Put;
use super::op::{Branch, Key, Op, Tree, Under};
use super::residue::{Cond, Load, Piece};
use super::slots::Slots;
use super::text;
use crate::check::types::Lit;
use crate::value::{Map, Value, ops, yaml};

/// Something is not as the types say, or is not foreseen: the evaluator decides.
#[derive(Debug)]
pub(super) struct Bail;

/// The result of an operation.
pub(super) type Run = Result<(), Bail>;

/// What is written.
pub(super) struct Emit<'a> {
    pub(super) out: &'a mut String,
    /// How long it may become.
    pub(super) most: usize,
    /// Whether `- ` has begun the line that comes next.
    begun: bool,
    /// The pairs so far of the map that is written.
    pub(super) pairs: Vec<Put>,
    /// The key of the pair that is written.
    pub(super) key: Arc<str>,
}

impl<'a> Emit<'a> {
    pub(super) fn new(out: &'a mut String, most: usize) -> Self {
        Emit { out, most, begun: false, pairs: vec![], key: Arc::default() }
    }

    pub(super) fn all(&mut self, ops: &[Op], slots: Slots<'_>) -> Run {
        ops.iter().try_for_each(|op| self.op(op, slots))
    }

    fn op(&mut self, op: &Op, slots: Slots<'_>) -> Run {
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
            Op::Entry { key, load, indent, otherwise } => match slots.get(load) {
                Some(value) => {
                    self.begin(*indent);
                    self.key(key, *indent);
                    self.value(value, load.sorted, *indent);
                }
                None => return self.absent(load, otherwise, slots),
            },
            Op::Item { load, indent, otherwise } => match slots.get(load) {
                Some(value) => {
                    let value = in_order(value, load.sorted);
                    match std::mem::take(&mut self.begun) {
                        true => self.begun_item(&value, *indent),
                        false => yaml::write_item(self.out, &value, *indent),
                    }
                }
                None => return self.absent(load, otherwise, slots),
            },
            Op::Whole { load, indent, otherwise } => match slots.get(load) {
                Some(value) => yaml::write_at(self.out, &in_order(value, load.sorted), *indent),
                None => return self.absent(load, otherwise, slots),
            },
            Op::Text { pieces, quoted, indent } => return self.text(pieces, *quoted, *indent, slots),
            Op::Entries { load, indent, without } => match slots.get(load) {
                Some(Value::Map(map)) => {
                    for (key, value) in map.iter().filter(|(k, _)| without.iter().all(|w| **w != ***k)) {
                        yaml::write_entry(self.out, key, &in_order(value, load.sorted), *indent);
                    }
                }
                Some(_) => return Err(Bail),
                None => return self.absent(load, &[], slots),
            },
            Op::If { cond, then, otherwise } => match holds(slots, cond)? {
                true => return self.all(then, slots),
                false => return self.all(otherwise, slots),
            },
            Op::Section { key, indent, body, empty } => {
                return self.section(key, *indent, body, *empty, slots);
            }
            Op::Lines { body, indent, empty } => {
                let before = self.out.len();
                self.all(body, slots)?;
                if self.out.len() == before {
                    pad(self.out, *indent);
                    self.out.push_str(empty);
                }
            }
            Op::Merge { tree, load, indent, sorted } => {
                return self.merge(tree, load, (*indent, *sorted), slots);
            }
            Op::Each { walk, body } => return self.each(walk, body, slots),
            Op::Sorted { pairs, without } => return self.sorted(pairs, without, slots),
            Op::Pair { key, lines } => return self.pair(key, lines, slots),
            Op::KeyOfPair { indent } => self.key(&Key::OfPair, *indent),
            Op::Joined { lines, indent } => return self.joined(lines, *indent, slots),
        }
        Ok(())
    }

    fn key(&mut self, key: &Key, indent: usize) {
        match key {
            Key::Ready(key) => self.out.push_str(key),
            Key::OfPair => yaml::write_key(self.out, &self.key, indent),
        }
    }

    /// Lines, the first of them on the line that `- ` has begun.
    fn joined(&mut self, lines: &[Op], indent: usize, slots: Slots<'_>) -> Run {
        let (start, begun) = (self.out.len(), std::mem::take(&mut self.begun));
        self.all(lines, slots)?;
        if self.out.len() == start {
            self.begun = begun;
        } else if begun {
            self.out.replace_range(start..start + indent, "");
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

    fn absent(&mut self, load: &Load, otherwise: &[Op], slots: Slots<'_>) -> Run {
        match load.always {
            true => Err(Bail),
            false => self.all(otherwise, slots),
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

    fn text(&mut self, pieces: &[Piece], quoted: bool, indent: usize, slots: Slots<'_>) -> Run {
        if quoted {
            self.out.push('"');
            text::write(slots, pieces, &mut |s| yaml::write_escaped(self.out, s))?;
            self.out.push_str("\"\n");
            return Ok(());
        }
        yaml::write_text(self.out, &text::joined(slots, pieces)?, indent);
        Ok(())
    }

    fn section(
        &mut self,
        key: &Key,
        indent: usize,
        body: &[Op],
        empty: Option<&str>,
        slots: Slots<'_>,
    ) -> Run {
        let (start, begun) = (self.out.len(), self.begun);
        self.begin(indent);
        self.key(key, indent);
        let after_key = self.out.len();
        self.out.push('\n');
        let before = self.out.len();
        self.all(body, slots)?;
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
    fn merge(&mut self, tree: &Tree, load: &Load, how: (usize, bool), slots: Slots<'_>) -> Run {
        match slots.get(load) {
            Some(Value::Map(over)) if !over.is_empty() => self.merged(tree, over, how, slots),
            Some(Value::Map(_)) | None => tree.entries.iter().try_for_each(|b| self.all(&b.lines, slots)),
            Some(_) => Err(Bail),
        }
    }

    /// `how`: at which column, and whether its keys are sorted.
    fn merged(&mut self, tree: &Tree, over: &Map, how: (usize, bool), slots: Slots<'_>) -> Run {
        let (indent, sorted) = how;
        let mut new: Vec<(&str, &Value)> = over.iter().map(|(k, v)| (&**k, v)).collect();
        if sorted {
            new.sort_unstable_by(|a, b| a.0.cmp(b.0));
        }
        let mut here: Vec<&Branch> = Vec::with_capacity(tree.entries.len());
        for branch in &tree.entries {
            if holds(slots, &branch.present)? {
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
                None => self.all(&branch.lines, slots)?,
                Some(value) => self.over(branch, value, how, slots)?,
            }
        }
        while let Some((key, value)) = new.pop() {
            yaml::write_entry(self.out, key, &in_order(value, sorted), indent);
        }
        Ok(())
    }

    /// A value over one that is there.
    fn over(&mut self, branch: &Branch, value: &Value, how: (usize, bool), slots: Slots<'_>) -> Run {
        let (indent, sorted) = how;
        match (&branch.under, value) {
            (Under::Tree(_), Value::Map(over)) if over.is_empty() => self.all(&branch.lines, slots),
            (Under::Tree(tree), Value::Map(over)) => {
                pad(self.out, indent);
                self.out.push_str(&branch.key);
                self.out.push('\n');
                self.merged(tree, over, (indent + 2, sorted), slots)
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

/// Whether a condition holds.
pub(super) fn holds(slots: Slots<'_>, cond: &Cond) -> Result<bool, Bail> {
    Ok(match cond {
        Cond::Always => true,
        Cond::Never => false,
        Cond::Present(load) => slots.get(load).is_some(),
        Cond::Truth(load) => slots.get(load) == Some(&Value::Bool(true)),
        Cond::Is(load, lits) => {
            let value = slots.get(load).ok_or(Bail)?;
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
