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

/// What a text may be read as: as it was read before, if somebody remembers.
pub(super) fn reading(readings: Option<&Readings>, text: &str) -> Rc<Reading> {
    readings.map_or_else(|| Rc::new(read_any(text)), |readings| readings.of(text))
}

impl Readings {
    fn of(&self, text: &str) -> Rc<Reading> {
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
