//! A mail account: where the server is, how it is spoken to, who signs in, who sends.

use lettre::message::Mailbox;

use crate::provider::{Secrets, Settings, is_loopback};

/// The one secret.
pub const PASSWORD: &str = "password";

/// How the line to the server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// In clear at first, encrypted before anything is said.
    StartTls,
    /// Encrypted from the first byte.
    Tls,
    /// Not at all: only on this machine.
    None,
}

/// A mail account, ready for use.
#[derive(Debug, Clone)]
pub struct Account {
    /// The server's host name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Protection of the line.
    pub security: Security,
    /// Who signs in, and with what; `None` where the server asks for nothing.
    pub login: Option<(String, secrecy::SecretString)>,
    /// The sender.
    pub from: Mailbox,
    /// Path of the PEM file of an authority of the founder's own; only it is trusted then.
    pub ca: Option<String>,
}

impl Account {
    /// The account of settings that [`crate::provider::Provider::settings`] has checked.
    pub fn new(settings: &Settings, secrets: &Secrets) -> Result<Account, String> {
        let user = settings.option("user");
        let login = match (user, secrets.get(PASSWORD)) {
            ("", _) => None,
            (user, Some(password)) => Some((user.to_owned(), password.to_owned().into())),
            (_, None) => return Err("The password for the mail account is missing.".to_owned()),
        };
        Ok(Account {
            host: settings.option("host").to_owned(),
            port: port(settings)?,
            security: security(settings),
            login,
            from: sender(settings)?,
            ca: Some(settings.option("ca")).filter(|path| !path.is_empty()).map(str::to_owned),
        })
    }

    /// `smtp.example.com:587`.
    pub fn place(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }
}

fn security(settings: &Settings) -> Security {
    match settings.option("tls") {
        "tls" => Security::Tls,
        "none" => Security::None,
        _ => Security::StartTls,
    }
}

fn port(settings: &Settings) -> Result<u16, String> {
    let text = settings.option("port");
    match text.parse() {
        Ok(0) | Err(_) => Err(format!("The port “{text}” is no number from 1 to 65535.")),
        Ok(port) => Ok(port),
    }
}

fn sender(settings: &Settings) -> Result<Mailbox, String> {
    let text = settings.option("from");
    text.parse().map_err(|_| {
        format!("The sender “{text}” is no address such as Northbeam Analytics <billing@northbeam.example>.")
    })
}

/// Checks the options together and fills in the port.
pub(super) fn settle(settings: &mut Settings) -> Result<(), String> {
    let host = settings.option("host").to_owned();
    if !host.chars().all(|c| c.is_ascii_alphanumeric() || "-.:[]".contains(c)) {
        return Err(format!("The server “{host}” is no host name such as smtp.example.com."));
    }
    let security = security(settings);
    if security == Security::None && !is_loopback(&host) {
        return Err(
            "Without encryption only a server on this machine is used, such as 127.0.0.1. Choose starttls or tls."
                .to_owned(),
        );
    }
    if settings.option("port").is_empty() {
        let port = match security {
            Security::StartTls => "587",
            Security::Tls => "465",
            Security::None => "25",
        };
        settings.options.insert("port".to_owned(), port.to_owned());
    }
    port(settings)?;
    sender(settings)?;
    let ca = settings.option("ca");
    if !ca.is_empty() && !std::path::Path::new(ca).is_absolute() {
        return Err("The path of the certificate authority's file must be absolute.".to_owned());
    }
    Ok(())
}

/// A user needs a password; a password needs a user. What is not given is looked for in the vault by the caller.
pub(super) fn shapes(settings: &Settings, secrets: &Secrets) -> Result<(), String> {
    match (settings.option("user"), secrets.get(PASSWORD)) {
        ("", Some(_)) => Err("A password was given without the option user.".to_owned()),
        (user, None) if !user.is_empty() => Err(format!("The password of {user} is missing.")),
        _ => Ok(()),
    }
}

/// The password goes to this server, to this user, behind this protection, and nowhere else.
pub(super) fn address(settings: &Settings) -> String {
    let [host, port, tls, user] = ["host", "port", "tls", "user"].map(|name| settings.option(name));
    format!("smtp://{user}@{host}:{port}?{tls}")
}
