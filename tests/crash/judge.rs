//! Judges what is left on the disk: by the rails' own record, the ledger's sums, and what was acknowledged.

use std::collections::HashMap;
use std::path::Path;

use chrono::DateTime;
use purser_core::outbox::Delivery;
use purser_store::{Options, ReadTx, Store, StoreError};

use crate::world::{PLAN, STORE_FILE, Twist, accepted, amended, key};

/// Everything that is wrong; empty when nothing is.
pub fn judge(folder: &Path, acknowledged: &[String]) -> Vec<String> {
    let options = Options::new(DateTime::from_timestamp(1_900_000_000, 0).unwrap());
    let store = match Store::open(&folder.join(STORE_FILE), &key(), options) {
        Ok(store) => store,
        Err(error) => return vec![format!("the store does not open: {error}")],
    };
    let mut faults = Vec::new();
    match store.verify() {
        Ok(report) => {
            faults.extend(report.findings.iter().map(|f| format!("verify: {} {}", f.place, f.sentence)))
        }
        Err(error) => faults.push(format!("verify: {error}")),
    }
    let looked = store.read(|tx| {
        faults.extend(ledger_faults(tx)?);
        let rails = Rails::read(folder);
        faults.extend(money_faults(tx, &rails)?);
        faults.extend(effect_faults(tx, &rails)?);
        faults.extend(acknowledged_faults(tx, acknowledged)?);
        Ok::<_, StoreError>(())
    });
    faults.extend(looked.err().map(|error| format!("the store cannot be read: {error}")));
    faults
}

/// How often each request was accepted, by the id inside it.
struct Rails {
    counts: HashMap<String, usize>,
    amounts: HashMap<String, String>,
}

impl Rails {
    fn read(folder: &Path) -> Rails {
        let mut rails = Rails { counts: HashMap::new(), amounts: HashMap::new() };
        for (delivery, _) in Delivery::ALL {
            for record in accepted(folder, delivery) {
                let id = record.request["id"].as_str().unwrap().to_owned();
                let amount = record.request["money"]["amount"].as_str().unwrap_or_default().to_owned();
                *rails.counts.entry(id.clone()).or_default() += 1;
                rails.amounts.insert(id, amount);
            }
        }
        rails
    }

    fn count(&self, id: &str) -> usize {
        self.counts.get(id).copied().unwrap_or(0)
    }
}

/// Each statement finds what must not exist.
const LEDGER: [(&str, &str); 4] = [
    (
        "an entry does not balance",
        "SELECT entry FROM posting GROUP BY entry, currency HAVING sum(amount) <> 0",
    ),
    (
        "a balance is not the sum of its postings",
        "SELECT account FROM balance b WHERE amount <> (SELECT coalesce(sum(p.amount), 0) FROM posting p
           WHERE p.account = b.account AND p.currency = b.currency)",
    ),
    (
        "postings have no balance",
        "SELECT p.account FROM posting p LEFT JOIN balance b ON b.account = p.account AND b.currency = p.currency
         WHERE b.account IS NULL",
    ),
    (
        "an open item is not the sum of its postings",
        "SELECT o.item_id FROM open_item o WHERE amount <> (SELECT coalesce(sum(p.amount), 0) FROM posting p
           WHERE p.item_id = o.item_id AND p.item_kind = o.item_kind AND p.account = o.account
             AND p.currency = o.currency)",
    ),
];

pub fn ledger_faults(tx: &ReadTx<'_>) -> Result<Vec<String>, StoreError> {
    let mut faults = Vec::new();
    for (what, sql) in LEDGER {
        if tx.prepare(sql)?.exists([])? {
            faults.push(format!("ledger: {what}"));
        }
    }
    Ok(faults)
}

/// A payment of the plan as the store has it.
struct Payment {
    item: String,
    state: String,
    amount: i64,
    booked: bool,
    in_transit: i64,
}

