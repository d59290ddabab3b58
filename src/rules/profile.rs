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
    #[inline]
    pub fn of(text: &str) -> Profile {
        let (ascii, other) = bits(text.as_bytes());
        Profile { ascii, other, most: text.len() }
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
    #[inline]
    pub(super) fn has_any(self, of: &str) -> bool {
        bits(of.as_bytes()).0 & self.ascii != 0
    }

    /// Whether it may hold all of these ASCII characters.
    #[inline]
    pub(super) fn has_all(self, of: &str) -> bool {
        let (wanted, _) = bits(of.as_bytes());
        wanted & self.ascii == wanted
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

/// One bit for each ASCII character among `bytes`, and whether there are others. Two halves are quicker than one whole.
#[inline]
fn bits(bytes: &[u8]) -> (u128, bool) {
    let (mut low, mut high, mut all) = (0_u64, 0_u64, 0_u8);
    for byte in bytes {
        let bit = 1_u64 << (byte & 63);
        let upper = 0_u64.wrapping_sub(u64::from(byte >> 6 & 1));
        // A byte of another character sets a bit of no meaning, which is taken back below.
        low |= bit & !upper;
        high |= bit & upper;
        all |= byte;
    }
    match all & 0x80 {
        0 => (u128::from(low) | u128::from(high) << 64, false),
        _ => (bytes.iter().filter(|b| b.is_ascii()).fold(0, |set, b| set | 1_u128 << b), true),
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
        assert!(
            both.has_all("1é:")
                && both.has_all("5:")
                && !both.has_all("5;")
                && !Profile::of("é").has_any("i)")
        );
        assert!(Profile::ANY.has_any("~") && Profile::ANY.reaches(1 << 40));
    }
}
