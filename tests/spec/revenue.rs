//! What a founder sees of a company that takes cards: the daily report, what recurs, the three-way tie-out, customers,
//! and payments that nobody has an invoice for.

use chrono::{DateTime, Duration, NaiveDate};
use purser_sandbox::{READ_KEY, SandboxConfig, SandboxHandle};
use serde_json::{Value, json};

use crate::smtp::MailServer;
use crate::world::{World, cents, simulated, text};

/// A company, its books, and the provider that it reads.
struct Shop {
    world: World,
    sandbox: SandboxHandle,
    _runtime: tokio::runtime::Runtime,
}

impl Shop {
    /// Eleven weeks of cards up to the world's now. Nothing is discounted, so that the simulation's sums are ours.
    fn open(seed: u64) -> Shop {
        Shop::with(seed, 40)
    }

    fn with(seed: u64, customers: u32) -> Shop {
        let mut config = SandboxConfig::new(seed);
        config.start = NaiveDate::from_ymd_opt(2026, 9, 1).unwrap();
        config.history_days = 77;
        config.customers = customers;
        config.transfers_per_mille = 0;
        config.by_hand_per_mille = 0;
        config.discounts_per_mille = 0;
        config.refunds_per_mille = 120;
        config.disputes_per_mille = 60;
        config.declines_per_mille = 150;
        let (sandbox, runtime) = simulated(config);
        let world = World::new();
        let secrets = json!({"read_key": READ_KEY});
        let asked =
            json!({"provider": "stripe", "base_url": sandbox.url(), "options": {}, "secrets": secrets});
        world.ok("connect", asked);
        let shop = Shop { world, sandbox, _runtime: runtime };
        shop.sync();
        shop
    }

    fn sync(&self) {
        let report = self.world.ok("sync", json!({"providers": []}));
        assert!(report["sources"][0]["error"].is_null(), "{report}");
        assert_eq!(report["sources"][0]["differences"], json!([]), "{report}");
    }

    fn run(&self, job: &str) -> Value {
        let ran = self.world.ok("job_run", json!({"name": job, "wait_seconds": 60}));
        assert_eq!(ran["state"], "succeeded", "{ran}");
        ran
    }

    fn asked(&self, kind: &str) -> Vec<Value> {
        rows(&self.world.ok("attention", json!({}))).into_iter().filter(|item| item["kind"] == kind).collect()
    }

    fn waiting(&self) -> Vec<Value> {
        rows(&self.world.ok("charges_waiting", json!({}))["rows"])
    }

    /// The bank's statement of all deposits so far.
    fn deposits(&self) -> usize {
        let lines = self.sandbox.bank_lines().into_iter();
        let rows: Vec<String> = lines
            .filter(|line| line.account == "usd" && line.payer.to_uppercase().contains("STRIPE"))
            .map(|line| {
                let date = DateTime::from_timestamp(line.at, 0).unwrap().date_naive();
                let (whole, cents) = (line.amount_minor / 100, line.amount_minor % 100);
                format!("{},{date},{whole}.{cents:02},USD,{},{}", line.id, line.payer, line.description)
            })
            .collect();
        self.world.statement(&rows.iter().map(String::as_str).collect::<Vec<_>>());
        self.world.match_apply();
        rows.len()
    }
}

fn rows(value: &Value) -> Vec<Value> {
    value.as_array().unwrap_or_else(|| panic!("{value} is no list")).clone()
}

fn sum(values: &[Value], field: &str) -> i64 {
    values.iter().map(|value| cents(&value[field])).sum()
}

/// A mail account, and the address that the company is reached at.
fn mail(world: &World, server: &MailServer) {
    let input = json!({
        "provider": "smtp", "base_url": "", "secrets": {"password": ""},
        "options": {"host": "127.0.0.1", "port": server.port.to_string(), "tls": "none", "user": "",
                    "from": "Northbeam <billing@northbeam.example>"}
    });
    world.ok("connect", input);
    let mut company = world.ok("company", json!({}));
    company["email"] = json!("founder@northbeam.example");
    world.ok("company_save", company);
}

