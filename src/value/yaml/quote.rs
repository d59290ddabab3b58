//! How a text is written so that every reader reads it back: plain, between double quotes, or as a block of lines.

/// In a plain word.
const WORD: u8 = 1;
/// At the start of a plain text.
const START: u8 = 2;
/// As itself between double quotes.
const QUOTED: u8 = 4;
/// As itself in a block; beside these, newlines.
const BLOCK: u8 = 8;

/// What each byte may do. Bytes above ASCII are decided by character, in [`is_safe`].
static CLASSES: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 128 {
        #[expect(clippy::indexing_slicing, reason = "computed at compile time, within the table")]
        {
            table[byte] = class_of(byte as u8);
        }
        byte += 1;
    }
    table
}

const fn class_of(byte: u8) -> u8 {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'/' => WORD | START | QUOTED | BLOCK,
        b'0'..=b'9' | b'.' | b'-' => WORD | QUOTED | BLOCK,
        b'"' | b'\\' => BLOCK,
        b' '..=b'~' => QUOTED | BLOCK,
        _ => 0,
    }
}

fn class(byte: u8) -> u8 {
    CLASSES.get(usize::from(byte)).copied().unwrap_or(0)
}

/// The longest text that is written plain.
const MAX_PLAIN: usize = 200;

/// How a text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// As it is.
    Plain,
    /// Between double quotes.
    Quoted,
    /// As lines under `|`; whether the last one ends in a newline.
    Block { ends: bool },
}

/// How `text` is written as a value.
pub(super) fn style(text: &str) -> Style {
    if is_plain(text) {
        Style::Plain
    } else if text.contains('\n') && is_block(text) {
        Style::Block { ends: text.ends_with('\n') }
    } else {
        Style::Quoted
    }
}

/// Whether `text` needs no quotes: words of letters, digits and `_./-`, one space between them, that no reader takes
/// for anything but text.
pub(super) fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let Some(first) = bytes.first() else { return false };
    if class(*first) & START == 0 || bytes.len() > MAX_PLAIN {
        return false;
    }
    let mut after_space = false;
    for byte in bytes {
        let is_space = *byte == b' ';
        if is_space && after_space || !is_space && class(*byte) & WORD == 0 {
            return false;
        }
        after_space = is_space;
    }
    !after_space && !is_reserved(bytes)
}

/// Whether some reader takes `text` for a boolean, a null or a number.
fn is_reserved(text: &[u8]) -> bool {
    const RESERVED: [&str; 12] =
        ["y", "yes", "n", "no", "true", "false", "on", "off", "null", "nan", "inf", "infinity"];
    match text {
        // `e-8` is a float to readers that let the mantissa be empty.
        [b'e' | b'E', b'-' | b'+' | b'0'..=b'9', ..] => true,
        _ => text.len() <= 8 && RESERVED.iter().any(|r| r.as_bytes().eq_ignore_ascii_case(text)),
    }
}

/// Whether `text`, which has a newline, can be written as lines and found again: no control, no blank line of blanks,
/// text in the first line that is not indented, and at most one newline at the end.
fn is_block(text: &str) -> bool {
    let body = text.strip_suffix('\n').unwrap_or(text);
    if body.starts_with([' ', '\n']) || body.ends_with('\n') || body.is_empty() {
        return false;
    }
    let is_allowed = |byte| byte == b'\n' || byte >= 128 || class(byte) & BLOCK != 0;
    body.bytes().all(is_allowed) && !has_blank_line(body) && (body.is_ascii() || body.chars().all(is_safe))
}

fn has_blank_line(body: &str) -> bool {
    body.contains("\n ") && body.split('\n').any(|line| !line.is_empty() && line.bytes().all(|b| b == b' '))
}

/// Whether every reader and every editor shows and keeps `c` as it is; beyond ASCII.
fn is_safe(c: char) -> bool {
    !(is_blank_or_control(c) || is_hidden(c))
}

fn is_blank_or_control(c: char) -> bool {
    matches!(c, '\u{80}'..='\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{205f}'
        | '\u{3000}')
}

