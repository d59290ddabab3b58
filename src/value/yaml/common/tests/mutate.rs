//! Texts that are almost right.

use super::pieces::PIECES;

/// A sequence of numbers that is the same for the same seed.
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `bound`, 0 if there is none.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 16) as usize) % bound.max(1)
    }

    pub(super) fn pick<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

/// Some lines of some file.
pub(super) fn window(chance: &mut Chance, files: &[String]) -> String {
    let file = &files[chance.below(files.len())];
    let from = floor(file, chance.below(file.len()));
    let start = match chance.below(3) {
        0 => 0,
        _ => file[..from].rfind('\n').map_or(0, |i| i + 1),
    };
    let lines: Vec<&str> = file[start..].split_inclusive('\n').take(1 + chance.below(24)).collect();
    // Most windows begin inside of something: without its indentation that is a document of its own.
    let indent = lines.first().map_or(0, |l| l.len() - l.trim_start_matches(' ').len());
    let cut = if chance.below(4) == 0 { 0 } else { indent };
    let shorter = |l: &&str| l[cut.min(l.len() - l.trim_start_matches(' ').len())..].to_owned();
    let text: String = lines.iter().map(shorter).collect();
    text[..floor(&text, 4_000)].to_owned()
}

/// `text` with one thing changed.
pub(super) fn mutated(chance: &mut Chance, text: &str, files: &[String]) -> String {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    let at = floor(text, chance.below(text.len() + 1));
    let line = chance.below(lines.len());
    match chance.below(12) {
        0 => {
            let end = floor(text, at + 1 + chance.below(4));
            return [&text[..at], &text[end.max(at)..]].concat();
        }
        1 | 2 => return [&text[..at], chance.pick(PIECES), &text[at..]].concat(),
        3 => {
            let sign = chance.pick(b"\n\n:#-\"'|>,[]{} \t\\&*!%?@~.<0=");
            return [&text[..at], &char::from(sign).to_string(), &text[at..]].concat();
        }
        4 => {
            let mut chars: Vec<char> = text.chars().collect();
            let (a, b) = (chance.below(chars.len()), chance.below(chars.len()));
            if !chars.is_empty() {
                chars.swap(a, b);
            }
            return chars.into_iter().collect();
        }
        5 => return text[..at].to_owned(),
        _ if lines.is_empty() => {}
        6 => drop(lines.remove(line)),
        7 => {
            let other = chance.below(lines.len());
            lines.swap(line, other);
        }
        8 => {
            let (line, to) = (lines[line].clone(), chance.below(lines.len()));
            lines.insert(to, line);
        }
        9 => lines[line] = indented(chance, &lines[line]),
        10 => {
            let from = line;
            for line in lines.iter_mut().skip(from).take(3) {
                line.insert_str(0, "  ");
            }
        }
        _ => lines.insert(line, window(chance, files)),
    }
    let text = lines.concat();
    text[..floor(&text, 8_000)].to_owned()
}

/// `line` further in or out, or without its end.
fn indented(chance: &mut Chance, line: &str) -> String {
    match chance.below(6) {
        0 => format!(" {line}"),
        1 => format!("  {line}"),
        2 => format!("\t{line}"),
        3 => line.trim_end().to_owned(),
        4 => line.strip_prefix("  ").unwrap_or(line).to_owned(),
        _ => line.strip_prefix(' ').unwrap_or(line).to_owned(),
    }
}

/// The last boundary between characters up to `at`.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
