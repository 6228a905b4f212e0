//! A plan is booked, and taken back.

use purser_core::{Account, Money, booking};
use purser_store::WriteTx;
use purser_store::tables::allocations::{self, Allocation};
use purser_store::tables::exchanges::{self, Exchange};
use purser_store::tables::ledger::{self, NewEntry};
use purser_store::tables::lines::{self, BankLine, LineState};
use purser_store::tables::{attention, customers, payments, rules};
use serde_json::json;

use super::plan::{Action, Part, Plan};
use crate::books::Moment;
use crate::error::ApiError;
use crate::settled;

/// Subject of a line's audit rows and attention.
pub(super) fn subject(line: &str) -> String {
    let short = purser_core::text::bounded(line, 200);
    format!("line:{short}")
}

/// Books a plan with its audit row.
pub(super) fn book(tx: &WriteTx<'_>, moment: &Moment, plan: &Plan, action: &str) -> Result<(), ApiError> {
    let words = plan.booked_as();
    let entries = plan.entries()?;
    let detail = json!({"as": words, "amount": plan.received, "payer": plan.line.payer, "difference": plan.difference,
                        "exchange": plan.exchange.as_ref().map(|stated| json!({
                            "given": stated.given, "value": stated.value, "rate": stated.rate.to_string(),
                            "source": stated.source}))});
    let booked = moment.book(tx, action, subject(&plan.line.id), detail, &entries)?;
    let stamp = moment.stamp();
    let decided = Some((moment.actor.as_str(), stamp.as_str()));
    match &plan.action {
        Action::Invoices(parts) => {
            keep_parts(tx, moment, plan, parts, &booked.numbers)?;
            settled::look(tx, moment, parts.iter().map(|part| part.invoice.key))?;
            lines::set_state(tx, &plan.line.id, LineState::Matched, &words, decided)?;
        }
        Action::Payment(payment) => {
            payments::set_state(tx, &payment.id, "undeposited", "deposited")?;
            lines::add_booking(tx, &plan.line.id, booked.numbers[0], "deposit", &payment.id)?;
            lines::set_state(tx, &plan.line.id, LineState::Matched, &words, decided)?;
        }
        Action::Transfer(other) => {
            let back = format!("Transfer with {}", plan.line.account_name);
            for (line, words, partner) in [(&plan.line, &words, &other.id), (&**other, &back, &plan.line.id)]
            {
                lines::add_booking(tx, &line.id, booked.numbers[0], "transfer", partner)?;
                lines::set_state(tx, &line.id, LineState::Transfer, words, decided)?;
                attention::resolve(tx, &subject(&line.id), None, moment.at)?;
            }
        }
        Action::Arrival { payout } => {
            lines::add_booking(tx, &plan.line.id, booked.numbers[0], "payout", payout)?;
            lines::set_state(tx, &plan.line.id, LineState::Matched, &words, decided)?;
        }
        Action::Payout { item, .. } => {
            crate::approvals::settled(tx, moment, item, true)?;
            lines::add_booking(tx, &plan.line.id, booked.numbers[0], "payout", item)?;
            lines::set_state(tx, &plan.line.id, LineState::Matched, &words, decided)?;
        }
    }
    attention::resolve(tx, &subject(&plan.line.id), None, moment.at)?;
    Ok(())
}