/// What Unicode calls default ignorable, its non-characters and specials, and all beyond the basic plane.
fn is_hidden(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fdd0}'..='\u{fdef}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..)
}

/// Writes `text` between double quotes.
pub(super) fn push_quoted(out: &mut String, text: &str) {
    out.push('"');
    push_escaped(out, text);
    out.push('"');
}

/// Writes `text` as it stands between double quotes.
pub(super) fn push_escaped(out: &mut String, text: &str) {
    let mut rest = text;
    loop {
        let end = rest.bytes().position(|b| class(b) & QUOTED == 0).unwrap_or(rest.len());
        out.push_str(rest.get(..end).unwrap_or(""));
        let mut chars = rest.get(end..).unwrap_or("").chars();
        match chars.next() {
            None => break,
            Some(c) if !c.is_ascii() && is_safe(c) => out.push(c),
            Some(c) => push_escape(out, c),
        }
        rest = chars.as_str();
    }
}

fn push_escape(out: &mut String, c: char) {
    let code = u32::from(c);
    match c {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\t' => out.push_str("\\t"),
        '\r' => out.push_str("\\r"),
        _ if code <= 0xff => push_hex(out, "\\x", code, 2),
        _ if code <= 0xffff => push_hex(out, "\\u", code, 4),
        _ => push_hex(out, "\\U", code, 8),
    }
}

fn push_hex(out: &mut String, prefix: &str, code: u32, digits: u32) {
    out.push_str(prefix);
    for place in (0..digits).rev() {
        out.push(char::from_digit((code >> (4 * place)) & 0xf, 16).unwrap_or('0'));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quoted(text: &str) -> String {
        let mut out = String::new();
        push_quoted(&mut out, text);
        out
    }

    #[test]
    fn plain_is_what_no_reader_takes_for_more() {
        for text in
            ["a", "nginx", "a b", "a - b", "/etc/x-1.2", "_x", "trueish", "e", "apps/v1", "Yess", "x.y"]
        {
            assert!(is_plain(text), "{text}");
        }
        let long = "x".repeat(201);
        for text in [
            "", " a", "a ", "a  b", "y", "NO", "Off", "null", "~", "Infinity", "e1", "E-8", "1a", "-a", ".a",
            "a:b", "a\n", "a#b", "é", "a,b", "=", "<<", &long,
        ] {
            assert!(!is_plain(text), "{text}");
        }
    }

    #[test]
    fn blocks_are_lines_that_stay_as_they_are() {
        for (text, ends) in
            [("a\nb", false), ("a\nb\n", true), ("a\n\n  b\n", true), ("# \u{e9}\n- x ", false)]
        {
            assert_eq!(style(text), Style::Block { ends }, "{text:?}");
        }
        for text in [
            "\n",
            "\n\n",
            "a\n\n",
            "\na\n",
            " a\nb\n",
            "a\n \nb\n",
            "a\n  ",
            "a\tb\n",
            "a\r\nb\n",
            "a\u{85}\nb",
            "a\n\u{1f600}",
            "a\n\u{feff}b\n",
            "a\n\u{3000}\n",
            "\u{1680}\nb",
            "a\u{0}\nb",
        ] {
            assert_eq!(style(text), Style::Quoted, "{text:?}");
        }
    }

    #[test]
    fn quotes_escape_what_is_not_plain_to_see() {
        assert_eq!(quoted("a\"\\\n\t\r\0\u{7f}"), r#""a\"\\\n\t\r\x00\x7f""#);
        assert_eq!(quoted("é\u{85}\u{a0}\u{2028}\u{feff}😀"), r#""é\x85\xa0\u2028\ufeff\U0001f600""#);
        assert_eq!(quoted("日本/語\u{e000}"), "\"日本/語\u{e000}\"");
        assert_eq!(quoted("\u{1680}\u{3164}\u{fe0f}\u{fdd0}"), r#""\u1680\u3164\ufe0f\ufdd0""#);
    }
}
