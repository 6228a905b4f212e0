//! The books against the balance that the provider says it keeps, currency by currency.

use std::collections::BTreeSet;
use std::sync::Arc;

use purser_connectors::Source;
use purser_core::attention::{Attention, Severity};
use purser_core::fact::{BalanceSnapshot, Observed};
use purser_core::matching::money_text;
use purser_core::{Currency, Money};
use purser_store::WriteTx;
use purser_store::tables::{Conn, attention, ledger};
use serde_json::json;

use super::{SyncError, sync, take};
use crate::books::{Books, Moment};
use crate::error::ApiError;

/// One currency in which the books and the provider differ.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// What the provider says.
    pub provider: Money,
    /// What the books say.
    pub books: Money,
}

/// The kind of the decision that a difference is.
pub(super) const DIFFERS: &str = "balance_differs";
/// A difference is judged after so many quiet looks at most; an account that never rests is left to the next comparison.
const LOOKS_MAX: u32 = 3;

/// Compares the books with the provider. Each currency that differs is one attention item, which goes by itself once
/// both agree again.
///
/// Something may happen between the last page and the balance: where they differ, reading goes on first, and only
/// what differs when nothing more came in is told.
pub fn check_balance(
    books: &Books,
    actor: &str,
    source: &Arc<dyn Source>,
) -> Result<Vec<Difference>, SyncError> {
    for _ in 0..LOOKS_MAX {
        let Some(seen) = source.balance(books.clock.now())? else { return Ok(Vec::new()) };
        let told = match &seen.read {
            Ok(fact) => match &fact.observed {
                Observed::Balance(told) => Some(told.clone()),
                _ => None,
            },
            Err(_) => None,
        };
        take(books, actor, source, vec![seen], None)?.wait()?;
        let Some(told) = told else { return Ok(Vec::new()) };
        let title = source.title().to_owned();
        let differs = books.read(|tx| Ok(!apart(tx, &title, &told)?.iter().all(Sides::agree)))?;
        if differs && sync(books, actor, source)?.came() > 0 {
            continue;
        }
        return Ok(judge(books, actor, source, told)?);
    }
    Ok(Vec::new())
}

/// What both sides say of one currency.
struct Sides {
    theirs: Money,
    ours: Money,
}

impl Sides {
    fn agree(&self) -> bool {
        self.theirs == self.ours
    }
}

fn apart(conn: &Conn, title: &str, told: &BalanceSnapshot) -> Result<Vec<Sides>, ApiError> {
    let mut currencies: BTreeSet<Currency> = told.total.iter().map(Money::currency).collect();
    let prefix = format!("Assets:{title}:");
    for balance in ledger::balances(conn)? {
        let currency = balance.amount.currency();
        if balance.account == format!("{prefix}{currency}") {
            currencies.insert(currency);
        }
    }
    let mut all = Vec::new();
    for currency in currencies {
        let ours = ledger::balance_of(conn, &format!("{prefix}{currency}"), currency)?;
        let theirs = told.total.iter().find(|total| total.currency() == currency).copied();
        all.push(Sides { theirs: theirs.unwrap_or(Money::zero(currency)), ours });
    }
    Ok(all)
}

fn judge(
    books: &Books,
    actor: &str,
    source: &Arc<dyn Source>,
    told: BalanceSnapshot,
) -> Result<Vec<Difference>, ApiError> {
    let (name, title) = (source.name().to_owned(), source.title().to_owned());
    books.decide(actor, move |tx, moment| {
        let mut differences = Vec::new();
        for sides in apart(tx, &title, &told)? {
            let subject = format!("source:{name}:{}", sides.ours.currency());
            if sides.agree() {
                attention::resolve(tx, &subject, Some(DIFFERS), moment.at)?;
                continue;
            }
            ask(tx, moment, &title, subject, &sides)?;
            differences.push(Difference { provider: sides.theirs, books: sides.ours });
        }
        let detail = json!({ "agrees": differences.is_empty() });
        tx.audit(moment.audit("ledger.compare", format!("source:{name}"), detail))?;
        Ok(differences)
    })
}

fn ask(
    tx: &WriteTx<'_>,
    moment: &Moment,
    title: &str,
    subject: String,
    sides: &Sides,
) -> Result<(), ApiError> {
    let apart = sides.theirs.sub(sides.ours)?.abs();
    let item = Attention {
        kind: DIFFERS.into(),
        subject,
        severity: Severity::High,
        title: format!("{title} and the books are {} apart", money_text(apart)),
        reason: format!(
            "{title} says {}, the books say {}. Sync once more; if it stays, look at the newest movements",
            money_text(sides.theirs),
            money_text(sides.ours)
        ),
        amount: Some(apart),
        since: moment.at,
        due: None,
        actions: vec![],
        route: "/ledger".into(),
    };
    Ok(attention::raise(tx, &moment.id(), &item)?)
}
