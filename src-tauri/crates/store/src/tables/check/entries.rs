//! One pass over entries, postings and audit rows side by side, in the order of their numbers.

use std::collections::HashMap;
use std::ops::ControlFlow;

use purser_core::entry::EntryKind;
use purser_core::{Currency, Item, ItemKind, Money};
use rusqlite::{Row, Rows};

use super::sums::Totals;
use super::{Chart, Findings, PROGRESS_EVERY, words};
use crate::error::StoreError;
use crate::tables::journal::JournalLine;
use crate::tables::ledger::EntriesDigest;
use crate::tables::{Conn, day, day_number};

/// The head of an entry as its row has it.
struct Head {
    number: i64,
    kind: String,
    occurred_on: String,
    booked_at: String,
    text: String,
    actor: String,
    reverses: Option<i64>,
    audit: i64,
}

/// A posting as its row has it.
#[derive(Clone, PartialEq)]
pub(super) struct Raw {
    entry: i64,
    pub(super) account: i64,
    pub(super) currency: String,
    pub(super) amount: i64,
    pub(super) item: Option<(String, String)>,
    day: i64,
}

/// What an audit row says of the entries it sealed.
struct Seal {
    seq: i64,
    at: String,
    actor: String,
    first: i64,
    count: i64,
    digest: String,
    seen: i64,
    over: EntriesDigest,
}

/// Checks every entry, and returns the sums of their postings.
pub(super) fn check(
    conn: &Conn,
    chart: &Chart,
    findings: &mut Findings<'_>,
    progress: &mut impl FnMut(u64) -> ControlFlow<()>,
) -> Result<Totals, StoreError> {
    let mut heads = conn.prepare(
        "SELECT number, kind, occurred_on, booked_at, text, actor, reverses, audit FROM entry ORDER BY number",
    )?;
    let mut heads = heads.query([])?;
    let mut postings = conn.prepare(
        "SELECT entry, account, currency, amount, item_kind, item_id, day FROM posting ORDER BY entry, idx",
    )?;
    let mut postings = Peeked::new(postings.query([])?)?;
    let mut seals = conn.prepare(
        "SELECT seq, at, actor, CAST(detail ->> '$.sealed.first' AS INTEGER),
                CAST(detail ->> '$.sealed.count' AS INTEGER), CAST(detail ->> '$.sealed.digest' AS TEXT)
         FROM audit WHERE json_valid(detail) AND detail ->> '$.sealed' IS NOT NULL ORDER BY seq",
    )?;
    let mut seals = Seals { rows: seals.query([])?, current: None };
    seals.advance()?;

    let mut totals = Totals::default();
    let mut group = Vec::new();
    let mut expected = 1;
    while let Some(row) = heads.next()? {
        let head = Head::read(row)?;
        if head.number != expected {
            findings.find("entry_numbers", format!("entry {expected}"), "it is missing.");
        }
        expected = head.number + 1;
        postings.take_entry(head.number, &mut group, findings)?;
        check_one(conn, chart, &head, &group, findings)?;
        totals.add(&head.occurred_on, &group);
        check_day(&head, &group, &mut totals, findings);
        seals.cover(chart, &head, &group, findings)?;
        totals.entries += 1;
        if totals.entries % PROGRESS_EVERY == 0 && progress(totals.entries).is_break() {
            return Err(StoreError::Cancelled);
        }
    }
    postings.take_entry(i64::MAX, &mut group, findings)?;
    seals.finish(findings)?;
    findings.checked("entries", totals.entries);
    findings.checked("postings", totals.postings);
    Ok(totals)
}

impl Head {
    fn read(row: &Row<'_>) -> rusqlite::Result<Head> {
        Ok(Head {
            number: row.get(0)?,
            kind: row.get(1)?,
            occurred_on: row.get(2)?,
            booked_at: row.get(3)?,
            text: row.get(4)?,
            actor: row.get(5)?,
            reverses: row.get(6)?,
            audit: row.get(7)?,
        })
    }
}

impl Raw {
    fn read(row: &Row<'_>) -> rusqlite::Result<Raw> {
        let item = match (row.get(4)?, row.get(5)?) {
            (Some(kind), Some(id)) => Some((kind, id)),
            _ => None,
        };
        Ok(Raw {
            entry: row.get(0)?,
            account: row.get(1)?,
            currency: row.get(2)?,
            amount: row.get(3)?,
            item,
            day: row.get(6)?,
        })
    }

