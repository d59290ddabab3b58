//! Names as words over what is not known yet: enough to tell that two texts are the same for every request.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::check::program::{Entry, Expr, ExprKind, FunctionBody, Part, Program};
use crate::value::Value;

/// A value of which only some is known.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Symbol {
    /// A text: constants and unknown values in a row.
    Word(Vec<Piece>),
    /// An object; shared, for each let may hold the one before.
    Record(Arc<BTreeMap<Arc<str>, Symbol>>),
}

/// A piece of a text.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Piece {
    /// Known.
    Text(String),
    /// Unknown, but the same wherever this name stands.
    Atom(String),
}

/// What grows beyond this is not followed: a few lets can double a value many times over.
const LIMIT: usize = 4096;

impl Symbol {
    fn size(&self) -> usize {
        match self {
            Symbol::Word(pieces) => pieces.len(),
            Symbol::Record(fields) => 1 + fields.values().map(Symbol::size).sum::<usize>(),
        }
    }

    /// An unknown value.
    pub(super) fn atom(name: impl Into<String>) -> Self {
        Symbol::Word(vec![Piece::Atom(name.into())])
    }

    fn text(text: &str) -> Self {
        Symbol::Word(vec![Piece::Text(text.to_owned())])
    }
}

/// What is known where an expression stands.
pub(super) struct Env<'a> {
    /// The program.
    pub(super) program: &'a Program,
    /// What each slot holds.
    pub(super) slots: BTreeMap<usize, Symbol>,
    /// A name for this evaluation, so that unknown values of two evaluations differ.
    pub(super) instance: String,
}

impl Env<'_> {
    /// The symbol of an expression; what cannot be followed is an atom of its place.
    pub(super) fn symbol(&self, e: &Expr) -> Symbol {
        self.follow(e, 0)
            .unwrap_or_else(|| Symbol::atom(format!("{}:{}..{}", self.instance, e.span.start, e.span.end)))
    }

    fn follow(&self, e: &Expr, depth: usize) -> Option<Symbol> {
        if depth > 64 {
            return None;
        }
        match &e.kind {
            ExprKind::Const(Value::Str(s)) => Some(Symbol::text(s)),
            ExprKind::Const(Value::Int(i)) => Some(Symbol::text(&i.to_string())),
            ExprKind::Const(Value::Bool(b)) => Some(Symbol::text(&b.to_string())),
            ExprKind::Slot(slot) => Some(
                self.slots
                    .get(slot)
                    .cloned()
                    .unwrap_or_else(|| Symbol::atom(format!("{}#{slot}", self.instance))),
            ),
            ExprKind::Global(id) => {
                let global = self.program.globals.get(*id)?;
                let env =
                    Env { program: self.program, slots: BTreeMap::new(), instance: format!("global{id}") };
                Some(
                    env.follow(&global.value, depth + 1)
                        .unwrap_or_else(|| Symbol::atom(format!("global{id}"))),
                )
            }
            ExprKind::Field { base, name } => match self.follow(base, depth + 1)? {
                Symbol::Record(fields) => fields.get(name).cloned(),
                Symbol::Word(pieces) => match pieces.as_slice() {
                    [Piece::Atom(path)] => Some(Symbol::atom(format!("{path}.{name}"))),
                    _ => None,
                },
            },
            ExprKind::Text(parts) => self.word(parts, depth),
            ExprKind::Cast { value, .. } => self.follow(value, depth + 1),
            ExprKind::Object(entries) => self.record(entries, depth),
            ExprKind::Call { function, args } => match &*self.program.functions.get(*function)?.body {
                FunctionBody::Expr { value, .. } => {
                    let args = args.iter().map(|a| self.symbol(a)).enumerate().collect();
                    let instance = format!("{}:call{}", self.instance, e.span.start);
                    Env { program: self.program, slots: args, instance }.follow(value, depth + 1)
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn word(&self, parts: &[Part], depth: usize) -> Option<Symbol> {
        let mut word: Vec<Piece> = Vec::new();
        for part in parts {
            let pieces = match part {
                Part::Str(s) => vec![Piece::Text(s.to_string())],
                Part::Expr(e) => match self.follow(e, depth + 1).unwrap_or_else(|| self.symbol(e)) {
                    Symbol::Word(pieces) => pieces,
                    Symbol::Record(_) => return None,
                },
            };
            for piece in pieces {
                match (word.last_mut(), piece) {
                    (Some(Piece::Text(head)), Piece::Text(tail)) => head.push_str(&tail),
                    (_, piece) => word.push(piece),
                }
            }
        }
        let long = word.iter().any(|p| matches!(p, Piece::Text(t) if t.len() > LIMIT));
        (word.len() <= 64 && !long).then_some(Symbol::Word(word))
    }

    fn record(&self, entries: &[Entry], depth: usize) -> Option<Symbol> {
        let mut fields = BTreeMap::new();
        let mut size = 0;
        for entry in entries {
            let Entry::Field { path, value, .. } = entry else { continue };
            let [key] = path.as_slice() else { return None };
            let value = self.follow(value, depth + 1).unwrap_or_else(|| self.symbol(value));
            size += value.size();
            if size > LIMIT {
                return None;
            }
            fields.insert(Arc::clone(key), value);
        }
        Some(Symbol::Record(Arc::new(fields)))
    }
}

/// An expression as a text that is equal for expressions of one promise that are the same.
pub(super) fn shape(e: &Expr) -> String {
    let program = Program::default();
    let env = Env { program: &program, slots: BTreeMap::new(), instance: String::new() };
    format!("{:?}", env.symbol(e))
}
