//! Rows of a delimited text file with the line numbers that an editor shows.
//!
//! Everything that reads CSV in Purser reads it through [`Sheet`], so that an error always names
//! the line a person can go to: after blank lines, in files with old line ends, and behind quoted
//! fields that run over several lines.

use csv::{ReaderBuilder, StringRecord};

/// Largest file that is read.
pub const FILE_BYTES_MAX: usize = 64 * 1024 * 1024;
/// A record over more lines than this is a quotation mark gone astray, not a long description.
pub const RECORD_LINES_MAX: u32 = 40;

/// Line ends in `bytes`; `\r\n` is one, and so is a lone `\r`.
pub fn count_lines(bytes: &[u8]) -> u32 {
    let mut count: u32 = 0;
    let mut previous = 0u8;
    for byte in bytes {
        // A `\n` after `\r` was counted with it.
        let ends = *byte == b'\r' || (*byte == b'\n' && previous != b'\r');
        count = count.saturating_add(u32::from(ends));
        previous = *byte;
    }
    count
}

/// A reader of rows.
pub struct Sheet<'a> {
    text: &'a str,
    separator: u8,
    reader: csv::Reader<&'a [u8]>,
    record: StringRecord,
    /// Offset of `text[base..]`, where the reader began.
    base: usize,
    /// Offset up to which lines were counted, and the line there.
    counted: usize,
    line: u32,
}

/// One row. Fields are borrowed from the sheet until the next row is read.
#[derive(Debug)]
pub struct Row<'s> {
    /// The line on which the row begins, the first line of the file being 1.
    pub line: u32,
    /// The line on which it ends.
    pub last_line: u32,
    /// The row as it stands in the file, without its line end.
    pub raw: &'s str,
    /// A quotation mark was opened and the file ended before it was closed.
    pub unclosed: bool,
    fields: &'s StringRecord,
}

impl<'a> Sheet<'a> {
    /// Reads `text` from its line `skip_lines + 1` on. The separator is an ASCII character.
    pub fn new(text: &'a str, separator: u8, skip_lines: u32) -> Sheet<'a> {
        let base = line_start(text, skip_lines);
        let reader = ReaderBuilder::new()
            .delimiter(separator)
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(64 * 1024)
            .from_reader(&text.as_bytes()[base..]);
        let line = 1 + count_lines(&text.as_bytes()[..base]);
        Sheet { text, separator, reader, record: StringRecord::new(), base, counted: base, line }
    }

    /// The next row that is not a blank line.
    pub fn next_row(&mut self) -> Option<Row<'_>> {
        // The text is valid UTF-8 and is in memory, so that the reader can only be at the end.
        let mut found = self.reader.read_record(&mut self.record).unwrap_or(false);
        while found && self.record.iter().all(|field| field.is_empty()) && self.record.len() < 2 {
            found = self.reader.read_record(&mut self.record).unwrap_or(false);
        }
        if !found {
            return None;
        }
        let bytes = self.text.as_bytes();
        let begun = self.record.position().map_or(0, csv::Position::byte);
        let mut start = self.base + usize::try_from(begun).unwrap_or(0);
        while start < bytes.len() && matches!(bytes[start], b'\r' | b'\n') {
            start += 1;
        }
        let ended = usize::try_from(self.reader.position().byte()).unwrap_or(0);
        let mut end = (self.base + ended).clamp(start, bytes.len());
        let at_end = end == bytes.len();
        while end > start && matches!(bytes[end - 1], b'\r' | b'\n') {
            end -= 1;
        }
        self.line = self.line.saturating_add(count_lines(&bytes[self.counted..start]));
        self.counted = start;
        let raw = &self.text[start..end];
        let last_line = self.line.saturating_add(count_lines(raw.as_bytes()));
        let unclosed = at_end && ends_inside_quotes(raw, self.separator);
        Some(Row { line: self.line, last_line, raw, unclosed, fields: &self.record })
    }
}

impl Row<'_> {
    /// How many columns the row has.
    pub fn len(&self) -> usize {
        self.fields.len()
    }

    /// Whether it has no columns.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// The column at `index`, without surrounding white space; empty where the row is shorter.
    pub fn field(&self, index: usize) -> &str {
        self.fields.get(index).unwrap_or_default().trim()
    }

    /// All columns.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.fields.iter()
    }

    /// Whether every column is empty or white space.
    pub fn is_blank(&self) -> bool {
        self.fields.iter().all(|field| field.trim().is_empty())
    }

    /// How many columns are left when empty ones at the end are not counted.
    pub fn len_used(&self) -> usize {
        (0..self.len()).rev().find(|index| !self.field(*index).is_empty()).map_or(0, |last| last + 1)
    }

    /// What is wrong with the row as a row, whatever it says.
    pub fn damage(&self) -> Option<String> {
        let lines = self.last_line - self.line + 1;
        if self.unclosed {
            return Some(format!(
                "The quotation mark that is opened on line {} is never closed: close it, or delete it",
                self.line
            ));
        }
        if lines > RECORD_LINES_MAX {
            return Some(format!(
                "Lines {} to {} are one row, because of a quotation mark that is not closed where it should be: correct it",
                self.line, self.last_line
            ));
        }
        if self.raw.contains('\0') {
            return Some(format!(
                "Line {} holds a NUL character: the file is damaged or no text file; export it again",
                self.line
            ));
        }
        None
    }
}

