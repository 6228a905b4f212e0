//! A bank statement comes in: every line once, each booked against Suspense, all or nothing.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{Duration, NaiveDate};
use purser_core::text::{grouped, one_line};
use purser_core::{Money, booking};
use purser_documents::statement::{Defaults, Mapping, Statement, StatementError, StatementRow, parse_csv};
use purser_store::WriteTx;
use purser_store::tables::accounts::{self, RealAccount};
use purser_store::tables::facts::{self, NewFact, Payload};
use purser_store::tables::ledger::NewEntry;
use purser_store::tables::lines::{self, NewLine};
use purser_store::tables::{imports, settings};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{refusal, rejected_line};
use crate::api::types::{Done, Imported, Progress, RejectedLine};
use crate::api::{Errand, check_cancelled};
use crate::books::{Books, Moment};
use crate::error::ApiError;

/// Lines that share one audit row.
const PAGE_LINES: usize = 1000;
/// Days after today that a bank may date a line: it books some on the next working day, weekends and holidays between.
const DAYS_AHEAD_MAX: i64 = 7;
/// Version of the translation from rows to facts; a newer one may read what this one could not.
const TRANSLATION: i64 = 1;
/// A statement file to be imported.
pub(crate) struct StatementImport<'a> {
    /// File name without its folder.
    pub file: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// The account that it is of.
    pub account: RealAccount,
    /// How to read it, when the founder said so.
    pub mapping: Option<Mapping>,
    /// Import the good rows although some are bad.
    pub skip_bad: bool,
}

/// Imports a statement. With any bad row nothing is imported, unless `skip_bad`.
pub(crate) fn statement_bytes(
    errand: &Errand,
    books: &Books,
    import: StatementImport<'_>,
) -> Result<Imported, ApiError> {
    let (statement, mapping) = parse(&import)?;
    let read = statement.rows.len() as u64 + u64::from(statement.rejected_count);
    let rejected: Vec<RejectedLine> = statement.rejected.iter().map(rejected_line).collect();
    let mut imported = Imported {
        format: statement.format.to_owned(),
        read,
        new: 0,
        known: 0,
        rejected,
        import: None,
        ignored_columns: statement.ignored_columns.clone(),
        booked: 0,
        done: Done { sequence: books.store.sequence(), say: String::new(), undo: None },
    };
    if !imported.rejected.is_empty() && !import.skip_bad {
        imported.done.say =
            refusal::sentence(import.file, &imported.rejected, statement.rejected_count as usize);
        return Ok(imported);
    }
    let mut work = Ingest {
        file: import.file.to_owned(),
        account: import.account,
        mapping: mapping.map(|mapping| serde_json::to_string(&mapping).unwrap_or_default()),
        rows: statement.rows,
        skip_bad: import.skip_bad,
        progress: Arc::clone(&errand.progress),
        cancelled: Arc::clone(&errand.cancelled),
        counts: Counts::default(),
        rejected: Vec::new(),
        seen: HashMap::new(),
    };
    let file = import.file;
    match books.ingest(&errand.actor, move |tx, moment| work.run(tx, moment)) {
        Err(error) => return refusal::told(imported, file, error),
        Ok(outcome) => {
            imported.new = outcome.counts.new;
            imported.known = outcome.counts.known;
            imported.import = outcome.import;
            imported.rejected.extend(outcome.rejected);
            imported.done = Done {
                sequence: books.store.sequence(),
                say: format!(
                    "{file}: {} new, {} known.",
                    grouped(outcome.counts.new),
                    grouped(outcome.counts.known)
                ),
                undo: outcome.undo,
            };
        }
    }
    Ok(imported)
}

