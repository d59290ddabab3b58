//! Texts in pieces.

use std::sync::Arc;

use super::reduce::{Reduce, Reduced, Unseen};
use super::residue::{Cond, Load, Piece, Residue};
use super::run::{Bail, Run, holds};
use super::slots::Slots;
use crate::check::program::Part;
use crate::check::types::{Class, Lit, Str, Type};
use crate::value::{Value, ops};

impl Reduce<'_> {
    pub(super) fn text(&mut self, parts: &[Part]) -> Reduced<Residue> {
        let mut pieces: Vec<Piece> = vec![];
        for part in parts {
            match part {
                Part::Str(s) => join(&mut pieces, Piece::Str(Arc::clone(s))),
                Part::Expr(e) => {
                    let own = of(self.there(e)?).ok_or(Unseen)?;
                    own.into_iter().for_each(|p| join(&mut pieces, p));
                }
            }
        }
        Ok(match pieces.as_slice() {
            [] => Residue::Const("".into()),
            [Piece::Str(s)] => Residue::Const(Value::Str(Arc::clone(s))),
            _ => Residue::Text(pieces),
        })
    }
}

/// The pieces of a scalar that is there; `None` if they are not seen.
pub(super) fn of(residue: Residue) -> Option<Vec<Piece>> {
    Some(match residue {
        Residue::Const(v) => vec![Piece::Str(ops::text(&v)?)],
        Residue::Text(pieces) => pieces,
        Residue::Load(load) => vec![Piece::Load(load)],
        Residue::Choose(cond, a, b) => vec![Piece::If(*cond, of(*a)?, of(*b)?)],
        Residue::Or(load, other) => {
            let there = Cond::Present(load.clone());
            let own = Load { always: true, ..load };
            vec![Piece::If(there, vec![Piece::Load(own)], of(*other)?)]
        }
        _ => return None,
    })
}

fn join(pieces: &mut Vec<Piece>, more: Piece) {
    match (pieces.last_mut(), more) {
        (_, Piece::Str(more)) if more.is_empty() => {}
        (Some(Piece::Str(s)), Piece::Str(more)) => *s = format!("{s}{more}").into(),
        (_, more) => pieces.push(more),
    }
}

/// Whether a text stands between quotes for every request: it has a sign that no plain text has, and no newline.
pub(super) fn is_quoted(pieces: &[Piece]) -> bool {
    pieces.iter().any(is_strange) && pieces.iter().all(is_one_line)
}

fn is_strange(piece: &Piece) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_./- ".contains(c);
    match piece {
        Piece::Str(s) => s.contains(|c| !plain(c)),
        Piece::Load(_) => false,
        Piece::If(_, a, b) => a.iter().any(is_strange) && b.iter().any(is_strange),
    }
}

fn is_one_line(piece: &Piece) -> bool {
    match piece {
        Piece::Str(s) => !s.contains('\n'),
        Piece::Load(load) => has_one_line(&load.ty),
        Piece::If(_, a, b) => a.iter().chain(b).all(is_one_line),
    }
}

/// Whether no value of the type has a newline.
fn has_one_line(ty: &Type) -> bool {
    match ty {
        Type::Bool | Type::Int(_) => true,
        Type::Str(Str { class: Some(class), .. }) => *class != Class::Url,
        Type::Literals(all) => all.iter().all(|l| !matches!(l, Lit::Str(s) if s.contains('\n'))),
        _ => false,
    }
}

/// Gives `write` a text piece by piece.
pub(super) fn write(slots: Slots<'_>, pieces: &[Piece], write: &mut dyn FnMut(&str)) -> Run {
    pieces.iter().try_for_each(|piece| match piece {
        Piece::Str(s) => {
            write(s);
            Ok(())
        }
        Piece::Load(load) => scalar(slots, load, write),
        Piece::If(cond, a, b) => self::write(slots, if holds(slots, cond)? { a } else { b }, write),
    })
}

/// A scalar as it stands in a text.
fn scalar(slots: Slots<'_>, load: &Load, write: &mut dyn FnMut(&str)) -> Run {
    match slots.get(load).ok_or(Bail)? {
        Value::Str(s) => write(s),
        Value::Int(i) => write(itoa::Buffer::new().format(*i)),
        Value::Bool(b) => write(if *b { "true" } else { "false" }),
        _ => return Err(Bail),
    }
    Ok(())
}

/// The text of pieces.
pub(super) fn joined(slots: Slots<'_>, pieces: &[Piece]) -> Result<String, Bail> {
    let mut text = String::with_capacity(64);
    write(slots, pieces, &mut |s| text.push_str(s))?;
    Ok(text)
}
