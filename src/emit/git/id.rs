//! Names of objects.

use std::fmt;

/// The name of an object: the SHA-1 of its kind, length and content.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(pub(super) [u8; 20]);

impl Id {
    /// Reads 40 hexadecimal digits, in lower case.
    pub fn parse(text: &str) -> Option<Id> {
        let bytes = text.as_bytes();
        let digits = bytes.iter().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if bytes.len() != 40 || !digits {
            return None;
        }
        let mut id = [0; 20];
        for (at, pair) in id.iter_mut().zip(bytes.chunks_exact(2)) {
            *at = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(Id(id))
    }

    /// The first digits, as people write them.
    pub fn short(&self) -> String {
        self.to_string().chars().take(10).collect()
    }

    pub(super) fn of(oid: git2::Oid) -> Id {
        let mut id = [0; 20];
        id.iter_mut().zip(oid.as_bytes()).for_each(|(to, from)| *to = *from);
        Id(id)
    }

    pub(super) fn oid(&self) -> git2::Oid {
        git2::Oid::from_bytes(&self.0).unwrap_or(git2::Oid::ZERO_SHA1)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::Id;

    #[test]
    fn an_id_is_forty_digits() {
        let text = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
        assert_eq!(Id::parse(text).unwrap().to_string(), text);
        assert_eq!(Id::of(Id::parse(text).unwrap().oid()), Id::parse(text).unwrap());
        for wrong in ["", "4b", &text.to_uppercase(), &format!("{text}0"), "ref: refs/heads/main"] {
            assert_eq!(Id::parse(wrong), None, "{wrong}");
        }
    }
}
