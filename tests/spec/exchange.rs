//! Payments in another currency: the founder says what they are worth, both currencies balance, all can be taken back.

use serde_json::{Value, json};

use crate::world::{World, cents, choice, text};

/// Alder Works owes 1,000.00 USD and sent 890.00 EUR.
fn wired() -> World {
    let world = World::owing();
    world.account("Wise", "bank", "EUR", "0.00");
    let row = format!("E1,2026-11-10,890.00,EUR,ALDER WORKS,{}", World::reference(1));
    world.statement_into("Wise", &[&row], false);
    world
}

fn exchanged(difference: &str, rate: &str, value: &str) -> Value {
    let mut choice = choice("E1", "invoices", &["NB-202611-0001"], difference);
    choice["exchange"] = json!({"rate": rate, "value": value, "source": "the bank's advice"});
    choice
}

fn rate(world: &World, rate: &str, on: &str) {
    let input = json!({"base": "EUR", "quote": "USD", "rate": rate, "on": on, "source": "the central bank"});
    world.ok("rate_add", input);
}

fn balance(world: &World, name: &str) -> i64 {
    world.balances().get(name).copied().unwrap_or(0)
}

#[test]
fn mi_35_a_wire_in_euros_pays_a_dollar_invoice_at_the_stated_value() {
    let world = wired();
    let before = world.balances();
    assert_eq!(world.match_apply(), 0, "nothing is exchanged by itself");
    let without = world.refused("match_confirm", choice("E1", "invoices", &["NB-202611-0001"], "none"));
    assert_eq!(without.code, "match_currency");
    assert!(without.message.contains("€890.00"), "{without}");

    let preview = world.ok("match_preview", exchanged("fx", "", "970.00"));
    assert_eq!(preview["problem"], json!(null), "{preview}");
    assert_eq!((cents(&preview["received"]), cents(&preview["difference"])), (97_000, -3_000));
    assert_eq!(text(&preview["then"][0]), "€890.00 for $970.00, 1 EUR = 1.08988764 USD");
    world.ok("match_confirm", exchanged("fx", "", "970.00"));
    assert_eq!(world.invoice("NB-202611-0001"), ("paid".to_owned(), 0));
    for (account, sum) in [
        ("Liabilities:Suspense EUR", 0),
        ("Equity:Conversion EUR", -89_000),
        ("Equity:Conversion USD", 97_000),
        ("Expenses:FX USD", 3_000),
        ("Assets:Bank:Wise EUR", 89_000),
    ] {
        assert_eq!(balance(&world, account), sum, "{account}");
    }
    let audit = world.ok("audit_index", json!({"text": "match.confirm"}));
    let rows = world.ok("audit_rows", json!({"keys": audit["keys"]}));
    assert!(rows.to_string().contains("1.08988764"), "the rate is on record: {rows}");
    world.ok("match_undo", json!({"id": "E1"}));
    assert_eq!(world.balances(), before);
    assert_eq!(world.invoice("NB-202611-0001").1, 100_000);
    world.ok("match_confirm", exchanged("open", "1.0899", ""));
    assert_eq!(world.invoice("NB-202611-0001").1, 100_000 - 97_001, "rounded once, half to even");
}

#[test]
fn ts_22_what_a_rate_gains_or_an_exchange_overpays_goes_where_the_founder_says() {
    let world = wired();
    world.ok("match_confirm", exchanged("fx", "", "1010.00"));
    assert_eq!((world.invoice("NB-202611-0001").1, balance(&world, "Expenses:FX USD")), (0, -1_000));
    world.ok("match_undo", json!({"id": "E1"}));
    world.ok("match_confirm", exchanged("over", "", "1010.00"));
    assert_eq!((world.invoice("NB-202611-0001").1, world.credit("Alder")), (0, 1_000));
}

