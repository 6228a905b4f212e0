//! Requests and answers as the faces see them, and the server that carries them.

mod form;
pub(crate) mod server;

pub(crate) use form::Form;

use serde_json::Value;

/// A request, complete.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub method: String,
    pub path: String,
    pub query: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Ask {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(each, _)| each == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn body_text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The path's words: `/v1/invoices/in_1/pay` is `["v1", "invoices", "in_1", "pay"]`.
    pub(crate) fn words(&self) -> Vec<&str> {
        self.path.split('/').filter(|word| !word.is_empty()).collect()
    }
}

/// What becomes of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Sent,
    /// Held back until the client gives up, then the connection is broken.
    Hangs,
    /// The connection is broken at once.
    Reset,
}

/// An answer and its fate.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
    pub fate: Fate,
}

impl Reply {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        let mut bytes = serde_json::to_vec(body).unwrap_or_default();
        bytes.push(b'\n');
        let headers = vec![("content-type", "application/json".to_owned())];
        Self { status, headers, body: bytes, fate: Fate::Sent }
    }

    pub(crate) fn text(status: u16, kind: &str, body: String) -> Self {
        let headers = vec![("content-type", kind.to_owned())];
        Self { status, headers, body: body.into_bytes(), fate: Fate::Sent }
    }

    pub(crate) fn lost(fate: Fate) -> Self {
        Self { status: 0, headers: Vec::new(), body: Vec::new(), fate }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}