    /// The texts that the digest takes of it.
    fn texts(&self, chart: &Chart) -> [String; 3] {
        let amount = match Currency::from_code(&self.currency) {
            Ok(currency) => Money::new(i128::from(self.amount), currency).to_string(),
            Err(_) => format!("{} {}", self.amount, self.currency),
        };
        let item = match &self.item {
            // An item writes itself; a kind that nobody knows is taken as it stands there.
            Some((kind, id)) => match ItemKind::parse(kind) {
                Some(kind) => Item::new(kind, id.clone()).to_string(),
                None => format!("{kind}:{id}"),
            },
            None => String::new(),
        };
        [chart.name(self.account).to_owned(), amount, item]
    }
}

/// The rules of invariant 1 for one entry: it balances, names items where they belong, and a reversal
/// negates exactly what it says.
fn check_one(
    conn: &Conn,
    chart: &Chart,
    head: &Head,
    group: &[Raw],
    findings: &mut Findings<'_>,
) -> Result<(), StoreError> {
    let place = || format!("entry {}", head.number);
    if EntryKind::parse(&head.kind).is_none() {
        findings.find("entry_form", place(), format!("its kind “{}” is unknown.", head.kind));
    }
    if group.len() < 2 {
        findings.find("entry_form", place(), "it has fewer than two postings.");
    }
    let mut sums: HashMap<&str, i128> = HashMap::new();
    for posting in group {
        *sums.entry(&posting.currency).or_default() += i128::from(posting.amount);
        check_item(chart, head, posting, findings);
    }
    if let Some((code, sum)) = sums.into_iter().filter(|(_, sum)| *sum != 0).min() {
        let (more, less) = if sum > 0 { ("debits", "credits") } else { ("credits", "debits") };
        findings.find(
            "entry_balance",
            place(),
            format!("{more} exceed {less} by {}.", words(sum.abs(), code)),
        );
    }
    if let Some(original) = head.reverses {
        check_reversal(conn, head, original, group, findings)?;
    }
    Ok(())
}

/// Its postings stand under its day, and its line goes to what the index of texts must have.
fn check_day(head: &Head, group: &[Raw], totals: &mut Totals, findings: &mut Findings<'_>) {
    let place = || format!("entry {}", head.number);
    let Ok(on) = day(&head.occurred_on) else {
        findings.find("entry_form", place(), format!("“{}” is no day.", head.occurred_on));
        return;
    };
    if group.iter().any(|posting| posting.day != day_number(on)) {
        findings.find("posting_days", place(), "a posting is kept under another day than its entry.");
    }
    totals.texts.add(&JournalLine::of(on, head.number, &head.text));
}

fn check_item(chart: &Chart, head: &Head, posting: &Raw, findings: &mut Findings<'_>) {
    let kinds = chart.kinds(posting.account);
    let fits = match &posting.item {
        Some((kind, _)) => ItemKind::parse(kind).is_some_and(|kind| kinds.contains(&kind)),
        None => kinds.is_empty(),
    };
    if !fits {
        let account = chart.name(posting.account);
        let sentence = match (&posting.item, kinds.is_empty()) {
            (None, _) => format!("its posting on {account} does not say what it is about."),
            (Some((kind, _)), true) => {
                format!("its posting on {account} names a {kind}, and that account holds no items.")
            }
            (Some((kind, _)), false) => {
                format!("its posting on {account} names a {kind}, which does not belong there.")
            }
        };
        findings.find("entry_items", format!("entry {}", head.number), sentence);
    }
}

fn check_reversal(
    conn: &Conn,
    head: &Head,
    original: i64,
    group: &[Raw],
    findings: &mut Findings<'_>,
) -> Result<(), StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT entry, account, currency, amount, item_kind, item_id, day FROM posting WHERE entry = ?1 ORDER BY idx",
    )?;
    let originals = statement.query_map([original], Raw::read)?.collect::<Result<Vec<_>, _>>()?;
    let negates = |(one, other): (&Raw, &Raw)| {
        one.account == other.account
            && one.currency == other.currency
            && one.item == other.item
            && i128::from(one.amount) == -i128::from(other.amount)
    };
    if originals.len() != group.len() || !originals.iter().zip(group).all(negates) {
        findings.find(
            "reversals",
            format!("entry {}", head.number),
            format!("it is booked as the reversal of entry {original} and does not negate it."),
        );
    }
    Ok(())
}

