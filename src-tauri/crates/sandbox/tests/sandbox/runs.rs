//! Whole runs: the same seed gives the same bytes, the books are right, and it is quick.

use crate::client::{company, started, text};
use chrono::TimeDelta;
use purser_sandbox::{FaultRates, PayoutSchedule, Sandbox, SandboxConfig, SandboxHandle};
use std::fmt::Write;
use std::time::Instant;

/// Everything that a run says, as one text.
async fn transcript(sandbox: &SandboxHandle, client: &crate::client::Client) -> String {
    let mut all = String::new();
    for path in ["events", "customers", "subscriptions?status=all", "invoices", "charges", "payouts"] {
        for row in client.all(&format!("/v1/{path}")).await {
            writeln!(all, "{row}").unwrap();
        }
    }
    for entry in sandbox.entries() {
        writeln!(all, "{entry:?}").unwrap();
    }
    all + &sandbox.statement_csv("usd") + &sandbox.statement_csv("eur")
}

#[tokio::test]
async fn the_same_seed_gives_the_same_bytes_in_one_step_or_in_many() {
    let config = SandboxConfig { customers: 60, faults: FaultRates::default(), ..SandboxConfig::new(11) };
    let (first, to_first) = started(config.clone()).await;
    first.advance(first.now() + TimeDelta::days(50)).unwrap();
    let (second, to_second) = started(config.clone()).await;
    for _ in 0..50 {
        second.advance(second.now() + TimeDelta::hours(24)).unwrap();
    }
    let (third, to_third) = started(SandboxConfig { seed: 12, history_days: 50, ..config }).await;
    let one = transcript(&first, &to_first).await;
    assert!(one.len() > 100_000, "only {} bytes", one.len());
    assert!(one == transcript(&second, &to_second).await, "many steps made another run");
    assert!(one != transcript(&third, &to_third).await, "another seed made the same run");
}

#[test]
fn ninety_days_of_two_hundred_customers_are_quick_and_their_books_hold() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let began = Instant::now();
        let sandbox =
            Sandbox::start(SandboxConfig { history_days: 90, ..SandboxConfig::new(1) }).await.unwrap();
        let taken = began.elapsed();
        println!("90 days in {} ms: {}", taken.as_millis(), sandbox.counts());
        assert_eq!(sandbox.broken_identities(), Vec::<String>::new());
        assert!(taken.as_millis() < 1500, "{} ms", taken.as_millis());
    });
}

#[tokio::test]
async fn every_seed_lives_through_everything_with_right_books() {
    let mut seen = std::collections::BTreeMap::<String, u64>::new();
    for seed in 0..12 {
        let payouts = if seed % 2 == 0 { PayoutSchedule::Daily } else { PayoutSchedule::Weekly };
        let faults = if seed % 3 == 0 { FaultRates::rough() } else { FaultRates::default() };
        let config = SandboxConfig { payouts, faults, history_days: 120, ..SandboxConfig::new(seed) };
        let sandbox = Sandbox::start(config).await.unwrap();
        assert_eq!(sandbox.broken_identities(), Vec::<String>::new(), "seed {seed}");
        for (kind, count) in sandbox.counts().as_object().unwrap() {
            *seen.entry(kind.clone()).or_default() += count.as_u64().unwrap();
        }
        for entry in sandbox.entries() {
            *seen.entry(entry.why.to_owned()).or_default() += 1;
        }
        for transfer in sandbox.transfers() {
            *seen.entry(transfer.kind.to_owned()).or_default() += 1;
        }
    }
    println!("{seen:#?}");
    for why in [
        "card payment",
        "charge without invoice",
        "refund",
        "refund failed",
        "dispute opened",
        "dispute won",
        "dispute lost",
        "payout",
        "payout failed",
        "payout arrived",
        "invoice voided",
        "bad debt",
        "income earned",
        "payment by hand",
        "check cleared",
        "exact",
        "no_reference",
        "typo",
        "short_by_fee",
        "twice",
        "second_time",
        "several_invoices",
        "late",
        "affiliate_sales",
    ] {
        assert!(
            seen.get(why).is_some_and(|count| *count > 2),
            "{why} hardly ever happens: {:?}",
            seen.get(why)
        );
    }
}

#[tokio::test]
async fn the_processor_s_balance_is_the_sum_of_its_transactions_and_that_of_the_books() {
    let (sandbox, client) = company(3, 75).await;
    let movements = client.all("/v1/balance_transactions").await;
    let balance = client.get("/v1/balance").await.body;
    for currency in ["usd", "eur"] {
        let of = |list: &str| {
            let each = balance[list].as_array().unwrap().iter();
            each.filter(|row| row["currency"] == currency)
                .map(|row| row["amount"].as_i64().unwrap())
                .sum::<i64>()
        };
        let net: i64 = movements
            .iter()
            .filter(|row| row["currency"] == currency)
            .map(|row| row["net"].as_i64().unwrap())
            .sum();
        assert_eq!(of("available") + of("pending"), net, "{currency}");
        assert_eq!(net, sandbox.group_balance("processor", currency), "{currency}");
    }
    let payouts = client.all("/v1/payouts").await;
    assert!(payouts.len() > 50, "{}", payouts.len());
    for payout in &payouts {
        let rows = client.all(&format!("/v1/balance_transactions?payout={}", text(&payout["id"]))).await;
        let others = rows.iter().filter(|row| row["id"] != payout["balance_transaction"]);
        let sum: i64 = others.map(|row| row["net"].as_i64().unwrap()).sum();
        assert_eq!(payout["amount"].as_i64().unwrap(), sum, "{payout}");
    }
}

