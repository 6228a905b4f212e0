//! What a choice for a line would book: the same plan is previewed, and then booked.

use purser_core::account::{BANK_FEES, CUSTOMER_CREDIT, IN_TRANSIT_OUT, RECEIVABLE, SUSPENSE, UNDEPOSITED};
use purser_core::booking::{self, Funds};
use purser_core::matching::money_text;
use purser_core::text::one_line;
use purser_core::{Item, ItemKind, Money};
use purser_store::tables::invoices::Invoice;
use purser_store::tables::ledger::NewEntry;
use purser_store::tables::lines::BankLine;
use purser_store::tables::payments::Payment;
use purser_store::tables::{Conn, batches, invoices, ledger, lines, payments};

use crate::api::types::{Difference, MatchChoice, MatchPreview, PostingLine};
use crate::error::ApiError;

/// Part of an invoice that a line settles.
pub(super) struct Part {
    pub invoice: Invoice,
    /// Out of the line.
    pub received: Money,
    /// Kept by a bank.
    pub fee: Money,
    /// Out of the line on top, into the customer's credit.
    pub over: Money,
    /// Out of the customer's credit on top.
    pub from_credit: Money,
}

/// What a choice does.
pub(super) enum Action {
    Invoices(Vec<Part>),
    Payment(Box<Payment>),
    Transfer(Box<BankLine>),
    Payout { item: String, payee: String },
}

/// A choice that can be booked.
pub(super) struct Plan {
    pub line: BankLine,
    pub action: Action,
    /// Received, or what left, always positive.
    pub received: Money,
    pub open: Money,
    pub difference: Money,
}

fn refused(code: &str, say: impl Into<String>) -> ApiError {
    ApiError::failed(code, say)
}

/// Reads a choice against the books. The error says why it cannot be booked.
pub(super) fn plan(conn: &Conn, choice: &MatchChoice) -> Result<Plan, ApiError> {
    let line =
        lines::by_id(conn, &choice.line)?.ok_or_else(|| ApiError::unknown("transaction", &choice.line))?;
    if !line.state.is_unexplained() {
        let how = if line.booked_as.is_empty() { line.state.to_string() } else { line.booked_as.clone() };
        return Err(refused("line_booked", format!("This line is booked already: {how}. Undo that first.")));
    }
    let target = || {
        choice
            .targets
            .first()
            .map(String::as_str)
            .ok_or_else(|| ApiError::usage("target", "Choose what the line pays."))
    };
    match choice.kind.as_str() {
        "invoices" => plan_invoices(conn, line, choice),
        "payment" => plan_payment(conn, line, target()?),
        "transfer" => plan_transfer(conn, line, target()?),
        "refund" => plan_payout(conn, line, target()?),
        other => {
            Err(ApiError::usage("target", format!("“{}” is nothing a line can pay.", one_line(other, 40))))
        }
    }
}

fn plan_payment(conn: &Conn, line: BankLine, number: &str) -> Result<Plan, ApiError> {
    let payment = payments::by_number(conn, number)?.ok_or_else(|| ApiError::unknown("payment", number))?;
    if payment.state != "undeposited" {
        return Err(refused("payment_state", format!("{} is {} already.", payment.number, payment.state)));
    }
    if payment.amount != line.amount {
        return Err(refused(
            "payment_amount",
            format!(
                "{} is {}, the line is {}. A recorded payment and its line have the same amount.",
                payment.number, payment.amount, line.amount
            ),
        ));
    }
    let (received, zero) = (line.amount, Money::zero(line.amount.currency()));
    Ok(Plan { line, action: Action::Payment(Box::new(payment)), received, open: received, difference: zero })
}

fn plan_transfer(conn: &Conn, line: BankLine, other: &str) -> Result<Plan, ApiError> {
    let other = lines::by_id(conn, other)?.ok_or_else(|| ApiError::unknown("transaction", other))?;
    let fits = other.state.is_unexplained() && other.account != line.account && other.amount == -line.amount;
    if !fits {
        return Err(refused(
            "not_a_transfer",
            "The two lines are not the two sides of one transfer: different accounts, the same amount, both open.",
        ));
    }
    let received = line.amount.abs();
    let zero = Money::zero(received.currency());
    Ok(Plan { line, action: Action::Transfer(Box::new(other)), received, open: received, difference: zero })
}

