//! A plan in words: what the desk shows before it is booked, and how the line is called afterwards.

use purser_core::account::{
    BANK_FEES, CONVERSION, CUSTOMER_CREDIT, FX, IN_TRANSIT_OUT, RECEIVABLE, SUSPENSE, UNDEPOSITED,
};
use purser_core::matching::money_text;
use purser_core::text::one_line;
use purser_core::{Item, Money};

use super::exchange::Stated;
use super::plan::{Action, Plan};
use crate::api::types::{MatchPreview, PostingLine};
use crate::error::ApiError;

impl Plan {
    /// How the line is booked, in words.
    pub fn booked_as(&self) -> String {
        match &self.action {
            Action::Invoices(parts) => {
                let numbers: Vec<&str> = parts.iter().map(|part| part.invoice.shown()).collect();
                let how = if self.difference.is_negative()
                    && parts.iter().all(|p| p.fee.is_zero() && p.from_credit.is_zero() && p.lost.is_zero())
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
            Action::Arrival { payout } => format!("Payout {}", one_line(payout, 80)),
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
            (FX, _) => "the rate".to_owned(),
            (CONVERSION, _) => "exchanged".to_owned(),
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
        let mut then: Vec<String> = self.exchange.iter().map(Stated::words).collect();
        for part in parts {
            let settled =
                part.received.minor() + part.fee.minor() + part.lost.minor() + part.from_credit.minor();
            let left = part.invoice.open.minor() - settled;
            let late = (self.line.occurred_on - part.invoice.due).num_days();
            let number = part.invoice.shown();
            then.push(if left > 0 {
                let left = Money::new(left, part.received.currency());
                format!("{number} stays open with {}", money_text(left))
            } else if late > 0 {
                let days = if late == 1 { "1 day".to_owned() } else { format!("{late} days") };
                format!("{number} is marked paid, {days} late")
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
            Action::Arrival { .. } => return format!("Book {amount} as the payout"),
            Action::Invoices(parts) => parts,
        };
        let over = parts.iter().find(|part| part.over.is_positive()).map(|part| part.over);
        let fee = parts.iter().find(|part| part.fee.is_positive()).map(|part| part.fee);
        let credit = parts.iter().find(|part| part.from_credit.is_positive()).map(|part| part.from_credit);
        let by_rate =
            parts.iter().map(|part| (part.lost, part.gained)).find(|(l, g)| !l.is_zero() || !g.is_zero());
        if let Some((lost, gained)) = by_rate {
            return match lost.is_positive() {
                true => format!("Match and book {} as lost to the rate", money_text(lost)),
                false => format!("Match and book {} as gained by the rate", money_text(gained)),
            };
        }
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
