//! The founder's table of exchange rates. It proposes what a line in another currency is worth, and books nothing.

use chrono::NaiveDate;
use purser_core::text::one_line;
use purser_core::{Currency, Rate};
use purser_store::tables::exchanges;
use serde_json::json;

use crate::api::Caller;
use crate::api::types::*;
use crate::error::ApiError;

/// Most rates that are listed.
const LISTED: u32 = 1000;

/// `rates`.
pub fn rates(caller: &Caller<'_>, _input: Nothing) -> Result<Vec<RateRow>, ApiError> {
    caller.books()?.read(|tx| {
        let rates = exchanges::rates(tx, LISTED)?.into_iter();
        Ok(rates
            .map(|row| RateRow {
                id: row.key.to_string(),
                base: row.rate.from().code().to_owned(),
                quote: row.rate.to().code().to_owned(),
                rate: row.rate.decimal(),
                on: row.on.to_string(),
                source: row.source,
                at: row.at,
            })
            .collect())
    })
}

/// `rate_add`.
pub fn rate_add(caller: &Caller<'_>, input: RateAdd) -> Result<Done, ApiError> {
    let books = caller.books()?;
    let (base, quote) = (Currency::from_code(&input.base)?, Currency::from_code(&input.quote)?);
    let rate = Rate::parse(&input.rate, base, quote)?;
    let today = books.today()?;
    let on = match input.on.trim() {
        "" => today,
        text => text.parse::<NaiveDate>().map_err(|_| {
            let shown = one_line(text, 40);
            ApiError::usage(
                "rate_day",
                format!("“{shown}” is not a day such as 2026-11-16. Nothing was kept."),
            )
        })?,
    };
    if on > today {
        return Err(ApiError::usage(
            "rate_day",
            format!("{on} is not over yet: no rate can be known. Nothing was kept."),
        ));
    }
    let said = one_line(&input.source, 120);
    let source = if said.is_empty() { "stated by the founder".to_owned() } else { said };
    let say = format!("{rate} on {on}.");
    books.decide(&caller.actor, move |tx, moment| {
        exchanges::set_rate(tx, rate, on, &source, &moment.stamp())?;
        let detail = json!({"rate": rate.to_string(), "on": on, "source": source});
        tx.audit(moment.audit("rate.add", format!("rate:{base}:{quote}"), detail))?;
        Ok(())
    })?;
    crate::verbs::matching::refresh(&books)?;
    Ok(Done { sequence: books.store.sequence(), say, undo: None })
}

/// `rate_delete`: exchanges that were booked keep their rate.
pub fn rate_delete(caller: &Caller<'_>, input: ById) -> Result<Done, ApiError> {
    let books = caller.books()?;
    books.decide(&caller.actor, move |tx, moment| {
        let removed = match input.id.trim().parse() {
            Ok(key) => exchanges::remove_rate(tx, key)?,
            Err(_) => false,
        };
        if !removed {
            return Err(ApiError::unknown("rate", &input.id));
        }
        tx.audit(moment.audit("rate.delete", format!("rate:{}", input.id.trim()), json!({})))?;
        Ok(())
    })?;
    Ok(Done { sequence: books.store.sequence(), say: "The rate is forgotten.".to_owned(), undo: None })
}
