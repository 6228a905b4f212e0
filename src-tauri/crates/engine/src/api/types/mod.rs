//! What goes over the application interface: plain data, amounts as strings, dates ISO 8601.
//!
//! TypeScript is generated from these types (`cargo run -p purser-engine --example bindings`).

mod approvals;
mod attention;
mod company;
mod connections;
mod files;
mod invoices;
mod jobs;
mod ledger;
mod matching;
mod messages;
mod payments;
mod sources;
mod tray;

pub use approvals::*;
pub use attention::*;
pub use company::*;
pub use connections::*;
pub use files::*;
pub use invoices::*;
pub use jobs::*;
pub use ledger::*;
pub use matching::*;
pub use messages::*;
pub use payments::*;
pub use sources::*;
pub use tray::*;

use purser_core::money::MoneyError;
use purser_core::{Currency, Money};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Attributes that every type of the interface shares.
macro_rules! wire {
    ($($(#[$meta:meta])* $vis:vis struct $name:ident { $($(#[$fmeta:meta])* $fvis:vis $field:ident : $ty:ty),* $(,)? })*) => {
        $($(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
        $vis struct $name { $($(#[$fmeta])* $fvis $field: $ty),* })*
    };
}
pub(crate) use wire;

/// Attributes of the interface's plain choices.
macro_rules! wire_enum {
    ($($(#[$meta:meta])* $vis:vis enum $name:ident { $($(#[$vmeta:meta])* $variant:ident),* $(,)? })*) => {
        $($(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
        #[serde(rename_all = "snake_case")]
        #[ts(rename_all = "snake_case")]
        $vis enum $name { $($(#[$vmeta])* $variant),* })*
    };
}
pub(crate) use wire_enum;

wire! {
    /// Money on the wire: `{"amount":"-1234.50","currency":"USD"}`.
    pub struct Amount {
        /// Decimal string with all the currency's decimals.
        pub amount: String,
        /// Currency code.
        pub currency: String,
    }

    /// Amounts of any currencies, signed.
    pub struct Amounts {
        /// At most 1,000.
        pub amounts: Vec<Amount>,
    }

    /// Sums of amounts, one for each currency, in the order of their codes.
    pub struct MoneyMoved {
        /// Above zero.
        pub came: Vec<Amount>,
        /// Below zero, with its sign.
        pub went: Vec<Amount>,
    }

    /// No input.
    pub struct Nothing {}

    /// One id.
    pub struct ById {
        /// The id.
        pub id: String,
    }

    /// Rows by their keys, in the order of the keys; unknown keys are left out.
    pub struct ByKeys {
        /// At most 500 keys of the list's index.
        pub keys: Vec<i64>,
    }

    /// A free text filter.
    pub struct ByText {
        /// Words, an amount, a date or an id; empty shows all.
        pub text: String,
    }

    /// What a decision answered.
    pub struct Done {
        /// The store's sequence after it: older replies of queries are dropped.
        pub sequence: u64,
        /// One sentence of what was done.
        pub say: String,
        /// Takes it back, where that is possible.
        pub undo: Option<String>,
    }

    /// One posting, as shown before and after booking.
    pub struct PostingLine {
        /// Account name.
        pub account: String,
        /// Who or which invoice, in words.
        pub note: String,
        /// Debit positive, credit negative.
        pub amount: Amount,
    }

    /// A labelled fact.
    pub struct Fact {
        /// What it is.
        pub label: String,
        /// Its value in words, or an amount's text.
        pub value: String,
    }
}

impl From<Money> for Amount {
    fn from(money: Money) -> Amount {
        Amount { amount: money.decimal(), currency: money.currency().code().to_owned() }
    }
}

impl TryFrom<&Amount> for Money {
    type Error = MoneyError;
    fn try_from(amount: &Amount) -> Result<Money, MoneyError> {
        Money::parse(&amount.amount, Currency::from_code(&amount.currency)?)
    }
}
