//! Pages: text and rules at positions in points from the top left, written as PDF at the end.

use std::collections::BTreeSet;

use super::fonts::{Fonts, Weight};
use super::shape::{Line, printable, shape};
use super::wrap::wrap;
use super::{PageSize, PaperError, Rendered, pdf};

/// Space left of and right of everything.
pub(super) const MARGIN: f32 = 62.0;
const TOP: f32 = 66.0;
const BOTTOM: f32 = 70.0;
/// Below this nothing can be printed.
const EDGE: f32 = 16.0;

/// Above and below the text of a table's row.
pub(super) const ROW_PADDING: f32 = 6.5;

/// What something is drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    Text,
    Secondary,
    Hairline,
    Rule,
}

impl Ink {
    /// Red, green, blue.
    pub(super) fn rgb(self) -> [u8; 3] {
        match self {
            Ink::Text => [0x1a, 0x1c, 0x1e],
            Ink::Secondary => [0x55, 0x59, 0x5e],
            Ink::Hairline => [0xe6, 0xe5, 0xe0],
            Ink::Rule => [0xc4, 0xc3, 0xbd],
        }
    }
}

/// How a text is set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Style {
    pub(super) size: f32,
    pub(super) weight: Weight,
    pub(super) ink: Ink,
    /// Figures of equal width, for columns and numbers.
    pub(super) tabular: bool,
}

impl Style {
    pub(super) const fn new(size: f32, weight: Weight, ink: Ink) -> Style {
        Style { size, weight, ink, tabular: false }
    }

    pub(super) const fn figures(self) -> Style {
        Style { tabular: true, ..self }
    }

    /// From one line to the next.
    pub(super) fn leading(&self) -> f32 {
        self.size * 1.45
    }

    /// From a line's top to its baseline.
    fn ascent(&self) -> f32 {
        self.size * 1.1
    }
}

/// Which edge of a text is at the given position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Right,
}

/// Something on a page.
pub(super) enum Mark {
    Text { x: f32, baseline: f32, line: Line, size: f32, ink: Ink },
    Rule { left: f32, right: f32, y: f32, thickness: f32, ink: Ink },
}

/// The pages while they are being set.
pub(super) struct Canvas<'f> {
    fonts: &'f Fonts,
    width: f32,
    height: f32,
    pages: Vec<Vec<Mark>>,
    missing: BTreeSet<char>,
    /// A text was set below the page, where nobody would see it.
    overflowed: bool,
    /// Where the next thing goes.
    pub(super) y: f32,
}