#[test]
fn ra_02_the_daily_report_tells_of_cards_fees_and_subscriptions_and_is_mailed_once() {
    let (shop, server) = (Shop::open(21), MailServer::start());
    mail(&shop.world, &server);
    let ran = shop.run("revenue-report");
    let said = text(&ran["result"]);
    assert!(said.starts_with("16 November 2026: ") && said.ends_with(" came in."), "{ran}");
    assert!(!said.contains("nothing"), "{ran}");
    shop.world.settle();
    let reports = || {
        let all = server.mails().into_iter();
        let of =
            all.filter(|mail| mail.header("Subject").is_some_and(|subject| subject.starts_with("Revenue,")));
        of.collect::<Vec<_>>()
    };
    let mails = reports();
    assert_eq!(mails.len(), 1, "{ran}");
    let mail = &mails[0];
    assert_eq!(mail.to, ["founder@northbeam.example"]);
    assert_eq!(mail.header("Subject").unwrap(), "Revenue, 16 November 2026: Northbeam Analytics");
    assert!(
        mail.data.contains("revenue-2026-11-16.pdf") && mail.data.contains("JVBERi0"),
        "the PDF is attached"
    );
    let outbox = shop.world.ok("outbox", json!({}));
    let sent = rows(&outbox["effects"]).into_iter().find(|effect| effect["kind"] == "email.report").unwrap();
    let preview = shop.world.ok("message_preview", json!({"id": sent["id"]}));
    for words in ["Cards through Stripe", "At Stripe", "Fees", "Subscriptions", "MRR at the end of the day"] {
        assert!(text(&preview["html"]).contains(words), "{words} in {}", preview["text"]);
        assert!(text(&preview["text"]).contains(words), "{words} in {}", preview["text"]);
    }
    // What the report calls recurring is what the reports' own screen says of that day, in every currency.
    let metrics = shop.world.ok("metrics", json!({"from": null, "to": "2026-11-16"}));
    let shown = text(&preview["text"]).replace(',', "");
    for sum in rows(&metrics["end"]) {
        let mrr = text(&sum["mrr"]["amount"]);
        let said = shown.lines().filter(|line| line.starts_with("- MRR at the end of the day: "));
        assert!(said.filter(|line| line.ends_with(&mrr)).count() == 1, "{mrr} in {shown}");
    }

    // However often the job runs, and after a restart: the paper is written again, the mail is not sent again.
    shop.run("revenue-report");
    shop.world.settle();
    assert_eq!(reports().len(), 1);
    shop.world.advance(Duration::days(1));
    shop.run("revenue-report");
    shop.world.settle();
    assert_eq!(reports().len(), 2, "the next day is another report");
    let mut setting = shop.world.ok("notifications", json!({}));
    setting["reports"] = json!(false);
    shop.world.ok("notifications_save", setting);
    shop.world.advance(Duration::days(1));
    shop.run("revenue-report");
    shop.world.settle();
    assert_eq!(reports().len(), 2, "nobody wants it any more");
    assert!(shop.world.folder().join("papers/revenue-2026-11-18.pdf").exists());
}

