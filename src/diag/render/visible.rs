//! Makes text safe to show: what a terminal would obey or hide becomes something to see.

use std::borrow::Cow;

/// Whether `c` is invisible, or moves what is around it: controls other than tab and newline, marks of direction,
/// blanks without a width, separators of lines, tags and what is no character.
pub fn is_hidden(c: char) -> bool {
    match c {
        '\t' | '\n' => false,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{feff}' => true,
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => true,
        '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e007f}' => true,
        _ => c.is_control(),
    }
}

/// `text` on one line, with each hidden character, tab and newline as an escape such as `\u{202e}`.
pub fn escaped(text: &str) -> Cow<'_, str> {
    let must = |c: char| is_hidden(c) || matches!(c, '\t' | '\n');
    if !text.contains(must) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match must(c) {
            true => out.extend(c.escape_default()),
            false => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// One visible character for each of `text`, so that columns stay true: a picture for a control, `\u{fffd}` for
/// whatever else is hidden.
pub(super) fn pictured(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(picture).collect())
}

fn picture(c: char) -> char {
    match c {
        c if !is_hidden(c) => c,
        '\u{7f}' => '\u{2421}',
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or(char::REPLACEMENT_CHARACTER),
        _ => char::REPLACEMENT_CHARACTER,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_is_shown() {
        assert_eq!(escaped("a\u{1b}[31m\u{202e}b\n"), "a\\u{1b}[31m\\u{202e}b\\n");
        assert_eq!(escaped("plain, käse"), "plain, käse");
        assert_eq!(pictured("a\u{1b}\t\u{202e}\u{7f}"), "a␛\t\u{fffd}␡");
    }
}