#[tokio::test]
async fn an_invoice_is_paid_by_its_payments() {
    let (_sandbox, client) = company(4, 70).await;
    let invoices = client.all("/v1/invoices").await;
    let payments = client.all("/v1/invoice_payments?status=paid").await;
    let mut paid = 0;
    for invoice in &invoices {
        let of = payments.iter().filter(|payment| payment["invoice"] == invoice["id"]);
        let sum: i64 = of.map(|payment| payment["amount_paid"].as_i64().unwrap()).sum();
        assert_eq!(invoice["amount_paid"], sum, "{invoice}");
        paid += i64::from(sum > 0);
    }
    assert!(paid > 60, "{paid}");
}

#[tokio::test]
async fn balances_of_an_earlier_moment_are_what_they_were() {
    let (sandbox, _) = company(5, 30).await;
    let then = sandbox.now();
    let before = sandbox.balances(None);
    sandbox.advance(then + TimeDelta::days(30)).unwrap();
    assert_eq!(sandbox.balances(Some(then)), before);
    assert_ne!(sandbox.balances(None), before);
}

#[tokio::test]
async fn the_statement_adds_up_and_stands_in_the_folder_day_by_day() {
    let folder = tempfile::tempdir().unwrap();
    let config = SandboxConfig { statement_folder: Some(folder.path().into()), ..SandboxConfig::new(6) };
    let (sandbox, client) = started(config).await;
    sandbox.advance(sandbox.now() + TimeDelta::days(40)).unwrap();
    let whole = client.get("/bank/statement.csv?account=usd").await.body;
    let whole = text(&whole);
    assert_eq!(whole, sandbox.statement_csv("usd"));
    let mut names: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    names.sort();
    let mut pieces = String::from("id,date,amount,currency,payer,description\n");
    for name in names.iter().filter(|name| name.to_string_lossy().contains("-usd-")) {
        let piece = std::fs::read_to_string(folder.path().join(name)).unwrap();
        pieces.push_str(piece.split_once('\n').unwrap().1);
    }
    assert_eq!(pieces, whole);
    let minor: i64 = whole
        .lines()
        .skip(1)
        .map(|line| line.split(',').nth(2).unwrap().replace('.', ""))
        .map(|text| text.parse::<i64>().unwrap())
        .sum();
    assert_eq!(minor, sandbox.group_balance("bank", "usd"));
    let part = client.get("/bank/statement.csv?account=usd&from=2026-01-20").await.body;
    assert!(text(&part).lines().skip(1).all(|line| line.split(',').nth(1).unwrap() >= "2026-01-20"));
}

#[tokio::test]
async fn live_time_runs_at_its_speed_and_stops() {
    let (sandbox, client) = started(SandboxConfig { speed: Some(10_000), ..SandboxConfig::new(8) }).await;
    let before = sandbox.now();
    tokio::time::sleep(std::time::Duration::from_millis(1200)).await;
    let passed = (sandbox.now() - before).num_seconds();
    assert!((5_000..40_000).contains(&passed), "{passed} s in about 1.2 s at 10,000 times");
    sandbox.stop().await;
    assert!(client.try_get("rk", "/v1/events").await.is_err(), "nobody answers after the stop");
    assert!(Sandbox::start(SandboxConfig { speed: Some(20_000), ..SandboxConfig::new(8) }).await.is_err());
}

#[tokio::test]
async fn usage_and_affiliates_are_told_by_the_application() {
    let (sandbox, client) = company(9, 60).await;
    let usage = client.get("/app/usage?day=2026-02-20").await.body;
    assert!(usage.as_array().unwrap().len() > 100);
    let sales = client.get("/app/affiliate_sales").await.body;
    let sales = sales.as_array().unwrap();
    assert_eq!(sales.len(), sandbox.affiliate_sales().len());
    assert!(sales.len() > 5, "{}", sales.len());
    let identities = client.get("/_truth/identities").await.body;
    assert_eq!(identities["broken"], serde_json::json!([]));
}

#[tokio::test]
async fn recurring_revenue_is_that_of_the_subscriptions_shown() {
    let (sandbox, client) = company(10, 70).await;
    let subscriptions = client.all("/v1/subscriptions?status=all").await;
    for row in sandbox.recurring() {
        let mut annual = 0;
        for each in subscriptions.iter().filter(|each| each["currency"] == row.currency) {
            let item = &each["items"]["data"][0];
            let counted = ["active", "past_due"].contains(&text(&each["status"]));
            let times = if item["price"]["recurring"]["interval"] == "year" { 1 } else { 12 };
            let whole = item["price"]["unit_amount"].as_i64().unwrap() * item["quantity"].as_i64().unwrap();
            let off = if each["discounts"][0].is_string() { (whole * 20 + 50) / 100 } else { 0 };
            let amount = whole - off;
            annual += if counted { amount * times } else { 0 };
        }
        assert!(annual > 0);
        assert_eq!(row.annual_minor, annual, "{}", row.currency);
    }
    let statuses: std::collections::BTreeSet<&str> =
        subscriptions.iter().map(|each| text(&each["status"])).collect();
    for status in ["active", "canceled", "trialing"] {
        assert!(statuses.contains(status), "{statuses:?}");
    }
}