#[test]
fn c_15_what_recurs_is_what_the_simulation_says_and_its_changes_add_up() {
    let shop = Shop::open(22);
    let metrics = shop.world.ok("metrics", json!({"from": "2026-10-31", "to": null}));
    for flow in rows(&metrics["flows"]) {
        let steps = rows(&flow["steps"]);
        assert_eq!(cents(&flow["start"]) + sum(&steps, "amount"), cents(&flow["end"]), "{flow}");
        let currency = &flow["end"]["currency"];
        let changes: Vec<Value> = rows(&metrics["changes"])
            .into_iter()
            .filter(|row| row["amount"]["currency"] == *currency)
            .collect();
        assert_eq!(sum(&changes, "amount"), cents(&flow["change"]), "{flow}");
        let theirs = shop.sandbox.recurring();
        let code = text(currency).to_lowercase();
        let theirs = theirs.iter().find(|row| row.currency == code).unwrap();
        let ours = rows(&metrics["end"]).into_iter().find(|row| row["mrr"]["currency"] == *currency).unwrap();
        let counted = rows(&ours["parts"]).into_iter().filter(|part| part["left_out"].is_null()).count();
        // A twelfth of each yearly price is rounded once.
        let apart = (cents(&ours["mrr"]) * 12 - theirs.annual_minor).unsigned_abs();
        assert!(apart <= 6 * counted as u64, "{} a month, {} a year", ours["mrr"], theirs.annual_minor);
        assert_eq!(counted as u64, theirs.subscriptions, "{code}");
    }
    assert!(rows(&metrics["changes"]).iter().any(|row| row["kind"] == "new" && !row["on"].is_null()));
    assert!(rows(&metrics["changes"]).iter().all(|row| !row["customer_id"].is_null()), "{metrics}");

    let glance = shop.world.ok("glance", json!({}));
    let ours = rows(&metrics["end"]).into_iter().find(|row| row["mrr"]["currency"] == "USD").unwrap();
    assert_eq!(glance["recurring"][0]["mrr"], ours["mrr"]);
    let (from, to) = (text(&glance["from"]), text(&glance["to"]));
    assert_eq!((from.as_str(), to.as_str()), ("2026-11-01", "2026-11-17"));
    let earned = |from: &str, to: &str| {
        let until = |day: &str| {
            let all = rows(&shop.world.ok("balances", json!({"as_of": day}))["rows"]);
            let income = all.iter().filter(|row| {
                text(&row["account"]).starts_with("Income") && row["balance"]["currency"] == "USD"
            });
            -income.map(|row| cents(&row["balance"])).sum::<i64>()
        };
        let before = from.parse::<NaiveDate>().unwrap().pred_opt().unwrap().to_string();
        until(to) - until(&before)
    };
    assert_eq!(cents(&glance["earned"][0]["now"]), earned("2026-11-01", "2026-11-17"), "{glance}");
    assert_eq!(cents(&glance["earned"][0]["before"]), earned("2026-10-01", "2026-10-17"), "{glance}");
    assert_eq!(cents(&glance["kept"][0]["balance"]), shop.world.balance("Assets:Stripe:USD"));
    // JS-04: what the counters of the dashboard say.
    let failing = shop.world.ok("counters", json!({}))["failed_payments"].as_u64().unwrap();
    let past_due: u64 = rows(&metrics["end"])
        .iter()
        .flat_map(|sum| rows(&sum["parts"]))
        .filter(|part| part["past_due"] == true)
        .count() as u64;
    assert!(failing >= past_due && failing > 0, "{failing} fail, {past_due} are past due");
}

/// `numerator / denominator` in tenths, as text, rounded half up; nothing where it would divide by nothing.
fn tenths(numerator: i64, denominator: i64, each: i64) -> Value {
    if denominator == 0 {
        return Value::Null;
    }
    let tenths = (2 * numerator * each / denominator + 1) / 2;
    json!(format!("{}.{}", tenths / 10, tenths % 10))
}

