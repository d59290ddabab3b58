//! Gives every name a meaning and every expression a type: trees in, a typed [`program::Program`] out, with all the
//! mistakes found on the way. Evaluates nothing that depends on a request.

pub mod api;
pub mod kinds;
pub mod program;
pub mod types;
