//! Dates as banks write them. Two readings of a date are never decided by guessing.

use chrono::NaiveDate;

use super::mapping::DateStyle;

/// Years that a statement can be of; anything else is a slip or another number.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=2100;

/// A date cut into its parts, before it is decided which is which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Parts {
    /// Only one reading: a month by name, or the year written in full in front.
    Certain(NaiveDate),
    /// Three numbers; `separator` stood between the first two, 0 for none.
    Numbers { first: u32, second: u32, third: u32, year_digits: u8, separator: u8 },
}

/// Reads a date in a style. `Auto` reads only what has one meaning.
pub(super) fn parse(text: &str, style: DateStyle) -> Option<NaiveDate> {
    if style == DateStyle::Iso {
        return iso(text);
    }
    match parts(text, style)? {
        Parts::Certain(date) => Some(date),
        Parts::Numbers { first, second, third, year_digits, .. } => {
            let (year, month, day) = match style {
                DateStyle::Ymd if year_digits == 2 => (first, second, third),
                DateStyle::Dmy => (third, second, first),
                DateStyle::Mdy => (third, first, second),
                DateStyle::Ymd | DateStyle::Iso => return None,
                DateStyle::Auto => {
                    let dmy = date_of(third, second, first);
                    let mdy = date_of(third, first, second);
                    let ymd = if year_digits == 2 { date_of(first, second, third) } else { None };
                    let mut readings = [dmy, mdy, ymd].into_iter().flatten();
                    let one = readings.next()?;
                    return readings.all(|other| other == one).then_some(one);
                }
            };
            date_of(year, month, day)
        }
    }
}

/// `YYYY-MM-DD` and nothing else.
fn iso(text: &str) -> Option<NaiveDate> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let year = number(&text[0..4])?;
    date_of(year, number(&text[5..7])?, number(&text[8..10])?)
}

/// What all the dates of a file say together about their order.
#[derive(Debug, Default)]
pub(super) struct DateEvidence {
    /// The first line that can only be read in each style: day first, month first, year first.
    only: [Option<u32>; 3],
    /// The first line with more than one reading, and its text.
    ambiguous: Option<(u32, String)>,
}

/// The order of dates cannot be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum DateDoubt {
    /// No date of the file has only one reading.
    Ambiguous { line: u32, text: String },
    /// Two lines need different orders.
    Conflict { first_line: u32, second_line: u32 },
}

const STYLES: [DateStyle; 3] = [DateStyle::Dmy, DateStyle::Mdy, DateStyle::Ymd];

impl DateEvidence {
    /// Takes one date of the file into account.
    pub(super) fn see(&mut self, line: u32, text: &str) {
        let Some(Parts::Numbers { separator, .. }) = parts(text, DateStyle::Auto) else { return };
        // Between points the day comes first everywhere: 22.02.18 is no month 22 and no year 22.
        let readings =
            STYLES.map(
                |style| {
                    if separator == b'.' && style != DateStyle::Dmy { None } else { parse(text, style) }
                },
            );
        let mut distinct = readings.iter().flatten();
        let Some(one) = distinct.next() else { return };
        if self.ambiguous.is_none() && distinct.any(|other| other != one) {
            self.ambiguous = Some((line, text.chars().take(20).collect()));
        }
        let possible = readings.iter().flatten().count();
        if possible == 1 {
            for (index, reading) in readings.iter().enumerate() {
                if reading.is_some() && self.only[index].is_none() {
                    self.only[index] = Some(line);
                }
            }
        }
    }

    /// The style to read the file with.
    pub(super) fn style(&self) -> Result<DateStyle, DateDoubt> {
        let mut certain = self.only.iter().enumerate().filter_map(|(index, line)| Some((index, (*line)?)));
        match (certain.next(), certain.next(), &self.ambiguous) {
            (Some((_, first_line)), Some((_, second_line)), _) => {
                let (first_line, second_line) = (first_line.min(second_line), first_line.max(second_line));
                Err(DateDoubt::Conflict { first_line, second_line })
            }
            (Some((index, _)), None, _) => Ok(STYLES[index]),
            (None, _, Some((line, text))) => Err(DateDoubt::Ambiguous { line: *line, text: text.clone() }),
            // Every date has one meaning by itself.
            (None, _, None) => Ok(DateStyle::Auto),
        }
    }
}

/// Whether a text looks like a date in some style.
pub(super) fn looks_like_date(text: &str) -> bool {
    STYLES.iter().any(|style| parse(text, *style).is_some())
}