fn payments(tx: &ReadTx<'_>, payee: &str) -> Result<Vec<Payment>, StoreError> {
    let mut statement = tx.prepare(
        "SELECT i.id, i.state, i.amount, i.entry IS NOT NULL,
                coalesce((SELECT sum(p.amount) FROM posting p JOIN account a ON a.key = p.account
                  WHERE p.item_id = i.id AND p.item_kind = 'payout' AND a.name = 'Assets:InTransit:Out'), 0)
         FROM batch_item i WHERE i.payee = ?1",
    )?;
    let rows = statement.query_map([payee], |row| {
        Ok(Payment {
            item: row.get(0)?,
            state: row.get(1)?,
            amount: row.get(2)?,
            booked: row.get(3)?,
            in_transit: row.get(4)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Money: nothing lost, nothing twice, the right amount, and booked exactly when it was sent.
fn money_faults(tx: &ReadTx<'_>, rails: &Rails) -> Result<Vec<String>, StoreError> {
    let mut faults = Vec::new();
    for (number, planned) in PLAN.iter().enumerate() {
        for (index, minor) in planned.amounts.iter().enumerate() {
            let payee = crate::world::payee(number, index);
            let found = payments(tx, &payee)?;
            let [payment] = found.as_slice() else {
                faults.push(format!("{payee}: proposed {} times", found.len()));
                continue;
            };
            let count = rails.count(&payment.item);
            let mut fault = |what: &str| {
                faults.push(format!("{payee}: {what} (on the rail {count} times, state {})", payment.state));
            };
            let wanted = if planned.twist == Twist::Amended { amended(*minor) } else { *minor };
            if count > 1 {
                fault("DUPLICATED");
            }
            if count > 0 && rails.amounts[&payment.item] != crate::world::usd(wanted).decimal() {
                fault("another amount than the approved one");
            }
            if payment.booked != (payment.in_transit != 0)
                || payment.booked && payment.in_transit != -payment.amount
            {
                fault("its booking is not its amount");
            }
            if payment.booked != (payment.state == "sent") {
                fault("sent and booked do not agree");
            }
            match (planned.rail, planned.twist) {
                (_, Twist::Ignored) if payment.state != "void" || count > 0 => {
                    fault("paid without an answer")
                }
                (_, Twist::Ignored) => {}
                ("neither", Twist::None) => {
                    if payment.state == "sent" && count != 1 {
                        fault("LOST");
                    }
                    if payment.state != "sent" && payment.state != "unknown" {
                        fault("neither sent nor a question");
                    }
                }
                _ if count == 0 => fault("LOST"),
                _ if payment.state != "sent" => fault("on the rail, and not recorded as sent"),
                _ => {}
            }
        }
    }
    Ok(faults)
}

/// Effects: a `neither` effect is at most once out there, and an interrupted one is exactly one question.
fn effect_faults(tx: &ReadTx<'_>, rails: &Rails) -> Result<Vec<String>, StoreError> {
    let mut statement = tx.prepare(
        "SELECT e.id, e.state, e.delivery, e.kind, coalesce(i.id, e.id), coalesce(i.payee, ''),
                (SELECT count(*) FROM attention a WHERE a.subject = 'effect:' || e.id AND a.resolved_at IS NULL),
                (SELECT count(*) FROM attention a WHERE a.subject = 'effect:' || e.id)
         FROM effect e LEFT JOIN batch_item i ON i.key = e.batch_item",
    )?;
    let mut rows = statement.query([])?;
    let mut faults = Vec::new();
    while let Some(row) = rows.next()? {
        let (id, state, delivery): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let (kind, out, payee): (String, String, String) = (row.get(3)?, row.get(4)?, row.get(5)?);
        let (open, ever): (u32, u32) = (row.get(6)?, row.get(7)?);
        let count = rails.count(&out);
        let mut fault = |what: &str| {
            faults.push(format!(
                "{kind} {id} {payee}: {what} ({delivery}, {state}, on the rail {count} times)"
            ));
        };
        match state.as_str() {
            "sent" | "cancelled" if open != 0 => fault("has ended, and the founder is still asked"),
            "sent" if count != 1 && delivery == "neither" => fault("marked as sent, and not sent once"),
            "sent" | "cancelled" => {}
            "unknown" if delivery != "neither" => fault("was never cleared up"),
            "unknown" if open != 1 || ever != 1 => fault("is not exactly one question"),
            "unknown" if count > 1 => fault("DUPLICATED"),
            "unknown" => {}
            _ => fault("has not ended"),
        }
    }
    Ok(faults)
}

/// What was said to be done is in the store.
pub fn acknowledged_faults(tx: &ReadTx<'_>, acknowledged: &[String]) -> Result<Vec<String>, StoreError> {
    let mut faults = Vec::new();
    for line in acknowledged {
        let (what, which) = line.split_once(' ').unwrap_or((line, ""));
        let sql = match what {
            "record" => "SELECT 1 FROM audit WHERE action = 'test.record' AND subject = 'record:' || ?1",
            "propose" => "SELECT 1 FROM batch WHERE id = ?1",
            "amend" => "SELECT 1 FROM batch WHERE id = ?1 AND revision > 1",
            "approve" => "SELECT 1 FROM approval WHERE digest = ?1",
            "undo" => {
                "SELECT 1 FROM approval p JOIN batch b ON b.key = p.batch WHERE b.id = ?1 AND p.state = 'undone'"
            }
            "resolve" => "SELECT 1 FROM audit WHERE action = 'effect.resolve' AND subject = 'effect:' || ?1",
            "done" => continue,
            other => {
                faults.push(format!("the child said “{other}”"));
                continue;
            }
        };
        if !tx.prepare(sql)?.exists([which])? {
            faults.push(format!("acknowledged and gone: {line}"));
        }
    }
    Ok(faults)
}
