//! Texts that get lost between a writer of YAML and some reader of it: words, numbers, signs, blanks, characters that
//! are not seen, lines that nearly are a block.

use crate::dice::Dice;

/// A nasty text.
pub(crate) fn text(dice: &mut Dice) -> String {
    match dice.below(16) {
        0 | 1 => word(dice),
        2 | 3 => number(dice),
        4..=6 => some(dice, 7, PIECES),
        7 | 8 => some(dice, 6, SIGNS),
        9 | 10 => (0..dice.below(10)).map(|_| character(dice)).collect(),
        11 | 12 => plain(dice),
        13 | 14 => lines(dice),
        _ if dice.one_in(12) => long(dice),
        _ => some(dice, 4, PIECES),
    }
}

/// Up to `most` of `parts`, joined.
fn some(dice: &mut Dice, most: usize, parts: &[&str]) -> String {
    (0..dice.below(most)).map(|_| dice.pick(parts)).collect()
}

/// Words that are more than a text to some reader.
#[rustfmt::skip]
const WORDS: &[&str] = &[
    "y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "infinity", "none", "nil",
    "t", "f", "e", "~", "<<", "=", "-", "?", ":", "!", ".inf", ".nan", "{}", "[]", "''", "\"\"", "---",
    "...", "!!str",
];

/// What stands before and behind a word.
#[rustfmt::skip]
const AFFIXES: &[&str] = &[
    "", "", "", "", " ", "-", "+", ".", "_", ":", "#", " #", ": ", "- ", "\t", "\n", "\r", "!", "'", "\"",
    ",", "\u{feff}",
];

/// A reserved word in any case, bare or with something around it.
fn word(dice: &mut Dice) -> String {
    let mut text = dice.pick(AFFIXES).to_owned();
    let case = dice.below(4);
    for (i, c) in dice.pick(WORDS).char_indices() {
        let is_upper = match case {
            0 => false,
            1 => i == 0,
            2 => true,
            _ => dice.one_in(2),
        };
        text.push(if is_upper { c.to_ascii_uppercase() } else { c });
    }
    text + dice.pick(AFFIXES)
}

#[rustfmt::skip]
const NUMBERS: &[&str] = &[
    "0", "-0", "+0", "00", "08", "0644", "-0644", "+1", "-1", "0o17", "0O17", "0o", "0o8", "0x1f", "0X1F",
    "0x", "-0x1", "0b1", "0B1", "0b", "+0b1", "1_000", "1_", "_1", "1__0", "-1_0", "1e3", "1E3", "1e+3",
    "1e-3", "e-8", "E5", "e+1", "e3", ".e5", "1e", "1e+", ".5", "5.", "-.5", "+.5", "1.5", "01.5", "1_0.5",
    ".", "..", "-", "+", "-.", ".inf", "-.INF", "+.Inf", ".NaN", "12:30", "12:30:45", "-1:30",
    "190:20:30.15", "1:60", "2001-01-01", "2001-1-1", "2001-01", "2001-12-14t21:59:43.10-05:00",
    "2001-12-14 21:59:43.10 -5", "2001-12-15 2:59:43.10", "9007199254740993", "9223372036854775807",
    "9223372036854775808", "-9223372036854775809", "18446744073709551615", "18446744073709551616", "1e999",
    "0x1p4", "100Mi", "0.1.2", "1,000", "0.", "-0.0", "0x8000000000000000", "0777777777777777777777",
];

/// What looks like a number, a date or a time, or nearly does.
fn number(dice: &mut Dice) -> String {
    #[rustfmt::skip]
    const SIGNS: &[&str] = &[
        "0", "1", "2", "6", "7", "8", "9", "_", ".", "-", "+", "e", "E", "x", "o", "b", ":", "a", "f", " ",
        "T", "Z",
    ];
    let text = dice.pick(NUMBERS).to_owned();
    match dice.below(3) {
        0 => text,
        1 => spoilt(dice, text),
        _ => some(dice, 8, SIGNS),
    }
}

/// Parts of documents, with what surrounds them.
#[rustfmt::skip]
const PIECES: &[&str] = &[
    "a", "b c", "kind", "Secret", "key: value", "- ", "-", ": ", ":", "? ", "?", "# ", " #", "#", "&a", "*a",
    "&a b", "!", "!!str", "!!str x", "!!binary", "!<x>", "|", "|-", "|2", ">", ">+", "%", "%YAML 1.1",
    "%TAG ! x", "@", "`", "'", "''", "it's", "\"", "\\", "\\n", "\\u0041", "\\x", "\\/", "/", "{", "}",
    "{{ x }}", "[", "]", "[a, b]", "{a: b}", ",", ", ", "<<", "<<: *a", "=", "---", "--- ", "...", "\n",
    "\n\n", "\n ", "\n  \n", " \n", "\n---\n", "\n...\n", "\n--- a\n", "\n- a: b\n", "\na: b\n", "\n# c\n",
    "\n\ta", "\r", "\r\n", "\n\r", "\t", "\n\t", "\t\n", " \t", " ", "  ", "\u{0}", "\u{1b}", "\u{7f}",
    "\u{85}", "\u{a0}", "\u{ad}", "\u{200b}", "\u{200e}", "\u{2028}", "\u{2029}", "\u{202e}", "\u{2066}",
    "\u{feff}", "\u{fffd}", "\u{fffe}", "\u{ffff}", "é", "日本", "\u{e000}", "\u{1f600}", "\u{10ffff}",
    "e\u{301}", "tag:yaml.org,2002:str", "http://a/b?c=d#e", "100Mi", "1.2.3", "$(x)", "${y}", "${{ z }}",
    "<% %>", "0", "__proto__", "constructor", "y", "off", "Null", "1e3", "0x1f", "1_000", "2001-01-01",
];

