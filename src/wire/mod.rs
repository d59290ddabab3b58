//! What is compiled as bytes, and back: compact, and for the same build of vow only.
//!
//! What is shared in memory is shared in the bytes ([`shared`]): the type of a request stands at every expression that
//! names it, and is written once.

mod later;
pub mod shared;

pub use later::Later;

use serde::{Deserialize, Serialize};

/// `value` as bytes; `None` if it holds what cannot be written.
pub fn write<T: Serialize>(value: &T) -> Option<Vec<u8>> {
    shared::session(|| postcard::to_allocvec(value).ok())
}

/// The value of bytes that [`write`] gave; `None` if they are none.
pub fn read<'b, T: Deserialize<'b>>(bytes: &'b [u8]) -> Option<T> {
    shared::session(|| postcard::from_bytes(bytes).ok())
}
