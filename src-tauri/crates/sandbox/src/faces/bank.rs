//! The bank: `GET /bank/statement.csv?account=usd&from=2026-01-01`.

use super::{bad, unknown};
use crate::http::{Ask, Form, Reply};
use crate::time::seconds;
use crate::world::World;
use chrono::NaiveDate;

pub(super) fn answer(world: &mut World, ask: &Ask) -> Reply {
    if ask.method != "GET" || ask.words()[1..] != ["statement.csv"] {
        return unknown(ask);
    }
    let form = Form::parse(&ask.query);
    let account = form.one("account").unwrap_or("usd").to_lowercase();
    if !["usd", "eur"].contains(&account.as_str()) {
        return bad(&format!("account: there are usd and eur, not {account}"));
    }
    let day = |name: &str| match form.one(name) {
        None => Ok(None),
        Some(text) => text
            .parse::<NaiveDate>()
            .map(Some)
            .map_err(|_| format!("{name}: a day like 2026-01-31, not {text}")),
    };
    match (day("from"), day("to")) {
        (Ok(from), Ok(to)) => {
            let from = from.map_or(i64::MIN, seconds);
            let to = to.and_then(|day| day.succ_opt()).map_or(i64::MAX, seconds);
            Reply::text(200, "text/csv; charset=utf-8", world.statement_csv(&account, from, to))
        }
        (Err(what), _) | (_, Err(what)) => bad(&what),
    }
}
