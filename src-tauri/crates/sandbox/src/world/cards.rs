//! Card payments: attempts, declines, retries, and what the processor keeps.

use super::World;
use super::agenda::Action;
use super::events::Snapshot;
use super::objects::{Charge, Currency, Intent, Line, Movement};
use crate::random::{fingerprint, mixed};
use crate::time::{DAY, HOUR, day_start, month_start, next_month};
use crate::truth::Account;

/// After the first, second and third decline; the fourth is the last.
const RETRY_DAYS: [i64; 3] = [3, 5, 7];
const FEE_BASIS_POINTS: i64 = 290;
const FEE_FIXED: i64 = 30;
const PENDING_DAYS: i64 = 2;
const BILLING_FEE_BASIS_POINTS: i64 = 50;

impl World {
    /// Tries the customer's card for an open invoice. True when the money came.
    pub(crate) fn card_attempt(&mut self, invoice: usize) -> bool {
        let Some(intent) = self.invoices[invoice].intent else { return false };
        if self.invoices[invoice].status != "open" {
            return false;
        }
        self.invoices[invoice].attempts += 1;
        if self.must_be_confirmed(invoice) {
            self.ask_to_confirm(invoice, intent);
            return false;
        }
        self.charge_invoice(invoice, intent)
    }

    /// Charges the customer's card for an open invoice. True when the money came.
    pub(super) fn charge_invoice(&mut self, invoice: usize, intent: usize) -> bool {
        let charge = self.try_card(intent);
        if self.charges[charge].succeeded {
            self.invoice_charged(invoice, charge)
        } else {
            self.declined(invoice)
        }
    }

    fn invoice_charged(&mut self, invoice: usize, charge: usize) -> bool {
        let row = &self.charges[charge];
        let (amount, currency) = (row.amount, row.currency);
        let fee = row.movement.map_or(0, |movement| self.movements[movement].fee);
        let id = self.invoices[invoice].id.clone();
        self.truth.post(
            self.now,
            currency,
            "card payment",
            &id,
            &[
                (Account::Processor, amount - fee),
                (Account::ProcessorFees, fee),
                (Account::Receivable(id.clone()), -amount),
            ],
        );
        if let Some(payment) = self.payment_of(invoice) {
            let now = self.now;
            let row = &mut self.invoice_payments[payment];
            row.status = "paid";
            row.amount_paid = Some(amount);
            row.paid_at = Some(now);
            self.emit("invoice_payment.paid", Snapshot::InvoicePayment(payment));
        }
        self.mark_paid(invoice);
        if !self.plan_return(charge) {
            self.plan_regrets(charge);
        }
        true
    }

    pub(super) fn declined(&mut self, invoice: usize) -> bool {
        let attempts = self.invoices[invoice].attempts;
        let first_ever = self.invoices[invoice].reason == "subscription_create";
        let delay = if first_ever {
            Some(HOUR / 4)
        } else {
            RETRY_DAYS.get(attempts as usize - 1).map(|days| days * DAY)
        };
        self.invoices[invoice].next_attempt = delay.map(|delay| self.now + delay);
        self.emit("invoice.payment_failed", Snapshot::Invoice(invoice));
        let Some(delay) = delay else {
            if self.stays_open(invoice) {
                self.leave_open(invoice);
            } else {
                self.give_up(invoice);
            }
            return false;
        };
        self.agenda.plan(self.now + delay, Action::CardAttempt(invoice));
        self.owes_still(invoice);
        false
    }

    /// What it means for the subscription and the customer that money did not come at once.
    pub(super) fn owes_still(&mut self, invoice: usize) {
        let (customer, subscription) = (self.invoices[invoice].customer, self.invoices[invoice].subscription);
        let first_ever = self.invoices[invoice].reason == "subscription_create";
        if let Some(subscription) = subscription {
            self.set_subscription_status(subscription, if first_ever { "incomplete" } else { "past_due" });
        }
        if !first_ever && !self.customers[customer].delinquent {
            self.customers[customer].delinquent = true;
            self.emit("customer.updated", Snapshot::Customer(customer));
        }
    }

    /// One charge for an intent, with its movement when it succeeds.
    fn try_card(&mut self, intent: usize) -> usize {
        let row = &self.intents[intent];
        let (customer, amount, currency, invoice) = (row.customer, row.amount, row.currency, row.invoice);
        let description = row.description.clone();
        let card = &self.customers[customer].card;
        let declined = card.declines_until > self.now;
        let decline_code = declined.then_some(card.decline_code);
        let id = self.new_id("ch");
        let movement = (!declined).then(|| {
            let fee = (amount * FEE_BASIS_POINTS + 5000) / 10_000 + FEE_FIXED;
            let available_on = day_start(self.now) + (PENDING_DAYS + 1) * DAY;
            self.move_money(
                currency,
                amount,
                fee,
                ("charge", "charge"),
                Some(&id),
                &description,
                available_on,
            )
        });
        let tax = invoice.map_or(0, |invoice| self.invoices[invoice].tax_in(amount));
        let charge = self.charges.push(Charge {
            id,
            created: self.now,
            customer,
            intent,
            amount,
            refunded: 0,
            currency,
            succeeded: !declined,
            decline_code,
            movement,
            is_debit: false,
            returned: None,
            dispute: None,
            description,
            invoice,
            tax,
            tax_returned: 0,
        });
        self.intents[intent].latest_charge = Some(charge);
        self.intents[intent].unconfirmed = false;
        self.intents[intent].status = if declined { "requires_payment_method" } else { "succeeded" };
        let (of_charge, of_intent) = if declined {
            ("charge.failed", "payment_intent.payment_failed")
        } else {
            ("charge.succeeded", "payment_intent.succeeded")
        };
        self.emit(of_charge, Snapshot::Charge(charge));
        self.emit(of_intent, Snapshot::Intent(intent));
        charge
    }

