//! Counts what a script does, so that its end does not depend on the machine.
//!
//! rhai counts operations itself, but forgets those of closures that its own functions call (`map`, `filter`, `sort`),
//! and an operation of its may copy a list of thousands or read a text from end to end. So the count is ours: a step is
//! an operation; and each time a variable is touched, it is one step more for every 64 bytes of a text, or for every 512
//! bytes of a list or a map. That bounds the memory a script can copy as well.
//!
//! The hooks of the engine that call this get nothing by which a run could hand them its count, and one engine serves
//! all threads. So the count belongs to the thread; every call starts it anew.

#![expect(
    clippy::disallowed_methods,
    reason = "the clock is the last resort against what the count of steps cannot see"
)]

use std::cell::Cell;
use std::time::{Duration, Instant};

use rhai::Dynamic;

use super::limits::{DATA_DEPTH, SECONDS, STEPS};

/// What a call ran out of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Overrun {
    /// [`STEPS`].
    Steps,
    /// [`SECONDS`]: only functions of rhai that are slow on long literals get here.
    Time,
}

#[derive(Clone, Copy)]
struct Count {
    left: u64,
    until: Option<Instant>,
    over: Option<Overrun>,
}

thread_local! {
    static COUNT: Cell<Count> = const { Cell::new(Count { left: 0, until: None, over: None }) };
}

/// Starts the count of a call.
pub(super) fn begin() {
    let until = Instant::now().checked_add(Duration::from_secs(SECONDS));
    COUNT.set(Count { left: STEPS, until, over: None });
}

/// Counts `steps`.
///
/// # Errors
/// What the call has run out of, now or before.
pub(super) fn spend(steps: u64) -> Result<(), Overrun> {
    let mut count = COUNT.get();
    if count.over.is_none() {
        let left = count.left.checked_sub(steps);
        // Reading the clock costs as much as a step, so it is read once in 1024 of them.
        let look = left.is_some_and(|left| left >> 10 != count.left >> 10);
        if left.is_none() {
            count.over = Some(Overrun::Steps);
        } else if look && count.until.is_some_and(|until| Instant::now() > until) {
            count.over = Some(Overrun::Time);
        }
        count.left = left.unwrap_or(0);
        COUNT.set(count);
    }
    count.over.map_or(Ok(()), Err)
}

/// What the call has run out of, if it has.
pub(super) fn overrun() -> Option<Overrun> {
    COUNT.get().over
}

/// The steps that touching a variable with this value costs; `None` if it nests too deep.
pub(super) fn price(value: &Dynamic) -> Option<u64> {
    match value.as_immutable_string_ref() {
        Ok(text) => Some(price_of_text(text.len())),
        Err(_) => weight(value, 0).map(|bytes| (bytes >> 9) as u64),
    }
}

/// The steps for a text of that many bytes.
pub(super) fn price_of_text(bytes: usize) -> u64 {
    (bytes >> 6) as u64
}

/// About the bytes that a copy of a list or map takes, the texts in it included: they are shared, until one is changed. `None` if it nests deeper than that.
pub(super) fn weight(value: &Dynamic, depth: usize) -> Option<usize> {
    if depth > DATA_DEPTH {
        return None;
    }
    if let Ok(text) = value.as_immutable_string_ref() {
        return Some(text.len());
    }
    if let Ok(list) = value.as_array_ref() {
        return list.iter().try_fold(0, |sum, item| Some(sum + 16 + weight(item, depth + 1)?));
    }
    if let Ok(map) = value.as_map_ref() {
        return map
            .iter()
            .try_fold(0, |sum, (key, item)| Some(sum + 64 + key.len() + weight(item, depth + 1)?));
    }
    Some(0)
}
