//! Where each kind of fact stands at Stripe, and which event speaks of which object.

use purser_core::fact::FactKind;

use super::client::Fields;

/// The order of a backfill: what is owed before the money that pays it, movements last.
pub(super) const BACKFILL: [FactKind; 9] = [
    FactKind::Customer,
    FactKind::Subscription,
    FactKind::Invoice,
    FactKind::InvoicePayment,
    FactKind::Charge,
    FactKind::Refund,
    FactKind::Dispute,
    FactKind::Payout,
    FactKind::Movement,
];

/// The list of a kind.
pub(super) fn list_path(kind: FactKind) -> &'static str {
    match kind {
        FactKind::Customer => "/v1/customers",
        FactKind::Subscription => "/v1/subscriptions",
        FactKind::Invoice => "/v1/invoices",
        FactKind::InvoicePayment => "/v1/invoice_payments",
        FactKind::Charge => "/v1/charges",
        FactKind::Refund => "/v1/refunds",
        FactKind::Dispute => "/v1/disputes",
        FactKind::Payout => "/v1/payouts",
        FactKind::Movement => "/v1/balance_transactions",
        FactKind::Balance => "/v1/balance",
    }
}

/// What a list of a kind needs beside its page.
pub(super) fn list_fields(kind: FactKind) -> Fields {
    match kind {
        FactKind::Subscription => {
            vec![field("status", "all"), field("expand[]", "data.discounts.source.coupon")]
        }
        _ => Vec::new(),
    }
}

/// What a single object of a kind needs to be whole.
pub(super) fn object_fields(kind: FactKind) -> Fields {
    match kind {
        FactKind::Subscription => vec![field("expand[]", "discounts.source.coupon")],
        _ => Vec::new(),
    }
}

/// What the list of a subscription's items needs to be whole.
pub(super) fn item_fields(subscription: &str) -> Fields {
    vec![field("subscription", subscription), field("expand[]", "data.discounts.source.coupon")]
}

/// A query field.
pub(super) fn field(name: &str, value: impl Into<String>) -> (String, String) {
    (name.to_owned(), value.into())
}

/// The kind of object that an event of a type speaks of; `None` for what the books do not need.
pub(super) fn kind_of_event(event: &str) -> Option<FactKind> {
    // The longer names first: charge.dispute.… is about a dispute.
    const STARTS: [(&str, FactKind); 11] = [
        ("customer.subscription.", FactKind::Subscription),
        ("charge.dispute.", FactKind::Dispute),
        ("charge.refund.", FactKind::Refund),
        ("refund.", FactKind::Refund),
        ("invoice_payment.", FactKind::InvoicePayment),
        ("invoice.", FactKind::Invoice),
        ("charge.", FactKind::Charge),
        ("payout.", FactKind::Payout),
        ("customer.created", FactKind::Customer),
        ("customer.updated", FactKind::Customer),
        ("customer.deleted", FactKind::Customer),
    ];
    if event == "invoice.upcoming" {
        // A preview: there is no such invoice yet.
        return None;
    }
    STARTS.iter().find(|(start, _)| event.starts_with(start)).map(|(_, kind)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_s_type_says_what_is_to_be_fetched() {
        for (event, kind) in [
            ("customer.subscription.deleted", Some(FactKind::Subscription)),
            ("customer.updated", Some(FactKind::Customer)),
            ("customer.discount.created", None),
            ("charge.dispute.funds_withdrawn", Some(FactKind::Dispute)),
            ("charge.refund.updated", Some(FactKind::Refund)),
            ("charge.refunded", Some(FactKind::Charge)),
            ("refund.failed", Some(FactKind::Refund)),
            ("invoice.paid", Some(FactKind::Invoice)),
            ("invoice.upcoming", None),
            ("invoice_payment.paid", Some(FactKind::InvoicePayment)),
            ("payout.failed", Some(FactKind::Payout)),
            ("price.created", None),
            ("", None),
        ] {
            assert_eq!(kind_of_event(event), kind, "{event}");
        }
    }
}
