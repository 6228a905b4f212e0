//! Which payments of a batch give back a provider's charge.

use purser_core::Money;
use rusqlite::OptionalExtension;

use super::Conn;
use super::batches::ItemState;
use crate::error::StoreError;
use crate::transaction::WriteTx;

/// A refund of a charge that is not off the table.
#[derive(Debug, Clone, PartialEq)]
pub struct ChargeRefund {
    /// Row key of the item.
    pub item: i64,
    /// The item's id.
    pub id: String,
    /// Key of its batch.
    pub batch: i64,
    /// Whom it goes to.
    pub payee_name: String,
    /// How much.
    pub amount: Money,
    /// Where it stands.
    pub state: ItemState,
    /// The provider's id of the refund, once it took it.
    pub refund: Option<String>,
}

/// Remembers that an item gives back a charge.
pub fn add(tx: &WriteTx<'_>, item: i64, source: &str, charge: &str) -> Result<(), StoreError> {
    tx.prepare_cached("INSERT INTO charge_refund (item, source, charge) VALUES (?1, ?2, ?3)")?
        .execute((item, source, charge))?;
    Ok(())
}

/// Source and id of the charge that an item gives back, if it gives back one.
pub fn of_item(conn: &Conn, item: i64) -> Result<Option<(String, String)>, StoreError> {
    let sql = "SELECT source, charge FROM charge_refund WHERE item = ?1";
    Ok(conn.prepare_cached(sql)?.query_row([item], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

/// Whether a refund that a provider tells of is one of ours, wherever it stands.
pub fn is_ours(conn: &Conn, source: &str, charge: &str, refund: &str) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM charge_refund r JOIN effect e ON e.batch_item = r.item
               WHERE r.source = ?1 AND r.charge = ?2 AND e.provider_id = ?3";
    Ok(conn.prepare_cached(sql)?.exists([source, charge, refund])?)
}

/// Refunds of a charge that were proposed or sent and are not off the table, oldest first.
pub fn of_charge(conn: &Conn, source: &str, charge: &str) -> Result<Vec<ChargeRefund>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT i.key, i.id, i.batch, i.payee_name, i.amount, i.currency, i.state,
           (SELECT e.provider_id FROM effect e WHERE e.batch_item = i.key ORDER BY e.key DESC LIMIT 1)
         FROM charge_refund r JOIN batch_item i ON i.key = r.item
         WHERE r.source = ?1 AND r.charge = ?2 AND i.state NOT IN ('void', 'failed') ORDER BY i.key",
    )?;
    let mut rows = statement.query((source, charge))?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let state: String = row.get(6)?;
        all.push(ChargeRefund {
            item: row.get(0)?,
            id: row.get(1)?,
            batch: row.get(2)?,
            payee_name: row.get(3)?,
            amount: super::money(row.get(4)?, &row.get::<_, String>(5)?)?,
            state: ItemState::parse(&state)
                .ok_or_else(|| StoreError::Damaged(format!("a refund has the unknown state {state}")))?,
            refund: row.get(7)?,
        });
    }
    Ok(all)
}