/// Byte offset at which line `skip_lines + 1` begins.
fn line_start(text: &str, skip_lines: u32) -> usize {
    let bytes = text.as_bytes();
    let (mut at, mut skipped) = (0, 0);
    while skipped < skip_lines && at < bytes.len() {
        let crlf = bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n');
        if matches!(bytes[at], b'\r' | b'\n') {
            skipped += 1;
        }
        at += if crlf { 2 } else { 1 };
    }
    at
}

/// Whether the text stops inside a quoted field.
fn ends_inside_quotes(raw: &str, separator: u8) -> bool {
    #[derive(PartialEq)]
    enum At {
        FieldStart,
        Plain,
        Quoted,
        QuoteInQuoted,
    }
    let mut at = At::FieldStart;
    for byte in raw.bytes() {
        at = match at {
            At::FieldStart if byte == b'"' => At::Quoted,
            At::Quoted if byte == b'"' => At::QuoteInQuoted,
            At::Quoted => At::Quoted,
            At::QuoteInQuoted if byte == b'"' => At::Quoted,
            _ if byte == separator => At::FieldStart,
            _ => At::Plain,
        };
    }
    at == At::Quoted
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lines(text: &str) -> Vec<(u32, u32, Vec<String>)> {
        let mut sheet = Sheet::new(text, b',', 0);
        let mut rows = Vec::new();
        while let Some(row) = sheet.next_row() {
            rows.push((row.line, row.last_line, row.fields().map(str::to_owned).collect()));
        }
        rows
    }

    #[test]
    fn line_numbers_are_those_of_an_editor() {
        let text = "a,b\r\n\r\n\r\n1,\"two\nlines\"\r\n3,4\n\n5,6";
        let rows = lines(text);
        let numbers: Vec<(u32, u32)> = rows.iter().map(|row| (row.0, row.1)).collect();
        assert_eq!(numbers, [(1, 1), (4, 5), (6, 6), (8, 8)]);
        assert_eq!(rows[1].2, ["1", "two\nlines"]);
    }

    #[test]
    fn old_line_ends_are_lines_too() {
        let numbers: Vec<u32> = lines("a,b\rc,d\r\re,f").iter().map(|row| row.0).collect();
        assert_eq!(numbers, [1, 2, 4]);
    }

    #[test]
    fn skipped_lines_are_counted() {
        let mut sheet = Sheet::new("junk \" one\r\njunk two\r\na,b\r\n", b',', 2);
        let row = sheet.next_row().unwrap();
        assert_eq!((row.line, row.raw), (3, "a,b"));
        assert!(sheet.next_row().is_none());
    }

    #[test]
    fn a_quotation_mark_left_open_is_noticed_only_where_it_is_one() {
        let open = |text: &str| {
            let mut sheet = Sheet::new(text, b',', 0);
            let mut last = false;
            while let Some(row) = sheet.next_row() {
                last = row.unclosed;
            }
            last
        };
        assert!(open("a,\"b\nc,d\n"));
        assert!(!open("a,5\" pipe\n"));
        assert!(!open("a,\"say \"\"x\"\"\"\n"));
    }

    proptest! {
        #[test]
        fn any_text_is_read_to_its_end_with_rising_lines(text in "[a,\"\r\n;é\u{0}]{0,200}", skip in 0u32..4) {
            let mut sheet = Sheet::new(&text, b',', skip);
            let mut previous = 0;
            while let Some(row) = sheet.next_row() {
                prop_assert!(row.line > previous && row.last_line >= row.line);
                previous = row.line;
            }
        }

        #[test]
        fn lines_agree_with_plain_counting(cells in prop::collection::vec("[a-z]{1,5}(\n[a-z]{1,3})?", 1..20)) {
            let text: String = cells.iter().map(|cell| format!("x,\"{cell}\"\n")).collect();
            let mut expected = 1u32;
            for ((line, _, fields), cell) in lines(&text).into_iter().zip(&cells) {
                prop_assert_eq!(line, expected);
                prop_assert_eq!(&fields[1], cell);
                expected += 1 + cell.matches('\n').count() as u32;
            }
        }
    }
}
