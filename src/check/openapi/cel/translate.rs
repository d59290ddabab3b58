//! An expression in CEL: its value, and whether it is there.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Around;
use super::code::{Bind, Code};
use super::literal::constant;
use super::name::{escape, quote};
use crate::check::program::{Arm, Expr, ExprKind, SELF, SPEC};
use crate::check::types::{Lit, Type};
use crate::source::Span;
use crate::value::Value;

/// Expressions that one rule may be made of: lets and functions are written out where they are used.
const MOST: usize = 500;

/// Bytes of a rule. What is said twice in vow, as the subject of a match, is written out each time.
const MOST_BYTES: usize = 16 << 10;

/// Why there is no rule.
pub(super) enum Stop {
    /// A mistake that was reported.
    Reported,
    /// What stands there cannot be said.
    At(Span, String),
}

impl Stop {
    pub(super) fn at(span: Span, what: impl Into<String>) -> Stop {
        Stop::At(span, what.into())
    }
}

/// An expression in CEL.
pub(super) struct Term {
    /// What holds if the value is there; `None` if it always is.
    pub(super) there: Option<Code>,
    /// The value, if it is there.
    pub(super) value: Code,
    /// Whether it can fail: CEL forgets a failure beside `||` and `&&` if the other side decides, and vow does not.
    pub(super) fails: bool,
}

impl Term {
    pub(super) fn always(value: Code) -> Term {
        Term { there: None, value, fails: false }
    }

    /// Whether it is there, as a value.
    pub(super) fn presence(self) -> Term {
        let value = self.there.unwrap_or_else(|| Code::primary("true"));
        Term { there: None, value, fails: self.fails }
    }
}

/// What slots stand for.
pub(super) enum Names<'n> {
    /// The lets of a promise.
    Promise(&'n BTreeMap<usize, &'n Expr>),
    /// The parameters of a function.
    Call { args: &'n [Expr], around: &'n Names<'n> },
    /// Nothing, at the top of a module.
    Nothing,
}

/// Translates the expressions of one rule.
pub(super) struct Translator<'a> {
    pub(super) around: Around<'a>,
    whole: bool,
    /// Whether `self.metadata.name` was named.
    pub(super) uses_name: bool,
    /// Whether anything of `spec` was named.
    pub(super) uses_spec: bool,
    left: usize,
}

impl<'a> Translator<'a> {
    /// For a rule at the root if `whole`, else at `spec`.
    pub(super) fn new(around: Around<'a>, whole: bool) -> Self {
        Translator { around, whole, uses_name: false, uses_spec: false, left: MOST }
    }

    pub(super) fn term(&mut self, e: &Expr, names: &Names<'_>) -> Result<Term, Stop> {
        self.pay(1, e.span)?;
        let mut term = self.form(e, names)?;
        // What was asked before need not be asked again.
        term.there = term.there.filter(|_| e.ty.optional);
        let there = term.there.as_ref().map_or(0, |there| there.text.len());
        match term.value.text.len() + there > MOST_BYTES {
            true => Err(too_large(e.span)),
            false => Ok(term),
        }
    }

    fn pay(&mut self, parts: usize, span: Span) -> Result<(), Stop> {
        self.left = self.left.checked_sub(parts).ok_or_else(|| too_large(span))?;
        Ok(())
    }

    fn form(&mut self, e: &Expr, names: &Names<'_>) -> Result<Term, Stop> {
        match &e.kind {
            ExprKind::Error => Err(Stop::Reported),
            ExprKind::Const(value) => constant(value, e.span).map(Term::always),
            ExprKind::Slot(slot) => self.slot(*slot, e.span, names),
            ExprKind::Global(id) => match self.around.globals.get(*id) {
                Some(global) => self.term(&global.value, &Names::Nothing),
                None => Err(Stop::Reported),
            },
            ExprKind::Field { base, name } => self.field(base, name, e.span, names),
            ExprKind::Index { base, index } => self.index(base, index, e.span, names),
            ExprKind::Present(inner) => self.term(inner, names).map(Term::presence),
            ExprKind::Not(inner) => {
                let inner = self.term(inner, names)?;
                Ok(Term { there: None, value: inner.value.not(), fails: inner.fails })
            }
            ExprKind::Binary { op, left, right } => self.binary(*op, left, right, e.span, names),
            ExprKind::If { condition, then, otherwise } => {
                self.choice(condition, then, otherwise.as_deref(), names)
            }
            ExprKind::Match { subject, arms } => self.arms(subject, arms, names),
            ExprKind::List(items) => self.list(items, e.span, names),
            ExprKind::Text(parts) => self.text(parts, names),
            ExprKind::Call { function, args } => self.call(*function, args, e.span, names),
            ExprKind::Builtin { builtin, args } => self.builtin(*builtin, args, e.span, names),
            ExprKind::Object(_) => Err(Stop::at(e.span, "an object")),
            ExprKind::Cast { .. } => Err(Stop::at(e.span, "a cast")),
        }
    }

    fn slot(&mut self, slot: usize, span: Span, names: &Names<'_>) -> Result<Term, Stop> {
        match names {
            Names::Call { args, around } => match args.get(slot) {
                Some(arg) => self.term(arg, around),
                None => Err(Stop::at(span, "this value")),
            },
            Names::Promise(lets) => match (slot, lets.get(&slot)) {
                (SPEC, _) => Ok(Term::always(self.spec())),
                (SELF, _) => Err(Stop::at(span, "the request as a whole")),
                (_, Some(value)) => self.term(value, names),
                (_, None) => Err(Stop::at(span, "a value that is made while rendering")),
            },
            Names::Nothing => Err(Stop::at(span, "this value")),
        }
    }