    /// Draws whether the charge will be refunded or disputed.
    fn plan_regrets(&mut self, charge: usize) {
        if self.random.chance(self.config.refunds_per_mille) {
            let at = self.now + self.random.between(1, 20) * DAY + self.random.between(0, 9) * HOUR;
            self.agenda.plan(at, Action::FounderRefunds(charge));
        } else if self.random.chance(self.config.disputes_per_mille) {
            let at = self.now + self.random.between(5, 40) * DAY + self.random.between(0, 20) * HOUR;
            self.agenda.plan(at, Action::DisputeOpens(charge));
        }
    }

    /// Something sold once, on an invoice.
    pub(super) fn billed_once(&mut self, customer: usize) {
        let which = usize::from(self.random.chance(500));
        let price = self.once_price(which, self.customers[customer].currency);
        let line = Line {
            id: String::new(),
            description: self.products[self.prices[price].product].name.to_owned(),
            amount: self.prices[price].unit_amount,
            discount: 0,
            tax: 0,
            quantity: 1,
            price,
            period_start: self.now,
            period_end: self.now,
            proration: false,
            subscription: None,
            invoice_item: String::new(),
        };
        if self.customers[customer].card.declines_until > self.now {
            return;
        }
        let invoice = self.draft_invoice(customer, None, "manual", vec![line]);
        self.finalize_invoice(invoice);
    }

    /// A charge that no invoice asked for.
    pub(super) fn charged_directly(&mut self, customer: usize) {
        let amount = self.random.between(5, 120) * 100;
        let currency = self.customers[customer].currency;
        if self.customers[customer].card.declines_until > self.now {
            return;
        }
        let id = self.new_id("pi");
        let intent = self.intents.push(Intent {
            id,
            created: self.now,
            customer,
            amount,
            currency,
            status: "requires_confirmation",
            latest_charge: None,
            description: "Workshop ticket".to_owned(),
            invoice: None,
            unconfirmed: false,
            canceled_at: None,
        });
        self.emit("payment_intent.created", Snapshot::Intent(intent));
        let charge = self.try_card(intent);
        let row = &self.charges[charge];
        let (id, fee) = (row.id.clone(), row.movement.map_or(0, |movement| self.movements[movement].fee));
        self.truth.post(
            self.now,
            currency,
            "charge without invoice",
            &id,
            &[
                (Account::Processor, amount - fee),
                (Account::ProcessorFees, fee),
                (Account::ChargeWithoutInvoice(id.clone()), -amount),
            ],
        );
        self.plan_regrets(charge);
    }

    /// What the processor asks each month for its billing, taken from the balance.
    pub(super) fn processor_fee(&mut self) {
        self.agenda.plan(next_month(self.now) + 2 * HOUR, Action::ProcessorFee);
        let since = month_start(self.now - DAY);
        for currency in super::catalog::CURRENCIES {
            let volume: i64 = self
                .movements
                .rows()
                .iter()
                .rev()
                .take_while(|movement| movement.created >= since)
                .filter(|movement| movement.kind == "charge" && movement.currency == currency)
                .map(|movement| movement.amount)
                .sum();
            let fee = (volume * BILLING_FEE_BASIS_POINTS + 5000) / 10_000;
            if fee > 0 {
                let now = self.now;
                let what = ("stripe_fee", "fee");
                let movement = self.move_money(currency, -fee, 0, what, None, "Billing - Usage Fee", now);
                let id = self.movements[movement].id.clone();
                self.truth.post(
                    now,
                    currency,
                    "processor's monthly fee",
                    &id,
                    &[(Account::ProcessorFees, fee), (Account::Processor, -fee)],
                );
            }
        }
    }

    /// One movement of the processor's balance; `what` is its type and reporting category.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn move_money(
        &mut self,
        currency: Currency,
        amount: i64,
        fee: i64,
        what: (&'static str, &'static str),
        source: Option<&str>,
        description: &str,
        available_on: i64,
    ) -> usize {
        let id = self.new_id("txn");
        // Drawn from the id, so that what is late does not change what else happens.
        let draw = mixed(fingerprint(&id));
        let late = draw % 1000 < u64::from(self.config.faults.late_movements_per_mille);
        let hours = if late { 1 + i64::try_from(draw / 1000 % 48).unwrap_or(0) } else { 0 };
        let movement = self.movements.push(Movement {
            id,
            created: self.now,
            visible_at: self.now + hours * HOUR,
            amount,
            fee,
            currency,
            available_on,
            kind: what.0,
            category: what.1,
            source: source.map(str::to_owned),
            description: description.to_owned(),
            payout: None,
        });
        self.unpaid_movements.push(movement);
        movement
    }
}
