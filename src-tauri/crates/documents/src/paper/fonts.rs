//! The shipped font, and the system's fonts for what it lacks.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use printpdf::ParsedFont;
use rustybuzz::ttf_parser;

/// Font files of a system that are looked at; more would be no longer a system's usual folder.
const FILES_MAX: usize = 3000;
/// Folders below folders that are entered.
const DEPTH_MAX: usize = 6;
/// Largest font file that is read; the largest CJK collections have about 50 MB.
const FILE_BYTES_MAX: u64 = 128 * 1024 * 1024;

static REGULAR: &[u8] = include_bytes!("../../../../../assets/fonts/Inter-Regular.ttf");
static SEMIBOLD: &[u8] = include_bytes!("../../../../../assets/fonts/Inter-SemiBold.ttf");

/// How heavy a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Weight {
    Regular,
    SemiBold,
}

/// The fonts that papers are set in. Made once and kept: the first character that the shipped font
/// lacks costs a look through the system's fonts.
pub struct Fonts {
    regular: Arc<Face>,
    semibold: Arc<Face>,
    search: Mutex<Search>,
}

impl std::fmt::Debug for Fonts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fonts").finish_non_exhaustive()
    }
}

/// One face that can be shaped and embedded.
pub(super) struct Face {
    /// The face as it is embedded; only the glyphs that are used.
    pub(super) font: ParsedFont,
    pub(super) units_per_em: f32,
    source: Source,
    /// Plans of shaping by script, direction and kind of figures: making one costs more than using it.
    pub(super) plans: Mutex<super::shape::Plans>,
}

enum Source {
    /// Parsed once, because the bytes live as long as the program.
    Shipped(Box<rustybuzz::Face<'static>>),
    /// Parsed for each use.
    System { bytes: Vec<u8>, index: u32 },
}

/// The usual folders of fonts. `home` is the user's own folder.
pub fn system_font_folders(home: Option<&Path>) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = Vec::new();
    if cfg!(target_os = "macos") {
        folders.extend(["/System/Library/Fonts", "/Library/Fonts"].map(PathBuf::from));
        folders.extend(home.map(|home| home.join("Library/Fonts")));
    } else if cfg!(windows) {
        folders.push(PathBuf::from("C:\\Windows\\Fonts"));
        folders.extend(home.map(|home| home.join("AppData\\Local\\Microsoft\\Windows\\Fonts")));
    } else {
        folders.extend(["/usr/share/fonts", "/usr/local/share/fonts"].map(PathBuf::from));
        folders.extend(home.map(|home| home.join(".local/share/fonts")));
        folders.extend(home.map(|home| home.join(".fonts")));
    }
    folders
}

impl Fonts {
    /// The shipped fonts, and those in `folders` for what they lack. Nothing is read yet.
    pub fn new(folders: Vec<PathBuf>) -> Fonts {
        Fonts {
            regular: Arc::new(Face::shipped(REGULAR)),
            semibold: Arc::new(Face::shipped(SEMIBOLD)),
            search: Mutex::new(Search { folders, files: None, loaded: Vec::new(), known: HashMap::new() }),
        }
    }

    pub(super) fn main(&self, weight: Weight) -> &Arc<Face> {
        match weight {
            Weight::Regular => &self.regular,
            Weight::SemiBold => &self.semibold,
        }
    }

    /// A face that has a visible glyph for `c`.
    pub(super) fn face_for(&self, c: char, weight: Weight) -> Option<Arc<Face>> {
        let main = self.main(weight);
        if main.has(c) {
            return Some(Arc::clone(main));
        }
        // A panic while a font was being read leaves a search that can go on.
        let mut search = self.search.lock().unwrap_or_else(PoisonError::into_inner);
        search.find(c)
    }
}

impl Face {
    fn shipped(bytes: &'static [u8]) -> Face {
        let font = ParsedFont::from_bytes(bytes, 0, &mut Vec::new());
        let shaper = rustybuzz::Face::from_slice(bytes, 0);
        let (Some(font), Some(shaper)) = (font, shaper) else {
            unreachable!("the shipped fonts are part of the program and were tested with it")
        };
        let units_per_em = shaper.units_per_em() as f32;
        Face { font, units_per_em, source: Source::Shipped(Box::new(shaper)), plans: Mutex::default() }
    }

    fn system(bytes: Vec<u8>, index: u32) -> Option<Face> {
        let units_per_em = rustybuzz::Face::from_slice(&bytes, index)?.units_per_em() as f32;
        let font = ParsedFont::from_bytes(&bytes, usize::try_from(index).ok()?, &mut Vec::new())?;
        Some(Face { font, units_per_em, source: Source::System { bytes, index }, plans: Mutex::default() })
    }

