//! What is known of a text without reading it: which characters it may hold, and how long it may be.
//!
//! A guard asks a profile whether a text could matter to a rule at all. Of a text that is there the profile is exact; of
//! one that a type only describes it is an upper bound. The same guard answers for both, so what is proved of a type is
//! what is skipped at run time.

/// The characters that a text may hold and its length in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    /// One bit for each ASCII character.
    ascii: u128,
    /// Whether there may be any other character.
    other: bool,
    /// The most bytes it may have.
    most: usize,
}

impl Profile {
    /// Anything.
    pub const ANY: Profile = Profile { ascii: u128::MAX, other: true, most: usize::MAX };

    /// The profile of a text.
    pub fn of(text: &str) -> Profile {
        let bit = |set: u128, byte: &u8| if byte.is_ascii() { set | 1 << byte } else { set };
        let ascii = text.bytes().fold(0, |set, byte| bit(set, &byte));
        Profile { ascii, other: !text.is_ascii(), most: text.len() }
    }

    /// Texts of at most `most` bytes, of the characters of `alphabet` alone.
    pub fn within(alphabet: &str, most: usize) -> Profile {
        Profile { most, ..Profile::of(alphabet) }
    }

    /// Either of two texts.
    #[must_use]
    pub fn or(self, other: Profile) -> Profile {
        Profile {
            ascii: self.ascii | other.ascii,
            other: self.other || other.other,
            most: self.most.max(other.most),
        }
    }

    /// One text after another.
    #[must_use]
    pub fn then(self, other: Profile) -> Profile {
        Profile { most: self.most.saturating_add(other.most), ..self.or(other) }
    }

    /// Whether it may hold any of these ASCII characters.
    pub(super) fn has_any(self, of: &str) -> bool {
        Profile::of(of).ascii & self.ascii != 0
    }

    /// Whether it may hold a character beyond ASCII.
    pub(super) fn has_other(self) -> bool {
        self.other
    }

    /// Whether it may have that many bytes.
    pub(super) fn reaches(self, bytes: usize) -> bool {
        self.most >= bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_bounds_what_it_was_made_of() {
        let digits = Profile::within("0123456789", 5);
        assert!(!digits.has_any("abc:") && !digits.has_other() && digits.reaches(5) && !digits.reaches(6));
        let both = digits.then(Profile::of("é:"));
        assert!(both.has_any(":") && both.has_other() && both.reaches(8) && !both.reaches(9));
        assert!(Profile::ANY.has_any("~") && Profile::ANY.reaches(1 << 40));
    }
}