fn plan_payout(conn: &Conn, line: BankLine, item: &str) -> Result<Plan, ApiError> {
    let sent = batches::all_in_transit(conn)?.into_iter().find(|sent| sent.id == item);
    let sent = sent.ok_or_else(|| {
        refused("payout_unknown", "That payment is not on its way: it was not sent, or its line was seen.")
    })?;
    if -line.amount != sent.amount {
        return Err(refused(
            "payout_amount",
            format!("{} was sent, the line is {}.", sent.amount, line.amount),
        ));
    }
    let zero = Money::zero(sent.amount.currency());
    let action = Action::Payout { item: sent.id, payee: sent.payee_name };
    Ok(Plan { line, action, received: sent.amount, open: sent.amount, difference: zero })
}

fn plan_invoices(conn: &Conn, line: BankLine, choice: &MatchChoice) -> Result<Plan, ApiError> {
    let received = line.amount;
    if !received.is_positive() {
        return Err(refused("money_out", "Money that left pays no invoice. File it under a category."));
    }
    let found = find_invoices(conn, choice, received)?;
    let wanted = wanted_amounts(choice, &found)?;
    let currency = received.currency();
    let open = Money::sum(wanted.iter().copied(), currency)?;
    let difference = received.sub(open)?;
    let mut left = received;
    let mut parts = Vec::with_capacity(found.len());
    for (invoice, wanted) in found.into_iter().zip(wanted) {
        let part = left.lesser(wanted)?;
        left = left.sub(part)?;
        let zero = Money::zero(currency);
        parts.push(Part { invoice, received: part, fee: zero, over: zero, from_credit: zero });
    }
    settle_difference(conn, &mut parts, difference, choice.difference)?;
    parts.retain(|part| part.received.is_positive() || part.from_credit.is_positive());
    if parts.is_empty() {
        return Err(ApiError::usage("target", "Choose what the line pays."));
    }
    Ok(Plan { line, action: Action::Invoices(parts), received, open, difference })
}

fn find_invoices(conn: &Conn, choice: &MatchChoice, received: Money) -> Result<Vec<Invoice>, ApiError> {
    if choice.targets.is_empty() || choice.targets.len() > 200 {
        return Err(ApiError::usage("target", "Choose one or several invoices."));
    }
    let mut found: Vec<Invoice> = Vec::with_capacity(choice.targets.len());
    for number in &choice.targets {
        let invoice =
            invoices::by_number(conn, number)?.ok_or_else(|| ApiError::unknown("invoice", number))?;
        if found.iter().any(|other| other.key == invoice.key) {
            return Err(ApiError::usage("target", format!("{} is named twice.", invoice.shown())));
        }
        if invoice.total.currency() != received.currency() {
            return Err(refused(
                "match_currency",
                format!(
                    "{} is in {}, the line is in {}. Exchanging is not built yet; nothing was booked.",
                    invoice.shown(),
                    invoice.total.currency(),
                    received.currency()
                ),
            ));
        }
        if !invoice.open.is_positive() {
            return Err(refused(
                "invoice_settled",
                format!(
                    "Nothing is open on {}. Keep the money as the customer's credit, or refund it.",
                    invoice.shown()
                ),
            ));
        }
        found.push(invoice);
    }
    Ok(found)
}

fn wanted_amounts(choice: &MatchChoice, found: &[Invoice]) -> Result<Vec<Money>, ApiError> {
    if choice.amounts.is_empty() {
        return Ok(found.iter().map(|invoice| invoice.open).collect());
    }
    if choice.amounts.len() != found.len() {
        return Err(ApiError::usage("amounts", "Give one amount for each invoice."));
    }
    let mut wanted = Vec::with_capacity(found.len());
    for (amount, invoice) in choice.amounts.iter().zip(found) {
        let amount = Money::try_from(amount)?;
        if amount.currency() != invoice.open.currency()
            || amount.is_negative()
            || amount.sub(invoice.open)?.is_positive()
        {
            return Err(ApiError::usage(
                "amounts",
                format!("{amount} does not fit {}: {} is open.", invoice.shown(), invoice.open),
            ));
        }
        wanted.push(amount);
    }
    Ok(wanted)
}

