//! The picture in the tray: plain, with the number of decisions, or dashed while all is paused (never a colour
//! by failure).

use tauri::image::Image;

/// Of the pictures in `icons/`, in pixels; both are square.
const SIDE: usize = 64;
/// The badge, right of and above the middle, in the accent of dark panels with dark digits: it stands on any panel.
const BADGE: [u8; 3] = [0x62, 0xBA, 0xD3];
const DIGIT: [u8; 3] = [0x10, 0x12, 0x14];
/// For a number of one digit, and of two.
const BADGE_RADIUS: [f32; 2] = [17.0, 20.0];
/// Pixels of the picture a pixel of a digit.
const SCALE: usize = 3;
/// The largest number that can be read in the badge.
const COUNT_MAX: u32 = 99;

/// Digits of five by seven pixels, a row a number, the leftmost pixel the highest bit.
const DIGITS: [[u8; 7]; 10] = [
    [0b01110, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b01110],
    [0b00100, 0b01100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110],
    [0b01110, 0b10001, 0b00001, 0b00110, 0b01000, 0b10000, 0b11111],
    [0b01110, 0b10001, 0b00001, 0b00110, 0b00001, 0b10001, 0b01110],
    [0b00010, 0b00110, 0b01010, 0b10010, 0b11111, 0b00010, 0b00010],
    [0b11111, 0b10000, 0b11110, 0b00001, 0b00001, 0b10001, 0b01110],
    [0b00110, 0b01000, 0b10000, 0b11110, 0b10001, 0b10001, 0b01110],
    [0b11111, 0b00001, 0b00010, 0b00100, 0b01000, 0b01000, 0b01000],
    [0b01110, 0b10001, 0b10001, 0b01110, 0b10001, 0b10001, 0b01110],
    [0b01110, 0b10001, 0b10001, 0b01111, 0b00001, 0b00010, 0b01100],
];
const GLYPH: (usize, usize) = (5, 7);

/// The picture of a state. No decisions, no badge.
pub fn draw(count: u32, paused: bool) -> Image<'static> {
    let base = if paused {
        tauri::include_image!("icons/tray-paused.png")
    } else {
        tauri::include_image!("icons/tray.png")
    };
    let mut pixels = base.rgba().to_vec();
    if count > 0 {
        badge(&mut pixels, count.min(COUNT_MAX));
    }
    let side = u32::try_from(SIDE).unwrap_or_default();
    Image::new_owned(pixels, side, side)
}

fn badge(pixels: &mut [u8], count: u32) {
    let digits: Vec<usize> = count.to_string().bytes().map(|digit| usize::from(digit - b'0')).collect();
    let width = digits.len() * GLYPH.0 * SCALE + (digits.len() - 1) * SCALE;
    let height = GLYPH.1 * SCALE;
    let from_corner = if digits.len() == 1 { 18 } else { 21 };
    let (center_x, center_y) = (SIDE - from_corner, from_corner);
    disc(pixels, center_x, center_y, BADGE_RADIUS[digits.len() - 1]);
    let (left, top) = (center_x - width / 2, center_y - height / 2);
    for (place, digit) in digits.into_iter().enumerate() {
        glyph(pixels, DIGITS[digit], left + place * (GLYPH.0 + 1) * SCALE, top);
    }
}

#[allow(clippy::float_arithmetic, clippy::cast_precision_loss)] // A picture, no money.
fn disc(pixels: &mut [u8], center_x: usize, center_y: usize, radius: f32) {
    for y in 0..SIDE {
        for x in 0..SIDE {
            let (dx, dy) = (x as f32 - center_x as f32, y as f32 - center_y as f32);
            let covered = (radius + 0.5 - dx.hypot(dy)).clamp(0.0, 1.0);
            blend(pixels, x, y, BADGE, covered);
        }
    }
}

fn glyph(pixels: &mut [u8], rows: [u8; 7], left: usize, top: usize) {
    for (row, bits) in rows.into_iter().enumerate() {
        for column in 0..GLYPH.0 {
            if bits & (1 << (GLYPH.0 - 1 - column)) == 0 {
                continue;
            }
            for y in 0..SCALE {
                for x in 0..SCALE {
                    blend(pixels, left + column * SCALE + x, top + row * SCALE + y, DIGIT, 1.0);
                }
            }
        }
    }
}

#[allow(clippy::float_arithmetic, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn blend(pixels: &mut [u8], x: usize, y: usize, colour: [u8; 3], covered: f32) {
    let Some(pixel) = pixels.get_mut((y * SIDE + x) * 4..(y * SIDE + x) * 4 + 4) else { return };
    for (part, wanted) in pixel.iter_mut().zip(colour) {
        *part = (f32::from(*part) * (1.0 - covered) + f32::from(wanted) * covered) as u8;
    }
    pixel[3] = pixel[3].max((255.0 * covered) as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_has_a_picture_of_its_own_and_the_number_is_bounded() {
        let pictures: Vec<Vec<u8>> =
            [(0, false), (1, false), (9, false), (12, false), (99, false), (0, true), (9, true)]
                .into_iter()
                .map(|(count, paused)| draw(count, paused).rgba().to_vec())
                .collect();
        for (index, picture) in pictures.iter().enumerate() {
            assert_eq!(picture.len(), SIDE * SIDE * 4);
            assert!(!pictures[index + 1..].contains(picture), "picture {index} looks like another");
        }
        assert_eq!(draw(1_234, false).rgba(), draw(99, false).rgba());
    }
}
