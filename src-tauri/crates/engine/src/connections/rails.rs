//! Rails of connected accounts. Settings and secrets are read anew for each request, so that a key that was exchanged
//! or taken away counts at once.

use std::sync::Arc;

use purser_connectors::Rail;
use purser_connectors::stripe::{self, Client, StripeRail};
use purser_connectors::webhook::{self, WebhookRail};
use purser_core::outbox::{Delivery, Outcome};
use purser_store::tables::connections as rows;

use super::{Usable, usable};
use crate::books::Books;
use crate::error::ApiError;
use crate::vault::Vault;

/// Every rail that a connection can carry.
pub(crate) fn rails(books: &Books, vault: &Arc<dyn Vault>) -> Vec<Arc<dyn Rail>> {
    let rail = |name, title, open| {
        let (books, vault) = (books.clone(), Arc::clone(vault));
        Arc::new(ConnectedRail { books, vault, name, title, open }) as Arc<dyn Rail>
    };
    vec![rail(stripe::NAME, stripe::TITLE, open_stripe), rail(webhook::NAME, webhook::TITLE, open_webhook)]
}

/// Opens the rail of a connection, or says why it cannot be used.
type Open = fn(&Usable) -> Result<Box<dyn Rail>, String>;

struct ConnectedRail {
    books: Books,
    vault: Arc<dyn Vault>,
    name: &'static str,
    title: &'static str,
    open: Open,
}

impl ConnectedRail {
    fn opened(&self) -> Result<Box<dyn Rail>, String> {
        let row = self.books.read(|tx| Ok(rows::all(tx)?)).map_err(|error: ApiError| error.message)?;
        let row = row.into_iter().find(|row| row.provider == self.name);
        let row = row.ok_or_else(|| format!("{} is not connected", self.title))?;
        match usable(self.vault.as_ref(), &row) {
            Ok(Ok(usable)) => (self.open)(&usable),
            Ok(Err(problem)) => Err(problem.sentence),
            Err(error) => Err(error.message),
        }
    }
}

impl Rail for ConnectedRail {
    fn name(&self) -> &str {
        self.name
    }

    fn title(&self) -> &str {
        self.title
    }

    fn delivery(&self) -> Delivery {
        Delivery::Keyed
    }

    fn send(&self, key: &str, request: &[u8]) -> Outcome {
        self.opened().map_or_else(Outcome::NotSent, |rail| rail.send(key, request))
    }

    fn look_up(&self, key: &str, request: &[u8]) -> Outcome {
        // Not being able to ask is no answer.
        self.opened().map_or_else(Outcome::NoAnswer, |rail| rail.look_up(key, request))
    }
}

fn open_stripe(usable: &Usable) -> Result<Box<dyn Rail>, String> {
    let client =
        Client::connected(&usable.settings, &usable.secrets).map_err(|error| error.problem().sentence)?;
    if !client.can_write() {
        return Err("Stripe is connected without a key that may write".to_owned());
    }
    Ok(Box::new(StripeRail::new(client)))
}

fn open_webhook(usable: &Usable) -> Result<Box<dyn Rail>, String> {
    let rail = WebhookRail::new(&usable.settings, &usable.secrets).map_err(|problem| problem.sentence)?;
    Ok(Box::new(rail))
}
