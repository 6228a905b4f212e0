//! A line in one currency that pays invoices in another: the founder says what it is worth (MI-35, TS-22, TS-31).
//!
//! The table of rates only proposes. Nothing is exchanged by itself, however good the rate.

use chrono::{Duration, NaiveDate};
use purser_core::matching::money_text;
use purser_core::text::one_line;
use purser_core::{Currency, Money, Rate};
use purser_store::tables::exchanges::{self, StoredRate};
use purser_store::tables::{Conn, lines::BankLine};

use crate::api::types::{Evidence, ExchangeChoice, ExchangeProposal, Mark};
use crate::error::ApiError;

/// A rate of the table is proposed for this many days.
const RATE_DAYS: i64 = 7;
/// Up to this difference the rate explains it (TS-31).
const CLOSE_PERCENT: i128 = 5;

/// What a line is worth, and who says so.
pub(super) struct Stated {
    /// What came, in the line's currency.
    pub given: Money,
    /// What it is worth, in the invoices' currency.
    pub value: Money,
    /// What one unit given is worth, decimal.
    pub rate: Rate,
    /// Who says so.
    pub source: String,
}

impl Stated {
    /// `€890.00 for $970.00, 1 EUR = 1.0899 USD`.
    pub fn words(&self) -> String {
        format!("{} for {}, {}", money_text(self.given), money_text(self.value), self.rate)
    }
}

/// Reads what the founder says a line is worth: a rate, a value, or neither to take the table's rate.
pub(super) fn stated(
    conn: &Conn,
    line: &BankLine,
    currency: Currency,
    choice: Option<&ExchangeChoice>,
) -> Result<Stated, ApiError> {
    let given = line.amount;
    let Some(choice) = choice else {
        return Err(ApiError::failed(
            "match_currency",
            format!(
                "The line is in {}, the invoice in {currency}. Say what {} is worth: a rate, or the value in \
                 {currency}. Nothing was booked.",
                given.currency(),
                money_text(given)
            ),
        ));
    };
    let said = one_line(&choice.source, 120);
    let source = if said.is_empty() { "stated by the founder".to_owned() } else { said };
    let stated = match (choice.rate.trim(), choice.value.trim()) {
        ("", "") => {
            let found = table_rate(conn, given.currency(), currency, line.occurred_on)?;
            let found = found.ok_or_else(|| no_rate(given.currency(), currency, line.occurred_on))?;
            let value = found.rate.convert(given)?;
            let source = format!("the table of rates for {}: {}", found.on, found.source);
            Stated { given, value, rate: one_way(&found, given, value)?, source: one_line(&source, 160) }
        }
        (rate, "") => {
            let rate = Rate::parse(rate, given.currency(), currency)?;
            Stated { given, value: rate.convert(given)?, rate, source }
        }
        ("", value) => {
            let value = Money::parse(value, currency)?;
            let rate = Rate::between(given, value).ok_or_else(|| {
                ApiError::usage(
                    "exchange_value",
                    format!("{given} cannot be worth {value}. Nothing was booked."),
                )
            })?;
            Stated { given, value, rate, source }
        }
        _ => {
            return Err(ApiError::usage(
                "exchange",
                "Say the rate or the value, not both. Nothing was booked.",
            ));
        }
    };
    if !stated.value.is_positive() {
        return Err(ApiError::usage(
            "exchange_value",
            format!("{} would be worth nothing. Nothing was booked.", money_text(given)),
        ));
    }
    Ok(stated)
}

fn no_rate(from: Currency, to: Currency, on: NaiveDate) -> ApiError {
    ApiError::failed(
        "no_rate",
        format!(
            "The table of rates has none between {from} and {to} for the week up to {on}. Add it with \
             `purser rate add {from} {to} RATE --on {on}`, or say the value. Nothing was booked."
        ),
    )
}

fn table_rate(
    conn: &Conn,
    from: Currency,
    to: Currency,
    on: NaiveDate,
) -> Result<Option<StoredRate>, ApiError> {
    Ok(exchanges::rate_on(conn, from, to, on, on - Duration::days(RATE_DAYS))?)
}

/// A table's rate in the direction of the exchange: one that stands the other way round is kept as its result.
fn one_way(found: &StoredRate, given: Money, value: Money) -> Result<Rate, ApiError> {
    if found.rate.from() == given.currency() {
        return Ok(found.rate);
    }
    Rate::between(given, value).ok_or_else(|| no_rate(given.currency(), value.currency(), found.on))
}

/// What the table of rates says of a line against what is open in another currency.
pub(super) struct Proposed {
    pub on_the_wire: ExchangeProposal,
    /// Value minus open.
    pub difference: Money,
    /// For the desk and the command line.
    pub sentence: String,
    pub mark: Mark,
}

impl Proposed {
    /// The line of evidence that takes the place of “the rate decides”.
    pub fn evidence(&self) -> Evidence {
        Evidence {
            mark: self.mark,
            kind: "Amount".to_owned(),
            sentence: self.sentence.clone(),
            quote: String::new(),
            route: String::new(),
        }
    }
}

/// The proposal for a line; `None` without a rate, or where there is nothing to exchange.
pub(super) fn proposed(conn: &Conn, line: &BankLine, open: Money) -> Result<Option<Proposed>, ApiError> {
    let given = line.amount;
    if given.currency() == open.currency() || !given.is_positive() {
        return Ok(None);
    }
    let Some(found) = table_rate(conn, given.currency(), open.currency(), line.occurred_on)? else {
        return Ok(None);
    };
    let value = found.rate.convert(given)?;
    let difference = value.sub(open)?;
    let within = difference.minor().abs().saturating_mul(100) <= open.minor().saturating_mul(CLOSE_PERCENT);
    let gap = money_text(difference.abs());
    let how = match (difference.is_zero(), difference.is_negative()) {
        (true, _) => "exactly what is open".to_owned(),
        (_, true) => format!("{gap} short"),
        (_, false) => format!("{gap} too much"),
    };
    let far = if within { "" } else { ", more than a rate explains" };
    let sentence = format!(
        "{} is {} at {} of {}: {how}{far}",
        money_text(given),
        money_text(value),
        found.rate,
        found.on.format("%-d %b")
    );
    let mark = if difference.is_zero() {
        Mark::Fits
    } else if within {
        Mark::Partly
    } else {
        Mark::Not
    };
    let on_the_wire = ExchangeProposal {
        rate: found.rate.to_string(),
        on: found.on.to_string(),
        source: found.source,
        value: value.into(),
        difference: difference.into(),
        close: within,
    };
    Ok(Some(Proposed { on_the_wire, difference, sentence, mark }))
}
