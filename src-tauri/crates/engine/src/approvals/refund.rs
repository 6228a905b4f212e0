//! Refunds of recorded payments: what can be given back, from which account, to whom (MO-08, MO-14).

use std::collections::BTreeMap;

use purser_core::account::CUSTOMER_CREDIT;
use purser_core::{Account, Item, ItemKind, Money};
use purser_store::WriteTx;
use purser_store::tables::accounts::RealAccount;
use purser_store::tables::batches::{self, Batch, ItemState};
use purser_store::tables::payments::Payment;
use purser_store::tables::{Conn, accounts, allocations, invoices, ledger, lines, payments};

use super::envelope::Live;
use super::propose::{BatchDraft, ItemDraft, RailName, propose};
use super::refund_split::{Part, Refundable, split};
use super::words;
use crate::books::Moment;
use crate::error::ApiError;
use crate::ingest::after_credit_notes;

/// Proposes to give back a recorded payment, or a part of it (`amount` as text; all that is left when empty).
pub fn propose_refund(
    tx: &WriteTx<'_>,
    moment: &Moment,
    number: &str,
    amount: &str,
    rail: RailName,
) -> Result<Batch, ApiError> {
    let payment = recorded(tx, number)?;
    let known = facts(tx, &payment)?;
    let left = known.left()?;
    let amount = if amount.trim().is_empty() { left } else { Money::parse(amount, known.paid.currency())? };
    if !amount.is_positive() || amount.sub(left)?.is_positive() {
        return Err(too_much(&known, left));
    }
    let origin = origin(tx, &payment)?;
    let seen = if origin.seen { "" } else { ", which the bank has not shown yet" };
    let draft = BatchDraft {
        kind: "refund".into(),
        rail,
        source_account: origin.account,
        held: Vec::new(),
        items: vec![ItemDraft {
            payee: known.customer.clone(),
            payee_name: known.customer_name.clone(),
            text: format!("Refund of payment {}{seen}", known.number),
            amount,
            destination: origin.destination,
            refund: Some(split(&known, amount)?),
        }],
    };
    propose(tx, moment, &draft)
}

/// How much of a payment can be given back now; nothing of one that was taken back.
pub fn refundable(conn: &Conn, payment: &Payment) -> Result<Money, ApiError> {
    if payment.state == "undone" {
        return Ok(Money::zero(payment.amount.currency()));
    }
    let left = facts(conn, payment)?.left()?;
    Ok(if left.is_negative() { Money::zero(left.currency()) } else { left })
}

fn recorded(conn: &Conn, number: &str) -> Result<Payment, ApiError> {
    let payment = payments::by_number(conn, number)?.ok_or_else(|| ApiError::unknown("payment", number))?;
    if payment.state == "undone" {
        return Err(ApiError::failed(
            "payment_undone",
            format!("Nothing was proposed: payment {} was taken back.", payment.number),
        ));
    }
    Ok(payment)
}

fn too_much(known: &Refundable, left: Money) -> ApiError {
    let message = if left.is_positive() {
        format!(
            "Nothing was proposed: at most {} of payment {} can be given back; the rest was given back, \
             promised or used already.",
            words::money(left),
            known.number
        )
    } else {
        format!(
            "Nothing was proposed: all of payment {} was given back, promised or used already.",
            known.number
        )
    };
    ApiError::usage("refund_amount", message)
}

/// What is known of a payment that is to be given back.
fn facts(conn: &Conn, payment: &Payment) -> Result<Refundable, ApiError> {
    let zero = Money::zero(payment.amount.currency());
    let (mut parts, mut credit) = (Vec::new(), zero);
    for allocation in allocations::of_funds(conn, "payment", &payment.id)? {
        credit = credit.add(allocation.over)?;
        match allocation.invoice {
            None => credit = credit.add(allocation.amount)?,
            Some(key) => {
                let invoice = invoices::by_keys(conn, &[key])?
                    .pop()
                    .ok_or_else(|| ApiError::unknown("invoice", &key.to_string()))?;
                let received = allocation.amount.sub(allocation.fee)?;
                let (net, tax) = after_credit_notes(conn, &invoice)?;
                parts.push(Part { received, net, tax });
            }
        }
    }
    Ok(Refundable {
        payment: payment.id.clone(),
        number: payment.number.clone(),
        customer: payment.customer_id.clone(),
        customer_name: payment.customer_name.clone(),
        paid: payment.amount,
        credit,
        credit_open: credit_free(conn, &payment.customer_id, zero)?,
        parts,
        earlier: batches::refunds_of_payment(conn, &payment.id)?,
    })
}

/// A customer's open credit, as a positive amount, in the currency of `zero`.
fn credit_open(conn: &Conn, customer: &str, zero: Money) -> Result<Money, ApiError> {
    let item = Item::new(ItemKind::Customer, customer);
    Ok(-ledger::open_in(conn, CUSTOMER_CREDIT, &item, zero.currency())?)
}

