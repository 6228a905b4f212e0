//! What the founder's bank is told to pay: money that a customer gave by hand goes back from the bank account.

use super::World;
use super::agenda::Action;
use super::refunds::tax_share;
use crate::time::{DAY, HOUR, working_day};
use crate::truth::Account;

/// An order that the bank was given. The bank carries out what it is given: the same one twice, if it comes twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// The name that whoever gave the order has for it.
    pub reference: String,
    /// The payment that is given back, or a part of it.
    pub hand_payment: String,
    /// Minor units of the payment's currency.
    pub amount_minor: i64,
    /// The tax in it.
    pub tax_minor: i64,
    /// The bank's line, once it was carried out.
    pub line_id: Option<String>,
}

impl World {
    /// Gives the bank an order; whether it takes it. It gives back no more than was paid, and knows the payment.
    pub(crate) fn order(&mut self, reference: &str, hand_payment: &str, amount: i64) -> bool {
        let Some(payment) = self.hand_payments.iter().find(|row| row.id == hand_payment) else {
            return false;
        };
        let (currency, paid) = (payment.currency, payment.amount_minor);
        let Some(invoice) = self.invoices.get(&payment.invoice) else { return false };
        let before: Vec<&Order> =
            self.orders.iter().filter(|order| order.hand_payment == hand_payment).collect();
        let returned: i64 = before.iter().map(|order| order.amount_minor).sum();
        if amount <= 0 || returned + amount > paid {
            return false;
        }
        // The tax in all that went back is the nearest cent; what went back before had its share.
        let all = tax_share(invoice.tax - invoice.credited_tax, returned + amount, invoice.to_pay());
        let tax = all - before.iter().map(|order| order.tax_minor).sum::<i64>();
        let way = Account::PaymentOnItsWay(reference.to_owned());
        let invoice = invoice.id.clone();
        let mut postings = self.truth.take_back(Some(&invoice), amount - tax, Account::Refunds);
        postings.extend([(Account::SalesTax, tax), (way, -amount)]);
        self.truth.post(self.now, currency, "order to the bank", reference, &postings);
        let days = 1 + i64::try_from(self.orders.len() % 3).unwrap_or(0);
        self.agenda
            .plan(working_day(self.now + days * DAY) + 11 * HOUR, Action::OrderCarriedOut(self.orders.len()));
        self.orders.push(Order {
            reference: reference.to_owned(),
            hand_payment: hand_payment.to_owned(),
            amount_minor: amount,
            tax_minor: tax,
            line_id: None,
        });
        true
    }

    pub(super) fn order_carried_out(&mut self, order: usize) {
        let Order { reference, hand_payment, amount_minor, .. } = self.orders[order].clone();
        let Some(payment) = self.hand_payments.iter().find(|row| row.id == hand_payment) else { return };
        let (currency, customer) = (payment.currency, payment.customer.clone());
        let payee = self.customers.get(&customer).map(|row| row.name.to_uppercase()).unwrap_or_default();
        let memo = format!("REFUND {}", payment.check_number.clone().unwrap_or_default());
        let line = self.bank_line(currency, -amount_minor, &payee, memo.trim_end());
        self.orders[order].line_id = Some(line);
        let way = Account::PaymentOnItsWay(reference.clone());
        let postings = [(way, amount_minor), (Account::Bank, -amount_minor)];
        self.truth.post(self.now, currency, "order carried out", &reference, &postings);
    }
}