/// Puts what is missing or left over where the founder said.
fn settle_difference(
    conn: &Conn,
    parts: &mut [Part],
    difference: Money,
    chosen: Difference,
) -> Result<(), ApiError> {
    let Some(last) = parts.iter_mut().rev().find(|part| part.received.is_positive()) else { return Ok(()) };
    if difference.is_positive() {
        last.over = difference;
        return Ok(());
    }
    let missing = -difference;
    if missing.is_zero() {
        return Ok(());
    }
    match chosen {
        Difference::Fee => {
            let short = last.invoice.open.sub(last.received)?;
            if short != missing {
                return Err(refused(
                    "fee_spread",
                    "A bank fee can be missing on one invoice only. Leave the others open, or split the line.",
                ));
            }
            last.fee = missing;
        }
        Difference::Credit => {
            let item = Item::new(ItemKind::Customer, &last.invoice.customer_id);
            let credit = -ledger::open_in(conn, CUSTOMER_CREDIT, &item, missing.currency())?;
            if credit.sub(missing)?.is_negative() {
                return Err(refused(
                    "credit_short",
                    format!(
                        "{} has {credit} of credit, {missing} is missing.",
                        one_line(&last.invoice.customer_name, 80)
                    ),
                ));
            }
            last.from_credit = missing;
        }
        Difference::None | Difference::Open | Difference::Ask | Difference::Over => {}
    }
    Ok(())
}

impl Plan {
    /// The line's text for the journal.
    fn payer(&self) -> String {
        let payer = one_line(&self.line.payer, 100);
        if payer.is_empty() { "Transfer without a name".to_owned() } else { payer }
    }

    /// The entries, one per allocation.
    pub fn entries(&self) -> Result<Vec<NewEntry>, ApiError> {
        let (id, on, payer) = (self.line.id.as_str(), self.line.occurred_on, self.payer());
        let entry = match &self.action {
            Action::Invoices(parts) => return invoice_entries(parts, id, on, &payer),
            Action::Payment(payment) => {
                let text = format!("{payer} is {}", payment.number);
                booking::line_is_payment(id, &payment.id, self.received, on, &text)?
            }
            Action::Transfer(other) => {
                let (into, out) = if self.line.amount.is_positive() {
                    (&self.line, &**other)
                } else {
                    (&**other, &self.line)
                };
                let text = format!("Transfer from {} to {}", out.account_name, into.account_name);
                let day = into.occurred_on.max(out.occurred_on);
                booking::own_transfer(&into.id, &out.id, self.received, day, &text)?
            }
            Action::Payout { item, payee } => {
                let text = format!("Refund to {} left {}", one_line(payee, 100), self.line.account_name);
                booking::payout_settled(id, item, self.received, on, &text)?
            }
        };
        Ok(vec![entry.into()])
    }

    /// How the line is booked, in words.
    pub fn booked_as(&self) -> String {
        match &self.action {
            Action::Invoices(parts) => {
                let numbers: Vec<&str> = parts.iter().map(|part| part.invoice.shown()).collect();
                let how = if self.difference.is_negative()
                    && parts.iter().all(|p| p.fee.is_zero() && p.from_credit.is_zero())
                {
                    "in part"
                } else {
                    "in full"
                };
                format!("Paid {} {how}", numbers.join(", "))
            }
            Action::Payment(payment) => format!("Is the recorded payment {}", payment.number),
            Action::Transfer(other) => format!("Transfer with {}", other.account_name),
            Action::Payout { payee, .. } => format!("Refund to {}", one_line(payee, 80)),
        }
    }

    /// What the desk shows before it is booked.
    pub fn preview(&self) -> Result<MatchPreview, ApiError> {
        let postings = self
            .entries()?
            .iter()
            .flat_map(|new| new.entry.postings().to_vec())
            .map(|posting| PostingLine {
                note: self.note(posting.account.as_str(), posting.item.as_ref()),
                account: posting.account.as_str().to_owned(),
                amount: posting.amount.into(),
            })
            .collect();
        Ok(MatchPreview {
            received: self.received.into(),
            open: self.open.into(),
            difference: self.difference.into(),
            postings,
            then: self.then(),
            button: self.button(),
            problem: None,
        })
    }

    fn note(&self, account: &str, item: Option<&Item>) -> String {
        let part = |id: &str| match &self.action {
            Action::Invoices(parts) => parts.iter().find(|part| part.invoice.id == id),
            _ => None,
        };
        match (account, item) {
            (SUSPENSE, Some(item)) if item.id == self.line.id => {
                format!("this line in {}", self.line.account_name)
            }
            (SUSPENSE, Some(_)) => "the other line".to_owned(),
            (RECEIVABLE, Some(item)) => part(&item.id)
                .map(|p| format!("{}, {}", one_line(&p.invoice.customer_name, 60), p.invoice.shown()))
                .unwrap_or_default(),
            (CUSTOMER_CREDIT, _) => "the customer’s credit".to_owned(),
            (UNDEPOSITED, _) => "the recorded payment".to_owned(),
            (IN_TRANSIT_OUT, _) => "the refund on its way".to_owned(),
            (BANK_FEES, _) => "kept by a bank".to_owned(),
            _ => String::new(),
        }
    }

