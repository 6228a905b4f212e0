//! Invoices, payments, refunds and batches.

use std::process::ExitCode;
use std::sync::atomic::Ordering;
use std::time::Duration;

use purser_engine::api::types::*;
use purser_engine::api::{Session, method};
use purser_engine::error::{ApiError, EXIT_FAILED};
use secrecy::ExposeSecret;

use crate::args::{Invoice, Payment, Payouts};
use crate::context::Context;
use crate::print;

/// `purser invoice`.
pub fn invoice(context: &mut Context, invoice: Invoice) -> Result<ExitCode, ApiError> {
    match invoice {
        Invoice::Create { customer, lines, currency, issued, due, issue } => {
            let lines = lines.iter().map(|line| invoice_line(line)).collect::<Result<_, _>>()?;
            let made = context.call::<method::invoice_create>(&InvoiceForm {
                customer,
                currency: currency.unwrap_or_default(),
                issued: issued.unwrap_or_default(),
                due: due.unwrap_or_default(),
                lines,
                issue,
            })?;
            context.show(&made, || format!("{}\n{}", made.number, made.done.say))
        }
        Invoice::Issue { id } => {
            let made = context.call::<method::invoice_issue>(&ByNumber { number: id })?;
            context.show(&made, || format!("{}\n{}", made.number, made.done.say))
        }
        Invoice::List { state } => list(context, state),
        Invoice::Show { number } => {
            let detail = context.call::<method::invoice>(&ByNumber { number })?;
            context.show(&detail, || {
                let row = &detail.row;
                let mut said = format!(
                    "{} {}\n{}, issued {}, due {}\nTotal {}\nOpen {}\nReference {}",
                    row.number,
                    row.state,
                    row.customer,
                    row.issued,
                    row.due,
                    print::amount(&row.total),
                    print::amount(&row.open),
                    detail.reference
                );
                for line in [&detail.collection, &detail.pay_page].into_iter().filter(|line| !line.is_empty())
                {
                    said.push('\n');
                    said.push_str(line);
                }
                said
            })
        }
        Invoice::Void { number } => {
            let done = context.call::<method::invoice_void>(&ByNumber { number })?;
            context.show(&done, || done.say.clone())
        }
        Invoice::WriteOff { number, reason } => {
            let form = WriteOffForm { number, reason: reason.unwrap_or_default() };
            let done = context.call::<method::invoice_write_off>(&form)?;
            context.show(&done, || done.say.clone())
        }
        Invoice::UndoWriteOff { number } => {
            let done = context.call::<method::invoice_write_off_undo>(&ByNumber { number })?;
            context.show(&done, || done.say.clone())
        }
        Invoice::Tell { number } => {
            let done = context.call::<method::invoice_tell_application>(&ByNumber { number })?;
            context.show(&done, || done.say.clone())
        }
        Invoice::Instructions { number } => {
            let facts = context.call::<method::invoice>(&ByNumber { number })?.instructions;
            context.show(&facts, || {
                let row = |fact: &Fact| vec![format!("{}:", fact.label), fact.value.clone()];
                print::table(&facts.iter().map(row).collect::<Vec<_>>(), 0)
            })
        }
    }
}

/// `Scale plan=3x72.00@20`: text, quantity, price, tax in percent.
fn invoice_line(text: &str) -> Result<InvoiceLineForm, ApiError> {
    let bad = || {
        ApiError::usage(
            "line",
            format!("“{text}” is no line. Write TEXT=PRICE or TEXT=3xPRICE, with @20 for 20 % tax."),
        )
    };
    let (words, rest) = text.rsplit_once('=').ok_or_else(bad)?;
    let (price, tax) = rest.split_once('@').unwrap_or((rest, ""));
    let (quantity, price) = match price.split_once('x') {
        Some((quantity, price)) => (quantity.trim().parse().map_err(|_| bad())?, price),
        None => (1, price),
    };
    Ok(InvoiceLineForm {
        text: words.trim().to_owned(),
        quantity,
        price: price.trim().to_owned(),
        tax_percent: tax.trim().to_owned(),
    })
}

