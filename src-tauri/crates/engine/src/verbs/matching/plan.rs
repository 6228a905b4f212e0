//! What a choice for a line would book: the same plan is previewed, and then booked.

use purser_core::Money;
use purser_core::booking::{self, Funds};
use purser_core::money::MoneyError;
use purser_core::text::one_line;
use purser_store::tables::invoices::Invoice;
use purser_store::tables::ledger::NewEntry;
use purser_store::tables::lines::BankLine;
use purser_store::tables::payments::Payment;
use purser_store::tables::{Conn, batches, invoices, lines, payments, provider};

use super::exchange::{self, Stated};
use crate::api::types::{Difference, MatchChoice};
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
    /// Lost to the rate: settled without having come.
    pub lost: Money,
    /// Gained by the rate: out of the line's value on top.
    pub gained: Money,
}

impl Part {
    fn of(invoice: Invoice, received: Money) -> Part {
        let zero = Money::zero(received.currency());
        Part { invoice, received, fee: zero, over: zero, from_credit: zero, lost: zero, gained: zero }
    }

    /// What the allocation settles of the invoice.
    pub fn settled(&self) -> Result<Money, MoneyError> {
        self.received.add(self.fee)?.add(self.lost)
    }

    /// What it takes of the line, or of the line's value.
    fn taken(&self) -> Result<Money, MoneyError> {
        self.received.add(self.over)?.add(self.gained)
    }
}

/// What a choice does.
pub(super) enum Action {
    Invoices(Vec<Part>),
    Payment(Box<Payment>),
    Transfer(Box<BankLine>),
    Payout {
        item: String,
        payee: String,
    },
    /// A payout that a provider sent to the bank.
    Arrival {
        payout: String,
    },
}

/// A choice that can be booked.
pub(super) struct Plan {
    pub line: BankLine,
    pub action: Action,
    /// Received (in the invoices' currency), or what left, always positive.
    pub received: Money,
    pub open: Money,
    pub difference: Money,
    /// Between two currencies: what the line is worth.
    pub exchange: Option<Stated>,
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
    Ok(Plan {
        line,
        action: Action::Payment(Box::new(payment)),
        received,
        open: received,
        difference: zero,
        exchange: None,
    })
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
    Ok(Plan {
        line,
        action: Action::Transfer(Box::new(other)),
        received,
        open: received,
        difference: zero,
        exchange: None,
    })
}

fn plan_payout(conn: &Conn, line: BankLine, item: &str) -> Result<Plan, ApiError> {
    if let Some(coming) = provider::underway(conn)?.into_iter().find(|coming| coming.id == item) {
        return plan_arrival(line, coming);
    }
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
    Ok(Plan { line, action, received: sent.amount, open: sent.amount, difference: zero, exchange: None })
}

fn plan_arrival(line: BankLine, coming: provider::Underway) -> Result<Plan, ApiError> {
    if line.amount != coming.amount {
        return Err(refused(
            "payout_amount",
            format!("{} is on its way, the line is {}.", coming.amount, line.amount),
        ));
    }
    let amount = coming.amount.abs();
    let zero = Money::zero(amount.currency());
    let action = Action::Arrival { payout: coming.id };
    Ok(Plan { line, action, received: amount, open: amount, difference: zero, exchange: None })
}

fn plan_invoices(conn: &Conn, line: BankLine, choice: &MatchChoice) -> Result<Plan, ApiError> {
    if !line.amount.is_positive() {
        return Err(refused("money_out", "Money that left pays no invoice. File it under a category."));
    }
    let found = find_invoices(conn, choice)?;
    let currency = found.first().map_or(line.amount.currency(), |invoice| invoice.total.currency());
    let exchange = match currency == line.amount.currency() {
        true if choice.exchange.is_some() => {
            let say =
                format!("The line and the invoice are both in {currency}; there is nothing to exchange.");
            return Err(ApiError::usage("exchange", say));
        }
        true => None,
        false => Some(exchange::stated(conn, &line, currency, choice.exchange.as_ref())?),
    };
    let received = exchange.as_ref().map_or(line.amount, |stated| stated.value);
    let wanted = wanted_amounts(choice, &found)?;
    let open = Money::sum(wanted.iter().copied(), currency)?;
    let difference = received.sub(open)?;
    let mut left = received;
    let mut parts = Vec::with_capacity(found.len());
    for (invoice, wanted) in found.into_iter().zip(wanted) {
        let part = left.lesser(wanted)?;
        left = left.sub(part)?;
        parts.push(Part::of(invoice, part));
    }
    if choice.difference == Difference::Fx && exchange.is_none() {
        return Err(ApiError::usage("difference", "Only an exchange can lose or gain by its rate."));
    }
    settle_difference(conn, &mut parts, difference, choice.difference)?;
    parts.retain(|part| part.received.is_positive() || part.from_credit.is_positive());
    if parts.is_empty() {
        return Err(ApiError::usage("target", "Choose what the line pays."));
    }
    Ok(Plan { line, action: Action::Invoices(parts), received, open, difference, exchange })
}

