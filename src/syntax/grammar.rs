//! The only contact with pest: the parser generated from `grammar/promise.pest`.
#![allow(unreachable_pub, missing_docs, reason = "the derive writes public items into this private module")]

/// The generated parser.
#[derive(pest_derive::Parser)]
#[grammar = "../grammar/promise.pest"]
pub(super) struct Grammar;

/// One node of pest's result.
pub(super) type Pair<'i> = pest::iterators::Pair<'i, Rule>;