    fn then(&self) -> Vec<String> {
        let Action::Invoices(parts) = &self.action else {
            return match &self.action {
                Action::Payment(payment) => vec![format!("{} is deposited", payment.number)],
                Action::Transfer(_) => vec!["Both lines are explained".to_owned()],
                _ => vec!["The refund is settled".to_owned()],
            };
        };
        let mut then = Vec::new();
        for part in parts {
            let settled = part.received.minor() + part.fee.minor() + part.from_credit.minor();
            let left = part.invoice.open.minor() - settled;
            let late = (self.line.occurred_on - part.invoice.due).num_days();
            let number = part.invoice.shown();
            then.push(if left > 0 {
                let left = Money::new(left, part.received.currency());
                format!("{number} stays open with {}", money_text(left))
            } else if late > 0 {
                format!("{number} is marked paid, {late} days late")
            } else {
                format!("{number} is marked paid")
            });
            if part.over.is_positive() {
                then.push(format!(
                    "{} becomes credit of {}",
                    money_text(part.over),
                    one_line(&part.invoice.customer_name, 60)
                ));
            }
        }
        if self.alias().is_some() {
            then.push("This payer’s name is remembered".to_owned());
        }
        then
    }

    /// The customer whose name the line's payer is, once the founder confirmed it.
    pub fn alias(&self) -> Option<(i64, String)> {
        let Action::Invoices(parts) = &self.action else { return None };
        let first = &parts.first()?.invoice;
        let one_customer = parts.iter().all(|part| part.invoice.customer == first.customer);
        let payer = purser_core::text::folded(&self.line.payer);
        let is_new = !payer.is_empty() && payer != purser_core::text::folded(&first.customer_name);
        (one_customer && is_new).then(|| (first.customer, self.line.payer.clone()))
    }

    fn button(&self) -> String {
        let amount = money_text(self.received);
        let parts = match &self.action {
            Action::Payment(payment) => return format!("Book {amount} as {}", payment.number),
            Action::Transfer(_) => return format!("Book {amount} as a transfer"),
            Action::Payout { .. } => return format!("Book {amount} as the refund"),
            Action::Invoices(parts) => parts,
        };
        let over = parts.iter().find(|part| part.over.is_positive()).map(|part| part.over);
        let fee = parts.iter().find(|part| part.fee.is_positive()).map(|part| part.fee);
        let credit = parts.iter().find(|part| part.from_credit.is_positive()).map(|part| part.from_credit);
        match (fee, credit, over) {
            (Some(fee), _, _) => format!("Match and book {} as bank fee", money_text(fee)),
            (_, Some(credit), _) => format!("Match and take {} from credit", money_text(credit)),
            (_, _, Some(over)) => format!("Match and keep {} as credit", money_text(over)),
            _ if self.difference.is_negative() => {
                format!("Match {amount}, leave {} open", money_text(self.difference.abs()))
            }
            _ if parts.len() > 1 => format!("Match {amount} to {} invoices", parts.len()),
            _ => format!("Match {amount}"),
        }
    }
}

fn invoice_entries(
    parts: &[Part],
    line: &str,
    on: chrono::NaiveDate,
    payer: &str,
) -> Result<Vec<NewEntry>, ApiError> {
    let mut entries = Vec::new();
    for part in parts {
        let number = part.invoice.shown();
        let customer = part.invoice.customer_id.as_str();
        let zero = Money::zero(part.received.currency());
        if part.received.is_positive() {
            let entry = booking::allocate(&booking::Allocation {
                funds: Funds::Line(line.to_owned()),
                invoice: &part.invoice.id,
                received: part.received,
                fee: part.fee,
                over: part.over.is_positive().then_some((customer, part.over)),
                on,
                text: format!("{payer} pays {number}"),
            })?;
            entries.push(entry.into());
        }
        if part.from_credit.is_positive() {
            let entry = booking::allocate(&booking::Allocation {
                funds: Funds::Credit(customer.to_owned()),
                invoice: &part.invoice.id,
                received: part.from_credit,
                fee: zero,
                over: None,
                on,
                text: format!("Credit of {} pays {number}", one_line(&part.invoice.customer_name, 100)),
            })?;
            entries.push(entry.into());
        }
    }
    Ok(entries)
}
