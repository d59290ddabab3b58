//! Expressions: what is known of the value of each, and that it is of its type.

use std::sync::Arc;

use super::{Frame, Holds, Interpreter};
use crate::check::program::{Arm, BinaryOp, Entry, Expr, ExprKind, Part};
use crate::check::types::{Class, Str, Type, token};
use crate::known::text::{self, Atom, Piece};
use crate::known::{Hole, Known, Maybe, Object, types};
use crate::value::{Value, ops};

impl Interpreter<'_> {
    /// What is known of an expression, in the light of its type.
    pub(in crate::known) fn eval(&mut self, e: &Expr, frame: &mut Frame) -> Maybe {
        let Some(left) = self.steps.checked_sub(1) else {
            return Maybe { known: Known::Free(super::too_much()), absent: true };
        };
        self.steps = left;
        let Maybe { known, absent } = self.form(e, frame);
        let known = match &e.ty.ty {
            ty @ (Type::Str(_) | Type::Int(_) | Type::Literals(_) | Type::Bool) => known.fitted(ty),
            _ => known,
        };
        Maybe { known, absent: absent && e.ty.optional }
    }

    /// What is known of an expression that is there.
    pub(in crate::known) fn there(&mut self, e: &Expr, frame: &mut Frame) -> Known {
        self.eval(e, frame).known
    }

    pub(super) fn truth(&mut self, e: &Expr, frame: &mut Frame) -> Holds {
        match self.there(e, frame) {
            Known::Is(Value::Bool(true)) => Holds::Yes,
            Known::Is(Value::Bool(false)) => Holds::No,
            _ => Holds::Perhaps,
        }
    }

    fn form(&mut self, e: &Expr, frame: &mut Frame) -> Maybe {
        match &e.kind {
            ExprKind::Error => Maybe::there(self.unknown(e)).or_absent(),
            ExprKind::Const(value) => Maybe::there(Known::Is(value.clone())),
            ExprKind::Slot(slot) => frame.get(*slot).cloned().unwrap_or_else(Maybe::absent),
            ExprKind::Global(id) => {
                let known = self.globals.get(*id).cloned();
                Maybe { known: known.unwrap_or(Known::Never), absent: e.ty.optional }
            }
            ExprKind::Field { base, name } => {
                let base = self.eval(base, frame);
                let field = base.known.get(name);
                Maybe { absent: field.absent || base.absent, ..field }
            }
            ExprKind::Index { base, index } => self.index(base, index, frame),
            ExprKind::Call { function, args } => Maybe::there(self.call(*function, args, frame)),
            ExprKind::Builtin { builtin, args } => Maybe::there(self.builtin(*builtin, args, e, frame)),
            ExprKind::Present(inner) => {
                let inner = self.eval(inner, frame);
                Maybe::there(match (inner.is_absent(), inner.absent) {
                    (true, _) => Known::Is(Value::Bool(false)),
                    (false, false) => Known::Is(Value::Bool(true)),
                    (false, true) => self.unknown(e),
                })
            }
            ExprKind::Not(inner) => Maybe::there(match self.truth(inner, frame) {
                Holds::Yes => Known::Is(Value::Bool(false)),
                Holds::No => Known::Is(Value::Bool(true)),
                Holds::Perhaps => self.unknown(e),
            }),
            ExprKind::Binary { op, left, right } => self.binary(*op, left, right, e, frame),
            ExprKind::If { condition, then, otherwise } => {
                let holds = self.truth(condition, frame);
                let mut other = |this: &mut Self| match otherwise {
                    Some(e) => this.eval(e, frame),
                    None => Maybe::absent(),
                };
                match holds {
                    Holds::No => other(self),
                    Holds::Yes => self.eval(then, frame),
                    Holds::Perhaps => {
                        let otherwise = other(self);
                        self.eval(then, frame).join(otherwise)
                    }
                }
            }
            ExprKind::Match { subject, arms } => self.match_(subject, arms, frame),
            ExprKind::Object(entries) => {
                let mut object = self.object(entries, frame);
                // As in evaluation: a map is sorted, a record keeps its author's order; in a text it tells.
                if matches!(e.ty.ty, Type::Map(_)) {
                    object.fields.sort_unstable_keys();
                }
                Maybe::there(object.known())
            }
            ExprKind::List(items) => Maybe::there(self.list(items, frame).known()),
            ExprKind::Text(parts) => Maybe::there(self.text(parts, e, frame)),
            ExprKind::Cast { value, to, .. } => {
                let value = self.eval(value, frame);
                Maybe { known: value.known.fitted(to).held_to(to), absent: value.absent }
            }
        }
    }

    /// Anything of the type of an expression.
    pub(super) fn unknown(&self, e: &Expr) -> Known {
        types::any(&e.ty.ty, "an expression")
    }

    /// The entries of an object.
    pub(in crate::known) fn object(&mut self, entries: &[Entry], frame: &mut Frame) -> Object {
        let mut object = Object::default();
        self.entries(entries, &mut object, frame);
        object
    }

    fn index(&mut self, base: &Expr, index: &Expr, frame: &mut Frame) -> Maybe {
        let base = self.eval(base, frame);
        let index = self.there(index, frame);
        if let Some(key) = index.as_str() {
            return base.known.get(key).or_absent();
        }
        let mut any = Known::Never;
        for one in base.known.alternatives() {
            if let Some(object) = one.as_object() {
                let rest = object.rest.iter().map(|r| &r.value);
                any = object.fields.values().map(|f| &f.known).chain(rest).fold(any, |sum, k| sum.join(k));
            } else if let Some(list) = one.as_items() {
                any = list.segments.iter().fold(any, |sum, s| sum.join(&s.item));
            } else if let Known::Free(hole) = one {
                any = any.join(&Known::Free(hole.clone()));
            }
        }
        Maybe { known: any, absent: true }
    }

    fn match_(&mut self, subject: &Expr, arms: &[Arm], frame: &mut Frame) -> Maybe {
        let subject = self.there(subject, frame);
        let mut joined: Option<Maybe> = None;
        let mut open = subject.alternatives().to_vec();
        for arm in arms {
            let hit = |known: &Known| {
                arm.patterns.is_empty() || arm.patterns.iter().any(|p| known.contains(&p.value()))
            };
            if !open.iter().any(hit) {
                continue;
            }
            open.retain(|known| !(matches!(known, Known::Is(_)) && hit(known)));
            let value = self.eval(&arm.value, frame);
            joined = Some(match joined {
                Some(sum) => sum.join(value),
                None => value,
            });
        }
        joined.unwrap_or(Maybe { known: Known::Never, absent: false })
    }

    fn binary(&mut self, op: BinaryOp, left: &Expr, right: &Expr, e: &Expr, frame: &mut Frame) -> Maybe {
        let known = |yes| Maybe::there(Known::Is(Value::Bool(yes)));
        match op {
            BinaryOp::Coalesce => {
                let left = self.eval(left, frame);
                if !left.absent {
                    return left;
                }
                let right = self.eval(right, frame);
                Maybe { known: left.known.join(&right.known), absent: right.absent }
            }
            BinaryOp::And => match (self.truth(left, frame), self.truth(right, frame)) {
                (Holds::No, _) | (_, Holds::No) => known(false),
                (Holds::Yes, Holds::Yes) => known(true),
                _ => Maybe::there(self.unknown(e)),
            },
            BinaryOp::Or => match (self.truth(left, frame), self.truth(right, frame)) {
                (Holds::Yes, _) | (_, Holds::Yes) => known(true),
                (Holds::No, Holds::No) => known(false),
                _ => Maybe::there(self.unknown(e)),
            },
            BinaryOp::Eq | BinaryOp::Ne => {
                let equal = match (self.there(left, frame), self.there(right, frame)) {
                    (Known::Is(a), Known::Is(b)) => Some(a == b),
                    (open, Known::Is(value)) | (Known::Is(value), open) if !open.may_be(&value) => {
                        Some(false)
                    }
                    _ => None,
                };
                equal.map_or_else(|| Maybe::there(self.unknown(e)), |yes| known(yes == (op == BinaryOp::Eq)))
            }
            _ => {
                self.there(left, frame);
                self.there(right, frame);
                Maybe::there(self.unknown(e))
            }
        }
    }

    fn text(&mut self, parts: &[Part], e: &Expr, frame: &mut Frame) -> Known {
        let mut pieces: Vec<Piece> = Vec::new();
        for part in parts {
            match part {
                Part::Str(text) => pieces.push(Piece::Plain(Arc::clone(text))),
                Part::Expr(inner) => match self.there(inner, frame) {
                    Known::Never => return Known::Never,
                    known => pieces.extend(as_text(&known)),
                },
            }
        }
        let whole = match &e.ty.ty {
            Type::Str(s) => s.clone(),
            _ => Str::default(),
        };
        text::row(pieces, &whole)
    }
}

