//! hledger's journal format.

use std::io::{self, Write};

use chrono::NaiveDate;
use purser_core::{Currency, Money};

use super::accounts::AccountNames;
use super::{ExportBalance, ExportEntry, ExportHead};
use crate::text::escaped;

pub(super) fn begin(out: &mut impl Write, head: &ExportHead, names: &AccountNames) -> io::Result<()> {
    writeln!(out, "; {}", comment(&format!("Books of {}, exported by Purser", head.company)))?;
    writeln!(out, "; {}", comment(&format!("Audit head {}", head.audit_head)))?;
    writeln!(out, "; This file is not encrypted.\n")?;
    writeln!(out, "decimal-mark .\n")?;
    for account in &head.accounts {
        writeln!(out, "account {}", names.get(&account.name))?;
    }
    writeln!(out)
}

pub(super) fn declare(out: &mut impl Write, currency: Currency) -> io::Result<()> {
    writeln!(out, "commodity {}\n", sample(currency))
}

pub(super) fn entry(out: &mut impl Write, entry: &ExportEntry, names: &AccountNames) -> io::Result<()> {
    writeln!(out, "{} ({}) {}", entry.date, entry.number, description(&entry.text))?;
    if let Some(memo) = &entry.memo {
        writeln!(out, "    ; memo: {}", tag_value(memo))?;
    }
    for (name, value) in &entry.tags {
        writeln!(out, "    ; {}: {}", tag_name(name), tag_value(value))?;
    }
    for posting in &entry.postings {
        write!(out, "    {}  {}", names.get(&posting.account), amount(posting.amount))?;
        match &posting.item {
            Some(item) => writeln!(out, "  ; item: {}", tag_value(item))?,
            None => writeln!(out)?,
        }
    }
    writeln!(out)
}

pub(super) fn finish(
    out: &mut impl Write,
    balances: &[ExportBalance],
    last: NaiveDate,
    names: &AccountNames,
) -> io::Result<()> {
    if balances.is_empty() {
        return Ok(());
    }
    writeln!(out, "{last} Balances at the end of this export")?;
    for balance in balances {
        let nothing = amount(Money::zero(balance.amount.currency()));
        writeln!(out, "    {}  {nothing} = {}", names.get(&balance.account), amount(balance.amount))?;
    }
    writeln!(out)
}

fn amount(amount: Money) -> String {
    format!("{} {}", amount.decimal(), amount.currency())
}

/// A sample amount declares the commodity and its decimals; it must have a decimal mark.
fn sample(currency: Currency) -> String {
    let plain = Money::new(1000 * currency.scale(), currency).decimal();
    let mark = if plain.contains('.') { "" } else { "." };
    format!("{plain}{mark} {currency}")
}

/// hledger has no escapes: characters with a meaning are written as their codes.
fn coded(text: &str, special: &[char]) -> String {
    let mut out = String::with_capacity(text.len());
    for c in escaped(text).chars() {
        if special.contains(&c) {
            out.push_str(&format!("\\u{{{:x}}}", u32::from(c)));
        } else {
            out.push(c);
        }
    }
    out.trim().to_owned()
}

/// A semicolon would begin a comment, a bar would divide payee and note.
fn description(text: &str) -> String {
    coded(text, &[';', '|'])
}

/// A comma would end the value, and a date in square brackets would become the posting's date.
fn tag_value(text: &str) -> String {
    coded(text, &[',', '[', ']'])
}

/// A colon would make a tag, such as `date:`, of the word before it.
fn comment(text: &str) -> String {
    coded(text, &[':', ',', '[', ']'])
}

/// Names that mean something to hledger get a letter in front.
fn tag_name(name: &str) -> String {
    let mut plain: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' })
        .take(40)
        .collect();
    if plain.is_empty()
        || matches!(plain.as_str(), "date" | "date2" | "type" | "memo" | "item" | "amt" | "cur")
    {
        plain.insert_str(0, "x-");
    }
    plain
}
