//! Texts that match a regular expression, by walking it.

use regex_syntax::hir::{Class, Hir, HirKind};

use super::random::Random;

/// Characters that a text of a pattern may have.
const LONGEST: usize = 400;

/// What is put around a match of a pattern that is not anchored.
const AROUND: [&str; 4] = [" ", "\n", "é", "a"];

/// Makes texts that match one pattern. Word boundaries and anchors within are not followed, so what is made has to be
/// matched once more.
#[derive(Debug)]
pub(super) struct Generator(Hir);

impl Generator {
    /// For a pattern in the syntax of the `regex` crate.
    pub(super) fn of(pattern: &str) -> Option<Generator> {
        regex_syntax::parse(pattern).ok().map(Generator)
    }

    /// A text.
    pub(super) fn text(&self, random: &mut Random) -> String {
        let mut out = String::new();
        write(&self.0, random, &mut out);
        if random.one_in(8) {
            let around = random.pick(&AROUND).copied().unwrap_or_default();
            // Only a pattern without anchors takes it.
            out = if random.one_in(2) { format!("{around}{out}") } else { format!("{out}{around}") };
        }
        out
    }
}

/// Patterns nest no deeper than their reader allows (250), so this ends soon.
fn write(hir: &Hir, random: &mut Random, out: &mut String) {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => out.push_str(&String::from_utf8_lossy(&literal.0)),
        HirKind::Class(class) => out.extend(character(class, random)),
        HirKind::Capture(capture) => write(&capture.sub, random, out),
        HirKind::Concat(parts) => parts.iter().for_each(|part| write(part, random, out)),
        HirKind::Alternation(parts) => {
            if let Some(part) = random.pick(parts) {
                write(part, random, out);
            }
        }
        HirKind::Repetition(repetition) => {
            let most = repetition.max.unwrap_or(u32::MAX);
            let more = match random.below(4) {
                0 => 0,
                1 => 1,
                2 => random.below(9),
                _ => most.saturating_sub(repetition.min).min(16) as usize,
            };
            let more = u32::try_from(more).unwrap_or(0);
            for _ in 0..repetition.min.saturating_add(more).min(most) {
                if out.len() > LONGEST {
                    break;
                }
                write(&repetition.sub, random, out);
            }
        }
    }
}

/// A character of a class: an end of one of its ranges as often as one between.
fn character(class: &Class, random: &mut Random) -> Option<char> {
    let ranges: Vec<(u32, u32)> = match class {
        Class::Unicode(class) => class.ranges().iter().map(|r| (r.start().into(), r.end().into())).collect(),
        Class::Bytes(class) => class.ranges().iter().map(|r| (r.start().into(), r.end().into())).collect(),
    };
    let (start, end) = random.pick(&ranges).copied()?;
    let between = u32::try_from(random.between(start.into(), end.into())).unwrap_or(start);
    let code = random.pick(&[start, end, between, between]).copied()?;
    // What is no character lies between two ranges of characters.
    char::from_u32(code).or_else(|| char::from_u32(start))
}
