//! A small company with every situation that matching meets.

use chrono::NaiveDate;

use crate::currency::Currency;
use crate::matching::*;
use crate::money::Money;

pub fn money(text: &str, currency: &str) -> Money {
    Money::parse(text, Currency::from_code(currency).unwrap()).unwrap()
}

/// `11-16` in 2026.
pub fn day(text: &str) -> NaiveDate {
    NaiveDate::parse_from_str(&format!("2026-{text}"), "%Y-%m-%d").unwrap()
}

/// Name, aliases, days late, shortfalls.
pub fn customer(id: &str, name: &str) -> Customer {
    Customer { id: id.into(), name: name.into(), aliases: Vec::new(), history: History::default() }
}

pub fn invoice(
    number: &str,
    reference: &str,
    customer: &str,
    amount: &str,
    issued: &str,
    due: &str,
) -> OpenInvoice {
    let (amount, currency) = amount.split_once(' ').unwrap_or((amount, "USD"));
    let open = money(amount, currency);
    OpenInvoice {
        id: format!("id:{number}"),
        number: number.into(),
        reference: reference.into(),
        customer: customer.into(),
        issued: day(issued),
        due: day(due),
        total: open,
        open,
    }
}

pub fn line(id: &str, date: &str, amount: &str, payer: &str, memo: &str) -> Line {
    let (amount, currency) = amount.split_once(' ').unwrap_or((amount, "USD"));
    Line {
        id: id.into(),
        date: day(date),
        amount: money(amount, currency),
        payer: payer.into(),
        description: memo.into(),
        account: "Mercury".into(),
    }
}

/// Nothing was rejected.
pub fn nothing(_: &Target) -> bool {
    false
}

fn customers() -> Vec<Customer> {
    let mut all: Vec<Customer> = [
        ("kestrel", "Kestrel Logistics International LLC"),
        ("labs", "Kestrel Labs Inc"),
        ("meer", "Van der Meer B.V."),
        ("holloway", "James Holloway"),
        ("atlas", "Atlas Freight LLC"),
        ("brightwell", "Brightwell Dental Group"),
        ("copperline", "Copperline Studio"),
        ("nordhavn", "Nordhavn A/S"),
        ("silverbirch", "Silverbirch Partners LLC"),
        ("acme-de", "Acme GmbH"),
        ("acme-us", "Acme LLC"),
        ("muller", "Müller & Söhne GmbH"),
        ("lodz", "Łódź Paliwa Sp. z o.o."),
        ("generic", "Consulting Services LLC"),
        ("beta", "Beta Consulting"),
        ("monthly", "Monthly Ltd"),
        ("tiny", "Tiny Mart"),
        ("recorded", "Recorder Corp"),
        ("euro", "Eurotrade SARL"),
        ("future", "Futura Oy"),
        ("old", "Oldebt Inc"),
        ("half", "Halfway Ltd"),
        ("twin-a", "Twin Peaks Bakery"),
        ("twin-b", "Twin Peaks Bakery"),
        ("short", "Series Numbers Ltd"),
        ("trio", "Triolet AB"),
    ]
    .into_iter()
    .map(|(id, name)| customer(id, name))
    .collect();
    all[0].aliases = vec!["KLI Holdco Treasury".into()];
    all[0].history = History { usual_shortfall: vec![money("15.00", "USD"); 3], days_late: vec![1, 5, 3] };
    all[4].history.days_late = vec![-3, -8];
    all
}

