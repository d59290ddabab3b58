//! One copy of each short text, as far as it is remembered: the keys of documents are a few words, over and over.

use std::sync::Arc;

/// How many texts are remembered; a power of two.
const SLOTS: usize = 256;
/// The longest text that is remembered.
const LONGEST: usize = 32;

/// The short texts that were met last.
pub(super) struct Texts(Vec<Option<Arc<str>>>);

impl Texts {
    pub(super) fn new() -> Self {
        Self(vec![None; SLOTS])
    }

    /// `text`, shared if it was met before.
    pub(super) fn get(&mut self, text: &str) -> Arc<str> {
        if text.len() > LONGEST {
            return text.into();
        }
        let Some(slot) = self.0.get_mut(slot(text.as_bytes())) else { return text.into() };
        match slot {
            Some(known) if **known == *text => Arc::clone(known),
            _ => {
                let new: Arc<str> = text.into();
                *slot = Some(Arc::clone(&new));
                new
            }
        }
    }
}

/// Where a text is remembered: by its length, its first and its last bytes.
fn slot(text: &[u8]) -> usize {
    let word = |bytes: Option<&[u8; 8]>| bytes.map_or(0, |b| u64::from_le_bytes(*b));
    let ends = match text.len() {
        8.. => word(text.first_chunk()) ^ word(text.last_chunk()).rotate_left(23),
        _ => text.iter().fold(0, |sum, b| sum << 8 | u64::from(*b)),
    };
    let mixed = (ends ^ text.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    usize::try_from(mixed >> 56).unwrap_or(0)
}
