//! A whole mail as bytes: what is frozen when it is decided, and the letterhead that the sending account adds.
//!
//! Frozen are recipient, subject, date, words and attachments. `From` and `Message-ID` belong to the account that sends
//! it: a mail can be decided before an account is connected. The id is made of the effect's key, so that a mail that
//! arrived twice is recognised, and never holds the name of this machine.
//!
//! Every mail of today is about one payment or for the founder alone: none is marketing, so none may be unsubscribed from
//! and none says `List-Unsubscribe` (C-19). One that is sent to many for their attention has to, and needs a provider that
//! hosts the https address: there is none on a desktop.

use chrono::{DateTime, Utc};
use lettre::message::header::{ContentType, Header, Headers, MimeVersion, ReplyTo, Subject, To};
use lettre::message::{Attachment, Body, Mailbox, Mailboxes, MultiPart, SinglePart};
use purser_core::approval::sha256_hex;
use purser_core::text::one_line;
use serde::{Deserialize, Serialize};

/// Longest name beside an address.
const NAME_CHARS: usize = 200;
/// Longest subject.
const SUBJECT_CHARS: usize = 200;
/// Largest mail that is made; most servers take 20 MB and more.
const BYTES_MAX: usize = 15 * 1024 * 1024;

/// A mail as it is decided.
#[derive(Debug, Clone)]
pub struct Letter<'a> {
    /// The effect's key, from which boundaries and id are made.
    pub key: &'a str,
    /// To whom: the address.
    pub to: &'a str,
    /// To whom: the name; may be empty.
    pub to_name: &'a str,
    /// Where answers go; empty for the sender.
    pub reply_to: &'a str,
    /// One line.
    pub subject: &'a str,
    /// An HTML page.
    pub html: &'a str,
    /// The same as plain text.
    pub text: &'a str,
    /// Files: name, media type, bytes.
    pub attachments: Vec<(String, &'static str, Vec<u8>)>,
    /// When it was decided.
    pub date: DateTime<Utc>,
}

/// The frozen request of a mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailRequest {
    /// The envelope's recipient.
    pub to: String,
    /// The message without `From` and `Message-ID`, in ASCII.
    pub message: String,
}

impl Letter<'_> {
    /// The frozen bytes. The same letter gives the same bytes.
    ///
    /// Errors, as sentences: the address is none, an attachment's type is none, the mail is too large.
    pub fn freeze(&self) -> Result<Vec<u8>, String> {
        let address = |text: &str| {
            let shown = one_line(text, 100);
            text.parse().map_err(|_| format!("“{shown}” is not an email address."))
        };
        let name = Some(one_line(self.to_name, NAME_CHARS)).filter(|name| !name.is_empty());
        let mut headers = Headers::new();
        headers.set(To::from(Mailboxes::from(Mailbox::new(name, address(self.to)?))));
        if !self.reply_to.is_empty() {
            headers.set(ReplyTo::from(Mailboxes::from(Mailbox::new(None, address(self.reply_to)?))));
        }
        headers.set(Subject::from(one_line(self.subject, SUBJECT_CHARS)));
        headers.set(lettre::message::header::Date::new(self.date.into()));
        headers.set(MimeVersion::new(1, 0));
        headers.set(Automatic);
        let mut message = headers.to_string().into_bytes();
        message.extend(self.body()?.formatted());
        if message.len() > BYTES_MAX {
            return Err("The mail with its attachments is larger than 15 MB.".to_owned());
        }
        let message = String::from_utf8(message)
            .ok()
            .filter(|text| text.is_ascii())
            .ok_or_else(|| "The mail could not be written in ASCII.".to_owned())?;
        let request = MailRequest { to: self.to.trim().to_owned(), message };
        serde_json::to_vec(&request).map_err(|error| error.to_string())
    }

    fn body(&self) -> Result<MultiPart, String> {
        let mark = &sha256_hex(self.key.as_bytes())[..24];
        let words = MultiPart::alternative()
            .boundary(format!("words-{mark}"))
            .singlepart(SinglePart::builder().header(ContentType::TEXT_PLAIN).body(encoded(self.text)?))
            .singlepart(SinglePart::builder().header(ContentType::TEXT_HTML).body(encoded(self.html)?));
        if self.attachments.is_empty() {
            return Ok(words);
        }
        let mut whole = MultiPart::mixed().boundary(format!("whole-{mark}")).multipart(words);
        for (name, media, bytes) in &self.attachments {
            let media = ContentType::parse(media).map_err(|_| format!("{media} is no media type."))?;
            whole = whole.singlepart(Attachment::new(plain_name(name)).body(bytes.clone(), media));
        }
        Ok(whole)
    }
}

