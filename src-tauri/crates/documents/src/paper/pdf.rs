//! Pages as PDF, always with the same bytes for the same marks.

use std::sync::Arc;

use lopdf::{Object, StringFormat};
use printpdf::{
    Codepoint, Color, FontId, Line, LinePoint, Mm, Op, PdfDocument, PdfFont, PdfFontHandle, PdfPage,
    PdfParseErrorSeverity, PdfSaveOptions, Point, Pt, Rgb, TextItem, TextMatrix,
};
use sha2::{Digest, Sha256};

use super::PaperError;
use super::canvas::{Ink, Mark};
use super::fonts::Face;
use super::shape::Span;

/// Faces that one paper can use: the name of each is six letters long, as PDF wants it.
const FACES_MAX: usize = 26 * 26;

/// Writes pages of `size` points.
pub(super) fn write(
    pages: &[Vec<Mark>],
    size: (f32, f32),
    title: &str,
    author: &str,
) -> Result<Vec<u8>, PaperError> {
    let mut document = PdfDocument::new(&crate::text::escaped(title));
    document.metadata.info.author = crate::text::escaped(author);
    document.metadata.info.creator = "Purser".into();
    document.metadata.info.producer = "Purser".into();
    let mut faces = Faces::default();
    for marks in pages {
        let mut ops = Vec::new();
        for mark in marks {
            draw(mark, size.1, &mut faces, &mut ops)?;
        }
        let (width, height): (Mm, Mm) = (Pt(size.0).into(), Pt(size.1).into());
        document.pages.push(PdfPage::new(width, height, ops));
    }
    for (face, id) in faces.used {
        document.resources.fonts.map.insert(id, PdfFont::new(face.font.clone()));
    }
    let mut warnings = Vec::new();
    let mut pdf = document.to_lopdf_document(&PdfSaveOptions::default(), &mut warnings);
    if let Some(warning) = warnings.iter().find(|warning| warning.severity == PdfParseErrorSeverity::Error) {
        return Err(PaperError::Pdf(warning.msg.clone()));
    }
    remove_dates(&mut pdf);
    identify(&mut pdf, title, author, pages.len());
    pdf.compress();
    let mut bytes = Vec::new();
    pdf.save_to(&mut bytes).map_err(|error| PaperError::Pdf(error.to_string()))?;
    Ok(bytes)
}

/// The faces of one paper in the order in which they are first used.
#[derive(Default)]
struct Faces {
    used: Vec<(Arc<Face>, FontId)>,
}

impl Faces {
    fn id(&mut self, face: &Arc<Face>) -> Result<FontId, PaperError> {
        if let Some((_, id)) = self.used.iter().find(|(other, _)| Arc::ptr_eq(other, face)) {
            return Ok(id.clone());
        }
        let number = self.used.len();
        if number >= FACES_MAX {
            return Err(PaperError::Pdf(format!("it needs more than {FACES_MAX} fonts")));
        }
        let letter = |index: usize| char::from(b'A' + (index % 26) as u8);
        let id = FontId(format!("PURS{}{}", letter(number / 26), letter(number)));
        self.used.push((Arc::clone(face), id.clone()));
        Ok(id)
    }
}

fn draw(mark: &Mark, height: f32, faces: &mut Faces, ops: &mut Vec<Op>) -> Result<(), PaperError> {
    match mark {
        Mark::Rule { left, right, y, thickness, ink } => {
            // A line is drawn around its middle.
            let middle = height - y - thickness / 2.0;
            let point = |x: f32| LinePoint { p: Point { x: Pt(x), y: Pt(middle) }, bezier: false };
            ops.push(Op::SetOutlineColor { col: color(*ink) });
            ops.push(Op::SetOutlineThickness { pt: Pt(*thickness) });
            let line = Line { points: vec![point(*left), point(*right)], is_closed: false };
            ops.push(Op::DrawLine { line });
        }
        Mark::Text { x, baseline, line, size, ink } => {
            ops.push(Op::StartTextSection);
            ops.push(Op::SetFillColor { col: color(*ink) });
            let mut x = *x;
            for span in &line.spans {
                let font = PdfFontHandle::External(faces.id(&span.face)?);
                ops.push(Op::SetFont { font, size: Pt(*size) });
                show(span, x, height - baseline, *size, ops);
                x += span.width_em * size;
            }
            ops.push(Op::EndTextSection);
        }
    }
    Ok(())
}

/// Shows a span's glyphs, correcting the viewer's own advance wherever shaping placed one elsewhere.
fn show(span: &Span, x: f32, y: f32, size: f32, ops: &mut Vec<Op>) {
    let mut rest = span.glyphs.as_slice();
    while let Some(first) = rest.first() {
        // Glyphs at one height are one run; a mark above a letter is another.
        let length = rest.iter().take_while(|glyph| (glyph.y_em - first.y_em).abs() < 0.0005).count();
        let (run, after) = rest.split_at(length);
        rest = after;
        let matrix = TextMatrix::Translate(Pt(x + first.x_em * size), Pt(y + first.y_em * size));
        ops.push(Op::SetTextMatrix { matrix });
        let mut pen = 0i32;
        let mut shown = Vec::with_capacity(run.len());
        for (index, glyph) in run.iter().enumerate() {
            pen += glyph.advance_mils;
            let mut offset = 0;
            if let Some(next) = run.get(index + 1) {
                let wanted = ((next.x_em - first.x_em) * 1000.0).round() as i32;
                // Thousandths of an em are seen by nobody; corrections cost bytes.
                if (pen - wanted).abs() > 1 {
                    offset = pen - wanted;
                    pen = wanted;
                }
            }
            shown.push(Codepoint::with_cid(glyph.id, offset as f32, glyph.text.clone()));
        }
        ops.push(Op::ShowText { items: vec![TextItem::GlyphIds(shown)] });
    }
}

fn color(ink: Ink) -> Color {
    let [red, green, blue] = ink.rgb().map(|part| f32::from(part) / 255.0);
    // Three decimals tell 256 steps apart and keep the file small.
    let short = |part: f32| (part * 1000.0).round() / 1000.0;
    Color::Rgb(Rgb { r: short(red), g: short(green), b: short(blue), icc_profile: None })
}

/// A paper's date is what is printed on it; when the file was made says nothing and would change its hash.
fn remove_dates(pdf: &mut lopdf::Document) {
    let info = pdf.trailer.get(b"Info").and_then(Object::as_reference);
    if let Ok(Object::Dictionary(info)) = info.and_then(|id| pdf.get_object_mut(id)) {
        for key in [b"CreationDate".as_slice(), b"ModDate", b"GTS_PDFXVersion", b"Identifier", b"Trapped"] {
            info.remove(key);
        }
    }
}

/// The file's id, made from what it shows instead of at random.
fn identify(pdf: &mut lopdf::Document, title: &str, author: &str, pages: usize) {
    let mut hash = Sha256::new();
    for part in [title, author, &pages.to_string()] {
        hash.update(part.len().to_be_bytes());
        hash.update(part);
    }
    for (id, object) in &pdf.objects {
        if let Object::Stream(stream) = object {
            hash.update(id.0.to_be_bytes());
            hash.update(&stream.content);
        }
    }
    let digest = hash.finalize();
    let id = Object::String(digest[..16].to_vec(), StringFormat::Hexadecimal);
    pdf.trailer.set("ID", Object::Array(vec![id.clone(), id]));
}
