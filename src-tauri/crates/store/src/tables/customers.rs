//! Customers, and the payer names confirmed as theirs.

use rusqlite::{OptionalExtension, Row};

use super::Conn;
use crate::error::StoreError;
use crate::transaction::WriteTx;

/// A customer.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Customer {
    /// Its key.
    pub key: i64,
    /// Its id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Email; may be empty.
    pub email: String,
    /// The id of the founder's own system.
    pub external_id: Option<String>,
    /// Address with line breaks.
    pub address: String,
    /// ISO country.
    pub country: String,
    /// Plan, in the founder's words.
    pub plan: String,
    /// ISO date.
    pub signed_up: Option<String>,
}

const SELECT: &str =
    "SELECT key, id, name, email, external_id, address, country, plan, signed_up FROM customer";

fn read(row: &Row<'_>) -> rusqlite::Result<Customer> {
    Ok(Customer {
        key: row.get(0)?,
        id: row.get(1)?,
        name: row.get(2)?,
        email: row.get(3)?,
        external_id: row.get(4)?,
        address: row.get(5)?,
        country: row.get(6)?,
        plan: row.get(7)?,
        signed_up: row.get(8)?,
    })
}

fn all(conn: &Conn, sql: &str, params: impl rusqlite::Params) -> Result<Vec<Customer>, StoreError> {
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map(params, read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Adds a customer and returns its key.
pub fn add(tx: &WriteTx<'_>, customer: &Customer, import: Option<i64>) -> Result<i64, StoreError> {
    tx.prepare_cached(
        "INSERT INTO customer (id, name, folded, email, external_id, address, country, plan, signed_up, import)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?
    .execute((
        &customer.id,
        &customer.name,
        purser_core::text::folded(&customer.name),
        &customer.email,
        &customer.external_id,
        &customer.address,
        &customer.country,
        &customer.plan,
        &customer.signed_up,
        import,
    ))?;
    Ok(tx.last_insert_rowid())
}

/// Changes what is known of a customer.
pub fn update(tx: &WriteTx<'_>, customer: &Customer) -> Result<(), StoreError> {
    let changed = tx
        .prepare_cached(
            "UPDATE customer SET name = ?2, folded = ?3, email = ?4, external_id = ?5, address = ?6, country = ?7, plan = ?8, signed_up = ?9
             WHERE id = ?1",
        )?
        .execute((
            &customer.id,
            &customer.name,
            purser_core::text::folded(&customer.name),
            &customer.email,
            &customer.external_id,
            &customer.address,
            &customer.country,
            &customer.plan,
            &customer.signed_up,
        ))?;
    if changed == 1 { Ok(()) } else { Err(StoreError::RowMissing) }
}

/// Removes the customers of an import that nothing refers to; how many were kept back.
pub fn remove_import(tx: &WriteTx<'_>, import: i64) -> Result<usize, StoreError> {
    tx.prepare_cached(
        "DELETE FROM customer WHERE import = ?1
           AND NOT EXISTS (SELECT 1 FROM invoice WHERE invoice.customer = customer.key)
           AND NOT EXISTS (SELECT 1 FROM payment WHERE payment.customer = customer.key)
           AND NOT EXISTS (SELECT 1 FROM allocation WHERE allocation.customer = customer.key)
           AND NOT EXISTS (SELECT 1 FROM payer_alias WHERE payer_alias.customer = customer.key)",
    )?
    .execute([import])?;
    let kept: i64 = tx
        .prepare_cached("SELECT count(*) FROM customer WHERE import = ?1")?
        .query_row([import], |row| row.get(0))?;
    Ok(usize::try_from(kept).unwrap_or(usize::MAX))
}

/// One customer by key.
pub fn by_key(conn: &Conn, key: i64) -> Result<Option<Customer>, StoreError> {
    Ok(conn.prepare_cached(&format!("{SELECT} WHERE key = ?1"))?.query_row([key], read).optional()?)
}

/// One customer by its id.
pub fn by_id(conn: &Conn, id: &str) -> Result<Option<Customer>, StoreError> {
    Ok(conn.prepare_cached(&format!("{SELECT} WHERE id = ?1"))?.query_row([id], read).optional()?)
}

/// One customer by id, external id, email or exact name: what a person or a script calls it.
/// More than one of a name gives all of them.
pub fn named(conn: &Conn, name: &str) -> Result<Vec<Customer>, StoreError> {
    let name = name.trim();
    for sql in [
        format!("{SELECT} WHERE id = ?1"),
        format!("{SELECT} WHERE external_id = ?1"),
        format!("{SELECT} WHERE email = ?1 AND email <> ''"),
    ] {
        let found = all(conn, &sql, [name])?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    let exact = all(conn, &format!("{SELECT} WHERE folded = ?1"), [purser_core::text::folded(name)])?;
    let same: Vec<Customer> = exact.iter().filter(|c| c.name == name).cloned().collect();
    Ok(if same.is_empty() { exact } else { same })
}

/// Customers whose name or email holds the text, those whose name begins with it first; all for an empty text.
pub fn search(conn: &Conn, text: &str, limit: i64) -> Result<Vec<Customer>, StoreError> {
    let folded = purser_core::text::folded(text);
    all(
        conn,
        &format!("{SELECT} WHERE folded >= ?1 AND folded < ?1 || char(1114111) ORDER BY folded LIMIT ?2"),
        (&folded, limit),
    )
    .and_then(|mut first| {
        if folded.is_empty() || first.len() as i64 >= limit {
            return Ok(first);
        }
        let inside = all(
            conn,
            &format!(
                "{SELECT} WHERE instr(folded, ?1) > 1 OR (instr(folded, ?1) = 0 AND instr(lower(email), ?3) > 0)
                 ORDER BY folded LIMIT ?2"
            ),
            (&folded, limit - first.len() as i64, in_email(text)),
        )?;
        first.extend(inside);
        Ok(first)
    })
}

/// A text as it is looked for in emails.
fn in_email(text: &str) -> String {
    text.trim().to_lowercase()
}

/// Keys of the customers whose name or email holds the text, in the order of [`search`]; all for an empty text.
pub fn index(conn: &Conn, text: &str) -> Result<Vec<i64>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT key FROM customer WHERE ?1 = '' OR instr(folded, ?1) > 0 OR instr(lower(email), ?2) > 0
         ORDER BY instr(folded, ?1) <> 1, folded, key",
    )?;
    let keys = statement.query_map((purser_core::text::folded(text), in_email(text)), |row| row.get(0))?;
    Ok(keys.collect::<Result<_, _>>()?)
}

/// How many there are.
pub fn count(conn: &Conn) -> Result<u32, StoreError> {
    Ok(conn.prepare_cached("SELECT count(*) FROM customer")?.query_row([], |row| row.get(0))?)
}

/// The customers of a page, in the order of the keys; a key that is gone is left out.
pub fn by_keys(conn: &Conn, keys: &[i64]) -> Result<Vec<Customer>, StoreError> {
    keys.iter().filter_map(|key| by_key(conn, *key).transpose()).collect()
}

/// Every customer with the names confirmed as theirs, for matching.
pub fn with_aliases(conn: &Conn) -> Result<Vec<(Customer, Vec<String>)>, StoreError> {
    let customers = all(conn, &format!("{SELECT} ORDER BY key"), [])?;
    let mut aliases: std::collections::HashMap<i64, Vec<String>> = std::collections::HashMap::new();
    let mut statement = conn.prepare_cached("SELECT customer, payer FROM payer_alias ORDER BY key")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        aliases.entry(row.get(0)?).or_default().push(row.get(1)?);
    }
    Ok(customers
        .into_iter()
        .map(|c| {
            let names = aliases.remove(&c.key).unwrap_or_default();
            (c, names)
        })
        .collect())
}

/// A confirmed payer name.
#[derive(Debug, Clone, PartialEq)]
pub struct Alias {
    /// Its id.
    pub id: String,
    /// As the bank writes it.
    pub payer: String,
    /// The customer's name.
    pub customer: String,
    /// ISO date.
    pub since: String,
}

/// Remembers a payer's name as a customer's; known pairs are left alone.
pub fn add_alias(
    tx: &WriteTx<'_>,
    id: &str,
    payer: &str,
    customer: i64,
    since: &str,
) -> Result<(), StoreError> {
    let folded = purser_core::text::folded(payer);
    if folded.is_empty() {
        return Ok(());
    }
    tx.prepare_cached(
        "INSERT INTO payer_alias (id, payer, folded, customer, since) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (folded, customer) DO NOTHING",
    )?
    .execute((id, payer, folded, customer, since))?;
    Ok(())
}

/// All confirmed payer names.
pub fn aliases(conn: &Conn) -> Result<Vec<Alias>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT p.id, p.payer, c.name, p.since FROM payer_alias p JOIN customer c ON c.key = p.customer ORDER BY p.payer",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(Alias { id: row.get(0)?, payer: row.get(1)?, customer: row.get(2)?, since: row.get(3)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The payer names confirmed as one customer's, as the bank writes them.
pub fn aliases_of(conn: &Conn, customer: i64) -> Result<Vec<String>, StoreError> {
    let mut statement =
        conn.prepare_cached("SELECT payer FROM payer_alias WHERE customer = ?1 ORDER BY payer")?;
    let rows = statement.query_map([customer], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Forgets a payer's name; whether it was known.
pub fn remove_alias(tx: &WriteTx<'_>, id: &str) -> Result<bool, StoreError> {
    Ok(tx.prepare_cached("DELETE FROM payer_alias WHERE id = ?1")?.execute([id])? == 1)
}