/// A payment that is being given back stays as it is, from the proposal on: taking it back meanwhile would pay
/// money out that the books no longer have.
pub(crate) fn nothing_is_given_back(conn: &Conn, payment: &Payment) -> Result<(), ApiError> {
    for item in batches::refund_items_of_payment(conn, &payment.id)? {
        let refund = format!("A refund of {} of {}", words::money(item.amount), payment.number);
        let (code, how) = match item.state {
            ItemState::Proposed => ("refund_waits", "waits for your answer. Reject it first"),
            ItemState::Approved => {
                ("refund_waits", "is approved and about to leave. Take the approval back first")
            }
            ItemState::Sending => ("refund_leaving", "is being sent at this moment"),
            ItemState::Unknown => (
                "refund_leaving",
                "may have been sent; nobody knows yet. Say in the outbox what became of it first",
            ),
            ItemState::Sent | ItemState::Settled => {
                ("payment_refunded", "has left already, so the payment stays")
            }
            ItemState::Void | ItemState::Failed => continue,
        };
        return Err(ApiError::failed(code, format!("{refund} {how}. Nothing was changed.")));
    }
    Ok(())
}

/// A customer's credit that no refund on the table has promised back, in the currency of `zero`.
pub(crate) fn credit_free(conn: &Conn, customer: &str, zero: Money) -> Result<Money, ApiError> {
    let promised = batches::refunds_not_booked(conn, customer)?;
    let promised = promised.iter().map(|split| split.credit).filter(|m| m.currency() == zero.currency());
    Ok(credit_open(conn, customer, zero)?.sub(Money::sum(promised, zero.currency())?)?)
}

/// Why a batch's refunds cannot be paid any more: the payment was taken back, the credit used, or a charge contested,
/// meanwhile.
pub(crate) fn ground_gone(conn: &Conn, live: &[Live]) -> Result<Option<String>, ApiError> {
    if let Some(why) = super::charge::ground_gone(conn, live)? {
        return Ok(Some(why));
    }
    let mut wanted: BTreeMap<String, (Money, &str)> = BTreeMap::new();
    for one in live.iter().filter(|one| one.item.entry.is_none()) {
        let Some(split) = batches::refund_of(conn, one.item.key)? else { continue };
        if let Some(payment) = payments::by_number(conn, &split.payment)?
            && payment.state == "undone"
        {
            return Ok(Some(format!("{}: payment {} was taken back", one.item.payee_name, payment.number)));
        }
        if split.credit.is_positive() {
            let sum = wanted.entry(split.customer).or_insert((Money::zero(split.credit.currency()), ""));
            *sum = (sum.0.add(split.credit)?, &one.item.payee_name);
        }
    }
    for (customer, (credit, name)) in wanted {
        let open = credit_open(conn, &customer, credit)?;
        if credit.sub(open)?.is_positive() {
            return Ok(Some(format!(
                "{name}: the refund gives back {} of credit, of which {} is left",
                words::money(credit),
                words::money(open)
            )));
        }
    }
    Ok(None)
}

/// Where a payment came from and where it went.
struct Origin {
    account: Account,
    destination: String,
    seen: bool,
}

fn origin(conn: &Conn, payment: &Payment) -> Result<Origin, ApiError> {
    let real = accounts::real(conn)?;
    let deposit = deposit(conn, payment, &real)?;
    let seen = deposit.is_some();
    let (account, payer) = match deposit {
        Some((account, payer)) => (Some(account), payer),
        None => (None, None),
    };
    let kind = if payment.method == "cash" { "cash" } else { "bank" };
    let fits = |account: &&RealAccount| account.opening.currency() == payment.amount.currency();
    let account = account
        .or_else(|| real.iter().filter(fits).find(|a| a.kind == kind).map(|a| a.account.clone()))
        .or_else(|| real.iter().find(fits).map(|a| a.account.clone()))
        .ok_or_else(|| {
            let code = payment.amount.currency();
            ApiError::usage(
                "no_account",
                format!(
                    "Nothing was proposed: there is no account in {code} to pay it from. Add one in Settings."
                ),
            )
        })?;
    let payer = payer.unwrap_or_else(|| payment.customer_name.clone());
    let method = payment.method.replace('_', " ");
    let destination = format!("The account it came from: {payer}, {method} {}", payment.reference);
    Ok(Origin { account, destination: purser_core::text::one_line(&destination, 400), seen })
}

/// The real account in which a payment arrived, and its payer as the bank wrote it.
fn deposit(
    conn: &Conn,
    payment: &Payment,
    real: &[RealAccount],
) -> Result<Option<(Account, Option<String>)>, ApiError> {
    let item = Item::new(ItemKind::Payment, &payment.id);
    for number in ledger::entries_of_item(conn, &item)?.into_iter().rev() {
        if ledger::reversed_by(conn, number)?.is_some() {
            continue;
        }
        for posting in ledger::postings(conn, number)? {
            if let Some(account) = real.iter().find(|real| real.account == posting.account) {
                return Ok(Some((account.account.clone(), None)));
            }
            let Some(line) = posting.item.filter(|item| item.kind == ItemKind::BankLine) else { continue };
            if let Some(line) = lines::by_id(conn, &line.id)?
                && let Some(account) = real.iter().find(|real| real.key == line.account)
            {
                return Ok(Some((account.account.clone(), Some(line.payer))));
            }
        }
    }
    Ok(None)
}
