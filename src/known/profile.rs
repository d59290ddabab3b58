//! What is known of a text without reading it: which characters it may hold, and how long it may be.
//!
//! A guard asks a profile whether a text could matter to a rule at all. Of a text that is there the profile is exact; of
//! one that a type only describes it is an upper bound. The same guard answers for both, so what is proved of a type is
//! what is skipped at run time.

use crate::check::types::{Class, Str};

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
    pub fn has_any(self, of: &str) -> bool {
        bits(of.as_bytes()).0 & self.ascii != 0
    }

    /// Whether it may hold all of these ASCII characters.
    #[inline]
    pub fn has_all(self, of: &str) -> bool {
        let (wanted, _) = bits(of.as_bytes());
        wanted & self.ascii == wanted
    }

    /// Whether it may hold a character beyond ASCII.
    pub fn has_other(self) -> bool {
        self.other
    }

    /// Whether it may have that many bytes.
    pub fn reaches(self, bytes: usize) -> bool {
        self.most >= bytes
    }

    /// What both of two profiles allow.
    #[must_use]
    pub fn and(self, other: Profile) -> Profile {
        Profile {
            ascii: self.ascii & other.ascii,
            other: self.other && other.other,
            most: self.most.min(other.most),
        }
    }

    /// Whether it may hold a character that is none of these ASCII characters.
    pub fn goes_beyond(self, alphabet: &str) -> bool {
        self.other || self.ascii & !Profile::of(alphabet).ascii != 0
    }

    /// Whether it may be exactly `text`, as far as characters and length tell.
    pub fn may_be(self, text: &str) -> bool {
        let of = Profile::of(text);
        of.ascii & !self.ascii == 0 && (!of.other || self.other) && self.reaches(of.most)
    }

    /// The texts of a type.
    pub fn of_type(ty: &Str) -> Profile {
        let class = ty.class.map_or(Profile::ANY, of_class);
        let pattern =
            ty.pattern.as_deref().map_or(Profile::ANY, |p| Profile { most: usize::MAX, ..of_pattern(p) });
        let both = class.and(pattern);
        // Types count characters, of which each has up to four bytes.
        let bytes = if both.other { 4 } else { 1 };
        let most = ty.longest().map_or(usize::MAX, |n| (n as usize).saturating_mul(bytes));
        Profile { most: both.most.min(most), ..both }
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

const DIGITS: &str = "0123456789";
const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// Texts of any length of these characters.
fn all(parts: &[&str]) -> Profile {
    Profile::within(&parts.concat(), usize::MAX)
}

/// The characters of a class, as its pattern has them.
fn of_class(class: Class) -> Profile {
    match class {
        Class::DnsLabel => all(&[LOWER, DIGITS, "-"]),
        Class::DnsSubdomain | Class::Hostname => all(&[LOWER, DIGITS, "-."]),
        Class::Quantity => all(&[DIGITS, "+-.KMGTPEinumke"]),
        Class::Duration => all(&[DIGITS, ".nsumh"]),
        Class::Cidr => all(&[DIGITS, "./"]),
        Class::Ipv4 => all(&[DIGITS, "."]),
        Class::Url => Profile { ascii: !Profile::of("\t\n\x0c\r ").ascii, ..Profile::ANY },
        Class::Semver => all(&[LOWER, UPPER, DIGITS, ".+-"]),
        Class::Image => all(&[LOWER, UPPER, DIGITS, "._-:/@"]),
    }
}

/// The characters of a pattern, as far as they are plain to see: those of its literals and its sets, if it is bound to
/// both ends of the text.
fn of_pattern(pattern: &str) -> Profile {
    let plain = pattern.strip_prefix('^').and_then(|p| p.strip_suffix('$')).filter(|p| !p.ends_with('\\'));
    let set = plain.and_then(|p| symbols(p, &mut p.chars().peekable()));
    set.unwrap_or(Profile::ANY)
}

fn symbols(whole: &str, chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<Profile> {
    if whole.contains("(?") {
        return None;
    }
    let mut set = Profile::of("");
    let mut depth = 0_usize;
    while let Some(c) = chars.next() {
        let one = match c {
            '(' => {
                depth += 1;
                continue;
            }
            ')' => {
                depth = depth.checked_sub(1)?;
                continue;
            }
            // Outside of a group it would end what is bound.
            '|' if depth == 0 => return None,
            '|' | '?' | '*' | '+' => continue,
            '{' => {
                chars.find(|c| *c == '}')?;
                continue;
            }
            '[' => members(chars)?,
            '\\' => escaped(chars.next()?)?,
            '.' | '^' | '$' => return None,
            c => Profile::of(c.encode_utf8(&mut [0; 4])),
        };
        set = set.or(one);
    }
    (depth == 0).then_some(set)
}

/// The members of a set in brackets.
fn members(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<Profile> {
    let mut set = Profile::of("");
    let mut first = true;
    loop {
        let c = chars.next()?;
        let start = match c {
            '^' if first => return None,
            ']' if !first => return Some(set),
            '[' | '&' | '~' | ']' => return None,
            '\\' => {
                let c = chars.next()?;
                set = set.or(escaped(c)?);
                first = false;
                if chars.peek() == Some(&'-') && !c.is_ascii_alphanumeric() {
                    return None;
                }
                continue;
            }
            c => c,
        };
        first = false;
        set = set.or(Profile::of(start.encode_utf8(&mut [0; 4])));
        let mut ahead = chars.clone();
        if ahead.next() == Some('-') {
            match ahead.next()? {
                // A `-` before the end is itself.
                ']' => {}
                end if start.is_ascii() && end.is_ascii() && end != '\\' && end != '[' => {
                    chars.next();
                    chars.next();
                    let range: String = (start..=end).collect();
                    set = set.or(Profile::of(&range));
                }
                _ => return None,
            }
        }
    }
}

fn escaped(c: char) -> Option<Profile> {
    match c {
        'd' => Some(all(&[DIGITS])),
        'w' => Some(all(&[LOWER, UPPER, DIGITS, "_"])),
        's' => Some(Profile::of("\t\n\x0c\r ")),
        c if c.is_ascii_punctuation() => Some(Profile::of(c.encode_utf8(&mut [0; 4]))),
        _ => None,
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