/// Every sign that means something to a parser, blanks, and little else.
#[rustfmt::skip]
const SIGNS: &[&str] = &[
    "-", "?", ":", ",", "[", "]", "{", "}", "#", "&", "*", "!", "|", ">", "'", "\"", "%", "@", "`", "~", "<",
    "=", "+", ".", "\\", "/", " ", "  ", "\n", "\t", "\r", "a", "0", "$",
];

/// A character: seldom one that is safe.
pub(crate) fn character(dice: &mut Dice) -> char {
    /// Ranges in which readers, editors and terminals differ; the last ones are there for the rest of Unicode.
    #[rustfmt::skip]
    const RANGES: &[(u32, u32)] = &[
        (0x00, 0x1f), (0x20, 0x7e), (0x7f, 0xa0), (0xa1, 0xff), (0xad, 0xad), (0x300, 0x36f), (0x590, 0x6ff),
        (0x61c, 0x61c), (0x1680, 0x1680), (0x180b, 0x180f), (0x2000, 0x200f), (0x2028, 0x202f),
        (0x205f, 0x206f), (0x2190, 0x21ff), (0x3000, 0x30ff), (0x3164, 0x3164), (0xd7f0, 0xd7ff),
        (0xe000, 0xe010), (0xf8ff, 0xf900), (0xfdd0, 0xfdef), (0xfe00, 0xfe0f), (0xfeff, 0xfeff),
        (0xffa0, 0xffa0), (0xfff0, 0xffff), (0x1_0000, 0x1_0010), (0x1_f300, 0x1_f6ff), (0x1_fffe, 0x2_0000),
        (0xe_0000, 0xe_007f), (0x10_fff0, 0x10_ffff), (0xa0, 0xffff), (0x1_0000, 0x10_ffff),
    ];
    let (first, last) = dice.pick(RANGES);
    let code = first + dice.below((last - first + 1) as usize) as u32;
    char::from_u32(code).unwrap_or('\u{fffd}')
}

/// Words between blanks, as most texts are; half of them with one thing wrong.
fn plain(dice: &mut Dice) -> String {
    const LETTERS: &[&str] = &["a", "b", "e", "n", "o", "y", "A", "Z", "0", "7", "_", "/", ".", "-"];
    let words: Vec<String> = (0..=dice.below(4)).map(|_| some(dice, 7, LETTERS)).collect();
    let text = words.join(" ");
    if dice.one_in(2) { text } else { spoilt(dice, text) }
}

/// Lines that are a lawful block, indented by more and by less; half of them with one thing wrong.
pub(crate) fn lines(dice: &mut Dice) -> String {
    const INDENTS: &[&str] = &["", "", "", "  ", "    ", " ", "- ", "# "];
    #[rustfmt::skip]
    const WORDS: &[&str] = &[
        "a: b", "- x", "text", "\"q\"", "it's", "|", "# no", "{{ x }}", "é", "日本語", "x ", "---", "...", "",
    ];
    let mut text = dice.pick(WORDS).to_owned();
    for _ in 0..=dice.below(5) {
        text.push('\n');
        text.push_str(dice.pick(INDENTS));
        text.push_str(dice.pick(WORDS));
    }
    text.push_str(dice.pick(&["", "\n", "\n", "\n", "\n\n"]));
    if dice.one_in(2) { text } else { spoilt(dice, text) }
}

/// A text around the lengths at which writers fold and readers stop looking.
pub(crate) fn long(dice: &mut Dice) -> String {
    let length = dice.pick(&[78, 128, 198, 254, 500, 990, 1_015, 2_000, 5_000]) + dice.below(12);
    let part =
        dice.pick(&["k", "ab ", "a b", "é", "x\n", "word: ", "\"", "\u{1f600}", "- ", "line of words\n"]);
    let mut text = part.repeat(length.div_ceil(part.len()));
    while text.len() > length {
        text.pop();
    }
    if dice.one_in(2) { text } else { spoilt(dice, text) }
}

/// `text` with one thing put in, taken out or said twice.
fn spoilt(dice: &mut Dice, text: String) -> String {
    let anywhere = dice.below(text.len() + 1);
    let mut at = dice.pick(&[0, text.len(), anywhere]);
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let (before, after) = text.split_at(at);
    let mut rest = after.chars();
    match dice.below(8) {
        0 => {
            rest.next();
            format!("{before}{}", rest.as_str())
        }
        1 => format!("{before}{}{after}", rest.next().unwrap_or(' ')),
        2 => format!("{before}{}{after}", character(dice)),
        _ => format!("{before}{}{after}", dice.pick(PIECES)),
    }
}
