//! From text to placed glyphs: fallback fonts, direction, joining, figures of equal width.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::{Arc, PoisonError};

use rustybuzz::ttf_parser::{GlyphId, Tag};
use rustybuzz::{BufferClusterLevel, Direction, Feature, ShapePlan, UnicodeBuffer};
use unicode_bidi::{BidiInfo, Level};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::fonts::{Face, Fonts, Weight};
use crate::text::is_invisible;

/// Plans by script, direction and figures.
pub(super) type Plans = HashMap<(Option<Tag>, bool, bool), Arc<ShapePlan>>;

/// A shaped line; lengths are in ems.
pub(super) struct Line {
    pub(super) spans: Vec<Span>,
    pub(super) width_em: f32,
}

/// Glyphs of one face.
pub(super) struct Span {
    pub(super) face: Arc<Face>,
    pub(super) glyphs: Vec<Glyph>,
    pub(super) width_em: f32,
}

/// A glyph at its place in a span, in ems.
pub(super) struct Glyph {
    pub(super) id: u16,
    /// From the span's left edge to the glyph's origin.
    pub(super) x_em: f32,
    /// Above the baseline.
    pub(super) y_em: f32,
    /// How far a PDF viewer moves on after it, in whole thousandths of an em.
    pub(super) advance_mils: i32,
    /// The characters it stands for; empty for the further glyphs of one character.
    pub(super) text: String,
}

/// What can be printed of a text: composed, and with everything that would print as nothing written
/// as its code. Characters that no font has are added to `missing`.
pub(super) fn printable(text: &str, weight: Weight, fonts: &Fonts, missing: &mut BTreeSet<char>) -> String {
    if text.bytes().all(|b| (0x20..0x7f).contains(&b)) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for c in text.nfc() {
        let joins = matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe0e}' | '\u{fe0f}');
        if joins && out.chars().next_back().is_some_and(|before| !before.is_ascii()) {
            // Part of how the letter before it is written.
            out.push(c);
        } else if is_invisible(c) {
            push_code(&mut out, c);
        } else if c.is_whitespace() {
            out.push(' ');
        } else if fonts.face_for(c, weight).is_some() {
            out.push(c);
        } else {
            missing.insert(c);
            push_code(&mut out, c);
        }
    }
    out
}

fn push_code(out: &mut String, c: char) {
    out.push_str(&format!("[U+{:04X}]", u32::from(c)));
}

/// Shapes one line of printable text.
pub(super) fn shape(text: &str, weight: Weight, tabular: bool, fonts: &Fonts) -> Line {
    let mut line = Line { spans: Vec::new(), width_em: 0.0 };
    for (range, right_to_left) in directions(text) {
        let mut parts = by_face(&text[range], weight, fonts);
        if right_to_left {
            parts.reverse();
        }
        for (face, part) in parts {
            let span = shape_span(face, part, right_to_left, tabular);
            line.width_em += span.width_em;
            line.spans.push(span);
        }
    }
    line
}

/// Runs of one direction in the order they are seen, and whether they go right to left.
fn directions(text: &str) -> Vec<(Range<usize>, bool)> {
    // Below the first Hebrew letter nothing goes right to left.
    if text.chars().all(|c| c < '\u{0590}') {
        return vec![(0..text.len(), false)];
    }
    let info = BidiInfo::new(text, Some(Level::ltr()));
    let mut runs = Vec::new();
    for paragraph in &info.paragraphs {
        let (levels, visual) = info.visual_runs(paragraph, paragraph.range.clone());
        runs.extend(visual.into_iter().map(|run| {
            let right_to_left = levels[run.start].is_rtl();
            (run, right_to_left)
        }));
    }
    runs
}

/// Cuts a text where another face is needed.
fn by_face<'t>(text: &'t str, weight: Weight, fonts: &Fonts) -> Vec<(Arc<Face>, &'t str)> {
    let mut parts: Vec<(Arc<Face>, Range<usize>)> = Vec::new();
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        if let Some((face, range)) = parts.last_mut() {
            let belongs = is_combining_mark(c) || is_invisible(c);
            if belongs && (is_invisible(c) || face.has(c)) {
                range.end = end;
                continue;
            }
        }
        let face = fonts.face_for(c, weight).unwrap_or_else(|| Arc::clone(fonts.main(weight)));
        match parts.last_mut() {
            Some((last, range)) if Arc::ptr_eq(last, &face) => range.end = end,
            _ => parts.push((face, at..end)),
        }
    }
    parts.into_iter().map(|(face, range)| (face, &text[range])).collect()
}

