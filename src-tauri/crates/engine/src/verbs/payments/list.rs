//! The list of payments, and one payment opened.

use purser_core::{Item, ItemKind, Money};
use purser_store::tables::payments::{self, Payment};
use purser_store::tables::{allocations, blobs, invoices, ledger};

use crate::api::Caller;
use crate::api::types::*;
use crate::error::ApiError;
use crate::verbs::undo::STANDING_PAYMENT;

/// `payments_index`.
pub fn index(caller: &Caller<'_>, input: PaymentsFilter) -> Result<PaymentsIndex, ApiError> {
    let books = caller.books()?;
    let base = books.profile()?.currency;
    let sort = crate::verbs::sort(&input.sort, "received")?;
    books.read(|tx| {
        let state = match input.state.as_str() {
            "" | "all" => None,
            state => Some(state),
        };
        let sums = payments::undeposited_sums(tx)?;
        let count: i64 = sums.iter().map(|(_, count)| count).sum();
        let sum =
            sums.iter().find(|(sum, _)| sum.currency() == base).map_or(Money::zero(base), |(sum, _)| *sum);
        Ok(PaymentsIndex {
            keys: payments::index(tx, state, &input.text, sort)?,
            undeposited: u32::try_from(count).unwrap_or(u32::MAX),
            undeposited_sum: sum.into(),
        })
    })
}

/// A payment as a row of a list.
pub(crate) fn row(payment: &Payment) -> PaymentRow {
    PaymentRow {
        key: payment.key,
        number: payment.number.clone(),
        customer: payment.customer_name.clone(),
        method: payment.method.clone(),
        received_on: payment.received_on.to_string(),
        amount: payment.amount.into(),
        state: payment.state.clone(),
        reference: payment.reference.clone(),
    }
}

/// `payments_rows`.
pub fn rows(caller: &Caller<'_>, input: ByKeys) -> Result<Vec<PaymentRow>, ApiError> {
    let keys = crate::verbs::page(&input.keys)?;
    caller.books()?.read(|tx| Ok(payments::by_keys(tx, keys)?.iter().map(row).collect()))
}

/// `payment`.
pub fn detail(caller: &Caller<'_>, input: ByNumber) -> Result<PaymentDetail, ApiError> {
    let books = caller.books()?;
    let papers = books.papers_folder();
    books.read(|tx| {
        let payment = payments::by_number(tx, &input.number)?
            .ok_or_else(|| ApiError::unknown("payment", &input.number))?;
        let mut lines = Vec::new();
        for allocation in allocations::of_funds(tx, "payment", &payment.id)? {
            if let Some(key) = allocation.invoice {
                let invoice = invoices::by_keys(tx, &[key])?.pop();
                let number = invoice.map(|invoice| invoice.shown().to_owned()).unwrap_or_default();
                lines.push(PaperLine { text: format!("Invoice {number}"), amount: allocation.amount.into() });
            }
            if allocation.over.is_positive() {
                let text = format!("Credit for {}", payment.customer_name);
                lines.push(PaperLine { text, amount: allocation.over.into() });
            }
        }
        let history = tx
            .audit_of(&format!("payment:{}", payment.number), 50)?
            .into_iter()
            .map(|row| HistoryLine { text: history_text(&row.action, &row.actor), at: row.at })
            .collect();
        let proof = match &payment.proof {
            Some(hash) => Some(Fact {
                label: payment.proof_name.clone(),
                value: format!("{} bytes, {}", blobs::size(tx, hash)?.unwrap_or_default(), &hash[..12]),
            }),
            None => None,
        };
        let path = papers.join(format!("{}.pdf", payment.receipt));
        let refundable = if payment.state == "undone" {
            Money::zero(payment.amount.currency())
        } else {
            crate::approvals::refundable(tx, &payment)?
        };
        Ok(PaymentDetail {
            row: row(&payment),
            allocations: lines,
            paper: serde_json::from_str(&payment.paper).ok(),
            receipt_path: path.exists().then(|| path.to_string_lossy().into_owned()),
            note: payment.note.clone(),
            proof,
            history,
            refundable: refundable.into(),
            entries: ledger::entries_of_item(tx, &Item::new(ItemKind::Payment, &payment.id))?,
            undo: (payment.state == "undeposited").then(|| format!("{STANDING_PAYMENT}{}", payment.number)),
        })
    })
}

fn history_text(action: &str, actor: &str) -> String {
    let what = match action {
        "payment.record" => "Recorded",
        "payment.deposit" => "Put into a cash account",
        "payment.undo" => "Taken back",
        other => other,
    };
    format!("{what} by {}", crate::verbs::who(actor))
}
