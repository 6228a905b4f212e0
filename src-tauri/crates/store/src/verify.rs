//! `purser verify`, the part that concerns the file: pages, references, schema and the audit chain.

use rusqlite::Connection;

use crate::audit::{AuditHead, AuditRow, GENESIS, head};
use crate::backup::list_backups;
use crate::connection::connect_reader;
use crate::error::StoreError;
use crate::meta;
use crate::migrations::{first_broken_reference, schema_digest};
use crate::store::Store;

const FILE_PAGES: &str = "file_pages";
const FILE_STRUCTURE: &str = "file_structure";
/// Lines of SQLite's integrity check that are kept.
const LINES_KEPT: usize = 20;

/// Something that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Finding {
    /// Which check found it, for example `audit_chain`.
    pub check: &'static str,
    /// Where, for example `audit row 7`.
    pub place: String,
    /// What is wrong, as one sentence.
    pub sentence: String,
}

impl Finding {
    fn is_about_pages(&self) -> bool {
        self.check == FILE_PAGES
    }
}

/// What a verification looked at and found.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct VerifyReport {
    /// Each check that ran, with the number of things it looked at.
    pub checks: Vec<(&'static str, u64)>,
    /// What is wrong; empty when everything is in order.
    pub findings: Vec<Finding>,
}

impl VerifyReport {
    /// Whether nothing is wrong.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    /// Notes that a check ran over `looked_at` things.
    pub fn checked(&mut self, check: &'static str, looked_at: u64) {
        self.checks.push((check, looked_at));
    }

    /// Notes something wrong.
    pub fn find(&mut self, check: &'static str, place: impl Into<String>, sentence: impl Into<String>) {
        self.findings.push(Finding { check, place: place.into(), sentence: sentence.into() });
    }
}

impl Store {
    /// Checks the file, the references, the schema, the audit chain, and the chain against the heads that are
    /// recorded in the backups folder.
    pub fn verify(&self) -> Result<VerifyReport, StoreError> {
        let mut report = self.examine_snapshot()?;
        if report.findings.iter().any(Finding::is_about_pages) {
            self.confirm_pages(&mut report)?;
        }
        self.compare_with_backups(&mut report)?;
        Ok(report)
    }

    /// Looks at the suspicious pages again, in the resting file.
    ///
    /// Page codes are checked in the main file, which is not whole while a part of it is still in the log: a
    /// checkpoint leaves holes for pages whose newest version it may not copy yet, and may be writing just now.
    fn confirm_pages(&self, report: &mut VerifyReport) -> Result<(), StoreError> {
        let confirmed = self.upkeep(|conn| {
            let mut again = VerifyReport::default();
            if folds_completely(conn)? {
                check_pages(conn, &mut again)?;
                return Ok(Some(again.findings));
            }
            Ok(None)
        })?;
        // A reader that holds its snapshot keeps the log from being folded in. Every page that is in use was
        // read by SQLite's own check in any case, so the suspicion stands only together with that one.
        let structure_is_bad = report.findings.iter().any(|finding| finding.check == FILE_STRUCTURE);
        match confirmed {
            None if structure_is_bad => {}
            other => {
                report.findings.retain(|finding| !finding.is_about_pages());
                report.findings.splice(0..0, other.unwrap_or_default());
            }
        }
        Ok(())
    }

    /// Looks at one snapshot through a connection of its own: a damaged page makes a connection useless.
    fn examine_snapshot(&self) -> Result<VerifyReport, StoreError> {
        let conn = connect_reader(self.location())?;
        conn.execute_batch("BEGIN DEFERRED")?;
        examine(&conn, self.is_file())
    }

    /// Compares the chain with a head that was noted elsewhere, such as in an export.
    pub fn verify_anchor(&self, anchor: &AuditHead, report: &mut VerifyReport) -> Result<(), StoreError> {
        self.read(|tx| compare_anchor(tx, anchor, "a recorded audit head", report))
    }

    fn compare_with_backups(&self, report: &mut VerifyReport) -> Result<(), StoreError> {
        let Some(folder) = &self.options().backups_dir else { return Ok(()) };
        let mut compared = 0;
        for backup in list_backups(folder)? {
            let Ok(header) = &backup.header else { continue };
            if header.store_id == self.store_id() {
                let name = backup.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                self.read(|tx| {
                    compare_anchor(tx, &header.audit_head, &format!("the backup {name}"), report)
                })?;
                compared += 1;
            }
        }
        report.checked("audit_anchors", compared);
        Ok(())
    }
}

/// One check over a connection.
type Check = fn(&Connection, &mut VerifyReport) -> Result<(), StoreError>;

/// Every check that needs no more than one connection.
pub(crate) fn examine(conn: &Connection, is_file: bool) -> Result<VerifyReport, StoreError> {
    let mut report = VerifyReport::default();
    let on_file: &[(&str, Check)] = if is_file { &[(FILE_PAGES, check_pages)] } else { &[] };
    let on_contents: [(&str, Check); 4] = [
        (FILE_STRUCTURE, check_structure),
        ("references", check_references),
        ("schema", check_schema),
        ("audit_chain", check_chain),
    ];
    for (name, check) in on_file.iter().copied().chain(on_contents) {
        match check(conn, &mut report) {
            Ok(()) => {}
            // A page that cannot be read is what this looks for; the other checks may still tell more.
            Err(StoreError::Damaged(why) | StoreError::DiskFault(why)) => {
                report.find(name, "the database file", format!("it cannot be read to its end: {why}."));
            }
            Err(other) => return Err(other),
        }
    }
    Ok(report)
}