impl Known {
    /// Whether it may be `value`: no, only if that is certain.
    fn may_be(&self, value: &Value) -> bool {
        match (self, value) {
            (Known::Text(text), Value::Str(s)) => text.may_be(s),
            (Known::OneOf(all), _) => all.iter().any(|k| k.may_be(value)),
            _ => true,
        }
    }
}

/// A scalar as it stands in a text.
fn as_text(known: &Known) -> Vec<Piece> {
    let open = |ty: &Str, hole: &Hole| {
        let text = crate::known::Text::of(ty, hole.clone());
        text.pieces
    };
    match known {
        Known::Is(value) => vec![Piece::Plain(ops::text(value).unwrap_or_default())],
        Known::Text(text) => text.pieces.clone(),
        Known::Int(range, hole) => {
            let digits = |n: Option<i64>| n.map_or(20, |n| n.to_string().len());
            let pattern = if range.lo.is_some_and(|lo| lo >= 0) { "^[0-9]+$" } else { "^[-0-9]+$" };
            let max = u32::try_from(digits(range.lo).max(digits(range.hi))).ok();
            open(&Str { pattern: Some(pattern.into()), max, min: Some(1), ..Str::default() }, hole)
        }
        Known::Bool(hole) => {
            open(&Str { pattern: Some("^(true|false)$".into()), max: Some(5), ..Str::default() }, hole)
        }
        Known::OneOf(all) => one_of(all),
        other => {
            let hole = other.hole().map_or_else(super::too_much, Hole::wild);
            open(&Str::default(), &hole)
        }
    }
}

/// Scalars of which one stands in a text.
fn one_of(all: &[Known]) -> Vec<Piece> {
    let profiles = all
        .iter()
        .map(|k| as_text(k).iter().map(Piece::profile).reduce(crate::known::profile::Profile::then));
    let profile =
        profiles.map(|p| p.unwrap_or(crate::known::profile::Profile::of(""))).reduce(|a, b| a.or(b));
    let hole = all.iter().find_map(Known::hole).map_or_else(|| Hole::new("one of a few texts"), Hole::wild);
    let profile = profile.unwrap_or(crate::known::profile::Profile::ANY);
    let held = all.iter().all(is_held_name);
    let class = held.then_some(Class::DnsSubdomain);
    vec![Piece::Open(Atom { ty: Str { class, ..Str::default() }, profile, held, hole })]
}

/// Whether it is a name that is no token.
fn is_held_name(known: &Known) -> bool {
    match known {
        Known::Is(Value::Str(text)) => Class::DnsSubdomain.contains(text) && token::in_name(text).is_none(),
        Known::Text(text) => {
            text.held && text.whole.class.is_some_and(|class| class.is_within(Class::DnsSubdomain))
        }
        _ => false,
    }
}
