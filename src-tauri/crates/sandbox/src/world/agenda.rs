//! What will happen, in the order of time. Things that fall on the same second happen in the order they were planned.

use super::World;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Something that falls due. Numbers are positions in the world's tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Action {
    CustomerArrives,
    NextArrival,
    TrialWillEnd(usize),
    PeriodEnds(usize),
    PlanChanges(usize),
    FinalizeInvoice(usize),
    CardAttempt(usize),
    Confirmed(usize),
    ConfirmationEnds(usize),
    PaidOnPage(usize),
    InvoiceOverdue(usize),
    VoidInvoice(usize),
    Withdrawn(usize),
    GivenUp(usize),
    Credited(usize),
    PaidAfterAll(usize),
    TransferSent(usize, TransferKind),
    TransferAgain(usize),
    HandedOver(usize),
    CheckClears(usize),
    OrderCarriedOut(usize),
    BilledOnce(usize),
    ChargedDirectly(usize),
    FounderRefunds(usize),
    RefundFails(usize),
    DebitReturned(usize),
    DisputeOpens(usize),
    DisputeCloses(usize),
    DisputeReinstated(usize),
    PayoutRun,
    PayoutArrives(usize),
    MonthOver,
    ProcessorFee,
    BankFee,
    Expense(usize),
}

/// How a customer's bank transfer differs from what was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TransferKind {
    Exact,
    NoReference,
    Typo,
    ShortByFee,
    Twice,
    SeveralInvoices,
    Late,
}

#[derive(Debug, Default)]
pub(crate) struct Agenda {
    due: BinaryHeap<Reverse<(i64, u64, Action)>>,
    planned: u64,
}

impl Agenda {
    pub(crate) fn plan(&mut self, at: i64, action: Action) {
        self.planned += 1;
        self.due.push(Reverse((at, self.planned, action)));
    }

    /// The next thing that falls due at or before `to`.
    pub(crate) fn take_due(&mut self, to: i64) -> Option<(i64, Action)> {
        if self.due.peek()?.0.0 > to {
            return None;
        }
        self.due.pop().map(|Reverse((at, _, action))| (at, action))
    }

    /// Takes out the first thing of some kinds, whenever it falls due.
    pub(crate) fn take_first(&mut self, wanted: fn(&Action) -> bool) -> Option<Action> {
        let mut all = std::mem::take(&mut self.due).into_vec();
        let place = (0..all.len()).filter(|place| wanted(&all[*place].0.2)).min_by_key(|place| all[*place].0);
        let taken = place.map(|place| all.swap_remove(place).0.2);
        self.due = all.into();
        taken
    }
}

impl World {
    /// Lets something happen now that would come later, and that nobody minds to come early: a customer arrives, a card
    /// is tried again, a transfer is sent.
    pub(crate) fn hurry(&mut self) {
        let early = |action: &Action| {
            matches!(
                action,
                Action::CustomerArrives
                    | Action::NextArrival
                    | Action::CardAttempt(_)
                    | Action::TransferSent(..)
                    | Action::TransferAgain(_)
                    | Action::HandedOver(_)
                    | Action::BilledOnce(_)
                    | Action::ChargedDirectly(_)
            )
        };
        if let Some(action) = self.agenda.take_first(early) {
            self.perform(action);
        }
    }

    pub(crate) fn perform(&mut self, action: Action) {
        match action {
            Action::CustomerArrives => self.customer_arrives(),
            Action::NextArrival => self.next_arrival(),
            Action::TrialWillEnd(subscription) => self.trial_will_end(subscription),
            Action::PeriodEnds(subscription) => self.period_ends(subscription),
            Action::PlanChanges(subscription) => self.plan_changes(subscription),
            Action::FinalizeInvoice(invoice) => self.finalize_invoice(invoice),
            Action::CardAttempt(invoice) => {
                // What came of it is told by the events.
                let _ = self.card_attempt(invoice);
            }
            Action::Confirmed(invoice) => self.confirmed(invoice),
            Action::ConfirmationEnds(invoice) => self.confirmation_ends(invoice),
            Action::PaidOnPage(invoice) => self.paid_on_page(invoice),
            Action::InvoiceOverdue(invoice) => self.invoice_overdue(invoice),
            Action::VoidInvoice(invoice) => self.void_invoice(invoice),
            Action::Withdrawn(invoice) => self.withdrawn(invoice),
            Action::GivenUp(invoice) => self.given_up(invoice),
            Action::Credited(invoice) => self.credited(invoice),
            Action::PaidAfterAll(invoice) => self.paid_after_all(invoice),
            Action::TransferSent(invoice, kind) => self.transfer_sent(invoice, kind),
            Action::TransferAgain(transfer) => self.transfer_again(transfer),
            Action::HandedOver(invoice) => self.handed_over(invoice),
            Action::CheckClears(payment) => self.check_clears(payment),
            Action::OrderCarriedOut(order) => self.order_carried_out(order),
            Action::BilledOnce(customer) => self.billed_once(customer),
            Action::ChargedDirectly(customer) => self.charged_directly(customer),
            Action::FounderRefunds(charge) => self.founder_refunds(charge),
            Action::RefundFails(refund) => self.refund_fails(refund),
            Action::DebitReturned(charge) => self.debit_returned(charge),
            Action::DisputeOpens(charge) => self.dispute_opens(charge),
            Action::DisputeCloses(dispute) => self.dispute_closes(dispute),
            Action::DisputeReinstated(dispute) => self.dispute_reinstated(dispute),
            Action::PayoutRun => self.payout_run(),
            Action::PayoutArrives(payout) => self.payout_arrives(payout),
            Action::MonthOver => self.month_over(),
            Action::ProcessorFee => self.processor_fee(),
            Action::BankFee => self.bank_fee(),
            Action::Expense(which) => self.expense(which),
        }
    }
}
