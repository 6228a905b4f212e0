//! What Purser remembers of the founder's decisions: payees and payer names.

use purser_store::tables::{customers, rules as table};
use serde_json::json;

use crate::api::Caller;
use crate::api::types::*;
use crate::error::ApiError;

/// `rules`.
pub fn rules(caller: &Caller<'_>, _input: Nothing) -> Result<Vec<RuleRow>, ApiError> {
    caller.books()?.read(|tx| {
        let rules = table::all(tx)?.into_iter();
        Ok(rules
            .map(|rule| RuleRow {
                id: rule.id,
                payee: rule.payee,
                account: rule.account,
                used: rule.used.unsigned_abs(),
            })
            .collect())
    })
}

/// `rule_delete`.
pub fn rule_delete(caller: &Caller<'_>, input: ById) -> Result<Done, ApiError> {
    caller.books()?.decide(&caller.actor, move |tx, moment| {
        let unknown = || ApiError::unknown("rule", &input.id);
        let rule = table::all(tx)?.into_iter().find(|rule| rule.id == input.id).ok_or_else(unknown)?;
        table::remove(tx, &rule.id)?;
        let detail = json!({ "payee": rule.payee, "account": rule.account, "used": rule.used });
        let seq = tx.audit(moment.audit("rule.delete", format!("rule:{}", rule.id), detail))?;
        let what = json!({
            "kind": "rule", "id": rule.id, "payee": rule.payee, "outgoing": rule.outgoing, "account": rule.account,
            "used": rule.used,
        });
        let say = format!("Lines of {} are no longer filed under {}.", rule.payee, rule.account);
        let undo = moment.offer_undo(tx, &what, &say)?;
        Ok(Done { sequence: seq.unsigned_abs(), say, undo: Some(undo) })
    })
}

/// `aliases`.
pub fn aliases(caller: &Caller<'_>, _input: Nothing) -> Result<Vec<AliasRow>, ApiError> {
    caller.books()?.read(|tx| {
        let aliases = customers::aliases(tx)?.into_iter();
        Ok(aliases
            .map(|alias| AliasRow {
                id: alias.id,
                payer: alias.payer,
                customer: alias.customer,
                since: alias.since.chars().take(10).collect(),
            })
            .collect())
    })
}

/// `alias_delete`.
pub fn alias_delete(caller: &Caller<'_>, input: ById) -> Result<Done, ApiError> {
    caller.books()?.decide(&caller.actor, move |tx, moment| {
        let unknown = || ApiError::unknown("alias", &input.id);
        let alias =
            customers::aliases(tx)?.into_iter().find(|alias| alias.id == input.id).ok_or_else(unknown)?;
        customers::remove_alias(tx, &alias.id)?;
        let detail = json!({ "payer": alias.payer, "customer": alias.customer, "since": alias.since });
        let seq = tx.audit(moment.audit("alias.delete", format!("alias:{}", alias.id), detail))?;
        let say = format!("{} is no longer taken for {}.", alias.payer, alias.customer);
        Ok(Done { sequence: seq.unsigned_abs(), say, undo: None })
    })
}
