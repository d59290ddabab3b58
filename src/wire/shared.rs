//! For fields that are `Arc`s: `#[serde(with = "crate::wire::shared")]` writes what several of them share once.
//!
//! A format of serde hands no state from field to field, so what was seen is kept beside it, for as long as one call of
//! [`write`](super::write) or [`read`](super::read) takes.

use std::any::Any;
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What one call has seen.
#[derive(Default)]
struct Seen {
    /// The numbers of what was written, by address: nothing of it goes away while it is written.
    written: HashMap<usize, u32>,
    /// What was read, by number.
    read: Vec<Arc<dyn Any + Send + Sync>>,
}

thread_local! {
    static SEEN: RefCell<Seen> = RefCell::default();
}

/// Begins with nothing seen, and keeps nothing of it.
pub(super) fn session<T>(work: impl FnOnce() -> T) -> T {
    let outer = SEEN.take();
    let result = work();
    SEEN.set(outer);
    result
}

#[derive(Deserialize, Serialize)]
enum Form<T> {
    /// The first time, in full; it gets the next number.
    New(T),
    /// What has this number.
    Known(u32),
}

/// Writes what an `Arc` holds, or its number.
///
/// # Errors
/// What the format says.
pub fn serialize<T: Serialize, S: Serializer>(value: &Arc<T>, to: S) -> Result<S::Ok, S::Error> {
    let address = Arc::as_ptr(value).addr();
    if let Some(number) = SEEN.with_borrow(|seen| seen.written.get(&address).copied()) {
        return Form::<&T>::Known(number).serialize(to);
    }
    let written = Form::New(&**value).serialize(to)?;
    SEEN.with_borrow_mut(|seen| {
        let number = u32::try_from(seen.written.len()).unwrap_or(u32::MAX);
        seen.written.insert(address, number);
    });
    Ok(written)
}

/// Reads what [`serialize`] wrote.
///
/// # Errors
/// What the format says, or that there is nothing of that number and type.
pub fn deserialize<'de, T, D>(from: D) -> Result<Arc<T>, D::Error>
where
    T: Deserialize<'de> + Send + Sync + 'static,
    D: Deserializer<'de>,
{
    match Form::<T>::deserialize(from)? {
        Form::New(value) => {
            let value = Arc::new(value);
            SEEN.with_borrow_mut(|seen| seen.read.push(Arc::<T>::clone(&value)));
            Ok(value)
        }
        Form::Known(number) => {
            let known = SEEN.with_borrow(|seen| seen.read.get(number as usize).cloned());
            let known = known.and_then(|any| any.downcast().ok());
            known.ok_or_else(|| D::Error::custom("nothing of that number was read"))
        }
    }
}