#[test]
fn c_15_ratios_are_made_of_the_flow_and_of_what_was_booked_in_its_days() {
    let shop = Shop::open(22);
    let metrics = shop.world.ok("metrics", json!({"from": "2026-09-30", "to": "2026-10-31"}));
    assert_eq!(rows(&metrics["ratios"]).len(), rows(&metrics["flows"]).len(), "one row a currency");
    let mut lost_somewhere = false;
    for (row, flow) in rows(&metrics["ratios"]).iter().zip(rows(&metrics["flows"])) {
        let currency = text(&row["currency"]);
        assert_eq!(text(&flow["end"]["currency"]), currency);
        let steps = rows(&flow["steps"]);
        let step = |kind: &str| {
            let found = steps.iter().find(|step| step["kind"] == kind);
            found.map_or((0, 0), |step| (cents(&step["amount"]).abs(), step["count"].as_i64().unwrap()))
        };
        let of = |day: &Value| rows(day).into_iter().find(|sum| sum["mrr"]["currency"] == currency.as_str());
        let customers = |day: &Value| of(day).map_or(0, |sum| sum["customers"].as_i64().unwrap());
        let (start, lost) = (cents(&flow["start"]), step("contraction").0 + step("churn").0);
        lost_somewhere |= step("churn").1 > 0 && step("new").1 > 0;
        assert_eq!(row["customers_left"].as_i64().unwrap(), step("churn").1);
        let at_start = customers(&metrics["start"]);
        assert_eq!(row["customers_at_start"].as_i64().unwrap(), at_start);
        let came = step("new").1 + step("reactivation").1;
        assert_eq!(at_start + came - step("churn").1, customers(&metrics["end"]), "{currency}");
        assert_eq!(row["logo_churn"], tenths(step("churn").1, at_start, 1_000), "{row}");
        assert_eq!(row["gross_churn"], tenths(lost, start, 1_000), "{row}");
        assert_eq!(row["gross_retention"], tenths(start - lost, start, 1_000), "{row}");
        let kept = start + step("expansion").0 - lost;
        assert_eq!(row["net_retention"], tenths(kept, start, 1_000), "{row}");
        let more = step("new").0 + step("reactivation").0 + step("expansion").0;
        assert_eq!(row["quick_ratio"], tenths(more, lost, 10), "{row}");
        let arpa = cents(&row["revenue_per_customer"]);
        let apart = (arpa * customers(&metrics["end"]) - cents(&flow["end"])).abs();
        assert!(2 * apart <= customers(&metrics["end"]), "{arpa} for each of {row}");

        let booked = |accounts: &str| {
            let until = |day: &str| {
                let all = rows(&shop.world.ok("balances", json!({"as_of": day}))["rows"]);
                let wanted = all.iter().filter(|row| {
                    text(&row["account"]).starts_with(accounts)
                        && row["balance"]["currency"] == currency.as_str()
                });
                wanted.map(|row| cents(&row["balance"])).sum::<i64>()
            };
            until("2026-10-31") - until("2026-09-30")
        };
        let (income, fees) = (-booked("Income"), booked("Expenses:Fees:"));
        assert_eq!((cents(&row["income"]), cents(&row["fees"])), (income, fees), "{row}");
        assert!(fees > 0 && income > fees, "{row}");
        assert_eq!(row["gross_margin"], tenths(income - fees, income, 1_000), "{row}");
        let left = step("churn").1;
        if left == 0 {
            assert!(row["lifetime_value"].is_null(), "nobody left: {row}");
            continue;
        }
        let product = [cents(&flow["end"]), income - fees, at_start].map(i128::from).iter().product::<i128>();
        let value =
            product / [customers(&metrics["end"]), income, left].map(i128::from).iter().product::<i128>();
        assert!((i128::from(cents(&row["lifetime_value"])) - value).abs() <= 1, "{value}: {row}");
    }
    assert!(lost_somewhere, "the simulation wins and loses customers in these days");
    let still = shop.world.ok("metrics", json!({"from": "2026-10-31", "to": "2026-10-31"}));
    let row = &still["ratios"][0];
    assert_eq!(
        (text(&row["logo_churn"]), text(&row["net_retention"])),
        ("0.0".to_owned(), "100.0".to_owned())
    );
    for nothing in ["quick_ratio", "gross_margin", "lifetime_value"] {
        assert!(row[nothing].is_null(), "{nothing} would divide by nothing: {row}");
    }
    assert_eq!(shop.world.ok("metrics", json!({"from": null, "to": null}))["ratios"], json!([]));
}