/// Reads the file with Purser's own columns, else as the founder said, else as this account's last file.
fn parse(import: &StatementImport<'_>) -> Result<(Statement, Option<Mapping>), ApiError> {
    let defaults = Defaults { currency: Some(import.account.opening.currency()) };
    let failed = |error: StatementError| {
        let message = format!("{} was not imported. {error}. Your books are as they were.", import.file);
        let code = match error {
            StatementError::ColumnsMissing { .. } => "statement_columns",
            _ => "statement_unreadable",
        };
        ApiError::failed(code, message)
    };
    if let Some(mapping) = &import.mapping {
        let statement = parse_csv(import.bytes, Some(mapping), &defaults).map_err(failed)?;
        return Ok((statement, Some(mapping.clone())));
    }
    let own = parse_csv(import.bytes, None, &defaults);
    let remembered =
        import.account.mapping.as_deref().and_then(|text| serde_json::from_str::<Mapping>(text).ok());
    match (own, remembered) {
        (Ok(statement), _) => Ok((statement, None)),
        (Err(StatementError::ColumnsMissing { .. }), Some(mapping)) => {
            parse_csv(import.bytes, Some(&mapping), &defaults)
                .map(|statement| (statement, None))
                .map_err(failed)
        }
        (Err(error), _) => Err(failed(error)),
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    new: u64,
    known: u64,
}

struct Outcome {
    counts: Counts,
    import: Option<String>,
    undo: Option<String>,
    rejected: Vec<RejectedLine>,
}

struct Ingest {
    file: String,
    account: RealAccount,
    mapping: Option<String>,
    rows: Vec<StatementRow>,
    skip_bad: bool,
    progress: crate::api::ProgressSink,
    cancelled: Arc<std::sync::atomic::AtomicBool>,
    counts: Counts,
    rejected: Vec<RejectedLine>,
    /// How often a row without an id of its own has been seen in this file.
    seen: HashMap<[u8; 12], u32>,
}

/// A row that is not in the books yet.
struct NewRow {
    entry: NewEntry,
    content: [u8; 16],
}

impl Ingest {
    fn run(&mut self, tx: &WriteTx<'_>, moment: &Moment) -> Result<Outcome, ApiError> {
        let rows = std::mem::take(&mut self.rows);
        let (mut import, id) = (None, moment.id());
        for (page, chunk) in rows.chunks(PAGE_LINES).enumerate() {
            check_cancelled(&self.cancelled)?;
            self.report(page * PAGE_LINES, rows.len());
            let mut fresh = Vec::new();
            for row in chunk {
                if let Some(new) = self.take(tx, moment, row, &mut import, &id)? {
                    fresh.push(new);
                }
            }
            self.book(tx, moment, &id, fresh)?;
        }
        if !self.rejected.is_empty() && !self.skip_bad {
            // The good rows are given up with the transaction.
            return Err(refusal::refuse(&self.rejected));
        }
        let undo = match import {
            Some(key) => Some(self.finish(tx, moment, key, &id, rows.len())?),
            None => None,
        };
        let import = import.map(|_| id);
        let rejected = std::mem::take(&mut self.rejected);
        Ok(Outcome { counts: self.counts, import, undo, rejected })
    }

    fn finish(
        &self,
        tx: &WriteTx<'_>,
        moment: &Moment,
        key: i64,
        id: &str,
        rows: usize,
    ) -> Result<String, ApiError> {
        let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        imports::finish(tx, key, count(rows as u64), count(self.counts.new), count(self.counts.known))?;
        if let Some(mapping) = &self.mapping {
            accounts::set_mapping(tx, self.account.key, mapping)?;
        }
        settings::set(tx, "import.last", &moment.stamp())?;
        let detail =
            json!({"file": self.file, "read": rows, "new": self.counts.new, "known": self.counts.known});
        tx.audit(moment.audit("import.finish", format!("import:{id}"), detail))?;
        let say = format!("Import of {}", self.file);
        moment.offer_undo(tx, &json!({"kind": "import", "id": id}), &say)
    }

    fn report(&self, done: usize, total: usize) {
        (self.progress)(Progress {
            task: String::new(),
            what: format!("Importing {}", self.file),
            done: done as u64,
            total: total as u64,
            unit: "lines".to_owned(),
            finished: false,
        });
    }

    /// Keeps a row that is new, recognises one that is known, refuses one that contradicts the books.
    fn take(
        &mut self,
        tx: &WriteTx<'_>,
        moment: &Moment,
        row: &StatementRow,
        import: &mut Option<i64>,
        import_id: &str,
    ) -> Result<Option<NewRow>, ApiError> {
        let external = self.identity(row);
        let known = lines::known(tx, self.account.key, &external)?;
        if let Some(reason) = self.contradiction(row, known.as_ref(), moment.today()) {
            self.rejected.push(RejectedLine { line: row.line, reason });
            return Ok(None);
        }
        if known.as_ref().is_some_and(|line| !line.undone) {
            self.counts.known += 1;
            return Ok(None);
        }
        let key = match import {
            Some(key) => *key,
            None => *import.insert(imports::begin(
                tx,
                import_id,
                "statement",
                &self.file,
                Some(self.account.key),
                &moment.stamp(),
            )?),
        };
        let id = match known {
            Some(line) => {
                lines::revive(tx, &line.id, key)?;
                line.id
            }
            None => self.keep(tx, row, &external, key)?,
        };
        self.counts.new += 1;
        let text = line_text(row);
        let entry = booking::bank_line(&self.account.account, &id, row.amount, row.date, &text);
        let entry = match entry {
            Ok(entry) => NewEntry::from(entry),
            // A line of nothing is kept as a fact of the statement, but there is nothing to book.
            Err(_) if row.amount.is_zero() => {
                lines::set_state(
                    tx,
                    &id,
                    lines::LineState::Filed,
                    "Nothing to book",
                    Some(("import", &moment.stamp())),
                )?;
                return Ok(None);
            }
            Err(error) => return Err(error.into()),
        };
        Ok(Some(NewRow { entry, content: facts::content_hash(row.raw.as_bytes()) }))
    }

    fn keep(
        &self,
        tx: &WriteTx<'_>,
        row: &StatementRow,
        external: &str,
        import: i64,
    ) -> Result<String, ApiError> {
        let source = format!("statement:{}", self.account.key);
        let fact = facts::keep(
            tx,
            &NewFact {
                source: &source,
                kind: "bank_line",
                external_id: external,
                payload: &Payload::of(row.raw.as_bytes())?,
                translation: TRANSLATION,
                state: "booked",
            },
        )?;
        let line = NewLine {
            id: external,
            account: self.account.key,
            external_id: external,
            occurred_on: row.date,
            amount: row.amount,
            payer: &row.payer,
            description: &row.description,
            fact,
            import,
        };
        if lines::add(tx, &line)? {
            return Ok(external.to_owned());
        }
        // Two banks may use the same id; the transaction's own name stays unique.
        let id = format!("{}:{external}", self.account.name);
        match lines::add(tx, &NewLine { id: &id, ..line })? {
            true => Ok(id),
            false => Err(ApiError::failed(
                "transaction_taken",
                format!("Another line is called {} already. Nothing was imported.", one_line(&id, 80)),
            )),
        }
    }

    /// The bank's id; else one made of the content and a counter, so that twins of a day are both kept.
    fn identity(&mut self, row: &StatementRow) -> String {
        if let Some(id) = &row.external_id {
            return id.clone();
        }
        let mut hash = Sha256::new();
        for field in [&row.date.to_string(), &row.amount.to_string(), &row.payer, &row.description] {
            hash.update((field.len() as u64).to_be_bytes());
            hash.update(field.as_bytes());
        }
        let mut short = [0u8; 12];
        short.copy_from_slice(&hash.finalize()[..12]);
        let twin = self.seen.entry(short).or_insert(0);
        *twin += 1;
        format!("L{}-{twin}", hex::encode(short))
    }

    /// Why a row cannot be booked, in the words of its rejection.
    fn contradiction(
        &self,
        row: &StatementRow,
        known: Option<&lines::Known>,
        today: NaiveDate,
    ) -> Option<String> {
        let line = row.line;
        let expected = self.account.opening.currency();
        if row.amount.currency() != expected {
            let found = row.amount.currency();
            return Some(format!(
                "Line {line} is in {found}, the account {} is in {expected}: import it into an account of that currency",
                self.account.name
            ));
        }
        if row.amount.minor_i64().is_err() {
            return Some(format!("Line {line}: {} is too large to be booked", row.amount));
        }
        if row.date > today + Duration::days(DAYS_AHEAD_MAX) {
            return Some(format!(
                "Line {line} is of {}, more than {DAYS_AHEAD_MAX} days after today ({today}): no bank has booked it yet. Correct the date, or how dates are read",
                row.date
            ));
        }
        if !self.account.opening.is_zero() && row.date < self.account.opened_on {
            return Some(format!(
                "Line {line} is of {}, before the books begin on {}: its money is part of the opening balance",
                row.date, self.account.opened_on
            ));
        }
        let known = known?;
        let was = Money::new(i128::from(known.amount), expected);
        let same = was == row.amount && known.occurred_on == row.date.to_string();
        (!same).then(|| {
            format!(
                "Line {line}: the transaction {} is in the books with {was} on {}, here it has {} on {}: correct the file or give it another id",
                one_line(&known.id, 60), known.occurred_on, row.amount, row.date
            )
        })
    }

    fn book(
        &self,
        tx: &WriteTx<'_>,
        moment: &Moment,
        import: &str,
        fresh: Vec<NewRow>,
    ) -> Result<(), ApiError> {
        if fresh.is_empty() {
            return Ok(());
        }
        let mut digest = Sha256::new();
        for row in &fresh {
            digest.update(row.content);
        }
        let detail = json!({"file": self.file, "account": self.account.name, "lines": fresh.len(),
                            "facts": hex::encode(digest.finalize())});
        let entries: Vec<NewEntry> = fresh.into_iter().map(|row| row.entry).collect();
        moment.book(tx, "import.statement", format!("import:{import}"), detail, &entries)?;
        Ok(())
    }
}

fn line_text(row: &StatementRow) -> String {
    let (payer, memo) = (one_line(&row.payer, 120), one_line(&row.description, 180));
    match (payer.is_empty(), memo.is_empty()) {
        (false, false) => format!("{payer}, {memo}"),
        (false, true) => payer,
        (true, false) => memo,
        (true, true) if row.amount.is_negative() => "Money out without a name".to_owned(),
        (true, true) => "Money in without a name".to_owned(),
    }
}
