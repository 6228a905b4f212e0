//! Pictures and scans that strangers sent, drawn again: what is shown is our own PNG, never their bytes (security.md 4).
//!
//! A decoder of strangers' bytes may loop, grow or fall over. Here the size of what it may draw is bounded; time and
//! memory are bounded by the process that runs it, which the caller can kill.

use image::{DynamicImage, ImageDecoder, ImageReader, Limits, RgbaImage, imageops};
use std::io::Cursor;

/// Largest file that is looked at, in bytes.
pub const BYTES_MAX: usize = 25 * 1024 * 1024;
/// Most pixels of a picture: a photograph has 12 to 50 million.
const PIXELS_MAX: u64 = 64_000_000;
/// Largest memory of one decoder, in bytes.
const DECODER_BYTES_MAX: u64 = 400 * 1024 * 1024;
/// Longest side of what is drawn, in pixels.
const SIDE_MAX: u32 = 1_600;
/// Longest side of a page, in points: an A0 poster has 3,370.
const POINTS_MAX: u32 = 5_000;
/// Pages of a document that are drawn, one below the other.
const PAGES_MAX: usize = 3;

/// A picture that was drawn again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// PNG.
    pub png: Vec<u8>,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Pages of the original; 1 for a picture.
    pub pages: usize,
    /// Pages that are drawn.
    pub drawn: usize,
}

/// Why a file is not shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// Neither PNG nor JPEG nor PDF by its first bytes.
    #[error("it is not a PNG, JPEG or PDF")]
    Kind,
    /// Larger than any honest proof.
    #[error("it has more than 25 MB")]
    TooManyBytes,
    /// More pixels or points than are drawn.
    #[error("it is {0} by {1}, larger than is drawn")]
    TooLarge(u64, u64),
    /// It ends early, contradicts itself, or is protected.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
    /// A document without a page.
    #[error("it has no page")]
    NoPage,
}

/// What the bytes say they are; the name that a stranger gave is no evidence.
pub fn media_of(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [b'%', b'P', b'D', b'F', b'-', ..] => Some("application/pdf"),
        [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => Some("image/png"),
        [0xFF, 0xD8, 0xFF, ..] => Some("image/jpeg"),
        _ => None,
    }
}

/// Draws a picture, or the first pages of a PDF, as a new PNG.
pub fn redraw(bytes: &[u8]) -> Result<Picture, PictureError> {
    if bytes.len() > BYTES_MAX {
        return Err(PictureError::TooManyBytes);
    }
    match media_of(bytes).ok_or(PictureError::Kind)? {
        "application/pdf" => redraw_pdf(bytes),
        _ => redraw_picture(bytes),
    }
}

fn unreadable(cause: impl std::fmt::Display) -> PictureError {
    PictureError::Unreadable(purser_core::text::one_line(&cause.to_string(), 200))
}

fn redraw_picture(bytes: &[u8]) -> Result<Picture, PictureError> {
    let mut limits = Limits::default();
    limits.max_alloc = Some(DECODER_BYTES_MAX);
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(unreadable)?;
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(unreadable)?;
    // Before a single pixel is unpacked: a few kilobytes can promise a picture of many gigabytes.
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > PIXELS_MAX {
        return Err(PictureError::TooLarge(width.into(), height.into()));
    }
    let upright = decoder.orientation().map_err(unreadable)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(unreadable)?;
    picture.apply_orientation(upright);
    let picture = if picture.width().max(picture.height()) > SIDE_MAX {
        picture.thumbnail(SIDE_MAX, SIDE_MAX)
    } else {
        picture
    };
    written(&picture.to_rgba8(), 1, 1)
}

fn redraw_pdf(bytes: &[u8]) -> Result<Picture, PictureError> {
    use hayro::hayro_interpret::InterpreterSettings;
    use hayro::hayro_syntax::Pdf;
    use hayro::vello_cpu::color::palette::css::WHITE;
    use hayro::{PixmapSettings, RenderCache, RenderSettings, render};

    let pdf = Pdf::new(bytes.to_vec()).map_err(|cause| unreadable(format!("{cause:?}")))?;
    let (cache, settings) = (RenderCache::new(), InterpreterSettings::default());
    let mut drawn: Vec<RgbaImage> = Vec::new();
    for page in pdf.pages().iter().take(PAGES_MAX) {
        let scale = scale_of(page.render_dimensions())?;
        let pixmap = PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE };
        let pixmap = render(page, &cache, &settings, &RenderSettings::default(), &pixmap);
        let (width, height) = (u32::from(pixmap.width()), u32::from(pixmap.height()));
        let pixels = pixmap.data_as_u8_slice().to_vec();
        drawn.push(
            RgbaImage::from_raw(width, height, pixels).ok_or_else(|| unreadable("a page came out torn"))?,
        );
    }
    let width = drawn.iter().map(RgbaImage::width).max().ok_or(PictureError::NoPage)?;
    let height = drawn.iter().map(RgbaImage::height).sum();
    let mut sheet = RgbaImage::from_pixel(width, height, image::Rgba([255; 4]));
    let mut top = 0;
    for page in &drawn {
        imageops::replace(&mut sheet, page, 0, i64::from(top));
        top += page.height();
    }
    written(&sheet, pdf.pages().len(), drawn.len())
}

/// How many pixels a point becomes. Lengths of a page are no money.
#[allow(clippy::float_arithmetic)]
fn scale_of((width, height): (f32, f32)) -> Result<f32, PictureError> {
    let (long, short) = (width.max(height), width.min(height));
    // Written so that a length that is no number is refused too.
    if !(short >= 1.0 && long <= POINTS_MAX as f32) {
        return Err(PictureError::TooLarge(width.max(0.0) as u64, height.max(0.0) as u64));
    }
    Ok((SIDE_MAX as f32 / long).min(3.0).max(1.0 / short))
}

fn written(picture: &RgbaImage, pages: usize, drawn: usize) -> Result<Picture, PictureError> {
    let mut png = Cursor::new(Vec::new());
    picture.write_to(&mut png, image::ImageFormat::Png).map_err(unreadable)?;
    Ok(Picture { png: png.into_inner(), width: picture.width(), height: picture.height(), pages, drawn })
}