/// Keeps an allocation per entry, in the order in which the plan made them.
fn keep_parts(
    tx: &WriteTx<'_>,
    moment: &Moment,
    plan: &Plan,
    parts: &[Part],
    numbers: &[i64],
) -> Result<(), ApiError> {
    let exchanged = plan.exchanged(parts)?;
    let mut numbers = numbers.iter().copied();
    let mut next = || {
        numbers.next().ok_or_else(|| {
            ApiError::failed("entry_missing", "An allocation has no entry; nothing was booked.")
        })
    };
    for (part, exchanged) in parts.iter().zip(exchanged) {
        let zero = Money::zero(part.received.currency());
        let row = |funds_kind: &str, funds_id: &str, amount, fee, over, entry| Allocation {
            key: 0,
            invoice: Some(part.invoice.key),
            customer: part.invoice.customer,
            funds_kind: funds_kind.to_owned(),
            funds_id: funds_id.to_owned(),
            amount,
            fee,
            over,
            on: plan.line.occurred_on,
            entry,
            undone_by: None,
        };
        if part.received.is_positive() {
            let entry = next()?;
            allocations::add(tx, &row("line", &plan.line.id, part.settled()?, part.fee, part.over, entry))?;
            if let (Some((given, value)), Some(stated)) = (exchanged, &plan.exchange) {
                let (rate, source) = (stated.rate.decimal(), stated.source.clone());
                exchanges::add(tx, &Exchange { entry, given, value, rate, source, at: moment.stamp() })?;
            }
        }
        if part.from_credit.is_positive() {
            let entry = next()?;
            let customer = &part.invoice.customer_id;
            allocations::add(tx, &row("credit", customer, part.from_credit, zero, zero, entry))?;
            lines::add_booking(tx, &plan.line.id, entry, "credit", customer)?;
        }
    }
    Ok(())
}

/// Remembers the payer's name that the founder has just confirmed.
pub(super) fn learn(tx: &WriteTx<'_>, moment: &Moment, plan: &Plan) -> Result<(), ApiError> {
    if let Some((customer, payer)) = plan.alias() {
        let since = moment.today().to_string();
        customers::add_alias(tx, &moment.id(), &payer, customer, &since)?;
    }
    Ok(())
}

/// Books a line as a customer's credit.
pub(super) fn credit(
    tx: &WriteTx<'_>,
    moment: &Moment,
    line: &BankLine,
    customer: &customers::Customer,
) -> Result<String, ApiError> {
    let funds = booking::Funds::Line(line.id.clone());
    let name = purser_core::text::one_line(&customer.name, 100);
    let text = format!("Credit of {name}");
    let entry = booking::to_credit(&funds, &customer.id, line.amount, line.occurred_on, &text)?;
    let detail = json!({"customer": name, "amount": line.amount});
    let booked = moment.book(tx, "match.credit", subject(&line.id), detail, &[entry.into()])?;
    let zero = Money::zero(line.amount.currency());
    allocations::add(
        tx,
        &Allocation {
            key: 0,
            invoice: None,
            customer: customer.key,
            funds_kind: "line".to_owned(),
            funds_id: line.id.clone(),
            amount: zero,
            fee: zero,
            over: line.amount,
            on: line.occurred_on,
            entry: booked.numbers[0],
            undone_by: None,
        },
    )?;
    let stamp = moment.stamp();
    lines::set_state(tx, &line.id, LineState::Matched, &text, Some((&moment.actor, &stamp)))?;
    attention::resolve(tx, &subject(&line.id), None, moment.at)?;
    Ok(text)
}

/// Files a line under a category.
pub(super) fn file(
    tx: &WriteTx<'_>,
    moment: &Moment,
    line: &BankLine,
    account: &Account,
    rule: Option<&str>,
) -> Result<String, ApiError> {
    let payer = purser_core::text::one_line(&line.payer, 120);
    let memo = purser_core::text::one_line(&line.description, 120);
    let text = if payer.is_empty() { memo } else { payer };
    let text = if text.is_empty() { account.as_str().to_owned() } else { text };
    let entry = booking::file_line(&line.id, account, line.amount, line.occurred_on, &text)?;
    let detail = json!({"account": account, "amount": line.amount, "payer": line.payer, "rule": rule});
    let booked = moment.book(tx, "match.file", subject(&line.id), detail, &[entry.into()])?;
    lines::add_booking(tx, &line.id, booked.numbers[0], "filed", account.as_str())?;
    let words = format!("Filed under {account}");
    let stamp = moment.stamp();
    lines::set_state(tx, &line.id, LineState::Filed, &words, Some((&moment.actor, &stamp)))?;
    attention::resolve(tx, &subject(&line.id), None, moment.at)?;
    if let Some(rule) = rule {
        rules::count_use(tx, rule, 1)?;
    }
    Ok(words)
}

