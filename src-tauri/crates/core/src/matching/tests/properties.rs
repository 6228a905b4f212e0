//! What holds for every line, invoice and customer.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::world::*;
use crate::matching::*;

const NAMES: [&str; 8] = [
    "Kestrel Logistics International LLC",
    "Kestrel Labs Inc",
    "Atlas Freight LLC",
    "Atlas Copco AB",
    "Beta Consulting",
    "Delta Consulting",
    "Müller GmbH",
    "東京商事",
];

fn some_facts() -> impl Strategy<Value = Facts> {
    let row = (0usize..8, 1u8..6, 0u8..20, prop::bool::ANY, prop::bool::weighted(0.1));
    prop::collection::vec(row, 0..14).prop_map(|rows| {
        let invoices = rows
            .into_iter()
            .enumerate()
            .map(|(at, (customer, hundreds, day, short, euro))| {
                let number = if short { format!("INV-{at}") } else { format!("NB-202611-{at:04}") };
                let reference = crate::invoice::reference("NB", 1_042_100 + at as u32);
                let amount = format!("{hundreds}00.00 {}", if euro { "EUR" } else { "USD" });
                let issued = format!("11-{:02}", 1 + day);
                invoice(&number, &reference, &format!("c{customer}"), &amount, &issued, "12-20")
            })
            .collect();
        let customers =
            NAMES.iter().enumerate().map(|(at, name)| customer(&format!("c{at}"), name)).collect();
        Facts { invoices, customers, ..facts_without_invoices() }
    })
}

fn facts_without_invoices() -> Facts {
    Facts { invoices: Vec::new(), customers: Vec::new(), paid: Vec::new(), ..facts() }
}

/// Lines that often fit: names and references of the world above, cut and misread.
fn some_lines() -> impl Strategy<Value = Vec<Line>> {
    let reference = (0u32..14, 0u8..5).prop_map(|(at, way)| {
        let reference = crate::invoice::reference("NB", 1_042_100 + at);
        match way {
            0 => reference,
            1 => reference.replace('0', "O").to_lowercase(),
            2 => format!("inv-{at}"),
            3 => format!("{reference} {}", crate::invoice::reference("NB", 1_042_101 + at)),
            _ => String::new(),
        }
    });
    let payer = (0usize..9, 3usize..40).prop_map(|(at, cut)| {
        NAMES.get(at).map_or(String::new(), |name| name.to_uppercase().chars().take(cut).collect())
    });
    let row = (1u8..6, prop::bool::weighted(0.9), payer, reference, 1u8..29, prop::bool::weighted(0.2));
    prop::collection::vec(row, 0..12).prop_map(|rows| {
        rows.into_iter()
            .enumerate()
            .map(|(at, (hundreds, exact, payer, memo, day, out))| {
                let cents = if exact { "00" } else { "01" };
                let sign = if out { "-" } else { "" };
                let mut made = line(
                    &format!("t{at:02}"),
                    &format!("11-{day:02}"),
                    &format!("{sign}{hundreds}00.{cents}"),
                    &payer,
                    &memo,
                );
                made.account = ["Checking", "Savings"][at % 2].into();
                made
            })
            .collect()
    })
}

fn shuffled<T>(mut items: Vec<T>, seed: u64) -> Vec<T> {
    let mut state = seed | 1;
    for at in (1..items.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        items.swap(at, (state >> 33) as usize % (at + 1));
    }
    items
}

