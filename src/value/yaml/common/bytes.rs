//! What each byte may do in a scalar.

/// Starts a plain scalar, whatever follows.
pub(super) const START: u8 = 1;
/// May end or spoil a plain scalar in lines.
pub(super) const STOP: u8 = 2;
/// May end or spoil a plain scalar between brackets.
pub(super) const FLOW_STOP: u8 = 4;

static CLASSES: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
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
        b'\n' | b'\t' | b':' | b'#' => STOP | FLOW_STOP,
        b'[' | b']' | b'{' | b'}' | b',' => FLOW_STOP,
        b' ' | b'-' | b'?' | b'&' | b'*' | b'!' | b'|' | b'>' | b'\'' | b'"' | b'%' | b'@' | b'`' => 0,
        ..b' ' | 0x7f => 0,
        _ => START,
    }
}

/// Whether `byte` is of any of `classes`.
pub(super) fn is(byte: u8, classes: u8) -> bool {
    CLASSES.get(usize::from(byte)).copied().unwrap_or(0) & classes != 0
}

/// Whether a `:` before `byte` ends a key, as a `-` before it starts an item; 0 stands for the end of the text.
pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\t' | 0)
}
