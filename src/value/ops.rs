//! Pure operations on values.