#[test]
fn c_15_past_due_is_switched_for_reports_glance_customers_and_the_daily_report_alike() {
    let (shop, server) = (Shop::open(22), MailServer::start());
    mail(&shop.world, &server);
    let dollars = |metrics: &Value| {
        let found = rows(&metrics["end"]).into_iter().find(|sum| sum["mrr"]["currency"] == "USD");
        found.unwrap_or_else(|| panic!("{metrics}"))
    };
    let now = || shop.world.ok("metrics", json!({"from": null, "to": null}));
    let (before, counted) = (dollars(&now()), now()["past_due_counts"].clone());
    assert_eq!(counted, true, "they count unless the founder says otherwise");
    let late: Vec<Value> =
        rows(&before["parts"]).into_iter().filter(|part| part["past_due"] == true).collect();
    let past_due = sum(&late, "amount");
    assert!(past_due > 0, "nobody is past due in this simulation");
    assert_eq!(cents(&before["past_due"]), past_due);

    let done = shop.world.ok("metrics_save", json!({"past_due_counts": false}));
    let after = dollars(&now());
    assert_eq!(now()["past_due_counts"], false);
    assert_eq!(cents(&after["mrr"]), cents(&before["mrr"]) - past_due);
    assert_eq!(cents(&after["past_due"]), past_due, "the effect of the switch is said either way");
    let glance = shop.world.ok("glance", json!({}));
    assert_eq!(glance["recurring"][0]["mrr"], after["mrr"]);
    let customer = shop.world.ok("customer", json!({"id": late[0]["customer_id"]}));
    let theirs = rows(&customer["subscriptions"]);
    assert!(theirs.iter().any(|part| part["left_out"] == "not paid"), "{theirs:#?}");
    shop.run("revenue-report");
    let outbox = shop.world.ok("outbox", json!({}));
    let sent = rows(&outbox["effects"]).into_iter().find(|effect| effect["kind"] == "email.report").unwrap();
    let said = text(&shop.world.ok("message_preview", json!({"id": sent["id"]}))["text"]).replace(',', "");
    let yesterday = dollars(&shop.world.ok("metrics", json!({"from": null, "to": "2026-11-16"})));
    let mrr = text(&yesterday["mrr"]["amount"]);
    let lines = said.lines().filter(|line| line.starts_with("- MRR at the end of the day: "));
    assert_eq!(lines.filter(|line| line.ends_with(&mrr)).count(), 1, "{mrr} in {said}");

    shop.world.ok("undo", json!({"id": done["undo"]}));
    assert_eq!(dollars(&now())["mrr"], before["mrr"]);
    assert_eq!(now()["past_due_counts"], true);
}

#[test]
fn provider_ledger_and_bank_meet_on_one_row_for_every_payout() {
    let shop = Shop::open(23);
    let tie_out = shop.world.ok("tie_out", json!({}));
    let usd =
        rows(&tie_out["providers"]).into_iter().find(|row| row["account"] == "Assets:Stripe:USD").unwrap();
    assert_eq!(usd["provider_says"], usd["ledger_says"], "{usd}");
    assert_eq!(cents(&usd["unexplained"]), 0);
    assert!(!usd["told_at"].is_null());
    let keys = shop.world.ok("provider_payouts_index", json!({}))["keys"].clone();
    let before = rows(&shop.world.ok("provider_payouts_rows", json!({"keys": keys})));
    assert!(before.len() > 20 && before.iter().all(|row| cents(&row["unexplained"]) == 0), "{before:#?}");
    assert!(before.iter().all(|row| row["bank_says"].is_null()));
    let underway = |rows: &[Value]| rows.iter().filter(|row| row["state"] == "underway").count() as u64;
    let in_dollars = |rows: &[Value]| {
        let of = rows.iter().filter(|row| row["provider_says"]["currency"] == "USD");
        of.cloned().collect::<Vec<_>>()
    };
    assert_eq!(underway(&in_dollars(&before)), usd["underway_count"].as_u64().unwrap());

    let deposits = shop.deposits();
    let after = rows(&shop.world.ok("provider_payouts_rows", json!({"keys": keys})));
    let arrived: Vec<&Value> = after.iter().filter(|row| row["state"] == "arrived").collect();
    assert_eq!(arrived.len(), deposits, "each deposit has met its payout");
    for row in &arrived {
        assert_eq!((&row["provider_says"], cents(&row["unexplained"])), (&row["bank_says"], 0), "{row}");
        let deposit = shop.world.ok("entry", json!({"id": row["deposit"].to_string()}));
        assert_eq!(deposit["row"]["amount"], row["bank_says"]);
    }
    let left = shop.world.balance("Assets:InTransit:In");
    let waits = in_dollars(&after).into_iter().filter(|row| row["state"] == "underway").collect::<Vec<_>>();
    assert_eq!(sum(&waits, "provider_says"), left);
}