/// The invoices of a choice: all open, all in one currency.
fn find_invoices(conn: &Conn, choice: &MatchChoice) -> Result<Vec<Invoice>, ApiError> {
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
        if let Some(first) = found.first()
            && first.total.currency() != invoice.total.currency()
        {
            return Err(refused(
                "match_currency",
                format!(
                    "{} is in {}, {} in {}. One line pays invoices of one currency; nothing was booked.",
                    first.shown(),
                    first.total.currency(),
                    invoice.shown(),
                    invoice.total.currency()
                ),
            ));
        }
        if !invoice.open.is_positive() {
            return Err(nothing_open(&invoice));
        }
        found.push(invoice);
    }
    Ok(found)
}

fn nothing_open(invoice: &Invoice) -> ApiError {
    let number = invoice.shown();
    if invoice.written_off {
        return refused(
            "invoice_written_off",
            format!("{number} was written off. Undo that first, then match."),
        );
    }
    refused(
        "invoice_settled",
        format!("Nothing is open on {number}. Keep the money as the customer's credit, or refund it."),
    )
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
        match chosen {
            Difference::Fx => last.gained = difference,
            _ => last.over = difference,
        }
        return Ok(());
    }
    let missing = -difference;
    if missing.is_zero() {
        return Ok(());
    }
    match chosen {
        Difference::Fee | Difference::Fx => {
            let short = last.invoice.open.sub(last.received)?;
            if short != missing {
                return Err(refused(
                    "fee_spread",
                    "A difference can be missing on one invoice only. Leave the others open, or split the line.",
                ));
            }
            match chosen {
                Difference::Fx => last.lost = missing,
                _ => last.fee = missing,
            }
        }
        Difference::Credit => {
            let credit = crate::approvals::credit_free(conn, &last.invoice.customer_id, missing)?;
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
            Action::Invoices(parts) => return self.invoice_entries(parts, id, on, &payer),
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
            Action::Arrival { payout } => {
                let text = format!("Payout {payout} reached {}", self.line.account_name);
                booking::provider::payout_arrived(id, payout, self.line.amount, on, &text)?
            }
        };
        Ok(vec![entry.into()])
    }

    fn invoice_entries(
        &self,
        parts: &[Part],
        line: &str,
        on: chrono::NaiveDate,
        payer: &str,
    ) -> Result<Vec<NewEntry>, ApiError> {
        let given = self.given(parts)?;
        let mut entries = Vec::new();
        for (part, given) in parts.iter().zip(given) {
            let number = part.invoice.shown();
            let customer = part.invoice.customer_id.as_str();
            let over = part.over.is_positive().then_some((customer, part.over));
            let text = format!("{payer} pays {number}");
            let invoice = part.invoice.id.as_str();
            if part.received.is_positive() {
                let entry = match given {
                    Some(given) => booking::allocate_exchanged(&booking::ExchangedAllocation {
                        line,
                        given,
                        value: part.taken()?,
                        lost: part.lost.sub(part.gained)?,
                        fee: part.fee,
                        over,
                        invoice,
                        on,
                        text,
                    })?,
                    None => booking::allocate(&booking::Allocation {
                        funds: Funds::Line(line.to_owned()),
                        invoice,
                        received: part.received,
                        fee: part.fee,
                        over,
                        on,
                        text,
                    })?,
                };
                entries.push(entry.into());
            }
            if part.from_credit.is_positive() {
                let entry = booking::allocate(&booking::Allocation {
                    funds: Funds::Credit(customer.to_owned()),
                    invoice,
                    received: part.from_credit,
                    fee: Money::zero(part.received.currency()),
                    over: None,
                    on,
                    text: format!("Credit of {} pays {number}", one_line(&part.invoice.customer_name, 100)),
                })?;
                entries.push(entry.into());
            }
        }
        Ok(entries)
    }

    /// Of an exchanged line, what each part takes in the line's own currency: no cent is lost between them.
    fn given(&self, parts: &[Part]) -> Result<Vec<Option<Money>>, ApiError> {
        let Some(stated) = &self.exchange else { return Ok(vec![None; parts.len()]) };
        let mut weights = Vec::with_capacity(parts.len());
        for part in parts {
            let taken = part.taken()?;
            let weight = u64::try_from(taken.minor()).map_err(|_| MoneyError::TooLarge(taken.to_string()))?;
            weights.push(weight);
        }
        Ok(stated.given.split(&weights).into_iter().map(Some).collect())
    }

    /// What each exchanged part gave and is worth, in the order of the entries that book it.
    pub fn exchanged(&self, parts: &[Part]) -> Result<Vec<Option<(Money, Money)>>, ApiError> {
        let given = self.given(parts)?;
        let with_value = |(part, given): (&Part, Option<Money>)| match given {
            Some(given) => Ok(Some((given, part.taken()?))),
            None => Ok(None),
        };
        parts.iter().zip(given).map(with_value).collect()
    }
}
