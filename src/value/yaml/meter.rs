//! The text as the YAML scanner takes it, with a counter of tokens that can be stopped.
//!
//! The scanner keeps all tokens of a list in brackets before it hands out the first, so a limit on what it hands out
//! comes too late: four megabytes of `[,,,` would cost half a gigabyte. It looks for a byte order mark once a token, and
//! that is where the counter sits.

use std::cell::Cell;
use std::rc::Rc;

use saphyr_parser::input::SkipTabs;
use saphyr_parser::{Input, StrInput};

/// How many tokens may still be read.
#[derive(Clone)]
pub(super) struct Meter(Rc<Cell<usize>>);

impl Meter {
    pub(super) fn new(tokens: usize) -> Self {
        Self(Rc::new(Cell::new(tokens)))
    }

    /// Whether there was more to read than allowed; the scanner then saw the end of the text too early.
    pub(super) fn is_spent(&self) -> bool {
        self.0.get() == 0
    }

    fn spend(&self) {
        self.0.set(self.0.get().saturating_sub(1));
    }
}

/// A text that ends when its meter is spent.
pub(super) struct Metered<'a> {
    text: StrInput<'a>,
    meter: Meter,
}

impl<'a> Metered<'a> {
    pub(super) fn new(text: &'a str, meter: Meter) -> Self {
        Self { text: StrInput::new(text), meter }
    }
}

impl Input for Metered<'_> {
    fn next_char_is(&self, c: char) -> bool {
        if c == '\u{feff}' {
            self.meter.spend();
        }
        self.text.next_char_is(c)
    }

    fn next_is_z(&self) -> bool {
        self.meter.is_spent() || self.text.next_is_z()
    }

    fn lookahead(&mut self, count: usize) {
        self.text.lookahead(count);
    }

    fn buflen(&self) -> usize {
        self.text.buflen()
    }

    fn bufmaxlen(&self) -> usize {
        self.text.bufmaxlen()
    }

    fn raw_read_ch(&mut self) -> char {
        self.text.raw_read_ch()
    }

    fn raw_read_non_breakz_ch(&mut self) -> Option<char> {
        self.text.raw_read_non_breakz_ch()
    }

    fn skip(&mut self) {
        self.text.skip();
    }

    fn skip_n(&mut self, count: usize) {
        self.text.skip_n(count);
    }

    fn peek(&self) -> char {
        self.text.peek()
    }

    fn peek_nth(&self, n: usize) -> char {
        self.text.peek_nth(n)
    }

    fn peek_opt(&self) -> Option<char> {
        self.text.peek_opt()
    }

    fn skip_ws_to_eol(&mut self, skip_tabs: SkipTabs) -> (usize, Result<SkipTabs, &'static str>) {
        self.text.skip_ws_to_eol(skip_tabs)
    }

    fn skip_while_non_breakz(&mut self) -> usize {
        self.text.skip_while_non_breakz()
    }
}
