//! From the bytes of a file to text, whatever program wrote it.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use serde::{Deserialize, Serialize};

/// How the characters of a file are written.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TextEncoding {
    /// Found from the bytes: a byte order mark, valid UTF-8, the rhythm of UTF-16, else the legacy
    /// encoding whose letters fit best.
    #[default]
    Auto,
    /// An encoding by its name, such as `utf-8`, `windows-1252`, `iso-8859-2`, `utf-16le`.
    Named(String),
}

/// A file's text and how it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded<'a> {
    /// The text without a byte order mark.
    pub text: Cow<'a, str>,
    /// The encoding's name, such as `UTF-8` or `windows-1252`.
    pub encoding: &'static str,
    /// Whether the encoding is certain; a legacy encoding recognised by its letters is not.
    pub certain: bool,
}

/// What can be wrong with a file's characters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The encoding's name is unknown.
    #[error("“{0}” is not a text encoding. Use a name such as utf-8, windows-1252 or iso-8859-15")]
    UnknownEncoding(String),
    /// It is a file of another kind, known by how it begins.
    #[error("It is {0}, not text. Export the same as CSV and import that")]
    NotText(&'static str),
    /// The bytes do not fit the named encoding.
    #[error(
        "Line {line} cannot be read as {encoding}. Choose the encoding in which the bank wrote the file, or leave it to be found"
    )]
    Malformed {
        /// The encoding that was asked for.
        encoding: &'static str,
        /// The line of the first unreadable bytes.
        line: u32,
    },
}

/// Bytes that the legacy detector looks at: more costs time and adds no certainty.
const DETECTION_BYTES: usize = 256 * 1024;

/// How files begin that people take for an export: a spreadsheet has the same name and the same icon.
const OTHER_KINDS: [(&[u8], &str); 5] = [
    (b"PK\x03\x04", "a spreadsheet or an archive"),
    (b"\xd0\xcf\x11\xe0", "a spreadsheet"),
    (b"%PDF-", "a PDF"),
    (b"\x1f\x8b", "an archive"),
    (b"\x89PNG", "a picture"),
];

/// Decodes a file.
pub fn decode<'a>(bytes: &'a [u8], encoding: &TextEncoding) -> Result<Decoded<'a>, DecodeError> {
    if let Some((_, kind)) = OTHER_KINDS.iter().find(|(begin, _)| bytes.starts_with(begin)) {
        return Err(DecodeError::NotText(kind));
    }
    if let Some((marked, mark_length)) = Encoding::for_bom(bytes) {
        return strict(&bytes[mark_length..], marked, true);
    }
    match encoding {
        TextEncoding::Named(name) => {
            let named = Encoding::for_label(name.trim().as_bytes())
                .ok_or_else(|| DecodeError::UnknownEncoding(name.chars().take(40).collect()))?;
            strict(bytes, named, true)
        }
        TextEncoding::Auto => auto(bytes),
    }
}

fn auto(bytes: &[u8]) -> Result<Decoded<'_>, DecodeError> {
    if let Some(sixteen) = utf16_without_mark(bytes) {
        return strict(bytes, sixteen, true);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(Decoded { text: Cow::Borrowed(text), encoding: UTF_8.name(), certain: true });
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    let sample = &bytes[..bytes.len().min(DETECTION_BYTES)];
    detector.feed(sample, true);
    let legacy = detector.guess(None, chardetng::Utf8Detection::Deny);
    let (text, _) = legacy.decode_without_bom_handling(bytes);
    Ok(Decoded { text, encoding: legacy.name(), certain: false })
}

fn strict<'a>(
    bytes: &'a [u8],
    encoding: &'static Encoding,
    certain: bool,
) -> Result<Decoded<'a>, DecodeError> {
    match encoding.decode_without_bom_handling_and_without_replacement(bytes) {
        Some(text) => Ok(Decoded { text, encoding: encoding.name(), certain }),
        None => {
            let (text, _) = encoding.decode_without_bom_handling(bytes);
            let before = text.find(char::REPLACEMENT_CHARACTER).map_or("", |end| &text[..end]);
            let line = crate::sheet::count_lines(before.as_bytes()).saturating_add(1);
            Err(DecodeError::Malformed { encoding: encoding.name(), line })
        }
    }
}

/// UTF-16 of mostly Latin text has a zero in every other byte; UTF-8 text has none at all.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(4096) & !1];
    if sample.len() < 4 || !bytes.len().is_multiple_of(2) {
        return None;
    }
    let pairs = sample.len() / 2;
    let zeros_at = |offset: usize| sample.iter().skip(offset).step_by(2).filter(|b| **b == 0).count();
    let (high_first, high_second) = (zeros_at(0), zeros_at(1));
    let mostly = |zeros: usize| zeros * 10 >= pairs * 7;
    let hardly = |zeros: usize| zeros * 10 <= pairs;
    if mostly(high_second) && hardly(high_first) {
        Some(UTF_16LE)
    } else if mostly(high_first) && hardly(high_second) {
        Some(UTF_16BE)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(bytes: &[u8]) -> (String, &'static str) {
        let decoded = decode(bytes, &TextEncoding::Auto).unwrap();
        (decoded.text.into_owned(), decoded.encoding)
    }

    #[test]
    fn utf_8_with_and_without_a_mark_reads_the_same() {
        assert_eq!(text_of("Łódź".as_bytes()), ("Łódź".into(), "UTF-8"));
        assert_eq!(text_of("\u{feff}Łódź".as_bytes()), ("Łódź".into(), "UTF-8"));
    }

    #[test]
    fn utf_16_is_found_with_and_without_a_mark() {
        let little: Vec<u8> = "date;amount\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = "date;amount\r\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(text_of(&little), ("date;amount\r\n".into(), "UTF-16LE"));
        assert_eq!(text_of(&big), ("date;amount\r\n".into(), "UTF-16BE"));
        let mut marked = vec![0xff, 0xfe];
        marked.extend(&little);
        assert_eq!(text_of(&marked), ("date;amount\r\n".into(), "UTF-16LE"));
    }

    #[test]
    fn legacy_german_and_czech_are_told_apart() {
        let german = encoding_rs::WINDOWS_1252.encode("Überweisung an Bäcker Groß, Währung €").0.into_owned();
        assert_eq!(text_of(&german).0, "Überweisung an Bäcker Groß, Währung €");
        let czech = encoding_rs::WINDOWS_1250.encode("Příliš žluťoučký kůň úpěl ďábelské ódy").0.into_owned();
        assert_eq!(text_of(&czech).0, "Příliš žluťoučký kůň úpěl ďábelské ódy");
    }

    #[test]
    fn a_named_encoding_that_does_not_fit_names_the_line() {
        let error = decode(b"a\nb\nc\xff\n", &TextEncoding::Named("utf-8".into())).unwrap_err();
        assert_eq!(error, DecodeError::Malformed { encoding: "UTF-8", line: 3 });
        let error = decode(b"a", &TextEncoding::Named("klingon".into())).unwrap_err();
        assert!(matches!(error, DecodeError::UnknownEncoding(_)));
    }
}