#[test]
fn a_customer_shows_everything_that_happened_through_the_provider_in_its_order() {
    let shop = Shop::open(24);
    let keys = shop.world.ok("customers_index", json!({"text": ""}))["keys"].clone();
    let mut kinds = std::collections::BTreeSet::new();
    let (mut charged, mut refunded) = (0, 0);
    let mut busiest = (0, String::new());
    for customer in rows(&shop.world.ok("customers_rows", json!({"keys": keys}))) {
        let one = shop.world.ok("customer", json!({"id": customer["id"], "events": 500}));
        let events = rows(&one["events"]);
        let at: Vec<String> = events.iter().map(|event| text(&event["at"])).collect();
        assert!(at.is_sorted_by(|newer, older| newer >= older), "{at:?}");
        if events.len() > busiest.0 {
            busiest = (events.len(), text(&customer["id"]));
        }
        for event in &events {
            kinds.insert(text(&event["kind"]));
            let usd = event["amount"]["currency"] == "USD";
            match (event["kind"].as_str().unwrap(), usd) {
                ("charge", true) => charged += cents(&event["amount"]),
                ("refund", true) if !event["amount"].is_null() => refunded -= cents(&event["amount"]),
                _ => {}
            }
        }
    }
    for kind in ["invoice", "charge", "declined", "refund", "dispute"] {
        assert!(kinds.contains(kind), "no {kind} in {kinds:?}");
    }
    assert!(charged > refunded && refunded > 0, "{charged} came, {refunded} went back");
    // A long history comes in pieces.
    let few = shop.world.ok("customer", json!({"id": busiest.1, "events": 3}));
    assert_eq!((rows(&few["events"]).len(), &few["more_events"]), (3, &json!(true)));
    let all = shop.world.ok("customer", json!({"id": busiest.1, "events": 500}));
    assert_eq!((rows(&all["events"]).len(), &all["more_events"]), (busiest.0, &json!(false)));
    assert!(!rows(&all["subscriptions"]).is_empty(), "{all}");
}