fn invoices() -> Vec<OpenInvoice> {
    let mut all: Vec<OpenInvoice> = [
        ("NB-202610-0118", "NB10421181", "kestrel", "4800.00", "10-15", "11-14"),
        ("NB-202611-0119", "NB10421190", "kestrel", "4800.00", "11-14", "12-14"),
        ("NB-202611-0102", "NB10421204", "labs", "4785.00", "11-01", "12-01"),
        ("NB-202611-0103", "NB10421212", "meer", "2400.00", "11-01", "12-01"),
        ("NB-202611-0104", "NB10421229", "meer", "1200.00", "11-02", "12-02"),
        ("NB-202611-0105", "NB10421237", "meer", "1200.00", "11-03", "12-03"),
        ("NB-202610-0131", "NB10421253", "atlas", "3600.00", "10-20", "11-19"),
        ("NB-202611-0106", "NB10421261", "brightwell", "588.00", "11-01", "12-01"),
        ("NB-202611-0107", "NB10421270", "copperline", "588.00", "11-01", "12-01"),
        ("NB-202611-0108", "NB10421288", "copperline", "588.00", "11-02", "12-02"),
        ("NB-202611-0109", "NB10421296", "nordhavn", "2352.00", "11-01", "12-01"),
        ("NB-202611-0110", "NB10421307", "silverbirch", "948.00", "11-01", "12-01"),
        ("INV-1", "", "acme-de", "120.00", "11-01", "12-01"),
        ("INV-10", "", "acme-us", "130.00", "11-01", "12-01"),
        ("NB-202611-0112", "NB10421315", "muller", "777.00 EUR", "11-01", "12-01"),
        ("NB-202611-0113", "NB10421323", "lodz", "410.00", "11-01", "12-01"),
        ("NB-202611-0114", "NB10421331", "generic", "250.00", "11-01", "12-01"),
        ("NB-202611-0115", "NB10421340", "beta", "250.00", "11-01", "12-01"),
        ("NB-202610-0116", "NB10421358", "monthly", "49.00", "10-10", "11-09"),
        ("NB-202611-0117", "NB10421366", "monthly", "49.00", "11-10", "12-10"),
        ("NB-202611-0120", "NB10421374", "tiny", "49.00", "11-01", "12-01"),
        ("NB-202611-0121", "NB10421399", "euro", "1000.00", "11-01", "12-01"),
        ("NB-202611-0122", "NB10421403", "future", "333.00", "11-20", "12-20"),
        ("NB-202605-0123", "NB10421411", "old", "511.00", "05-01", "05-31"),
        ("NB-202611-0124", "NB10421420", "half", "200.00", "11-01", "12-01"),
        ("NB-202611-0125", "NB10421438", "twin-a", "71.50", "11-01", "12-01"),
        ("20260042", "", "short", "812.00", "11-01", "12-01"),
        ("1043", "", "short", "95.00", "11-01", "12-01"),
        ("NB-202611-0127", "NB10421446", "trio", "100.10", "11-01", "12-01"),
        ("NB-202611-0128", "NB10421454", "trio", "200.20", "11-01", "12-01"),
        ("NB-202611-0129", "NB10421462", "trio", "400.40", "11-01", "12-01"),
    ]
    .into_iter()
    .map(|(number, reference, customer, amount, issued, due)| {
        invoice(number, reference, customer, amount, issued, due)
    })
    .collect();
    let half = all.iter_mut().find(|i| i.customer == "half").unwrap();
    half.total = money("500.00", "USD");
    all
}

pub fn facts() -> Facts {
    let paid = |number: &str, reference: &str, customer: &str, amount: &str, on: &str| PaidInvoice {
        id: format!("id:{number}"),
        number: number.into(),
        reference: reference.into(),
        customer: customer.into(),
        total: money(amount, "USD"),
        paid_on: day(on),
    };
    let transit = |id: &str, what: &str, amount: &str, on: &str, texts: &[&str]| InTransit {
        id: id.into(),
        what: what.into(),
        amount: money(amount, "USD"),
        sent_on: day(on),
        texts: texts.iter().map(|t| (*t).to_string()).collect(),
    };
    Facts {
        invoices: invoices(),
        customers: customers(),
        paid: vec![
            paid("NB-202611-0099", "NB10421245", "holloway", "348.00", "11-03"),
            paid("NB-202610-0090", "NB10421382", "recorded", "640.00", "11-12"),
            paid("NB-202606-0050", "NB10420504", "holloway", "77.00", "06-01"),
        ],
        undeposited: vec![Undeposited {
            id: "pay-1".into(),
            number: "P-0007".into(),
            customer: "recorded".into(),
            amount: money("640.00", "USD"),
            received_on: day("11-12"),
            references: vec!["NB10421382".into(), "NB-202610-0090".into()],
        }],
        in_transit: vec![
            transit("po-1", "payout", "5080.44", "11-13", &["STRIPE"]),
            transit("ap-1", "payout", "-951.25", "11-13", &["Marta Lindqvist"]),
            transit("rf-1", "refund", "-60.00", "11-14", &["Tiny Mart"]),
        ],
    }
}

pub fn book() -> Book {
    Book::new(facts())
}

/// Everything that an explanation says, for searching.
pub fn all_text(explanation: &Explanation) -> String {
    let mut all = vec![explanation.headline.clone()];
    all.extend(explanation.why_asked.clone());
    for candidate in explanation.best.iter().chain(&explanation.alternatives) {
        all.extend(candidate.evidence.iter().map(|e| e.sentence.clone()));
    }
    all.join(" | ")
}

/// The best candidate in short: invoice numbers, or `payment:id`, `transit:id`, `line:id`, or `-`.
pub fn best_text(explanation: &Explanation) -> String {
    match explanation.best.as_ref().map(|best| (&best.target, &best.numbers)) {
        None => "-".into(),
        Some((Target::Invoices(_), numbers)) => numbers.join("+"),
        Some((Target::Undeposited(id), _)) => format!("payment:{id}"),
        Some((Target::InTransit(id), _)) => format!("transit:{id}"),
        Some((Target::OwnLine(id), _)) => format!("line:{id}"),
    }
}