fn shape_span(face: Arc<Face>, text: &str, right_to_left: bool, tabular: bool) -> Span {
    let mut buffer = UnicodeBuffer::new();
    buffer.set_cluster_level(BufferClusterLevel::MonotoneCharacters);
    buffer.push_str(text);
    buffer.guess_segment_properties();
    buffer.set_direction(if right_to_left { Direction::RightToLeft } else { Direction::LeftToRight });
    let shaped = face.with_shaper(|shaper| {
        let plan = plan(&face, shaper, &buffer, right_to_left, tabular);
        let shaped = rustybuzz::shape_with_plan(shaper, &plan, buffer);
        let advance = |id: u16| i32::from(shaper.glyph_hor_advance(GlyphId(id)).unwrap_or(0));
        // Rounded towards zero, as the widths that are written into the PDF are.
        let mils: Vec<i32> = shaped
            .glyph_infos()
            .iter()
            .map(|info| advance(glyph_id(info.glyph_id)) * 1000 / shaper.units_per_em())
            .collect();
        (shaped, mils)
    });
    let mut span = Span { face, glyphs: Vec::new(), width_em: 0.0 };
    let Some((shaped, mils)) = shaped else { return span };
    let em = span.face.units_per_em;
    let mut starts: Vec<usize> = shaped.glyph_infos().iter().map(|info| info.cluster as usize).collect();
    starts.sort_unstable();
    starts.dedup();
    let mut last_start = None;
    let placed = shaped.glyph_infos().iter().zip(shaped.glyph_positions()).zip(mils);
    for ((info, position), advance_mils) in placed {
        let start = info.cluster as usize;
        let after = starts.partition_point(|other| *other <= start);
        let end = starts.get(after).copied().unwrap_or(text.len());
        let continues = last_start.replace(start) == Some(start);
        span.glyphs.push(Glyph {
            id: glyph_id(info.glyph_id),
            x_em: span.width_em + position.x_offset as f32 / em,
            y_em: position.y_offset as f32 / em,
            advance_mils,
            text: if continues { String::new() } else { text[start..end].to_owned() },
        });
        span.width_em += position.x_advance as f32 / em;
    }
    span
}

/// Fonts have at most 65,535 glyphs.
fn glyph_id(id: u32) -> u16 {
    u16::try_from(id).unwrap_or(0)
}

fn plan(
    face: &Face,
    shaper: &rustybuzz::Face<'_>,
    buffer: &UnicodeBuffer,
    right_to_left: bool,
    tabular: bool,
) -> Arc<ShapePlan> {
    let script = buffer.script();
    let key = (Some(script.tag()), right_to_left, tabular);
    let mut plans = face.plans.lock().unwrap_or_else(PoisonError::into_inner);
    let made = plans.entry(key).or_insert_with(|| {
        let mut features = Vec::new();
        if face.is_shipped() {
            // Contextual alternates would turn the x of “3x4” into a multiplication sign.
            features.push(Feature::new(Tag::from_bytes(b"calt"), 0, ..));
        }
        if tabular {
            features.push(Feature::new(Tag::from_bytes(b"tnum"), 1, ..));
        }
        Arc::new(ShapePlan::new(shaper, buffer.direction(), Some(script), None, &features))
    });
    Arc::clone(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fonts() -> Fonts {
        Fonts::new(Vec::new())
    }

    #[test]
    fn what_no_font_has_is_printed_as_its_code_and_reported() {
        let mut missing = BTreeSet::new();
        let shown = printable("東京 Ltd.\u{202e}x\u{0}", Weight::Regular, &fonts(), &mut missing);
        assert_eq!(shown, "[U+6771][U+4EAC] Ltd.[U+202E]x[U+0000]");
        assert_eq!(missing.into_iter().collect::<String>(), "京東");
    }

    #[test]
    fn marks_are_composed_or_placed() {
        let mut missing = BTreeSet::new();
        assert_eq!(printable("e\u{301}", Weight::Regular, &fonts(), &mut missing), "é");
        let fonts = fonts();
        let plain = shape("m", Weight::Regular, false, &fonts).width_em;
        let marked = shape("m\u{301}", Weight::Regular, false, &fonts).width_em;
        assert!((plain - marked).abs() < 0.001, "a mark takes no room");
    }

    #[test]
    fn tabular_figures_are_equally_wide() {
        let fonts = fonts();
        let width = |text: &str, tabular| shape(text, Weight::Regular, tabular, &fonts).width_em;
        assert!((width("1111", true) - width("8888", true)).abs() < 0.001);
        assert!((width("1111", false) - width("8888", false)).abs() > 0.05);
    }

    #[test]
    fn right_to_left_runs_are_found() {
        let runs = directions("abc שלום 12");
        assert!(runs.len() >= 2);
        assert!(runs.iter().any(|(_, right_to_left)| *right_to_left));
        assert_eq!(directions("abc"), [(0..3, false)]);
    }

    #[test]
    fn every_character_is_carried_by_a_glyph() {
        let fonts = fonts();
        for text in ["Łódź", "Ελλάδα", "Владимир", "m\u{301}x", "1,234.50"] {
            let line = shape(text, Weight::Regular, true, &fonts);
            let carried: String =
                line.spans.iter().flat_map(|span| &span.glyphs).map(|glyph| glyph.text.as_str()).collect();
            assert_eq!(carried, text);
        }
    }
}
