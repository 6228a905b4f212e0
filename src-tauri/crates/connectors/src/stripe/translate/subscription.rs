//! Subscriptions and what is taken off them.

use purser_core::Currency;
use purser_core::fact::{
    Cycle, CycleUnit, Discount, DiscountAmount, Package, Percent, PlanItem, Subscription, SubscriptionStatus,
    UnitPrice,
};
use serde::Deserialize;

use super::{Inner, Ref, text, time, time_of};
use crate::source::Unreadable;
use crate::stripe::money::{currency, money, rescaled};

#[derive(Deserialize)]
pub(super) struct WireSubscription {
    id: String,
    customer: Ref,
    status: String,
    #[serde(default)]
    items: Inner<WireItem>,
    discounts: Option<Vec<WireDiscount>>,
    /// Before 2025-09-30 a single one could stand here.
    discount: Option<WireDiscount>,
    start_date: Option<i64>,
    created: i64,
    trial_end: Option<i64>,
    canceled_at: Option<i64>,
    ended_at: Option<i64>,
    pause_collection: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct WireItem {
    id: String,
    price: Option<WirePrice>,
    quantity: Option<u64>,
    discounts: Option<Vec<WireDiscount>>,
}

#[derive(Deserialize)]
struct WirePrice {
    id: String,
    nickname: Option<String>,
    currency: String,
    unit_amount: Option<i64>,
    unit_amount_decimal: Option<String>,
    billing_scheme: Option<String>,
    recurring: Option<WireRecurring>,
    transform_quantity: Option<WirePackage>,
}

#[derive(Deserialize)]
struct WireRecurring {
    interval: String,
    interval_count: Option<u32>,
    usage_type: Option<String>,
}

#[derive(Deserialize)]
struct WirePackage {
    divide_by: u64,
    round: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum WireDiscount {
    Id(String),
    Whole(Box<WireWholeDiscount>),
}

#[derive(Deserialize)]
struct WireWholeDiscount {
    id: String,
    start: Option<i64>,
    end: Option<i64>,
    source: Option<WireSource>,
    /// Before 2025-09-30 the coupon stood here.
    coupon: Option<WireCouponRef>,
}

#[derive(Deserialize)]
struct WireSource {
    coupon: Option<WireCouponRef>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum WireCouponRef {
    Whole(Box<WireCoupon>),
    Id(#[expect(dead_code, reason = "only tells that the coupon was not expanded")] String),
}

#[derive(Deserialize)]
struct WireCoupon {
    percent_off: Option<serde_json::Number>,
    amount_off: Option<i64>,
    currency: Option<String>,
    duration: String,
}

pub(super) fn subscription(wire: WireSubscription) -> Result<Subscription, Unreadable> {
    let status = match wire.status.as_str() {
        "incomplete" => SubscriptionStatus::Incomplete,
        "trialing" => SubscriptionStatus::Trialing,
        "active" => SubscriptionStatus::Active,
        "past_due" => SubscriptionStatus::PastDue,
        "unpaid" => SubscriptionStatus::Unpaid,
        "paused" => SubscriptionStatus::Paused,
        "canceled" | "incomplete_expired" => SubscriptionStatus::Ended,
        other => return Err(Unreadable::new(format!("the subscription has the unknown status {other}"))),
    };
    let items_complete = !wire.items.has_more;
    let mut discounts = Vec::new();
    for discount in wire.discounts.into_iter().flatten().chain(wire.discount) {
        discounts.push(read_discount(discount)?);
    }
    // An ended subscription keeps a status only; one that was never paid has never begun to recur.
    let never_paid = wire.status == "incomplete_expired";
    let started = time(wire.start_date.unwrap_or(wire.created))?;
    Ok(Subscription {
        id: wire.id,
        customer: wire.customer.id(),
        status,
        items: wire.items.data.into_iter().map(item).collect::<Result<_, _>>()?,
        items_complete,
        discounts,
        started,
        trial_end: time_of(wire.trial_end)?,
        canceled: time_of(wire.canceled_at)?,
        ended: if never_paid {
            Some(started)
        } else if status == SubscriptionStatus::Ended {
            time_of(wire.ended_at.or(wire.canceled_at))?
        } else {
            None
        },
        collection_paused: wire.pause_collection.is_some_and(|pause| !pause.is_null()),
    })
}

fn item(wire: WireItem) -> Result<PlanItem, Unreadable> {
    let price = wire.price.ok_or_else(|| Unreadable::new("a subscription's item has no price"))?;
    let currency = currency(&price.currency)?;
    let recurring =
        price.recurring.ok_or_else(|| Unreadable::new("a subscription's price does not recur"))?;
    let unit = match price.billing_scheme.as_deref() {
        Some("tiered") => None,
        _ => unit_price(price.unit_amount_decimal.as_deref(), price.unit_amount, currency)?,
    };
    let mut discounts = Vec::new();
    for discount in wire.discounts.into_iter().flatten() {
        discounts.push(read_discount(discount)?);
    }
    Ok(PlanItem {
        id: wire.id,
        price: price.id,
        name: text(price.nickname),
        unit,
        currency,
        quantity: wire.quantity.unwrap_or(1),
        package: price.transform_quantity.map(|package| Package {
            size: package.divide_by.max(1),
            round_up: package.round.as_deref() != Some("down"),
        }),
        metered: recurring.usage_type.as_deref() == Some("metered"),
        cycle: cycle(&recurring)?,
        discounts,
    })
}

fn cycle(recurring: &WireRecurring) -> Result<Cycle, Unreadable> {
    let unit = match recurring.interval.as_str() {
        "day" => CycleUnit::Day,
        "week" => CycleUnit::Week,
        "month" => CycleUnit::Month,
        "year" => CycleUnit::Year,
        other => return Err(Unreadable::new(format!("a price recurs every unknown {other}"))),
    };
    Ok(Cycle { unit, count: recurring.interval_count.unwrap_or(1).max(1) })
}

/// The price for one, exactly: it may have up to twelve decimals of the smallest unit.
fn unit_price(
    decimal: Option<&str>,
    whole: Option<i64>,
    currency: Currency,
) -> Result<Option<UnitPrice>, Unreadable> {
    let text = match (decimal, whole) {
        (Some(text), _) => text.to_owned(),
        (None, Some(whole)) => whole.to_string(),
        (None, None) => return Ok(None),
    };
    let bad = || Unreadable::new(format!("“{text}” is not a price"));
    let picos = scaled(&text, 12).ok_or_else(bad)?;
    let picos = rescaled(picos, currency).ok_or_else(bad)?;
    Ok(Some(UnitPrice { picos, currency }))
}

/// A decimal text times 10^`places`; `None` for anything else, and for more decimals than that.
fn scaled(text: &str, places: usize) -> Option<i128> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if digits.is_empty() || digits.len() > 18 || fraction.len() > places || !plain(digits) || !plain(fraction)
    {
        return None;
    }
    format!("{whole}{fraction:0<places$}").parse().ok()
}

fn read_discount(wire: WireDiscount) -> Result<Discount, Unreadable> {
    let whole = match wire {
        WireDiscount::Whole(whole) => *whole,
        WireDiscount::Id(id) => {
            return Ok(Discount {
                id,
                amount: DiscountAmount::Unknown,
                once: false,
                starts: None,
                ends: None,
            });
        }
    };
    let coupon = whole.source.and_then(|source| source.coupon).or(whole.coupon);
    let (amount, once) = match coupon {
        Some(WireCouponRef::Whole(coupon)) => (discount_amount(&coupon)?, coupon.duration == "once"),
        Some(WireCouponRef::Id(_)) | None => (DiscountAmount::Unknown, false),
    };
    Ok(Discount { id: whole.id, amount, once, starts: time_of(whole.start)?, ends: time_of(whole.end)? })
}

fn discount_amount(coupon: &WireCoupon) -> Result<DiscountAmount, Unreadable> {
    if let Some(percent) = &coupon.percent_off {
        let bad = || Unreadable::new(format!("{percent} is not a percentage"));
        // Four decimals of a percent are a millionth of the price; nobody grants less.
        let text: String = percent.to_string();
        let short = text.split_once('.').map_or(text.clone(), |(whole, fraction)| {
            format!("{whole}.{}", fraction.chars().take(4).collect::<String>())
        });
        let millionths = scaled(&short, 4).and_then(|value| u32::try_from(value).ok()).ok_or_else(bad)?;
        return if millionths > 1_000_000 {
            Err(bad())
        } else {
            Ok(DiscountAmount::Percent(Percent { millionths }))
        };
    }
    match (coupon.amount_off, &coupon.currency) {
        (Some(minor), Some(code)) => Ok(DiscountAmount::Off(money(minor, code)?)),
        _ => Ok(DiscountAmount::Unknown),
    }
}
