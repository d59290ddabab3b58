//! Texts that are almost right, always the same for the same seed.

/// The words of the language; libFuzzer reads the same list.
pub(crate) const PROMISE: &str = include_str!("promise.dict");

/// The signs of YAML.
pub(crate) const YAML: &str = include_str!("yaml.dict");

/// A sequence of numbers.
pub(crate) struct Chance(u64);

impl Chance {
    /// The sequence of one text of one run.
    pub(crate) fn new(seed: u64, number: u64) -> Self {
        let mixed = (seed << 32 ^ number).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Self((mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9) | 1)
    }

    /// A number below `bound`, 0 if there is none.
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap() % bound.max(1)
    }
}

/// A seed with a few stretches cut, doubled, replaced by words or by a stretch of another; now and then words alone, or
/// any characters.
pub(crate) fn text(chance: &mut Chance, seeds: &[String], words: &str) -> String {
    let words: Vec<String> = words.lines().filter(|l| l.starts_with('"')).map(word).collect();
    if chance.below(6) == 0 || seeds.is_empty() {
        let blank = |chance: &mut Chance| if chance.below(2) == 0 { " " } else { "" };
        return (0..chance.below(60))
            .map(|_| format!("{}{}", words[chance.below(words.len())], blank(chance)))
            .collect();
    }
    if chance.below(12) == 0 {
        return (0..chance.below(80)).map(|_| character(chance)).collect();
    }
    let mut chars: Vec<char> = seeds[chance.below(seeds.len())].chars().collect();
    for _ in 0..1 + chance.below(4) {
        let at = chance.below(chars.len() + 1);
        let end = (at + chance.below(8)).min(chars.len());
        let new: Vec<char> = match chance.below(5) {
            0 => vec![],
            1 => chars[at..end].repeat(2),
            2 => line(chance, seeds).chars().collect(),
            _ => words[chance.below(words.len())].chars().collect(),
        };
        chars.splice(at..end, new);
    }
    chars.into_iter().collect()
}

/// Any character, half of them ASCII.
fn character(chance: &mut Chance) -> char {
    let bound = if chance.below(2) == 0 { 0x80 } else { 0x11_0000 };
    char::from_u32(u32::try_from(chance.below(bound)).unwrap()).unwrap_or('\u{fffd}')
}

/// A line of a seed.
fn line<'s>(chance: &mut Chance, seeds: &'s [String]) -> &'s str {
    let seed = &seeds[chance.below(seeds.len())];
    seed.split_inclusive('\n').nth(chance.below(seed.lines().count())).unwrap_or("")
}

/// An entry of a dictionary: bytes between quotes, some of them written `\xNN`.
fn word(line: &str) -> String {
    let mut parts = line.trim_matches('"').split("\\x");
    let mut bytes = parts.next().unwrap().as_bytes().to_vec();
    for part in parts {
        let (code, rest) = part.split_at(2);
        bytes.push(u8::from_str_radix(code, 16).unwrap());
        bytes.extend(rest.as_bytes());
    }
    String::from_utf8(bytes).unwrap()
}
