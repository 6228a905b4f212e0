//! A conversation with a mail server: connect, encrypt, sign in.

use std::time::Duration;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{Certificate, CertificateStore, SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::Mail;
use lettre::transport::smtp::extension::ClientId;
use secrecy::ExposeSecret;

use super::account::{Account, Security};
use crate::provider::{Cause, Problem, Secrets, Settings};

/// How long each answer of the server is waited for.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// Connects, signs in, names the sender, says goodbye. Nothing is sent.
pub(super) fn check(settings: &Settings, secrets: &Secrets, _once: &str) -> Result<(), Problem> {
    let account =
        Account::new(settings, secrets).map_err(|sentence| Problem::new(Cause::SecretMissing, sentence))?;
    let mut connection = open(&account, PATIENCE)?;
    let asked = connection.command(Mail::new(Some(account.from.email.clone()), vec![]));
    // The server has shown what was asked; how it takes the goodbye changes nothing.
    let _ = connection.quit();
    match asked {
        Ok(_) => Ok(()),
        Err(error) if error.is_permanent() => Err(Problem::said(
            Cause::Refused,
            &format!("{} takes no mail from {}. Check user and sender.", account.place(), account.from.email),
            &said(&error),
        )),
        Err(error) => Err(connecting(&account, &error)),
    }
}

/// An open conversation, encrypted and signed in as the account says.
pub(super) fn open(account: &Account, patience: Duration) -> Result<SmtpConnection, Problem> {
    // Never the machine's own name, which would go out with every mail.
    let hello = ClientId::Ipv4(std::net::Ipv4Addr::LOCALHOST);
    let tls = match account.security {
        Security::None => None,
        _ => Some(tls_parameters(account)?),
    };
    let at_once = tls.as_ref().filter(|_| account.security == Security::Tls);
    let place = (account.host.trim_matches(['[', ']']), account.port);
    let mut connection = SmtpConnection::connect(place, Some(patience), &hello, at_once, None)
        .map_err(|error| connecting(account, &error))?;
    if account.security == Security::StartTls
        && let Some(tls) = &tls
    {
        if !connection.can_starttls() {
            connection.abort();
            let sentence = format!(
                "{} offers no STARTTLS, so nothing was said to it. Choose tls, or another server.",
                account.place()
            );
            return Err(Problem::new(Cause::Tls, sentence));
        }
        connection.starttls(tls, &hello).map_err(|error| connecting(account, &error))?;
    }
    if let Some((user, password)) = &account.login {
        let credentials = Credentials::new(user.clone(), password.expose_secret().to_owned());
        connection
            .auth(&[Mechanism::Plain, Mechanism::Login], &credentials)
            .map_err(|error| signing_in(account, &error))?;
    }
    Ok(connection)
}

fn tls_parameters(account: &Account) -> Result<TlsParameters, Problem> {
    let mut builder = TlsParameters::builder(account.host.trim_matches(['[', ']']).to_owned());
    if let Some(path) = &account.ca {
        let unusable = |why: String| {
            let sentence = format!("The certificate authority's file {path} cannot be used: {why}.");
            Problem::new(Cause::Tls, sentence)
        };
        let pem = std::fs::read(path).map_err(|error| unusable(error.to_string()))?;
        let certificate =
            Certificate::from_pem(&pem).map_err(|_| unusable("it holds no PEM certificate".to_owned()))?;
        builder = builder.certificate_store(CertificateStore::None).add_root_certificate(certificate);
    }
    builder.build().map_err(|error| {
        Problem::said(Cause::Tls, "The encryption for the mail server could not be set up.", &said(&error))
    })
}

fn connecting(account: &Account, error: &Error) -> Problem {
    let place = account.place();
    if error.is_tls() || in_chain(error, "certificate") {
        let sentence =
            format!("{place} could not prove who it is, or encrypts in a way that is not accepted.");
        return Problem::said(Cause::Tls, &sentence, &said(error));
    }
    if error.is_timeout() || went_silent(error) {
        return Problem::new(Cause::TimedOut, format!("{place} did not answer in {} s.", PATIENCE.as_secs()));
    }
    if error.is_permanent() || error.is_transient() {
        return Problem::said(Cause::Refused, &format!("{place} refused the connection."), &said(error));
    }
    Problem::said(
        Cause::Unreachable,
        &format!("{place} cannot be reached. Check the server's name and whether this machine is online."),
        &said(error),
    )
}

fn signing_in(account: &Account, error: &Error) -> Problem {
    let place = account.place();
    if error.is_permanent() {
        let sentence = format!("{place} refused the user and password. Enter a new password.");
        return Problem::said(Cause::SecretRefused, &sentence, &said(error));
    }
    if error.is_client() {
        let sentence =
            format!("{place} offers no way to sign in that Purser knows. Check port and encryption.");
        return Problem::new(Cause::Refused, sentence);
    }
    if error.is_transient() {
        let sentence = format!("{place} cannot sign anybody in at the moment.");
        return Problem::said(Cause::ProviderFault, &sentence, &said(error));
    }
    connecting(account, error)
}

/// What the server or the system said, without our library's own words around it.
pub(super) fn said(error: &Error) -> String {
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

/// Some systems report a time-out of reading as “would block”.
fn went_silent(error: &Error) -> bool {
    let mut next: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = next {
        if let Some(io) = error.downcast_ref::<std::io::Error>() {
            return matches!(io.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut);
        }
        next = error.source();
    }
    false
}

fn in_chain(error: &Error, word: &str) -> bool {
    let mut next: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = next {
        if error.to_string().to_lowercase().contains(word) {
            return true;
        }
        next = error.source();
    }
    false
}