/// Takes back whatever booked a line: reversals, and everything that hung on it.
pub(crate) fn take_back(tx: &WriteTx<'_>, moment: &Moment, id: &str) -> Result<String, ApiError> {
    let line = lines::by_id(tx, id)?.ok_or_else(|| ApiError::unknown("transaction", id))?;
    if line.state.is_unexplained() || line.state == LineState::Undone {
        return Err(ApiError::failed("line_open", "This line is not booked; there is nothing to take back."));
    }
    let paid = allocations::of_funds(tx, "line", id)?;
    let bookings = lines::bookings(tx, id)?;
    let mut numbers: Vec<i64> = paid.iter().map(|row| row.entry).collect();
    numbers.extend(bookings.iter().map(|booking| booking.entry));
    if numbers.is_empty() {
        return Err(ApiError::failed(
            "line_open",
            "This line moves no money; there is nothing to take back.",
        ));
    }
    let mut entries: Vec<NewEntry> = Vec::with_capacity(numbers.len());
    for number in &numbers {
        let on = ledger::entry(tx, *number)?.map_or(line.occurred_on, |entry| entry.occurred_on);
        entries.push(ledger::reversal(tx, *number, on, "taken back")?);
    }
    if paid.iter().any(|row| row.over.is_positive()) {
        credit_is_there(tx, &paid)?;
    }
    let detail = json!({"was": line.booked_as, "amount": line.amount});
    let booked = moment.book(tx, "match.undo", subject(id), detail, &entries)?;
    for (row, by) in paid.iter().zip(&booked.numbers) {
        allocations::mark_undone(tx, row.key, *by)?;
    }
    for (booking, by) in bookings.iter().zip(booked.numbers.iter().skip(paid.len())) {
        release(tx, moment, booking, *by)?;
    }
    settled::look(tx, moment, paid.iter().filter_map(|row| row.invoice))?;
    lines::set_state(tx, id, LineState::Open, "", None)?;
    Ok(format!("Taken back: {}.", line.booked_as))
}

/// A credit that was spent, or promised back, meanwhile cannot be taken away from under its invoice.
pub(crate) fn credit_is_there(tx: &WriteTx<'_>, paid: &[Allocation]) -> Result<(), ApiError> {
    for row in paid.iter().filter(|row| row.over.is_positive()) {
        let customer = customers::by_key(tx, row.customer)?.unwrap_or_default();
        let credit = crate::approvals::credit_free(tx, &customer.id, row.over)?;
        if credit.sub(row.over)?.is_negative() {
            return Err(ApiError::failed(
                "credit_spent",
                format!(
                    "{} of credit came from this and {} has only {credit} left that is neither used nor promised \
                     back. Undo what used it first.",
                    row.over, customer.name
                ),
            ));
        }
    }
    Ok(())
}

fn release(tx: &WriteTx<'_>, moment: &Moment, booking: &lines::LineBooking, by: i64) -> Result<(), ApiError> {
    lines::undo_booking(tx, booking.entry, by)?;
    match booking.kind.as_str() {
        "deposit" => payments::set_state(tx, &booking.other, "deposited", "undeposited")?,
        "transfer" => lines::set_state(tx, &booking.other, LineState::Open, "", None)?,
        // A provider's payout is on its way again by its item alone; one of ours changes its batch too.
        "payout" if purser_store::tables::provider::payout(tx, &booking.other)?.is_some() => {}
        "payout" => crate::approvals::settled(tx, moment, &booking.other, false)?,
        "credit" => {
            for row in allocations::of_funds(tx, "credit", &booking.other)? {
                if row.entry == booking.entry {
                    allocations::mark_undone(tx, row.key, by)?;
                }
            }
        }
        _ => {}
    }
    Ok(())
}