    /// Uses the face parsed for shaping; none if the font's file is not as it was.
    pub(super) fn with_shaper<R>(&self, work: impl FnOnce(&rustybuzz::Face<'_>) -> R) -> Option<R> {
        match &self.source {
            Source::Shipped(face) => Some(work(face)),
            Source::System { bytes, index } => Some(work(&rustybuzz::Face::from_slice(bytes, *index)?)),
        }
    }

    /// Whether the face is the shipped one.
    pub(super) fn is_shipped(&self) -> bool {
        matches!(self.source, Source::Shipped(_))
    }

    pub(super) fn has(&self, c: char) -> bool {
        self.with_shaper(|face| has_visible(face, c)).unwrap_or(false)
    }
}

/// Whether a face draws something for `c`: fonts of coloured pictures have glyphs without outlines,
/// which would print as nothing.
fn has_visible(face: &ttf_parser::Face<'_>, c: char) -> bool {
    face.glyph_index(c).is_some_and(|glyph| c.is_whitespace() || face.glyph_bounding_box(glyph).is_some())
}

/// The system's fonts, found and read only as far as characters ask for them.
///
/// Which face a character gets depends on the character and the fonts alone, never on what was set
/// before: the same paper must come out the same in a new process.
struct Search {
    folders: Vec<PathBuf>,
    /// Font files, best first; none before the first look.
    files: Option<Vec<FontFile>>,
    /// Faces in use, with the file and index they came from.
    loaded: Vec<(PathBuf, u32, Arc<Face>)>,
    known: HashMap<char, Option<usize>>,
}

struct FontFile {
    path: PathBuf,
    /// What each face covers; none before the file was read.
    faces: Option<Vec<Coverage>>,
}

/// Sorted, inclusive ranges of characters that a face maps.
struct Coverage {
    index: u32,
    ranges: Vec<(u32, u32)>,
}

impl Search {
    fn find(&mut self, c: char) -> Option<Arc<Face>> {
        if let Some(known) = self.known.get(&c) {
            return known.map(|index| Arc::clone(&self.loaded[index].2));
        }
        let found = self.find_in_files(c);
        self.known.insert(c, found);
        found.map(|index| Arc::clone(&self.loaded[index].2))
    }

