//! Mail through an account: one conversation for all that waits.

use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::client::SmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};

use super::account::Account;
use super::message::MailRequest;
use super::session::{PATIENCE, open, said};
use crate::channel::{Channel, Conversation, Delivered, NotSent};
use crate::provider::{Cause, Problem};

/// A mail account that carries messages.
pub struct Smtp {
    account: Account,
    patience: Duration,
}

struct Talk<'a> {
    account: &'a Account,
    connection: SmtpConnection,
}

impl Smtp {
    /// A channel through an account.
    pub fn new(account: Account) -> Smtp {
        Smtp { account, patience: PATIENCE }
    }

    /// The same, waiting no longer than this for each answer.
    pub fn patient_for(self, patience: Duration) -> Smtp {
        Smtp { patience, ..self }
    }
}

impl Channel for Smtp {
    fn open(&self) -> Result<Box<dyn Conversation + '_>, Problem> {
        let connection = open(&self.account, self.patience)?;
        Ok(Box::new(Talk { account: &self.account, connection }))
    }
}

impl Conversation for Talk<'_> {
    fn deliver(&mut self, key: &str, message: &[u8]) -> Delivered {
        let Ok(request) = MailRequest::from_bytes(message) else {
            let why = "It was written by an earlier version and holds no finished message.";
            return Delivered::NotSent(NotSent::GiveUp(why.to_owned()));
        };
        let Ok(to) = request.to.parse::<Address>() else {
            return Delivered::NotSent(NotSent::GiveUp("Its recipient is no email address.".to_owned()));
        };
        let bytes = request.under_letterhead(&self.account.from, key);
        // Up to here, and up to the dot that ends the message, nothing has been delivered.
        if let Err(error) = self.announce(&to) {
            return Delivered::NotSent(self.before_message(&error));
        }
        match self.connection.message(bytes.as_bytes()) {
            Ok(response) => Delivered::Sent(response.message().collect::<Vec<_>>().join(" ")),
            Err(error) if error.is_permanent() => Delivered::NotSent(NotSent::GiveUp(told(&error))),
            Err(error) if error.is_transient() => Delivered::NotSent(NotSent::Later(told(&error))),
            Err(error) => {
                Delivered::NoAnswer(format!("The server went silent after the message: {}", said(&error)))
            }
        }
    }
}

impl Talk<'_> {
    fn announce(&mut self, to: &Address) -> Result<(), Error> {
        let from = Some(self.account.from.email.clone());
        self.connection.command(Mail::new(from, vec![]))?;
        self.connection.command(Rcpt::new(to.clone(), vec![]))?;
        self.connection.command(Data)?;
        Ok(())
    }

    /// What an error before the message means, and the conversation made ready for the next one.
    fn before_message(&mut self, error: &Error) -> NotSent {
        let code = error.status().map(u16::from);
        let why = told(error);
        match code {
            // Sign in first, or encrypt first: the account's settings, not this message.
            Some(530 | 534 | 535 | 538) => NotSent::Blocked(Problem::said(
                Cause::Refused,
                &format!(
                    "{} wants a user and password before it takes mail. Enter them.",
                    self.account.place()
                ),
                &said(error),
            )),
            // The server closes: this and all others later.
            Some(421) | None => NotSent::Blocked(Problem::said(
                Cause::Unreachable,
                &format!("{} ended the conversation before it took the mail.", self.account.place()),
                &said(error),
            )),
            Some(_) => {
                // Whatever it says: the next `MAIL` starts anew, and a server that is gone shows there.
                let _ = self.connection.command(Rset);
                if error.is_permanent() { NotSent::GiveUp(why) } else { NotSent::Later(why) }
            }
        }
    }
}

impl Drop for Talk<'_> {
    fn drop(&mut self) {
        // Every mail has its answer already.
        let _ = self.connection.quit();
    }
}

/// `550 no such user`.
fn told(error: &Error) -> String {
    match error.status() {
        Some(code) => format!("{code} {}", said(error)),
        None => said(error),
    }
}
