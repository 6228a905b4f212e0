//! What an approval covers, computed from the stored rows each time: when it is shown, approved and sent.

use chrono::{DateTime, Utc};
use purser_connectors::PaymentInstruction;
use purser_connectors::instruction::destination_fingerprint;
use purser_core::approval::{ApprovedItem, Envelope, sha256_hex};
use purser_store::StoreError;
use purser_store::tables::Conn;
use purser_store::tables::batches::{self, Batch, BatchItem, ItemState};
use purser_store::tables::effects::{self, Effect};

/// An item that is part of its batch, with the effect that pays it.
#[derive(Debug, Clone)]
pub(crate) struct Live {
    pub(crate) item: BatchItem,
    pub(crate) effect: Effect,
}

/// The items that are part of a batch now, in the order they were added.
pub(crate) fn live_items(conn: &Conn, batch: &Batch) -> Result<Vec<Live>, StoreError> {
    let mut live = Vec::new();
    for item in batches::items(conn, batch.key)? {
        if item.state == ItemState::Void {
            continue;
        }
        let effect = effects::of_item(conn, item.key)?
            .ok_or_else(|| StoreError::Damaged(format!("the payment {} has no effect", item.id)))?;
        live.push(Live { item, effect });
    }
    Ok(live)
}

/// Everything that an approval of the batch covers, from the rows as they are now.
pub fn envelope(conn: &Conn, batch: &Batch) -> Result<Envelope, StoreError> {
    Ok(seal(batch, &live_items(conn, batch)?))
}

/// The envelope of items that were read already. The request's digest is computed from its bytes, never read.
pub(crate) fn seal(batch: &Batch, live: &[Live]) -> Envelope {
    let items = live.iter().map(|Live { item, effect }| ApprovedItem {
        id: item.id.clone(),
        payee: item.payee.clone(),
        payee_name: item.payee_name.clone(),
        destination_fingerprint: item.destination_fingerprint.clone(),
        amount: item.amount,
        request_digest: sha256_hex(&effect.request),
    });
    Envelope {
        batch: batch.id.clone(),
        revision: batch.revision,
        rail: batch.rail.clone(),
        source_account: batch.source_account.clone(),
        expires_at: batch.expires_at,
        items: items.collect(),
    }
}

/// Where the bytes that would be sent differ from the row that is shown, in words; `None` when they agree.
pub(crate) fn contradiction(batch: &Batch, live: &Live) -> Option<String> {
    let Live { item, effect } = live;
    let differs = |what: &str| Some(format!("{}: the frozen payment has another {what}", item.payee_name));
    let Ok(instruction) = PaymentInstruction::from_bytes(&effect.request) else {
        return Some(format!("{}: the frozen payment cannot be read", item.payee_name));
    };
    if instruction.id != item.id {
        return differs("number");
    }
    if instruction.to != item.payee_name {
        return differs("payee");
    }
    if instruction.money != item.amount || effect.amount != Some(item.amount) {
        return differs("amount");
    }
    if destination_fingerprint(&instruction.destination) != item.destination_fingerprint {
        return differs("destination");
    }
    if instruction.from != batch.source_account {
        return differs("account that it leaves");
    }
    if effect.via != batch.rail {
        return differs("rail");
    }
    None
}

/// Whether an approval is still worth something.
pub(crate) fn is_expired(batch: &Batch, now: DateTime<Utc>) -> bool {
    now >= batch.expires_at
}
