//! What the texts of one document were read as, so that each is read once, whichever rule asks.

use std::cell::RefCell;
use std::rc::Rc;

use crate::value::yaml::{Reading, read_any};

/// How many texts are remembered.
const MOST: usize = 16;

/// The texts that were read so far.
#[derive(Debug, Default)]
pub(super) struct Readings {
    read: RefCell<Vec<(Box<str>, Rc<Reading>)>>,
}

impl Readings {
    /// What a text may be read as.
    pub(super) fn of(&self, text: &str) -> Rc<Reading> {
        let mut read = self.read.borrow_mut();
        if let Some((_, reading)) = read.iter().find(|(known, _)| **known == *text) {
            return Rc::clone(reading);
        }
        let reading = Rc::new(read_any(text));
        if read.len() < MOST {
            read.push((text.into(), Rc::clone(&reading)));
        }
        reading
    }
}