fn parts(text: &str, style: DateStyle) -> Option<Parts> {
    let text = text.trim();
    if text.len() < 6 || text.len() > 40 {
        return None;
    }
    let (mut tokens, mut lengths, mut count) = ([0u32; 3], [0usize; 3], 0);
    let mut month_at = None;
    let mut separator = 0;
    let mut rest = text;
    while count < 3 && !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 {
            if digits == 8 && count == 0 {
                return eight_digits(rest, style);
            }
            if digits > 4 {
                return None;
            }
            tokens[count] = number(&rest[..digits])?;
            lengths[count] = digits;
            rest = &rest[digits..];
        } else {
            let letters: usize = rest.chars().take_while(|c| c.is_alphabetic()).map(char::len_utf8).sum();
            if letters == 0 || month_at.is_some() {
                return None;
            }
            tokens[count] = month_by_name(&rest[..letters])?;
            month_at = Some(count);
            rest = &rest[letters..];
        }
        count += 1;
        if count < 3 {
            let between = rest.bytes().take_while(|b| matches!(b, b'.' | b'/' | b'-' | b' ' | b',')).count();
            if count == 1 {
                separator = rest.bytes().next().unwrap_or(0);
            }
            rest = &rest[between..];
            // A month by name may stand without separators: 16NOV2026.
            if between == 0 && month_at.is_none() && !rest.starts_with(char::is_alphabetic) {
                return None;
            }
        }
    }
    if count < 3 || !only_a_time_follows(rest) {
        return None;
    }
    arrange(tokens, lengths, month_at, separator)
}

fn arrange(tokens: [u32; 3], lengths: [usize; 3], month_at: Option<usize>, separator: u8) -> Option<Parts> {
    let certain = |year, month, day| date_of(year, month, day).map(Parts::Certain);
    match month_at {
        Some(0) => certain(tokens[2], tokens[0], tokens[1]),
        Some(1) if lengths[0] == 4 => certain(tokens[0], tokens[1], tokens[2]),
        Some(1) => certain(tokens[2], tokens[1], tokens[0]),
        Some(_) => None,
        None if lengths[0] == 4 && lengths[1] <= 2 && lengths[2] <= 2 => {
            certain(tokens[0], tokens[1], tokens[2])
        }
        None if lengths[0] <= 2 && lengths[1] <= 2 && matches!(lengths[2], 2 | 4) => Some(Parts::Numbers {
            first: tokens[0],
            second: tokens[1],
            third: tokens[2],
            year_digits: lengths[2] as u8,
            separator,
        }),
        None => None,
    }
}

/// `20261116`, or `16112026` where the style says so.
fn eight_digits(text: &str, style: DateStyle) -> Option<Parts> {
    if !only_a_time_follows(&text[8..]) {
        return None;
    }
    let at = |from: usize, to: usize| number(&text[from..to]);
    if matches!(style, DateStyle::Dmy | DateStyle::Mdy) && date_of(at(0, 4)?, at(4, 6)?, at(6, 8)?).is_none()
    {
        return Some(Parts::Numbers {
            first: at(0, 2)?,
            second: at(2, 4)?,
            third: at(4, 8)?,
            year_digits: 4,
            separator: 0,
        });
    }
    date_of(at(0, 4)?, at(4, 6)?, at(6, 8)?).map(Parts::Certain)
}

/// What may stand behind a date: nothing, or a time of day with its zone.
fn only_a_time_follows(rest: &str) -> bool {
    let rest = rest.trim_start_matches(['.', ',']).trim_start();
    let Some(first) = rest.chars().next() else { return true };
    (first == 'T' || first.is_ascii_digit())
        && rest.contains(':')
        && rest.bytes().all(|b| {
            b.is_ascii_digit()
                || matches!(b, b'T' | b'Z' | b':' | b'.' | b'+' | b'-' | b' ' | b'A' | b'P' | b'M')
        })
}

fn date_of(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
    let year = i32::try_from(year).ok()?;
    // Two digits: a statement is never of before 1970, and this is not meant for 2070.
    let year = match year {
        0..=69 => year + 2000,
        70..=99 => year + 1900,
        _ => year,
    };
    if !YEARS.contains(&year) {
        return None;
    }
    NaiveDate::from_ymd_opt(year, month, day)
}

fn number(digits: &str) -> Option<u32> {
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) { None } else { digits.parse().ok() }
}

