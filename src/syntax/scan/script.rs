//! The scripts among the code: braces count, comments and four kinds of quotes are skipped.

use super::{Frame, Scanner};

impl Scanner<'_> {
    pub(super) fn rhai(&mut self, byte: u8) {
        match byte {
            b'/' if self.peek(1) == Some(b'/') => self.at += self.until("\n").unwrap_or(self.rest().len()),
            b'/' if self.peek(1) == Some(b'*') => self.rhai_comment(),
            b'"' => self.rhai_quoted(b'"'),
            b'\'' => self.rhai_quoted(b'\''),
            b'#' => self.rhai_raw(),
            b'`' => {
                self.stack.push(Frame::Tick);
                self.at += 1;
            }
            b'{' => {
                self.push(Frame::Rhai(self.at));
                self.at += 1;
            }
            b'}' => {
                let opener = self.stack.pop();
                if let (Some(Frame::Rhai(open)), false) =
                    (opener, matches!(self.stack.last(), Some(Frame::Rhai(_) | Frame::Tick)))
                {
                    self.found.scripts.push((open, self.at));
                }
                self.at += 1;
            }
            _ => self.at += self.rest().chars().next().map_or(1, char::len_utf8),
        }
    }

    fn rhai_comment(&mut self) {
        let mut depth = 0_usize;
        loop {
            match (self.peek(0), self.peek(1)) {
                (Some(b'/'), Some(b'*')) => {
                    depth += 1;
                    self.at += 2;
                }
                (Some(b'*'), Some(b'/')) => {
                    depth = depth.saturating_sub(1);
                    self.at += 2;
                }
                (Some(_), _) => self.at += self.rest().chars().next().map_or(1, char::len_utf8),
                (None, _) => return,
            }
            if depth == 0 {
                return;
            }
        }
    }

    fn rhai_quoted(&mut self, quote: u8) {
        self.at += 1;
        while let Some(byte) = self.peek(0) {
            let escape = usize::from(byte == b'\\');
            self.at += escape;
            self.at += self.rest().chars().next().map_or(0, char::len_utf8);
            if byte == quote {
                return;
            }
        }
    }

    fn rhai_raw(&mut self) {
        let hashes = self.rest().bytes().take_while(|b| *b == b'#').count();
        self.at += hashes;
        if self.peek(0) == Some(b'"') {
            // The grammar knows no more than four.
            let end = format!("\"{}", "#".repeat(hashes.min(4)));
            self.at += 1;
            self.at += self.until(&end).map_or(self.rest().len(), |n| n + end.len());
        }
    }

    pub(super) fn tick(&mut self) {
        self.at += self.rest().find(['`', '$']).unwrap_or(self.rest().len());
        match (self.peek(0), self.peek(1)) {
            (Some(b'`'), _) => {
                self.stack.pop();
                self.at += 1;
            }
            (Some(b'$'), Some(b'{')) => {
                self.push(Frame::Rhai(self.at + 1));
                self.at += 2;
            }
            (Some(_), _) => self.at += 1,
            (None, _) => {}
        }
    }
}
