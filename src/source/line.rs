//! From byte offsets to lines and columns.

/// A line and a column, both from 1; the column counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
}

pub(super) fn starts(text: &str) -> Vec<u32> {
    let after_newline = text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i + 1);
    std::iter::once(0).chain(after_newline).map(|i| u32::try_from(i).unwrap_or(u32::MAX)).collect()
}

pub(super) fn place(text: &str, starts: &[u32], offset: u32) -> Place {
    let line = starts.partition_point(|s| *s <= offset).max(1);
    let start = starts.get(line - 1).copied().unwrap_or(0);
    let column = text.get(start as usize..offset as usize).map_or(1, |s| s.chars().count() + 1);
    Place { line, column }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_start_at_one() {
        let text = "ab\nçd\n";
        let starts = starts(text);
        assert_eq!(place(text, &starts, 0), Place { line: 1, column: 1 });
        assert_eq!(place(text, &starts, 5), Place { line: 2, column: 2 });
        assert_eq!(place(text, &starts, 7), Place { line: 3, column: 1 });
    }
}
