//! Three mails through a real channel: each is queued once and leaves, wherever the life before was killed.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use purser_connectors::provider::Secrets;
use purser_connectors::smtp::Letter;
use purser_core::outbox::EffectState;
use purser_engine::books::Books;
use purser_engine::connections::{Asked, connect};
use purser_engine::outbox::post::{Post, post};
use purser_engine::outbox::{Dispatcher, Event};
use purser_engine::vault::{MemoryVault, Vault};
use purser_store::tables::{connections, effects};
use serde_json::json;

use crate::life::books;
use crate::say;
use crate::time::Time;
use crate::world::{MAIL_PORT, MAILS, mail_key};

const FOUNDER: &str = "founder";
/// Rounds of a life at most.
const ROUNDS_MAX: u32 = 40;

/// One life on the mails.
pub fn live(folder: &Path) {
    let time = Time::open(folder);
    let books = books(folder, &time);
    let vault: Arc<dyn Vault> = Arc::new(MemoryVault::new());
    account(&books, vault.as_ref(), folder);
    let dispatcher = Dispatcher::new(books.clone(), vec![]).with_vault(vault);
    // What a dead life left is cleared up before anything new.
    settle(&dispatcher);
    for number in 0..MAILS {
        queue(&books, folder, number);
        settle(&dispatcher);
    }
    for _ in 0..ROUNDS_MAX {
        if books.read(|tx| Ok(effects::count(tx, EffectState::Queued)?)).unwrap() == 0 {
            return;
        }
        time.advance(11);
        settle(&dispatcher);
    }
    panic!("the mails never leave");
}

fn account(books: &Books, vault: &dyn Vault, folder: &Path) {
    if !books.read(|tx| Ok(connections::all(tx)?)).unwrap().is_empty() {
        return;
    }
    let port = std::fs::read_to_string(folder.join(MAIL_PORT)).unwrap();
    let options =
        [("host", "127.0.0.1"), ("port", &port), ("tls", "none"), ("from", "billing@northbeam.example")];
    let asked = Asked {
        provider: "smtp".into(),
        base_url: String::new(),
        options: options
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into_iter()
            .collect::<BTreeMap<_, _>>(),
        secrets: Secrets::default(),
    };
    connect(books, vault, FOUNDER, asked).unwrap();
}

fn queue(books: &Books, folder: &Path, number: usize) {
    let key = mail_key(folder, number);
    books
        .decide(FOUNDER, move |tx, moment| {
            let subject = format!("mail:{number}");
            let message = Post {
                kind: "email.test",
                subject: &subject,
                recipient: "ap@alder.example",
                via: "email",
                title: format!("Mail {number}"),
                key,
            };
            let queued = post(tx, moment, message, |key| {
                let letter = Letter {
                    key,
                    to: "ap@alder.example",
                    to_name: "",
                    reply_to: "",
                    subject: "Receipt",
                    html: "<p>Receipt</p>",
                    text: "Receipt",
                    attachments: vec![],
                    date: moment.at,
                };
                Ok(letter.freeze().unwrap())
            })?;
            if queued.is_some() {
                tx.audit(moment.audit("test.mail", subject.clone(), json!({})))?;
            }
            Ok(())
        })
        .unwrap();
    say("mail", &number.to_string());
}

fn settle(dispatcher: &Dispatcher) {
    for _ in 0..ROUNDS_MAX {
        let events = dispatcher.step();
        if events.is_empty() {
            return;
        }
        for event in events {
            if let Event::Trouble(error) = event {
                panic!("the outbox is in trouble: {error}");
            }
        }
    }
    panic!("the outbox never rests");
}
