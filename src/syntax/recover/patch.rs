//! A copy of a text that can be mended, and how its places relate to those of the original.

use std::borrow::Cow;

/// A text with insertions; what is overwritten keeps its length.
pub(super) struct Patch<'a> {
    text: Cow<'a, str>,
    /// Where something was put in and how long it is, at the places of the copy.
    inserts: Vec<(usize, usize)>,
}

impl<'a> Patch<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text: Cow::Borrowed(text), inserts: vec![] }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Whether what stands at `at` was put in.
    pub(super) fn is_inserted(&self, at: usize) -> bool {
        self.inserts.iter().any(|(place, len)| (*place..place + len).contains(&at))
    }

    /// The place in the original for a place in the copy.
    pub(super) fn original(&self, at: usize) -> usize {
        let before = self.inserts.iter().filter(|(place, _)| *place < at);
        at - before.map(|(place, len)| (*len).min(at - place)).sum::<usize>()
    }

    /// Puts `what` in at `at`.
    pub(super) fn insert(&mut self, at: usize, what: &str) {
        if !self.text.is_char_boundary(at) {
            return;
        }
        let mut joined = false;
        for (place, len) in &mut self.inserts {
            if (*place..=*place + *len).contains(&at) && !joined {
                *len += what.len();
                joined = true;
            } else if *place >= at {
                *place += what.len();
            }
        }
        if !joined {
            self.inserts.push((at, what.len()));
        }
        self.text.to_mut().insert_str(at, what);
    }

    /// Overwrites a stretch with blanks; newlines stay.
    pub(super) fn blank(&mut self, start: usize, end: usize) {
        let Some(old) = self.text.get(start..end) else { return };
        let blanks: String = old.bytes().map(|b| if b == b'\n' { '\n' } else { ' ' }).collect();
        self.text.to_mut().replace_range(start..end, &blanks);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_found_again() {
        let mut patch = Patch::new("abcdef");
        patch.insert(3, "XX");
        patch.insert(1, "Y");
        patch.insert(5, "Z");
        assert_eq!(patch.text(), "aYbcXZXdef");
        assert_eq!(patch.original(2), 1, "b");
        assert_eq!(patch.original(7), 3, "d");
        assert_eq!(patch.original(9), 5, "f");
        assert!(patch.is_inserted(5) && !patch.is_inserted(7));
    }
}