/// Brings the whole log into the file; false when a reader's snapshot prevents it. Waits for nobody.
fn folds_completely(conn: &Connection) -> Result<bool, StoreError> {
    let (busy, in_log, folded): (i64, i64, i64) =
        conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?;
    Ok(busy == 0 && in_log == folded)
}

/// SQLCipher's own check: the authentication code of every page in the file.
fn check_pages(conn: &Connection, report: &mut VerifyReport) -> Result<(), StoreError> {
    for line in lines_of(conn, "PRAGMA cipher_integrity_check")? {
        report.find(FILE_PAGES, "the database file", format!("a page is damaged: {line}."));
    }
    let pages: i64 = conn.query_row("PRAGMA page_count", [], |row| row.get(0))?;
    report.checked(FILE_PAGES, pages.unsigned_abs());
    Ok(())
}

fn check_structure(conn: &Connection, report: &mut VerifyReport) -> Result<(), StoreError> {
    for line in lines_of(conn, "PRAGMA integrity_check(20)")? {
        if line != "ok" {
            report.find(FILE_STRUCTURE, "the database file", format!("SQLite reports: {line}."));
        }
    }
    report.checked(FILE_STRUCTURE, 1);
    Ok(())
}

fn lines_of(conn: &Connection, pragma: &str) -> Result<Vec<String>, StoreError> {
    let mut statement = conn.prepare(pragma)?;
    let lines = statement.query_map([], |row| row.get(0))?.take(LINES_KEPT).collect::<Result<_, _>>()?;
    Ok(lines)
}

fn check_references(conn: &Connection, report: &mut VerifyReport) -> Result<(), StoreError> {
    if let Some(place) = first_broken_reference(conn)? {
        report.find("references", place, "the row that this row refers to is missing.");
    }
    report.checked("references", 1);
    Ok(())
}

/// The tables, indexes and triggers must be those that the migrations left.
fn check_schema(conn: &Connection, report: &mut VerifyReport) -> Result<(), StoreError> {
    if meta::get(conn, meta::SCHEMA_DIGEST)?.as_deref() != Some(schema_digest(conn)?.as_str()) {
        report.find("schema", "the schema", "a table, index or trigger was changed outside of a migration.");
    }
    report.checked("schema", 1);
    Ok(())
}

/// Walks the chain from its first row and stops at the first bad one: every later row depends on it.
fn check_chain(conn: &Connection, report: &mut VerifyReport) -> Result<(), StoreError> {
    let mut statement = conn
        .prepare("SELECT seq, at, actor, action, subject, detail, prev_hash, hash FROM audit ORDER BY seq")?;
    let mut reached = AuditHead { seq: 0, hash: GENESIS.to_owned() };
    for row in statement.query_map([], AuditRow::from_row)? {
        let row = row?;
        if let Some(fault) = fault_of(&row, &reached) {
            report.find("audit_chain", format!("audit row {}", row.seq), fault);
            report.checked("audit_chain", reached.seq.unsigned_abs());
            return Ok(());
        }
        reached = AuditHead { seq: row.seq, hash: row.hash };
    }
    report.checked("audit_chain", reached.seq.unsigned_abs());
    let recorded = head(conn)?;
    if recorded != reached {
        report.find(
            "audit_head",
            format!("audit row {}", recorded.seq),
            format!("the chain should end at row {} and ends at row {}.", recorded.seq, reached.seq),
        );
    }
    Ok(())
}

fn fault_of(row: &AuditRow, before: &AuditHead) -> Option<String> {
    if row.seq != before.seq + 1 {
        return Some(format!("row {} is missing before it.", before.seq + 1));
    }
    if row.prev_hash != before.hash {
        return Some("it does not continue the row before it.".to_owned());
    }
    if row.hash != row.computed_hash() {
        return Some("its contents were changed after it was written.".to_owned());
    }
    None
}

fn compare_anchor(
    conn: &Connection,
    anchor: &AuditHead,
    noted_in: &str,
    report: &mut VerifyReport,
) -> Result<(), StoreError> {
    if anchor.seq == 0 {
        return Ok(());
    }
    let mut statement = conn.prepare_cached("SELECT hash FROM audit WHERE seq = ?1")?;
    let hash: Option<String> =
        rusqlite::OptionalExtension::optional(statement.query_row([anchor.seq], |row| row.get(0)))?;
    let fault = match hash {
        None => format!("the row is missing, but {noted_in} has it."),
        Some(hash) if hash != anchor.hash => format!("the row differs from the one that {noted_in} has."),
        Some(_) => return Ok(()),
    };
    report.find("audit_anchors", format!("audit row {}", anchor.seq), fault);
    Ok(())
}
