//! beancount's format.

use std::io::{self, Write};

use chrono::NaiveDate;
use purser_core::{Currency, Money};

use super::accounts::AccountNames;
use super::{ExportBalance, ExportEntry, ExportHead};
use crate::text::escaped;

pub(super) fn begin(out: &mut impl Write, head: &ExportHead, names: &AccountNames) -> io::Result<()> {
    writeln!(out, "; {}", escaped(&format!("Books of {}, exported by Purser", head.company)))?;
    writeln!(out, "; {}", escaped(&format!("Audit head {}", head.audit_head)))?;
    writeln!(out, "; This file is not encrypted.\n")?;
    writeln!(out, "option \"title\" {}\n", string(&head.company))?;
    for account in &head.accounts {
        let codes: Vec<&str> = account.currencies.iter().map(|currency| currency.code()).collect();
        let name = names.get(&account.name);
        writeln!(out, "{}", format!("{} open {name} {}", account.opened, codes.join(",")).trim_end())?;
        if name != account.name {
            writeln!(out, "  name: {}", string(&account.name))?;
        }
    }
    writeln!(out)
}

pub(super) fn declare(out: &mut impl Write, currency: Currency, date: NaiveDate) -> io::Result<()> {
    writeln!(out, "{date} commodity {currency}\n")
}

pub(super) fn entry(out: &mut impl Write, entry: &ExportEntry, names: &AccountNames) -> io::Result<()> {
    writeln!(out, "{} * {}", entry.date, string(&entry.text))?;
    writeln!(out, "  number: \"{}\"", entry.number)?;
    if let Some(memo) = &entry.memo {
        writeln!(out, "  memo: {}", string(memo))?;
    }
    let mut keys: Vec<String> = vec!["number".into(), "memo".into()];
    for (name, value) in &entry.tags {
        let key = unused_key(name, &keys);
        writeln!(out, "  {key}: {}", string(value))?;
        keys.push(key);
    }
    for posting in &entry.postings {
        writeln!(
            out,
            "  {}  {} {}",
            names.get(&posting.account),
            posting.amount.decimal(),
            posting.amount.currency()
        )?;
        if let Some(item) = &posting.item {
            writeln!(out, "    item: {}", string(item))?;
        }
    }
    writeln!(out)
}

/// A balance is asserted at the beginning of a day and includes the accounts below; without a written
/// tolerance half a cent would pass.
pub(super) fn finish(
    out: &mut impl Write,
    balances: &[ExportBalance],
    last: NaiveDate,
    names: &AccountNames,
) -> io::Result<()> {
    let Some(next) = last.succ_opt() else { return Ok(()) };
    for balance in balances {
        let (name, currency) = (names.get(&balance.account), balance.amount.currency());
        let below = format!("{name}:");
        let minor = balances
            .iter()
            .filter(|other| other.amount.currency() == currency)
            .filter(|other| {
                let other = names.get(&other.account);
                other == name || other.starts_with(&below)
            })
            .map(|other| other.amount.minor())
            .sum();
        let nothing = Money::zero(currency).decimal();
        writeln!(
            out,
            "{next} balance {name}  {} ~ {nothing} {currency}",
            Money::new(minor, currency).decimal()
        )?;
    }
    Ok(())
}

/// A string whose content reads back as the visible text.
fn string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in escaped(text).chars() {
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    out
}

/// Keys begin with a small letter, and a second use of one would be an error.
fn unused_key(name: &str, used: &[String]) -> String {
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' })
        .take(40)
        .collect();
    let reserved = matches!(plain.as_str(), "filename" | "lineno" | "");
    let begins = plain.starts_with(|c: char| c.is_ascii_lowercase());
    // A key has two characters or more.
    let base = if reserved || !begins || plain.len() < 2 { format!("x-{plain}") } else { plain };
    let base = base.trim_end_matches('-').to_owned();
    let mut key = base.clone();
    let mut count = 1;
    while key.len() < 2 || used.contains(&key) {
        count += 1;
        key = format!("{base}-{count}");
    }
    key
}