impl<'f> Canvas<'f> {
    pub(super) fn new(size: PageSize, fonts: &'f Fonts) -> Canvas<'f> {
        let (width, height) = size.points();
        Canvas {
            fonts,
            width,
            height,
            pages: vec![Vec::new()],
            missing: BTreeSet::new(),
            overflowed: false,
            y: TOP,
        }
    }

    pub(super) fn left(&self) -> f32 {
        MARGIN
    }

    pub(super) fn right(&self) -> f32 {
        self.width - MARGIN
    }

    /// Whether `height` more points fit above the bottom margin.
    pub(super) fn has_room(&self, height: f32) -> bool {
        self.y + height <= self.height - BOTTOM
    }

    pub(super) fn new_page(&mut self) {
        self.pages.push(Vec::new());
        self.y = TOP;
    }

    pub(super) fn gap(&mut self, height: f32) {
        self.y += height;
    }

    /// The lines that `text` needs in `width` points.
    pub(super) fn wrap(&mut self, text: &str, style: Style, width: f32) -> Vec<String> {
        let shown = printable(text, style.weight, self.fonts, &mut self.missing);
        wrap(&shown, style.weight, style.tabular, width / style.size, self.fonts)
    }

    /// One line at `top`; nothing moves.
    pub(super) fn text_at(&mut self, x: f32, top: f32, text: &str, style: Style, align: Align) {
        let shown = printable(text, style.weight, self.fonts, &mut self.missing);
        if shown.is_empty() {
            return;
        }
        self.overflowed |= top + style.leading() > self.height - EDGE;
        let line = shape(&shown, style.weight, style.tabular, self.fonts);
        let x = match align {
            Align::Left => x,
            Align::Right => x - line.width_em * style.size,
        };
        let mark = Mark::Text { x, baseline: top + style.ascent(), line, size: style.size, ink: style.ink };
        self.draw(mark);
    }

    /// A text in as many lines as it needs, from the cursor down; the cursor follows.
    pub(super) fn paragraph(&mut self, x: f32, width: f32, text: &str, style: Style) {
        for line in self.wrap(text, style, width) {
            self.make_room(style.leading());
            self.text_at(x, self.y, &line, style, Align::Left);
            self.y += style.leading();
        }
    }

    /// Paragraphs beside something that ends at `beside_end` of this page: the cursor goes below both, or
    /// below the paragraphs where they run on to another page.
    pub(super) fn flow_beside(&mut self, x: f32, width: f32, texts: &[(&str, Style)], beside_end: f32) {
        let page = self.pages.len();
        for (text, style) in texts {
            self.paragraph(x, width, text, *style);
        }
        if self.pages.len() == page {
            self.y = self.y.max(beside_end);
        }
    }

    /// Paragraphs in a column beside others; gives the end, and leaves the cursor.
    pub(super) fn column(&mut self, x: f32, width: f32, top: f32, texts: &[(&str, Style)]) -> f32 {
        let mut y = top;
        for (text, style) in texts {
            for line in self.wrap(text, *style, width) {
                self.text_at(x, y, &line, *style, Align::Left);
                y += style.leading();
            }
        }
        y
    }

    /// The same, with the right edges at `right`.
    pub(super) fn column_right(&mut self, right: f32, width: f32, top: f32, texts: &[(&str, Style)]) -> f32 {
        let mut y = top;
        for (text, style) in texts {
            for line in self.wrap(text, *style, width) {
                self.text_at(right, y, &line, *style, Align::Right);
                y += style.leading();
            }
        }
        y
    }

    /// A row of a table: lines at the left, an amount beside the first of them. A row taller than the
    /// page goes on over the next ones.
    pub(super) fn row(&mut self, lines: &[String], amount: &str, style: Style) {
        self.y += ROW_PADDING;
        self.text_at(self.right(), self.y, amount, style.figures(), Align::Right);
        for line in lines {
            self.make_room(style.leading());
            self.text_at(self.left(), self.y, line, style, Align::Left);
            self.y += style.leading();
        }
        self.y += ROW_PADDING;
    }

    pub(super) fn rule(&mut self, y: f32, ink: Ink) {
        let thickness = if ink == Ink::Hairline { 0.75 } else { 0.9 };
        let (left, right) = (self.left(), self.right());
        self.draw(Mark::Rule { left, right, y, thickness, ink });
    }

    /// Begins a page where `height` does not fit.
    pub(super) fn make_room(&mut self, height: f32) {
        if !self.has_room(height) {
            self.new_page();
        }
    }

    fn draw(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }

    /// Writes the PDF. With several pages each gets its number and the paper's name at the foot.
    pub(super) fn finish(mut self, name: &str, author: &str) -> Result<Rendered, PaperError> {
        let count = self.pages.len();
        if count > 1 {
            let style = Style::new(8.5, Weight::Regular, Ink::Secondary).figures();
            let (left, right, top) = (self.left(), self.right(), self.height - BOTTOM + 26.0);
            for number in 1..=count {
                let pages = self.pages.split_off(number);
                self.text_at(left, top, name, style, Align::Left);
                self.text_at(right, top, &format!("Page {number} of {count}"), style, Align::Right);
                self.pages.extend(pages);
            }
        }
        if self.overflowed {
            return Err(PaperError::DoesNotFit);
        }
        let missing_glyphs = self.missing.into_iter().collect();
        let pdf = pdf::write(&self.pages, (self.width, self.height), name, author)?;
        Ok(Rendered { pdf, pages: count, missing_glyphs })
    }
}
