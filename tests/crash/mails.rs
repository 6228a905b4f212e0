//! Judges mails by the record of the server that took them: none twice, none lost without a question.

use std::path::Path;
use std::sync::OnceLock;

use chrono::DateTime;
use purser_connectors::smtp::message_id;
use purser_core::outbox::EffectState;
use purser_store::tables::{attention, effects};
use purser_store::{Options, Store, StoreError};

use crate::runs::{Work, alone, prepare as prepare_company};
use crate::smtp::MailServer;
use crate::world::{MAIL_PORT, MAILS, STORE_FILE, key, mail_key};

/// Three mails through a real channel.
pub static MAIL: Work = Work { name: "mails", prepare, begin: alone, judge, template: OnceLock::new() };

/// One server for all runs: the ids of their mails differ.
fn server() -> &'static MailServer {
    static SERVER: OnceLock<MailServer> = OnceLock::new();
    SERVER.get_or_init(MailServer::start)
}

fn prepare(folder: &Path) {
    prepare_company(folder);
    std::fs::write(folder.join(MAIL_PORT), server().port.to_string()).unwrap();
}

fn judge(folder: &Path, acknowledged: &[String]) -> Vec<String> {
    let options = Options::new(DateTime::from_timestamp(1_900_000_000, 0).unwrap());
    let store = match Store::open(&folder.join(STORE_FILE), &key(), options) {
        Ok(store) => store,
        Err(error) => return vec![format!("the store does not open: {error}")],
    };
    let mut faults = Vec::new();
    match store.verify() {
        Ok(report) => {
            faults.extend(report.findings.iter().map(|f| format!("verify: {} {}", f.place, f.sentence)));
        }
        Err(error) => faults.push(format!("verify: {error}")),
    }
    let mails = server().mails();
    let taken = |key: &str| {
        let id = message_id(key, "northbeam.example");
        mails.iter().filter(|mail| mail.header("Message-ID").as_deref() == Some(id.as_str())).count()
    };
    let looked = store.read(|tx| {
        for number in 0..MAILS {
            let key = mail_key(folder, number);
            let Some(effect) = effects::by_idempotency_key(tx, &key)? else {
                if acknowledged.iter().any(|line| *line == format!("mail {number}")) {
                    faults.push(format!("mail {number} was acknowledged and is gone"));
                }
                continue;
            };
            let (taken, asked) = (taken(&key), attention::has(tx, &format!("effect:{}", effect.id))?);
            let fits = match effect.state {
                EffectState::Sent => taken == 1 && !asked,
                EffectState::Unknown => taken <= 1 && asked,
                _ => false,
            };
            if !fits {
                faults.push(format!(
                    "mail {number} is {:?}, was taken {taken} times, asked: {asked}",
                    effect.state
                ));
            }
        }
        Ok::<_, StoreError>(())
    });
    faults.extend(looked.err().map(|error| format!("the store cannot be read: {error}")));
    faults
}
