//! Texts put together from what matters to a reader.

use super::mutate::Chance;

/// Words, signs, blanks, and whole lines that are read in a way of their own.
pub(super) const PIECES: &[&str] = &[
    "a",
    "b",
    "key",
    "x y",
    "1",
    "0",
    "-1",
    "1.5",
    "0x1f",
    "0644",
    "1_000",
    "true",
    "no",
    "null",
    "~",
    "yes",
    "<<",
    ".inf",
    "12:30",
    "2001-01-01",
    ":",
    ": ",
    " :",
    " : ",
    "::",
    "- ",
    "-",
    "--",
    "-a",
    "---",
    "--- ",
    "---\n",
    "...",
    "...\n",
    "? ",
    "?",
    "?a",
    "# ",
    " # c",
    "#",
    " #",
    "a#b",
    "\n",
    "\n\n",
    "\n \n",
    "\n  ",
    "\n    ",
    "\n- ",
    "\n  - ",
    "\n-",
    "\na: ",
    "\n  b: ",
    "\n  b:",
    "\nb",
    " ",
    "  ",
    "\t",
    " \t",
    "\"",
    "'",
    "''",
    "\"\"",
    "\\",
    "\\n",
    "\\\n",
    "\\x41",
    "\\u0041",
    "\\ud800",
    "\\U0001f600",
    "\\u00e9",
    "\\/",
    "\\ ",
    "\\\t",
    "|",
    "|-",
    "|+",
    "|2",
    "|\n",
    "|-\n  ",
    "|+\n  ",
    ">\n  ",
    ">-\n",
    ">+\n",
    "> # c\n",
    "|# c\n",
    ">2\n",
    "[",
    "]",
    "{",
    "}",
    "[]",
    "{}",
    "[ ]",
    "{ }",
    ",",
    ", ",
    "[a, b]",
    "{a: b}",
    "{\"a\":b}",
    "[a: b]",
    "[a,]",
    "{a}",
    "{a: }",
    "[-1, - ]",
    "[a #b]",
    "&a",
    "*a",
    "!",
    "!!str ",
    "!!null",
    "@",
    "`",
    "%",
    "%YAML 1.2\n",
    "é",
    "日本",
    "\u{a0}",
    "\u{3000}",
    "\u{2003}",
    "\u{feff}",
    "\r",
    "\r\n",
    "\"a\\\n  b\"",
    "'a\n  b'",
    "\"a \n\n  b\"",
    "a\n  b",
    "a\n\n  b",
    "a # c\n  b",
    "a\n  # c\n  b",
    "a\n  - b",
    "a\n  b: c",
    "'it''s'",
    "\"a\\tb\"",
    "kind: Secret",
    "http://a/b?c=d#e",
];

/// A text of pieces: in lines of some depth, or as they come.
pub(super) fn text(chance: &mut Chance) -> String {
    match chance.below(3) {
        0 => (0..chance.below(14)).map(|_| chance.pick(PIECES)).collect(),
        1 => lines(chance),
        _ => tree(chance, 0, 0),
    }
}

fn lines(chance: &mut Chance) -> String {
    let mut text = String::new();
    for _ in 0..chance.below(10) {
        text.push_str(&" ".repeat(chance.below(5)));
        text.push_str(
            chance.pick(&[
                "", "", "- ", "- - ", "a: ", "b: ", "c:", "- a: ", "-   b: ", "'d': ", "\"e\": ", "# ",
            ]),
        );
        for _ in 0..chance.below(3) {
            text.push_str(chance.pick(PIECES));
        }
        text.push('\n');
    }
    text
}

/// Lines that are mostly well-formed, at `column`.
fn tree(chance: &mut Chance, column: usize, depth: usize) -> String {
    let pad = " ".repeat(column);
    let is_list = chance.below(3) == 0;
    let mut text = String::new();
    for i in 0..=chance.below(4) {
        text.push_str(&pad);
        if is_list {
            text.push_str("- ");
        } else {
            let quote = chance.pick(&["", "", "", "'", "\""]);
            text.push_str(&format!("{quote}k{i}{quote}:"));
        }
        let deeper = column + 1 + chance.below(3);
        match chance.below(8) {
            0 | 1 if depth < 4 && is_list => text.push_str(tree(chance, column + 2, depth + 1).trim_start()),
            0 | 1 if depth < 4 => {
                let column = if chance.below(3) == 0 { column } else { deeper };
                text.push_str(chance.pick(&["\n", "\n", " \n", " # c\n", "\n\n", "\n # c\n"]));
                text.push_str(&tree(chance, column, depth + 1));
            }
            2 => block(chance, &mut text, deeper),
            3 => {
                text.push_str(chance.pick(&[" word", " 'it", " \"so", " \"so\\", " a b  "]));
                text.push_str(chance.pick(&["\n", "\n\n", " \n"]));
                text.push_str(&format!(
                    "{}more{}",
                    " ".repeat(deeper),
                    chance.pick(&["'\n", "\"\n", "\n", "\n\n", ""])
                ));
            }
            4 => text.push_str(chance.pick(&["\n", " # c\n", " null\n", " ~\n"])),
            _ => text.push_str(&format!(" {}\n", chance.pick(PIECES))),
        }
        if chance.below(8) == 0 {
            text.push_str(chance.pick(&["\n", "# c\n", "  # c\n", "---\n", "      \n", "    # c\n"]));
        }
    }
    text
}

fn block(chance: &mut Chance, text: &mut String, column: usize) {
    text.push_str(chance.pick(&[" |\n", " |-\n", " |+\n", " >\n", " >-\n", " >+\n", " |  \n", " | # c\n"]));
    for _ in 0..chance.below(5) {
        let more = chance.below(3) * chance.below(2);
        text.push_str(&" ".repeat(column + more));
        text.push_str(chance.pick(&["a", "b c", "", "", "- d", "# e", "f: g", "\th", "i ", "---"]));
        text.push('\n');
    }
    text.push_str(chance.pick(&["", "", "\n", "\n\n"]));
}