impl MailRequest {
    /// Reads frozen bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<MailRequest, serde_json::Error> {
        serde_json::from_slice(bytes)
    }

    /// The message as it is sent by an account.
    pub fn under_letterhead(&self, from: &Mailbox, key: &str) -> String {
        let mut headers = Headers::new();
        headers.set(lettre::message::header::From::from(Mailboxes::from(from.clone())));
        let id = message_id(key, from.email.domain());
        format!("{headers}Message-ID: {id}\r\n{}", self.message)
    }
}

/// A frozen mail as people read it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shown {
    /// The recipient as it stands in the mail.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The HTML page.
    pub html: String,
    /// The plain text.
    pub text: String,
    /// Names of the attachments.
    pub attachments: Vec<String>,
}

impl MailRequest {
    /// Reads back what will be sent, from the very bytes that will be sent. Only for mails that [`Letter`] wrote.
    pub fn shown(&self) -> Shown {
        let (head, _) = self.message.split_once("\r\n\r\n").unwrap_or((&self.message, ""));
        let head = head.replace("\r\n ", " ").replace("\r\n\t", " ");
        let header = |name: &str| {
            let line = head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
            decoded_words(line.unwrap_or_default())
        };
        let mut shown = Shown { to: header("To"), subject: header("Subject"), ..Shown::default() };
        // Each part begins with its own headers, and every boundary line begins with two hyphens.
        for part in self.message.split("\r\n--").skip(1) {
            let Some((part_head, body)) = part.split_once("\r\n\r\n") else { continue };
            let body = body.trim_end_matches("\r\n");
            if part_head.contains("Content-Type: text/html") {
                shown.html = unquoted(body);
            } else if part_head.contains("Content-Type: text/plain") {
                shown.text = unquoted(body);
            } else if let Some((_, name)) = part_head.split_once("filename=\"") {
                shown.attachments.extend(name.split('"').next().map(str::to_owned));
            }
        }
        shown
    }
}

/// Quoted-printable as text.
fn unquoted(body: &str) -> String {
    let body = body.replace("=\r\n", "");
    let mut bytes = Vec::with_capacity(body.len());
    let mut rest = body.as_bytes();
    while let [first, after @ ..] = rest {
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) if *first == b'=' => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).replace("\r\n", "\n")
}

/// A header whose words may be encoded (RFC 2047, base64 of UTF-8, as our library writes them).
fn decoded_words(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("=?utf-8?b?") {
        let Some((word, after)) = after.split_once("?=") else { break };
        // Space between two encoded words is no text.
        if !before.trim().is_empty() || out.is_empty() {
            out.push_str(before);
        }
        out.push_str(&String::from_utf8_lossy(&from_base64(word)));
        rest = after;
    }
    out.push_str(rest);
    out
}

fn from_base64(text: &str) -> Vec<u8> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bits, mut count, mut bytes) = (0_u32, 0_u32, Vec::new());
    for value in text.bytes().filter_map(|letter| LETTERS.iter().position(|each| *each == letter)) {
        bits = (bits << 6) | u32::try_from(value).unwrap_or_default();
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((bits >> count) & 0xff).unwrap_or_default());
        }
    }
    bytes
}

/// The id of the mail of a key, as an account of this domain sends it.
pub fn message_id(key: &str, domain: &str) -> String {
    let domain: String =
        domain.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-')).collect();
    format!("<{}@{domain}>", &sha256_hex(key.as_bytes())[..32])
}

/// Quoted-printable always: no server has to speak 8BITMIME, and no line is too long.
fn encoded(text: &str) -> Result<Body, String> {
    Body::new_with_encoding(
        text.replace("\r\n", "\n").replace('\n', "\r\n"),
        lettre::message::header::ContentTransferEncoding::QuotedPrintable,
    )
    .map_err(|_| "The mail's words could not be encoded.".to_owned())
}

/// A file name that no mail program takes for a path.
fn plain_name(name: &str) -> String {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' }).collect();
    plain.trim_start_matches(['.', '-']).to_owned()
}

/// Tells other machines not to answer with an absence note (RFC 3834).
#[derive(Debug, Clone)]
struct Automatic;

impl Header for Automatic {
    fn name() -> lettre::message::header::HeaderName {
        lettre::message::header::HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Automatic)
    }

    fn display(&self) -> lettre::message::header::HeaderValue {
        lettre::message::header::HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

#[cfg(test)]
mod tests;
