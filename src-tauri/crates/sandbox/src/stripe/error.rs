//! Stripe's error envelope.

use crate::http::Reply;
use serde_json::{Map, Value};

/// An error as it is answered. `saved`: with an idempotency key it is stored, since the endpoint had begun to act.
#[derive(Debug)]
pub(crate) struct ApiError {
    pub status: u16,
    kind: &'static str,
    code: Option<&'static str>,
    message: String,
    param: Option<String>,
    extra: Vec<(&'static str, Value)>,
    pub saved: bool,
}

impl ApiError {
    fn new(status: u16, kind: &'static str, code: Option<&'static str>, message: String) -> Self {
        Self { status, kind, code, message, param: None, extra: Vec::new(), saved: false }
    }

    pub(crate) fn invalid(message: impl Into<String>, param: &str) -> Self {
        let error = Self::new(400, "invalid_request_error", None, message.into());
        Self { param: Some(param.to_owned()), ..error }
    }

    pub(crate) fn unknown_parameter(param: &str) -> Self {
        let message = format!("Received unknown parameter: {param}");
        Self { code: Some("parameter_unknown"), ..Self::invalid(message, param) }
    }

    pub(crate) fn missing_parameter(param: &str) -> Self {
        let message = format!("Missing required param: {param}.");
        Self { code: Some("parameter_missing"), ..Self::invalid(message, param) }
    }

    pub(crate) fn missing(kind: &str, id: &str, param: &str, status: u16) -> Self {
        let message = format!("No such {kind}: '{id}'");
        Self { code: Some("resource_missing"), status, ..Self::invalid(message, param) }
    }

    pub(crate) fn no_such_url(method: &str, path: &str) -> Self {
        let message =
            format!("Unrecognized request URL ({method}: {path}). Please see https://stripe.com/docs.");
        Self::new(404, "invalid_request_error", None, message)
    }

    pub(crate) fn key(status: u16, code: Option<&'static str>, message: String) -> Self {
        Self::new(status, "invalid_request_error", code, message)
    }

    /// Refused after the endpoint began to act.
    pub(crate) fn refused(code: Option<&'static str>, message: String) -> Self {
        Self { saved: true, ..Self::new(400, "invalid_request_error", code, message) }
    }

    pub(crate) fn declined(decline_code: &'static str, charge: &str) -> Self {
        let mut error =
            Self::new(402, "card_error", Some("card_declined"), "Your card was declined.".to_owned());
        error.extra = vec![("decline_code", decline_code.into()), ("charge", charge.into())];
        Self { saved: true, ..error }
    }

    pub(crate) fn idempotency(message: String) -> Self {
        Self::new(400, "idempotency_error", None, message)
    }

    pub(crate) fn too_many_requests() -> Self {
        let message = "Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits.";
        Self::new(429, "invalid_request_error", Some("rate_limit"), message.to_owned())
    }

    pub(crate) fn server() -> Self {
        let message = "Sorry! There was an error while talking to one of our backends.";
        Self { saved: true, ..Self::new(500, "api_error", None, message.to_owned()) }
    }

    pub(crate) fn reply(&self) -> Reply {
        let mut error = Map::new();
        if let Some(code) = self.code {
            error.insert("code".to_owned(), code.into());
            error.insert(
                "doc_url".to_owned(),
                format!("https://stripe.com/docs/error-codes/{}", code.replace('_', "-")).into(),
            );
        }
        error.insert("message".to_owned(), self.message.as_str().into());
        if let Some(param) = &self.param {
            error.insert("param".to_owned(), param.as_str().into());
        }
        for (name, value) in &self.extra {
            error.insert((*name).to_owned(), value.clone());
        }
        error.insert("type".to_owned(), self.kind.into());
        let mut body = Map::new();
        body.insert("error".to_owned(), error.into());
        Reply::json(self.status, &body.into())
    }
}
