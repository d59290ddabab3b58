//! What texts were read as, so that each is read once, whichever rule asks, and for whichever document of a flow.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use crate::value::yaml::{Reading, read_any};

/// How many texts are remembered: the last ones.
const MOST: usize = 16;

/// The texts that were read last.
#[derive(Debug, Default)]
pub(super) struct Readings {
    read: RefCell<VecDeque<(Box<str>, Rc<Reading>)>>,
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
        if read.len() == MOST {
            read.pop_front();
        }
        read.push_back((text.into(), Rc::clone(&reading)));
        reading
    }
}