    fn spec(&mut self) -> Code {
        self.uses_spec = true;
        Code::primary(if self.whole { "self.spec" } else { "self" })
    }

    fn field(&mut self, base: &Expr, name: &Arc<str>, span: Span, names: &Names<'_>) -> Result<Term, Stop> {
        if let Some(path) = of_request(base, names) {
            return match (path, &**name) {
                ([], "spec") => Ok(Term::always(self.spec())),
                (["metadata"], "name") => {
                    self.uses_name = true;
                    Ok(Term::always(Code::primary("self.metadata.name")))
                }
                (["metadata"], other) => Err(Stop::at(span, format!("`self.metadata.{other}`"))),
                _ => Err(Stop::at(span, "the metadata as a whole")),
            };
        }
        let Type::Record(record) = &base.ty.ty else { return Err(Stop::at(span, "a free-form value")) };
        let optional = record.fields.get(name).is_none_or(|field| field.optional);
        let of = self.term(base, names)?;
        let Some(escaped) = escape(name) else {
            return Err(Stop::at(span, format!("a field with the name `{name}`")));
        };
        let value = of.value.then(&format!(".{escaped}"));
        let has = optional.then(|| Code::primary(format!("has({})", value.text)));
        Ok(Term { there: both(of.there, has), value, fails: of.fails })
    }

    fn index(&mut self, base: &Expr, index: &Expr, span: Span, names: &Names<'_>) -> Result<Term, Stop> {
        let of = self.term(base, names)?;
        let key = self.term(index, names)?;
        let found = match (&base.ty.ty, &index.kind) {
            (Type::Map(_), _) => key.value.clone().join("in", of.value.clone(), Bind::Relation),
            (Type::List(_), ExprKind::Const(Value::Int(0..))) => {
                let size = Code::primary(format!("size({})", of.value.text));
                size.join(">", key.value.clone(), Bind::Relation)
            }
            (Type::List(_), _) => return Err(Stop::at(index.span, "a position that is computed")),
            _ => return Err(Stop::at(span, "a free-form value")),
        };
        let value = of.value.then(&format!("[{}]", key.value.text));
        Ok(Term { there: both(of.there, Some(found)), value, fails: of.fails || key.fails })
    }

    fn choice(
        &mut self,
        condition: &Expr,
        then: &Expr,
        otherwise: Option<&Expr>,
        names: &Names<'_>,
    ) -> Result<Term, Stop> {
        let condition = self.term(condition, names)?;
        let then = self.term(then, names)?;
        let Some(otherwise) = otherwise else {
            let there = both(Some(condition.value), then.there);
            return Ok(Term { there, value: then.value, fails: condition.fails || then.fails });
        };
        let otherwise = self.term(otherwise, names)?;
        let yes = |there: Option<Code>| there.unwrap_or_else(|| Code::primary("true"));
        let fails = condition.fails || then.fails || otherwise.fails;
        let there = match (then.there, otherwise.there) {
            (None, None) => None,
            (a, b) => Some(condition.value.clone().choose(yes(a), yes(b))),
        };
        Ok(Term { there, value: condition.value.choose(then.value, otherwise.value), fails })
    }

    fn arms(&mut self, subject: &Expr, arms: &[Arm], names: &Names<'_>) -> Result<Term, Stop> {
        let of = self.term(subject, names)?;
        let mut fails = of.fails;
        let mut whole: Option<Code> = None;
        // A match covers every value, so the last arm needs no question.
        for arm in arms.iter().rev() {
            self.pay(arm.patterns.len(), arm.value.span)?;
            let value = self.term(&arm.value, names)?;
            if value.there.is_some() {
                return Err(Stop::at(arm.value.span, "an arm that may be absent"));
            }
            fails |= value.fails;
            whole = Some(match whole {
                None => value.value,
                Some(rest) => is_one_of(&of.value, &arm.patterns).choose(value.value, rest),
            });
        }
        let value = whole.ok_or_else(|| Stop::at(subject.span, "a match without arms"))?;
        Ok(Term { there: of.there, value, fails })
    }
}

fn too_large(span: Span) -> Stop {
    Stop::at(span, "a condition as large as this")
}

/// The path from the request that an expression is, if it is no more than one step.
fn of_request(e: &Expr, names: &Names<'_>) -> Option<&'static [&'static str]> {
    match (&e.kind, names) {
        (ExprKind::Slot(SELF), Names::Promise(_)) => Some(&[]),
        (ExprKind::Field { base, name }, _) if &**name == "metadata" => {
            of_request(base, names).filter(|path| path.is_empty()).map(|_| ["metadata"].as_slice())
        }
        _ => None,
    }
}

fn both(a: Option<Code>, b: Option<Code>) -> Option<Code> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.and(b)),
        (a, b) => a.or(b),
    }
}

fn is_one_of(subject: &Code, patterns: &[Lit]) -> Code {
    let is = |lit: &Lit| {
        let lit = match lit {
            Lit::Str(text) => quote(text),
            Lit::Int(i) => i.to_string(),
            Lit::Bool(b) => b.to_string(),
        };
        subject.clone().join("==", Code::primary(lit), Bind::Relation)
    };
    let any = patterns.iter().map(is).reduce(|a, b| a.join("||", b, Bind::Or));
    any.unwrap_or_else(|| Code::primary("true"))
}