/// Postings with one row of foresight.
struct Peeked<'s> {
    rows: Rows<'s>,
    next: Option<Raw>,
}

impl<'s> Peeked<'s> {
    fn new(rows: Rows<'s>) -> Result<Peeked<'s>, StoreError> {
        let mut peeked = Peeked { rows, next: None };
        peeked.advance()?;
        Ok(peeked)
    }

    fn advance(&mut self) -> Result<Option<Raw>, StoreError> {
        let next = self.rows.next()?.map(Raw::read).transpose()?;
        Ok(std::mem::replace(&mut self.next, next))
    }

    /// The postings of one entry; those of lower numbers have lost theirs.
    fn take_entry(
        &mut self,
        number: i64,
        group: &mut Vec<Raw>,
        findings: &mut Findings<'_>,
    ) -> Result<(), StoreError> {
        group.clear();
        while self.next.as_ref().is_some_and(|posting| posting.entry <= number) {
            let Some(posting) = self.advance()? else { break };
            if posting.entry == number {
                group.push(posting);
            } else {
                let place = format!("entry {}", posting.entry);
                findings.find("entry_numbers", place, "it is missing, but its postings are there.");
            }
        }
        Ok(())
    }
}

/// The audit rows that sealed entries, walked beside the entries.
struct Seals<'s> {
    rows: Rows<'s>,
    current: Option<Seal>,
}

impl Seals<'_> {
    fn advance(&mut self) -> Result<(), StoreError> {
        self.current = match self.rows.next()? {
            None => None,
            Some(row) => Some(Seal {
                seq: row.get(0)?,
                at: row.get(1)?,
                actor: row.get(2)?,
                first: row.get::<_, Option<i64>>(3)?.unwrap_or(0),
                count: row.get::<_, Option<i64>>(4)?.unwrap_or(0),
                digest: row.get::<_, Option<String>>(5)?.unwrap_or_default(),
                seen: 0,
                over: EntriesDigest::default(),
            }),
        };
        Ok(())
    }

    /// Takes one entry into the digest of the audit row that sealed it.
    fn cover(
        &mut self,
        chart: &Chart,
        head: &Head,
        group: &[Raw],
        findings: &mut Findings<'_>,
    ) -> Result<(), StoreError> {
        while self.current.as_ref().is_some_and(|seal| head.number >= seal.first.saturating_add(seal.count)) {
            self.close(findings)?;
        }
        let Some(seal) = self.current.as_mut().filter(|seal| head.number >= seal.first) else {
            findings.find(
                "entry_seals",
                format!("entry {}", head.number),
                "no row of the audit chain covers it.",
            );
            return Ok(());
        };
        if (head.audit, &head.booked_at, &head.actor) != (seal.seq, &seal.at, &seal.actor) {
            findings.find(
                "entry_seals",
                format!("entry {}", head.number),
                format!("who booked it, or when, differs from audit row {}.", seal.seq),
            );
        }
        let postings: Vec<[String; 3]> = group.iter().map(|posting| posting.texts(chart)).collect();
        seal.over.add_texts(
            head.number,
            [&head.kind, &head.occurred_on, &head.text],
            head.reverses,
            &postings,
        );
        seal.seen += 1;
        Ok(())
    }

    /// Compares the digest of the current audit row and goes on to the next.
    fn close(&mut self, findings: &mut Findings<'_>) -> Result<(), StoreError> {
        if let Some(seal) = self.current.take() {
            let last = seal.first + seal.count - 1;
            let place = match seal.count {
                1 => format!("entry {}", seal.first),
                _ => format!("entries {} to {last}", seal.first),
            };
            if seal.seen != seal.count {
                let sentence = format!(
                    "audit row {} covers {} entries, and {} are there.",
                    seal.seq, seal.count, seal.seen
                );
                findings.find("entry_seals", place, sentence);
            } else if seal.over.hex() != seal.digest {
                let sentence = format!(
                    "an amount, an account, a day or a text is not what audit row {} sealed.",
                    seal.seq
                );
                findings.find("entry_seals", place, sentence);
            }
        }
        self.advance()
    }

    fn finish(&mut self, findings: &mut Findings<'_>) -> Result<(), StoreError> {
        while self.current.is_some() {
            self.close(findings)?;
        }
        Ok(())
    }
}
