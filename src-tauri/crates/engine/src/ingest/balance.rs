//! The books against the balance that the provider says it keeps, currency by currency.

use std::collections::BTreeSet;
use std::sync::Arc;

use purser_connectors::Source;
use purser_core::attention::{Attention, Severity};
use purser_core::fact::Observed;
use purser_core::matching::money_text;
use purser_core::{Currency, Money};
use purser_store::tables::{attention, ledger};
use serde_json::json;

use super::{SyncError, take};
use crate::books::Books;
use crate::error::ApiError;

/// One currency in which the books and the provider differ.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// What the provider says.
    pub provider: Money,
    /// What the books say.
    pub books: Money,
}

/// Compares once a day, after a sync. Each currency that differs is one attention item, which goes by itself once both
/// agree again.
pub fn check_balance(
    books: &Books,
    actor: &str,
    source: &Arc<dyn Source>,
) -> Result<Vec<Difference>, SyncError> {
    let Some(seen) = source.balance(books.clock.now())? else { return Ok(Vec::new()) };
    let Ok(fact) = seen.read.clone() else {
        take(books, actor, source, vec![seen], None)?;
        return Ok(Vec::new());
    };
    let Observed::Balance(told) = fact.observed else { return Ok(Vec::new()) };
    take(books, actor, source, vec![seen], None)?;
    let (name, title) = (source.name().to_owned(), source.title().to_owned());
    let differences = books.decide(actor, move |tx, moment| {
        let mut currencies: BTreeSet<Currency> = told.total.iter().map(Money::currency).collect();
        let prefix = format!("Assets:{title}:");
        for balance in ledger::balances(tx)? {
            let currency = balance.amount.currency();
            if balance.account == format!("{prefix}{currency}") {
                currencies.insert(currency);
            }
        }
        let mut differences = Vec::new();
        for currency in currencies {
            let ours = ledger::balance_of(tx, &format!("{prefix}{currency}"), currency)?;
            let theirs = told
                .total
                .iter()
                .find(|total| total.currency() == currency)
                .copied()
                .unwrap_or(Money::zero(currency));
            let subject = format!("source:{name}:{currency}");
            if ours == theirs {
                attention::resolve(tx, &subject, Some("balance_differs"), moment.at)?;
                continue;
            }
            let apart = theirs.sub(ours).map_err(ApiError::from)?;
            let item = Attention {
                kind: "balance_differs".into(),
                subject,
                severity: Severity::High,
                title: format!("{title} and the books are {} apart", money_text(apart.abs())),
                reason: format!(
                    "{title} says {}, the books say {}. Sync once more; if it stays, look at the newest movements",
                    money_text(theirs),
                    money_text(ours)
                ),
                amount: Some(apart.abs()),
                since: moment.at,
                due: None,
                actions: vec![],
                route: "/ledger".into(),
            };
            attention::raise(tx, &moment.id(), &item)?;
            differences.push(Difference { provider: theirs, books: ours });
        }
        let detail = json!({ "agrees": differences.is_empty() });
        tx.audit(moment.audit("ledger.compare", format!("source:{name}"), detail))?;
        Ok(differences)
    })?;
    Ok(differences)
}
