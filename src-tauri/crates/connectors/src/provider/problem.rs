//! What is wrong with a connection, in a sentence and with what would help.

use purser_core::text::one_line;

/// Longest text of a provider that is repeated.
const DETAIL_CHARS: usize = 200;

/// Why a provider did not do what it was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// No connection: offline, wrong host, refused.
    Unreachable,
    /// Connected, then silence.
    TimedOut,
    /// Its certificate or encryption is not acceptable.
    Tls,
    /// The key or password is wrong or was revoked.
    SecretRefused,
    /// The key may not do what is needed.
    PermissionMissing,
    /// The settings do not fit the provider.
    Refused,
    /// Too many requests.
    RateLimited,
    /// The provider has trouble of its own.
    ProviderFault,
    /// The vault has no secret for it.
    SecretMissing,
}

/// What would help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fix {
    /// Enter another secret.
    Secret,
    /// Change the settings.
    Settings,
    /// Ask again later.
    Again,
}

/// What is wrong with a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Why.
    pub cause: Cause,
    /// One sentence for the founder: what, where, what to do. Never holds a secret.
    pub sentence: String,
}

impl Cause {
    /// Every cause with its stable code.
    pub const ALL: [(Cause, &'static str); 9] = [
        (Cause::Unreachable, "unreachable"),
        (Cause::TimedOut, "timed_out"),
        (Cause::Tls, "tls"),
        (Cause::SecretRefused, "secret_refused"),
        (Cause::PermissionMissing, "permission_missing"),
        (Cause::Refused, "refused"),
        (Cause::RateLimited, "rate_limited"),
        (Cause::ProviderFault, "provider_fault"),
        (Cause::SecretMissing, "secret_missing"),
    ];

    /// The stable code.
    pub fn code(self) -> &'static str {
        Cause::ALL.iter().find(|(cause, _)| *cause == self).map_or("", |(_, code)| code)
    }

    /// The cause of a code.
    pub fn parse(code: &str) -> Option<Cause> {
        Cause::ALL.iter().find(|(_, known)| *known == code).map(|(cause, _)| *cause)
    }

    /// What would help.
    pub fn fix(self) -> Fix {
        match self {
            Cause::SecretRefused | Cause::PermissionMissing | Cause::SecretMissing => Fix::Secret,
            Cause::Tls | Cause::Refused => Fix::Settings,
            Cause::Unreachable | Cause::TimedOut | Cause::RateLimited | Cause::ProviderFault => Fix::Again,
        }
    }
}

impl Fix {
    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Fix::Secret => "secret",
            Fix::Settings => "settings",
            Fix::Again => "again",
        }
    }
}

impl Problem {
    /// A problem with its sentence.
    pub fn new(cause: Cause, sentence: impl Into<String>) -> Problem {
        Problem { cause, sentence: sentence.into() }
    }

    /// A problem in our words, with what the provider said behind them, bounded and on one line.
    pub fn said(cause: Cause, sentence: &str, said: &str) -> Problem {
        let said = one_line(said, DETAIL_CHARS);
        let said = said.trim_end_matches('.');
        let sentence =
            if said.is_empty() { sentence.to_owned() } else { format!("{sentence} It said: {said}.") };
        Problem { cause, sentence }
    }
}
