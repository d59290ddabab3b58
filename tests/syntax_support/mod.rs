//! What the tests of the language's text share.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that breaks is a test that fails")]

pub mod fixtures;
