//! Lines of the payment file.

use serde::Deserialize;
use serde_json::Value;

/// An accepted instruction.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Record {
    /// The id that the file gave it: `PF-000001`, `PF-000002`…
    pub id: String,
    /// The idempotency key.
    pub key: String,
    /// The request as it was sent.
    pub request: Value,
}

/// What is accepted in the file, and where that ends.
#[derive(Debug)]
pub(super) struct Lines {
    pub(super) records: Vec<Record>,
    /// Bytes up to here are whole lines; what follows is torn and was never accepted.
    pub(super) end: usize,
}

/// The id of the `number`th record.
pub(super) fn id_of(number: usize) -> String {
    format!("PF-{number:06}")
}

/// One line with its end. The request is copied byte for byte: the caller has seen that it is one line of JSON.
pub(super) fn line(id: &str, key: &str, request: &[u8]) -> Vec<u8> {
    let start = format!("{{\"id\":{},\"key\":{},\"request\":", Value::from(id), Value::from(key));
    [start.as_bytes(), request, b"}\n"].concat()
}

/// Reads the whole lines; `Err` is the number of a line that is damaged although another one follows it.
///
/// After a kill the last line may miss its end; after a power loss it may hold anything. Either way the outbox
/// was never told that it was accepted.
pub(super) fn complete_lines(bytes: &[u8]) -> Result<Lines, usize> {
    let mut lines = Lines { records: Vec::new(), end: 0 };
    while let Some(length) = bytes[lines.end..].iter().position(|byte| *byte == b'\n') {
        let next = lines.end + length + 1;
        match serde_json::from_slice(&bytes[lines.end..next]) {
            Ok(record) => {
                lines.records.push(record);
                lines.end = next;
            }
            Err(_) if next == bytes.len() => break,
            Err(_) => return Err(lines.records.len() + 1),
        }
    }
    Ok(lines)
}