/// Months in the languages of the exports seen so far, by the beginnings that tell them apart.
fn month_by_name(word: &str) -> Option<u32> {
    const BEGINNINGS: [&[&str]; 12] = [
        &["jan", "jän", "janv", "ene", "gen", "sty", "led"],
        &["feb", "fév", "fev", "lut", "úno"],
        &["mar", "mär", "mrz", "maa", "mrt", "bře"],
        &["apr", "avr", "abr", "kwi", "dub"],
        &["may", "mai", "mei", "maj", "mag", "kvě"],
        &["jun", "juin", "giu", "cze", "čvn"],
        &["jul", "juil", "lug", "lip", "čvc"],
        &["aug", "aoû", "aou", "ago", "sie", "srp"],
        &["sep", "set", "wrz", "zář"],
        &["oct", "okt", "ott", "out", "paź", "říj"],
        &["nov", "lis"],
        &["dec", "dez", "déc", "dic", "dez", "gru", "pro"],
    ];
    let lower = word.to_lowercase();
    let mut found = None;
    let mut length = 0;
    for (index, beginnings) in BEGINNINGS.iter().enumerate() {
        for beginning in *beginnings {
            // The longest beginning wins: "juin" is June although "jui" alone says nothing.
            if lower.starts_with(beginning) && beginning.len() > length {
                length = beginning.len();
                found = u32::try_from(index + 1).ok();
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn dates_are_read_in_their_style() {
        for (text, style, expected) in [
            ("2026-11-16", DateStyle::Iso, "2026-11-16"),
            ("2026-11-16", DateStyle::Dmy, "2026-11-16"),
            ("2026/11/16", DateStyle::Mdy, "2026-11-16"),
            ("20190311", DateStyle::Auto, "2019-03-11"),
            ("11032019", DateStyle::Dmy, "2019-03-11"),
            ("22.02.18", DateStyle::Dmy, "2018-02-22"),
            ("03/04/2026", DateStyle::Dmy, "2026-04-03"),
            ("03/04/2026", DateStyle::Mdy, "2026-03-04"),
            ("3/4/26", DateStyle::Mdy, "2026-03-04"),
            ("26-03-04", DateStyle::Ymd, "2026-03-04"),
            ("10 Feb 18", DateStyle::Auto, "2018-02-10"),
            ("Feb 10, 2018", DateStyle::Auto, "2018-02-10"),
            ("16-NOV-2026", DateStyle::Auto, "2026-11-16"),
            ("16NOV2026", DateStyle::Auto, "2026-11-16"),
            ("1. März 2026", DateStyle::Auto, "2026-03-01"),
            ("3 juin 2026", DateStyle::Auto, "2026-06-03"),
            ("3 juil. 2026", DateStyle::Auto, "2026-07-03"),
            ("2026-11-16T08:30:00Z", DateStyle::Auto, "2026-11-16"),
            ("16/11/2026 08:30", DateStyle::Auto, "2026-11-16"),
            ("05/05/2026", DateStyle::Auto, "2026-05-05"),
            ("01.02.2026.", DateStyle::Dmy, "2026-02-01"),
        ] {
            assert_eq!(parse(text, style), Some(date(expected)), "{text} as {style:?}");
        }
    }

    #[test]
    fn what_is_no_date_or_has_two_readings_is_refused() {
        for (text, style) in [
            ("03/04/2026", DateStyle::Auto),
            ("2026-13-01", DateStyle::Auto),
            ("2026-02-30", DateStyle::Iso),
            ("2026-2-3", DateStyle::Iso),
            ("16.11.2026", DateStyle::Iso),
            ("16.11.2026 paid", DateStyle::Dmy),
            ("1.234.567", DateStyle::Auto),
            ("1234", DateStyle::Auto),
            ("", DateStyle::Auto),
            ("12/2026", DateStyle::Auto),
            ("99999999", DateStyle::Auto),
            ("1111/11/11", DateStyle::Ymd),
            ("éééééé", DateStyle::Auto),
        ] {
            assert_eq!(parse(text, style), None, "{text} as {style:?}");
        }
    }

    #[test]
    fn all_rows_together_tell_the_order() {
        let style = |texts: &[&str]| {
            let mut evidence = DateEvidence::default();
            for (index, text) in texts.iter().enumerate() {
                evidence.see(index as u32 + 2, text);
            }
            evidence.style()
        };
        assert_eq!(style(&["03/04/2026", "25/04/2026"]), Ok(DateStyle::Dmy));
        assert_eq!(style(&["03/04/2026", "04/25/2026"]), Ok(DateStyle::Mdy));
        assert_eq!(style(&["03.04.26"]), Ok(DateStyle::Dmy), "points mean day first");
        assert_eq!(style(&["2026-04-03", "20260403"]), Ok(DateStyle::Auto));
        assert_eq!(style(&["05/05/2026"]), Ok(DateStyle::Auto));
        assert_eq!(
            style(&["05/05/2026", "03/04/2026"]),
            Err(DateDoubt::Ambiguous { line: 3, text: "03/04/2026".into() })
        );
        assert_eq!(
            style(&["25/04/2026", "x", "04/25/2026"]),
            Err(DateDoubt::Conflict { first_line: 2, second_line: 4 })
        );
    }
}
