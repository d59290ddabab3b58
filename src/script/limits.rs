//! The bounds of every script, in one place: the engine is built from them and the documentation prints them.

/// Bytes of one body, checked before it is parsed.
pub(super) const SOURCE_BYTES: usize = 64 << 10;
/// Steps of one call; see [`super::meter`].
pub(super) const STEPS: u64 = 500_000;
/// Calls within calls.
pub(super) const CALL_LEVELS: usize = 32;
/// Nesting of expressions and blocks in a body, as rhai counts it: a bracket is about three levels.
pub(super) const EXPR_DEPTH: usize = 64;
/// The same in a function of a body.
pub(super) const FN_EXPR_DEPTH: usize = 32;
/// Bytes of one text, and of all texts in one list or map.
pub(super) const STRING_BYTES: usize = 64 << 10;
/// Items of one list, those of lists in it included.
pub(super) const LIST_ITEMS: usize = 4096;
/// Entries of one map, those of maps in it included.
pub(super) const MAP_ENTRIES: usize = 4096;
/// Variables at one time in a body or a function.
pub(super) const VARIABLES: usize = 128;
/// Functions declared in a body.
pub(super) const FUNCTIONS: usize = 128;
/// Lists and maps within each other.
pub(super) const DATA_DEPTH: usize = 64;
/// Bytes of all texts and keys of a result.
pub(super) const RESULT_BYTES: usize = 1 << 20;
/// The last resort: wall time of one call. It depends on the machine, so it is far above what the steps allow.
pub(super) const SECONDS: u64 = 5;

/// Stack that a script must find before it starts. The worst that the limits let through took 0.9 MiB, and between 4 and
/// 8 MiB where rhai is not optimised, which only a debug build can be.
pub(super) const STACK_LEFT: usize = if cfg!(debug_assertions) { 12 << 20 } else { 3 << 19 };
/// The stack it gets where it does not find that much.
pub(super) const STACK_NEW: usize = if cfg!(debug_assertions) { 16 << 20 } else { 4 << 20 };

/// The limits in words and their values, in the order in which they are listed to people.
pub fn limits() -> &'static [(&'static str, u64)] {
    const {
        &[
            ("bytes of a script", SOURCE_BYTES as u64),
            ("steps of a call", STEPS),
            ("levels of calls within calls", CALL_LEVELS as u64),
            ("levels of expressions and blocks in a body", EXPR_DEPTH as u64),
            ("levels of expressions and blocks in a function of a body", FN_EXPR_DEPTH as u64),
            ("bytes of a text", STRING_BYTES as u64),
            ("items of a list, with the lists in it", LIST_ITEMS as u64),
            ("entries of a map, with the maps in it", MAP_ENTRIES as u64),
            ("variables at one time", VARIABLES as u64),
            ("functions in a body", FUNCTIONS as u64),
            ("modules", 0),
            ("levels of lists and maps in an argument or a result", DATA_DEPTH as u64),
            ("bytes of texts and keys in a result", RESULT_BYTES as u64),
            ("seconds of a call, as a last resort", SECONDS),
        ]
    }
}