fn run(facts: &Facts, lines: &[Line]) -> Vec<Outcome> {
    match_all(&Book::new(facts.clone()), lines, &["Northbeam".into()], &|_, _| false)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_order_of_lines_invoices_and_customers_does_not_matter(facts in some_facts(), lines in some_lines(), seed in any::<u64>()) {
        let mut other = facts.clone();
        other.invoices = shuffled(other.invoices, seed);
        other.customers = shuffled(other.customers, seed.rotate_left(7));
        other.in_transit = shuffled(other.in_transit, seed.rotate_left(13));
        let found = run(&facts, &lines);
        prop_assert_eq!(&found, &run(&other, &lines));
        prop_assert_eq!(&found, &run(&facts, &shuffled(lines, seed)));
    }

    #[test]
    fn what_is_matched_is_exact_named_and_settled_once(facts in some_facts(), lines in some_lines()) {
        let currency: BTreeMap<&str, _> = facts.invoices.iter().map(|i| (i.id.as_str(), i.open)).collect();
        let by_id: BTreeMap<&str, &Line> = lines.iter().map(|l| (l.id.as_str(), l)).collect();
        let mut settled = BTreeSet::new();
        for outcome in run(&facts, &lines).iter().filter(|o| o.explanation.state == State::Matched) {
            let explanation = &outcome.explanation;
            let best = explanation.best.as_ref().unwrap();
            prop_assert!(explanation.why_asked.is_none() && explanation.confidence >= 95);
            prop_assert!(matches!(explanation.kind, Kind::Full | Kind::Combined));
            prop_assert!(best.difference.unwrap().is_zero());
            let names = |e: &Evidence| {
                matches!(e.kind, EvidenceKind::Reference | EvidenceKind::Payer) && e.mark == Mark::Fits
            };
            prop_assert!(best.evidence.iter().any(names), "{:?}", best);
            let line = by_id[outcome.line.as_str()];
            if let Target::Invoices(ids) = &best.target {
                let sum: i128 = ids.iter().map(|id| currency[id.as_str()].minor()).sum();
                prop_assert_eq!(sum, line.amount.minor());
                for id in ids {
                    prop_assert_eq!(currency[id.as_str()].currency(), line.amount.currency());
                    prop_assert!(settled.insert(id.clone()), "{} was settled twice", id);
                }
            }
        }
    }

    #[test]
    fn an_equal_rival_of_the_same_name_ends_a_match_that_no_reference_carries(facts in some_facts(), lines in some_lines()) {
        let book = Book::new(facts.clone());
        for line in &lines {
            let explanation = book.explain(line, &nothing);
            let Some(best) = explanation.best.filter(|_| explanation.state == State::Matched) else { continue };
            let by_name = !best.evidence.iter().any(|e| e.kind == EvidenceKind::Reference);
            if let (true, Target::Invoices(ids)) = (by_name, &best.target) {
                let mut rival = facts.invoices.iter().find(|i| i.id == ids[0]).unwrap().clone();
                (rival.id, rival.number, rival.reference) = ("rival".into(), "ZZ-202611-7777".into(), String::new());
                let mut more = facts.clone();
                more.invoices.push(rival);
                let state = Book::new(more).explain(line, &nothing).state;
                prop_assert_eq!(state, State::Suggested);
            }
        }
    }

    #[test]
    fn an_amount_alone_never_matches(facts in some_facts(), hundreds in 1u8..6, memo in "[a-z ]{0,30}") {
        let line = line("t", "11-22", &format!("{hundreds}00.00"), "", &memo);
        let named = NAMES.iter().any(|n| memo.contains(&n.to_lowercase()));
        let state = Book::new(facts).explain(&line, &nothing).state;
        prop_assert!(named || state != State::Matched);
    }

    #[test]
    fn no_text_makes_it_panic(payer in "\\PC{0,60}", memo in "\\PC{0,200}", name in "\\PC{0,40}", number in "\\PC{0,20}", minor in any::<i64>()) {
        let mut facts = facts();
        facts.customers.push(customer("x", &name));
        facts.invoices.push(invoice(&number, &memo, "x", "1.00", "11-01", "12-01"));
        facts.in_transit[0].texts.push(name.clone());
        let mut strange = line("t", "11-22", "1.00", &payer, &format!("{memo} {number}"));
        let book = Book::new(facts);
        book.explain(&strange, &nothing);
        strange.payer = name;
        strange.amount = crate::money::Money::new(i128::from(minor), strange.amount.currency());
        book.explain(&strange, &nothing);
        match_all(&book, &[strange.clone(), strange], &[payer], &|_, _| false);
    }

    #[test]
    fn a_rejected_target_is_never_offered(facts in some_facts(), lines in some_lines()) {
        let book = Book::new(facts);
        for line in &lines {
            let Some(first) = book.explain(line, &nothing).best else { continue };
            let again = book.explain(line, &|target| *target == first.target);
            prop_assert!(again.best.iter().chain(&again.alternatives).all(|c| c.target != first.target));
        }
    }
}
