//! A part of what is compiled that is not read before somebody asks for it.

use std::fmt;
use std::ops::Deref;
use std::sync::OnceLock;

use serde::de::DeserializeOwned;
use serde::ser::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A value that may still be bytes.
pub struct Later<T> {
    value: OnceLock<T>,
    bytes: Box<[u8]>,
}

impl<T> From<T> for Later<T> {
    fn from(value: T) -> Self {
        Later { value: OnceLock::from(value), bytes: Box::default() }
    }
}

impl<T: DeserializeOwned + Default> Later<T> {
    /// Changes the value.
    pub fn change(&mut self, change: impl FnOnce(&mut T)) {
        let old = std::mem::take(self);
        let mut value = old.value.into_inner().unwrap_or_else(|| super::read(&old.bytes).unwrap_or_default());
        change(&mut value);
        *self = value.into();
    }
}

impl<T: DeserializeOwned + Default> Deref for Later<T> {
    type Target = T;

    fn deref(&self) -> &T {
        // Whoever wrote the bytes has read them, and whoever took them knew that they are whole and of this build.
        self.value.get_or_init(|| super::read(&self.bytes).unwrap_or_default())
    }
}

impl<T: DeserializeOwned + Default> Default for Later<T> {
    fn default() -> Self {
        T::default().into()
    }
}

impl<T: DeserializeOwned + Default + Clone> Clone for Later<T> {
    fn clone(&self) -> Self {
        (**self).clone().into()
    }
}

impl<T: DeserializeOwned + Default + fmt::Debug> fmt::Debug for Later<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<'a, T, I> IntoIterator for &'a Later<T>
where
    T: DeserializeOwned + Default,
    &'a T: IntoIterator<Item = I>,
{
    type Item = I;
    type IntoIter = <&'a T as IntoIterator>::IntoIter;

    fn into_iter(self) -> Self::IntoIter {
        (**self).into_iter()
    }
}

impl<T: Serialize + DeserializeOwned + Default> Serialize for Later<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        // Nobody is there to complain when it is read in the end, so it is read once now.
        let bytes = super::write(&**self).filter(|bytes| super::read::<T>(bytes).is_some());
        to.serialize_bytes(&bytes.ok_or_else(|| S::Error::custom("a part cannot be written and read"))?)
    }
}

impl<'de, T> Deserialize<'de> for Later<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let bytes = <&[u8]>::deserialize(from)?;
        Ok(Later { value: OnceLock::new(), bytes: bytes.into() })
    }
}