#[test]
fn ts_31_within_five_percent_the_table_suggests_it_with_the_difference() {
    let world = wired();
    assert_eq!(world.explained("E1")["kind"], "fx");
    rate(&world, "1.09", "2026-11-01");
    let desk = world.ok("match_line", json!({"id": "E1"}));
    assert_eq!(desk["candidates"][0]["exchange"], json!(null), "a rate of nine days before proposes nothing");
    assert_eq!(world.code("match_confirm", exchanged("fx", "", "")), "no_rate");
    rate(&world, "1.0899", "2026-11-09");
    let said = world.explained("E1");
    assert_eq!((&said["state"], &said["kind"]), (&json!("suggested"), &json!("fx")), "{said}");
    assert_eq!(said["difference"], "-29.99", "{said}");
    assert!(said["reasons"].to_string().contains("$29.99 short"), "{said}");
    let candidate = world.ok("match_line", json!({"id": "E1"}))["candidates"][0].clone();
    assert_eq!((&candidate["exchange"]["close"], cents(&candidate["difference"])), (&json!(true), -2_999));
    assert_eq!(candidate["choices"], json!(["fx", "ask", "open"]));
    assert_eq!(world.match_apply(), 0);
    world.ok("match_confirm_ready", json!({}));
    assert_eq!(world.invoice("NB-202611-0001").1, 100_000, "never without the founder");

    rate(&world, "0.80", "2026-11-09");
    let candidate = world.ok("match_line", json!({"id": "E1"}))["candidates"][0].clone();
    assert_eq!(candidate["exchange"]["close"], json!(false), "{candidate}");
    assert!(candidate["evidence"].to_string().contains("more than a rate explains"), "{candidate}");
    rate(&world, "1.0899", "2026-11-09");
    world.ok("match_confirm", exchanged("fx", "", ""));
    assert_eq!((world.invoice("NB-202611-0001").1, balance(&world, "Expenses:FX USD")), (0, 2_999));
}

#[test]
fn one_wire_pays_several_invoices_and_no_cent_is_lost_between_them() {
    let world = World::owing();
    world.account("Wise", "bank", "EUR", "0.00");
    world.statement_into("Wise", &["E1,2026-11-10,455.55,EUR,CEDAR LABS,"], false);
    let mut choice = choice("E1", "invoices", &["NB-202611-0004", "NB-202611-0005"], "fx");
    choice["exchange"] = json!({"rate": "", "value": "499.99", "source": ""});
    world.ok("match_confirm", choice);
    assert_eq!((world.invoice("NB-202611-0004").1, world.invoice("NB-202611-0005").1), (0, 0));
    assert_eq!(
        (balance(&world, "Equity:Conversion EUR"), balance(&world, "Equity:Conversion USD")),
        (-45_555, 49_999)
    );
    assert_eq!((balance(&world, "Liabilities:Suspense EUR"), balance(&world, "Expenses:FX USD")), (0, 1));
}

#[test]
fn an_exchange_that_cannot_be_is_refused_and_books_nothing() {
    let world = wired();
    world.statement(&[&format!("T1,2026-11-10,990.00,USD,ALDER WORKS,{}", World::reference(1))]);
    for (rate, value, code) in [
        ("1.0899", "970.00", "exchange"),
        ("abc", "", "rate"),
        ("0", "", "rate"),
        ("", "-5", "exchange_value"),
        ("", "970.001", "amount"),
        ("0.000001", "", "exchange_value"),
        ("", "", "no_rate"),
    ] {
        assert_eq!(world.code("match_confirm", exchanged("fx", rate, value)), code, "{rate} {value}");
    }
    let mut same = choice("T1", "invoices", &["NB-202611-0001"], "fx");
    assert_eq!(
        world.code("match_confirm", same.clone()),
        "difference",
        "no rate between dollars and dollars"
    );
    same["exchange"] = json!({"rate": "1.1", "value": "", "source": ""});
    assert_eq!(world.code("match_confirm", same), "exchange");
    for (base, quote, rate, on) in [
        ("EUR", "EUR", "1", ""),
        ("EUR", "USD", "1,09", ""),
        ("EUR", "USD", "1", "2026-12-01"),
        ("EUR", "X", "1", ""),
    ] {
        let input = json!({"base": base, "quote": quote, "rate": rate, "on": on, "source": ""});
        world.refused("rate_add", input);
    }
}

/// Other programs read the exchange as it was booked. Where hledger is missing this is said, or it fails where
/// `PURSER_PEERS_REQUIRED` asks for it.
#[test]
fn hledger_finds_an_export_with_exchanges_in_order() {
    let world = wired();
    world.ok("match_confirm", exchanged("fx", "", "970.00"));
    let path = world.folder().join("books.journal");
    world.ok("export", json!({"format": "hledger", "path": path}));
    let run =
        |words: &[&str]| std::process::Command::new("hledger").arg("-f").arg(&path).args(words).output();
    let checked = match run(&["check", "--strict"]) {
        Ok(output) => output,
        Err(error) => {
            assert!(std::env::var_os("PURSER_PEERS_REQUIRED").is_none(), "hledger is not here: {error}");
            println!("skipped: hledger is not here ({error})");
            return;
        }
    };
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
    let balance = run(&["balance", "Equity:Conversion", "Expenses:FX", "--no-total", "-O", "csv"]).unwrap();
    let balance = String::from_utf8(balance.stdout).unwrap();
    for sum in ["-890.00 EUR", "970.00 USD", "30.00 USD"] {
        assert!(balance.contains(sum), "{sum} is not in {balance}");
    }
}
