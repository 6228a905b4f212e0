//! Sums over amounts that a screen shows together: the window itself never adds money.

use std::collections::BTreeMap;

use purser_core::Money;

use crate::api::Caller;
use crate::api::types::*;
use crate::error::ApiError;

/// Most amounts of one sum.
const MOST: usize = 1_000;

/// `money_moved`: what came in and what went out, one sum per currency, in the order of their codes.
pub fn money_moved(_caller: &Caller<'_>, input: Amounts) -> Result<MoneyMoved, ApiError> {
    if input.amounts.len() > MOST {
        return Err(ApiError::usage(
            "too_many_amounts",
            format!("At most {MOST} amounts are added at once."),
        ));
    }
    let (mut came, mut went) = (BTreeMap::new(), BTreeMap::new());
    for amount in &input.amounts {
        let money = Money::try_from(amount)?;
        let sums = if money.is_negative() { &mut went } else { &mut came };
        let sum = sums.entry(money.currency().code().to_owned()).or_insert(Money::zero(money.currency()));
        *sum = sum.add(money)?;
    }
    let shown = |sums: BTreeMap<String, Money>| sums.into_values().map(Amount::from).collect();
    Ok(MoneyMoved { came: shown(came), went: shown(went) })
}