#[test]
fn a_card_payment_without_invoice_asks_after_a_day_and_gets_its_reason() {
    let shop = Shop::with(25, 90);
    let waiting = shop.waiting();
    let held = -shop.world.balance("Liabilities:Suspense");
    let in_dollars: Vec<Value> =
        waiting.iter().filter(|row| row["amount"]["currency"] == "USD").cloned().collect();
    assert!(in_dollars.len() > 2, "{waiting:?}");
    assert_eq!(sum(&in_dollars, "amount"), held, "everything in Suspense is a payment without an invoice");
    // They are older than a day already: each is one decision, however often it is looked for.
    shop.run("match");
    let asked = shop.asked("charge_without_invoice");
    shop.run("match");
    assert_eq!(shop.asked("charge_without_invoice").len(), asked.len());
    assert!(!asked.is_empty() && asked.len() <= waiting.len());
    let status = shop.world.ok("status", json!({}));
    assert_eq!(status["counts"]["cards"], asked.len());
    assert_eq!(shop.world.ok("counters", json!({}))["cards_waiting"], waiting.len());

    // Filed under a category, and taken back: it waits and asks again.
    let first = &in_dollars[0];
    let file = json!({"id": first["id"], "to": "category", "target": "Income:Sales"});
    let done = shop.world.ok("charge_resolve", file);
    assert_eq!(-shop.world.balance("Liabilities:Suspense"), held - cents(&first["amount"]));
    assert_eq!(shop.waiting().len(), waiting.len() - 1);
    let again = json!({"id": first["id"], "to": "category", "target": "Income:Sales"});
    assert_eq!(shop.world.code("charge_resolve", again), "charge_settled");
    shop.world.ok("undo", json!({"id": done["undo"]}));
    assert_eq!(-shop.world.balance("Liabilities:Suspense"), held);
    assert_eq!(shop.asked("charge_without_invoice").len(), asked.len());

    // Credit of a customer, which the books know from then on.
    let second = &in_dollars[1];
    let customer = json!({"id": "", "name": "Workshop Guest", "email": "", "address": "", "country": ""});
    let customer = shop.world.ok("customer_save", customer);
    let keep = json!({"id": second["id"], "to": "credit", "target": customer["id"]});
    shop.world.ok("charge_resolve", keep);
    assert_eq!(shop.world.credit("Workshop Guest"), cents(&second["amount"]));

    // An invoice takes what is open on it, and the rest becomes credit.
    let third = &in_dollars[2];
    let form = json!({
        "customer": customer["id"], "currency": "USD", "issued": "", "due": "", "issue": true,
        "lines": [{"text": "Workshop", "quantity": 1, "price": "5.00", "tax_percent": ""}],
    });
    let made = shop.world.ok("invoice_create", form);
    let number = text(&made["number"]);
    let pay = json!({"id": third["id"], "to": "invoice", "target": number});
    let done = shop.world.ok("charge_resolve", pay);
    assert_eq!(shop.world.invoice(&number).1, 0);
    let over = cents(&third["amount"]) - 500;
    assert_eq!(shop.world.credit("Workshop Guest"), cents(&second["amount"]) + over);
    shop.world.ok("undo", json!({"id": done["undo"]}));
    assert_eq!(shop.world.invoice(&number).1, 500);
    assert_eq!(shop.world.credit("Workshop Guest"), cents(&second["amount"]));
    for (target, to, code) in [
        ("NB-1", "invoice", "invoice_unknown"),
        ("Nobody", "credit", "customer_unknown"),
        ("Assets:Bank:Mercury", "category", "not_a_category"),
        ("x", "wish", "charge_reason"),
    ] {
        let asked = json!({"id": third["id"], "to": to, "target": target});
        assert_eq!(shop.world.code("charge_resolve", asked), code, "{to} {target}");
    }
}

#[test]
fn what_was_paid_ahead_is_earned_on_the_first_of_the_month_and_never_twice() {
    let shop = Shop::open(26);
    let deferred = || -shop.world.balance("Liabilities:DeferredRevenue");
    let before = deferred();
    assert!(before > 0, "somebody paid for a year");
    let ran = shop.run("recognition");
    assert_eq!(ran["result"], "Nothing new is earned.", "October was earned by reading the provider");
    shop.world.advance(Duration::days(14));
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.extend(shop.world.program().scheduler().unwrap().step().unwrap());
    }
    assert!(seen.iter().any(|step| step.job == "recognition"), "the first of December has come: {seen:?}");
    let after = deferred();
    assert!(after < before, "{before} was deferred, {after} still is");
    let ran = shop.run("recognition");
    assert_eq!(ran["result"], "Nothing new is earned.");
    assert_eq!(deferred(), after);
}