fn list(context: &mut Context, state: String) -> Result<ExitCode, ApiError> {
    let index = context.call::<method::invoices_index>(&InvoicesFilter {
        state,
        text: String::new(),
        sort: String::new(),
    })?;
    for keys in index.keys.chunks(500) {
        let rows = context.call::<method::invoices_rows>(&ByKeys { keys: keys.to_vec() })?;
        if context.json {
            rows.iter().try_for_each(print::json)?;
        } else {
            let row = |row: &InvoiceRow| {
                vec![
                    row.number.clone(),
                    row.customer.clone(),
                    row.issued.clone(),
                    row.due.clone(),
                    row.state.clone(),
                    print::amount(&row.total),
                    print::amount(&row.open),
                ]
            };
            print::text(&print::table(&rows.iter().map(row).collect::<Vec<_>>(), 2))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// `purser payment`.
pub fn payment(context: &mut Context, payment: Payment) -> Result<ExitCode, ApiError> {
    match payment {
        Payment::Record {
            customer,
            amount,
            currency,
            method,
            invoices,
            reference,
            note,
            proof,
            received,
        } => {
            let proof = proof.map(|path| context.path(&path)).transpose()?;
            let allocations = invoices
                .into_iter()
                .map(|invoice| AllocationForm { invoice, amount: String::new() })
                .collect();
            let recorded = context.call::<method::payment_record>(&PaymentForm {
                customer,
                amount,
                currency: currency.unwrap_or_default(),
                method,
                received_on: received.unwrap_or_default(),
                reference: reference.unwrap_or_default(),
                note: note.unwrap_or_default(),
                allocations,
                proof: proof.unwrap_or_default(),
                email_receipt: true,
            })?;
            if !recorded.missing_glyphs.is_empty() {
                eprintln!(
                    "No font has these characters; the receipt shows their codes: {}",
                    recorded.missing_glyphs
                );
            }
            context.show(&recorded, || {
                format!(
                    "{}\nPayment {}, receipt {}\n{}",
                    recorded.done.say, recorded.payment, recorded.receipt, recorded.receipt_path
                )
            })
        }
        Payment::List => {
            let filter = PaymentsFilter { state: "all".to_owned(), text: String::new(), sort: String::new() };
            let index = context.call::<method::payments_index>(&filter)?;
            for keys in index.keys.chunks(500) {
                let rows = context.call::<method::payments_rows>(&ByKeys { keys: keys.to_vec() })?;
                if context.json {
                    rows.iter().try_for_each(print::json)?;
                } else {
                    let row = |row: &PaymentRow| {
                        vec![
                            row.number.clone(),
                            row.customer.clone(),
                            row.method.clone(),
                            row.received_on.clone(),
                            row.state.clone(),
                            print::amount(&row.amount),
                        ]
                    };
                    print::text(&print::table(&rows.iter().map(row).collect::<Vec<_>>(), 1))?;
                }
            }
            Ok(ExitCode::SUCCESS)
        }
        Payment::Show { number } => {
            let detail = context.call::<method::payment>(&ByNumber { number })?;
            context.show(&detail, || {
                format!(
                    "{} {} {} from {}\n{}",
                    detail.row.number,
                    detail.row.state,
                    print::amount(&detail.row.amount),
                    detail.row.customer,
                    detail.receipt_path.clone().unwrap_or_default()
                )
            })
        }
        Payment::Undo { number } => {
            let done = context.call::<method::undo>(&ById { id: format!("payment:{number}") })?;
            context.show(&done, || done.say.clone())
        }
    }
}

/// `purser refund`.
pub fn refund(context: &mut Context, payment: String, amount: Option<String>) -> Result<ExitCode, ApiError> {
    let input = RefundPropose { payment, amount: amount.unwrap_or_default() };
    let batch = context.call::<method::refund_propose>(&input)?;
    context.show(&batch, || shown(&batch))
}

fn shown(batch: &Batch) -> String {
    let mut text = format!(
        "{} {}\nBatch {}\nBy {} from {} ({})\n",
        batch.title, batch.state, batch.id, batch.rail, batch.source, batch.source_account
    );
    for item in &batch.items {
        text.push_str(&format!("  {}  {}  {}\n", item.payee, item.destination, print::amount(&item.amount)));
    }
    text.push_str(&format!("Total {}\nDigest {}", print::amount(&batch.total), batch.digest));
    text
}

/// `purser payouts`.
pub fn payouts(context: &mut Context, payouts: Payouts) -> Result<ExitCode, ApiError> {
    match payouts {
        Payouts::List => {
            let batches = context.call::<method::batches>(&Nothing {})?.batches;
            context.show(&batches, || {
                let row = |batch: &Batch| {
                    vec![
                        batch.id.clone(),
                        batch.state.clone(),
                        batch.title.clone(),
                        print::amount(&batch.total),
                    ]
                };
                print::table(&batches.iter().map(row).collect::<Vec<_>>(), 1)
            })
        }
        Payouts::Show { batch } => {
            let batch = context.call::<method::batch>(&ById { id: batch })?;
            context.show(&batch, || shown(&batch))
        }
        Payouts::Approve { batch, digest } => approve(context, batch, digest),
        Payouts::Reject { batch } => {
            let done = context.call::<method::batch_reject>(&ById { id: batch })?;
            context.show(&done, || done.say.clone())
        }
    }
}

/// Approves, and stays until the batch has left or was taken back.
fn approve(context: &mut Context, id: String, digest: String) -> Result<ExitCode, ApiError> {
    // Where the vault is a file, its passphrase is also what approvals ask for.
    let passphrase = std::env::var("PURSER_APPROVAL_PASSPHRASE")
        .ok()
        .or_else(|| context.passphrase.as_ref().map(|secret| secret.expose_secret().to_owned()));
    let done = context.call::<method::approve>(&Approve { batch: id.clone(), digest, passphrase })?;
    eprintln!("{}", done.say);
    loop {
        if context.cancelled.load(Ordering::SeqCst) {
            let done = context.call::<method::approval_undo>(&ById { id: id.clone() })?;
            context.show(&done, || done.say.clone())?;
            return Ok(ExitCode::from(EXIT_FAILED));
        }
        // Where no other process works the outbox, this one does.
        if let Session::Owner { program, .. } = context.session()? {
            program.dispatcher()?.step();
        }
        let batch = context.call::<method::batch>(&ById { id: id.clone() })?;
        let paused =
            batch.leaving.is_none() && context.call::<method::outbox>(&Nothing {})?.paused_since.is_some();
        if batch.state != "approved" || paused {
            let sent = matches!(batch.state.as_str(), "sent" | "settled") || paused;
            context.show(&batch, || {
                format!(
                    "{}: {}",
                    batch.title,
                    if paused { "waits, everything is paused" } else { &batch.state }
                )
            })?;
            return Ok(if sent { ExitCode::SUCCESS } else { ExitCode::from(EXIT_FAILED) });
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}