    fn find_in_files(&mut self, c: char) -> Option<usize> {
        let folders = &self.folders;
        let files = self.files.get_or_insert_with(|| font_files(folders));
        for file in files {
            let faces = file.faces.get_or_insert_with(|| {
                read_font(&file.path).map_or_else(Vec::new, |bytes| coverages(&bytes))
            });
            for covering in faces.iter().filter(|face| face.covers(c)) {
                let place = self
                    .loaded
                    .iter()
                    .position(|(path, index, _)| *path == file.path && *index == covering.index);
                if let Some(place) = place {
                    if self.loaded[place].2.has(c) {
                        return Some(place);
                    }
                    continue;
                }
                let face = read_font(&file.path).and_then(|bytes| Face::system(bytes, covering.index));
                if let Some(face) = face.filter(|face| face.has(c)) {
                    self.loaded.push((file.path.clone(), covering.index, Arc::new(face)));
                    return Some(self.loaded.len() - 1);
                }
            }
        }
        None
    }
}

impl Coverage {
    fn covers(&self, c: char) -> bool {
        let code = u32::from(c);
        let after = self.ranges.partition_point(|(first, _)| *first <= code);
        after > 0 && self.ranges[after - 1].1 >= code
    }
}

/// A font that cannot be read is as good as none: another one may have the character.
fn read_font(path: &Path) -> Option<Vec<u8>> {
    let size = std::fs::metadata(path).ok()?.len();
    if size > FILE_BYTES_MAX { None } else { std::fs::read(path).ok() }
}

fn coverages(bytes: &[u8]) -> Vec<Coverage> {
    let count = ttf_parser::fonts_in_collection(bytes).unwrap_or(1).min(64);
    (0..count)
        .filter_map(|index| {
            let face = ttf_parser::Face::parse(bytes, index).ok()?;
            let tables = face.tables();
            if tables.glyf.is_none() && tables.cff.is_none() {
                return None;
            }
            let mut codes: Vec<u32> = Vec::new();
            for subtable in tables.cmap.iter().flat_map(|cmap| cmap.subtables) {
                if subtable.is_unicode() {
                    subtable.codepoints(|code| codes.push(code));
                }
            }
            codes.sort_unstable();
            let mut ranges: Vec<(u32, u32)> = Vec::new();
            for code in codes {
                match ranges.last_mut() {
                    Some((_, last)) if code <= last.saturating_add(1) => *last = code,
                    _ => ranges.push((code, code)),
                }
            }
            Some(Coverage { index, ranges })
        })
        .collect()
}

/// All font files below the folders, the most suitable first. The order depends on names only, so
/// that the same fonts give the same papers.
fn font_files(folders: &[PathBuf]) -> Vec<FontFile> {
    let mut paths = Vec::new();
    for folder in folders {
        collect_files(folder, 0, &mut paths);
    }
    paths.sort_by_cached_key(|path| (suitability(path), path.clone()));
    paths.dedup();
    paths.into_iter().map(|path| FontFile { path, faces: None }).collect()
}

fn collect_files(folder: &Path, depth: usize, paths: &mut Vec<PathBuf>) {
    // A folder that is absent or forbidden has no fonts for us.
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut entries: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    entries.sort();
    for path in entries {
        if paths.len() >= FILES_MAX {
            return;
        }
        let extension =
            path.extension().and_then(|extension| extension.to_str()).unwrap_or("").to_ascii_lowercase();
        if matches!(extension.as_str(), "ttf" | "otf" | "ttc" | "otc") {
            paths.push(path);
        } else if depth < DEPTH_MAX && path.is_dir() {
            collect_files(&path, depth + 1, paths);
        }
    }
}

/// How far from a plain upright sans-serif a file seems by its name; less is better.
fn suitability(path: &Path) -> usize {
    const GOOD: [&str; 14] = [
        "notosanscjk",
        "notosans-regular",
        "notosans",
        "sourcehansans",
        "dejavusans",
        "pingfang",
        "hiragino",
        "msyh",
        "yugoth",
        "meiryo",
        "malgun",
        "segoeui",
        "arial",
        "wqy",
    ];
    const ODD: [&str; 14] = [
        "bold",
        "italic",
        "oblique",
        "mono",
        "serif",
        "light",
        "thin",
        "black",
        "medium",
        "condensed",
        "extra",
        "emoji",
        "symbol",
        "math",
    ];
    let name =
        path.file_stem().and_then(|stem| stem.to_str()).unwrap_or("").to_lowercase().replace([' ', '_'], "");
    let odd = ODD.iter().filter(|word| name.contains(**word)).count();
    let good = GOOD.iter().position(|word| name.starts_with(word)).unwrap_or(GOOD.len());
    odd * 100 + good
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_fonts_cover_european_scripts() {
        let fonts = Fonts::new(Vec::new());
        for weight in [Weight::Regular, Weight::SemiBold] {
            for c in "Łódź Ünal Ελλάδα Владимир Đặng Þór ßẞ €£¥₿₹ – — … “” −×№".chars()
            {
                assert!(fonts.main(weight).has(c), "{c} is missing");
            }
        }
        assert!(fonts.face_for('東', Weight::Regular).is_none(), "no folders, no further font");
    }

    #[test]
    fn coverage_is_looked_up_by_ranges() {
        let coverage = Coverage { index: 0, ranges: vec![(65, 70), (100, 100)] };
        let covered: Vec<u32> =
            (60..110).filter(|code| coverage.covers(char::from_u32(*code).unwrap())).collect();
        assert_eq!(covered, [65, 66, 67, 68, 69, 70, 100]);
    }

    #[test]
    fn plain_faces_come_before_bold_and_odd_ones() {
        let mut names = [
            "NotoColorEmoji.ttf",
            "DejaVuSans-Bold.ttf",
            "DejaVuSans.ttf",
            "Zapf.ttf",
            "NotoSansCJK-Regular.ttc",
        ];
        names.sort_by_key(|name| suitability(Path::new(name)));
        assert_eq!(names[..3], ["NotoSansCJK-Regular.ttc", "DejaVuSans.ttf", "Zapf.ttf"]);
    }

    #[test]
    fn files_that_are_no_fonts_are_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("broken.ttf"), b"no font at all").unwrap();
        let mut cut = REGULAR[..5000].to_vec();
        cut.extend([0xff; 100]);
        std::fs::write(folder.path().join("cut.ttf"), cut).unwrap();
        let fonts = Fonts::new(vec![folder.path().to_owned(), folder.path().join("absent")]);
        assert!(fonts.face_for('東', Weight::Regular).is_none());
        assert!(fonts.face_for('A', Weight::Regular).is_some());
    }
}
