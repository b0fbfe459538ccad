//! Fonts of this machine, for what is printed: found when they are needed, never a part of this program.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use subsetter::GlyphRemapper;
use ttf_parser::{Face, GlyphId, name_id};

use crate::base::{Error, Result};

/// Where fonts stand, unless the settings say where.
const PLACES: [&str; 2] = ["/usr/share/fonts", "/usr/local/share/fonts"];

/// Names of files that hold Han characters, the best first: Song and Hei of the same makers, then what covers rare ones.
const HAN: [&str; 8] =
    ["notoserifcjk", "sourcehanserif", "notosanscjk", "sourcehansans", "jigmo", "hanamin", "plangothic", "wqy"];

/// Folders below a place that are looked into.
const DEPTH: usize = 4;

/// The files of fonts here, the best first.
#[derive(Clone, Debug)]
pub(super) struct Shelf(Vec<PathBuf>);

impl Shelf {
    /// The fonts of a file or folder, or those of the system.
    ///
    /// # Errors
    /// `certificate.no_font` where there is none.
    pub(super) fn look(at: Option<&Path>) -> Result<Self> {
        let mut found = Vec::new();
        match at {
            Some(path) if path.is_file() => found.push(path.to_owned()),
            Some(path) => gather(path, DEPTH, &mut found),
            None => PLACES.iter().for_each(|place| gather(Path::new(place), DEPTH, &mut found)),
        }
        found.sort_by_cached_key(|path| (rank(path), path.clone()));
        if found.is_empty() { Err(Error::refused("certificate.no_font")) } else { Ok(Self(found)) }
    }

    /// The fonts that together draw these characters, as few as do; `heavy` ones first where that is wanted.
    ///
    /// # Errors
    /// `certificate.no_font` where no file can be read as a font.
    pub(super) fn covering(&self, wanted: &BTreeSet<char>, heavy: bool) -> Result<Vec<Arc<Font>>> {
        let mut paths: Vec<&PathBuf> = self.0.iter().collect();
        paths.sort_by_cached_key(|path| file_name(path).contains("bold") != heavy);
        let mut missing = wanted.clone();
        let mut fonts = Vec::new();
        for path in paths {
            let Some(font) = Font::of(path) else { continue };
            let before = missing.len();
            if let Some(face) = font.face() {
                missing.retain(|c| face.glyph_index(*c).is_none());
            }
            if missing.len() < before || fonts.is_empty() {
                fonts.push(font);
            }
            if missing.is_empty() {
                break;
            }
        }
        if fonts.is_empty() { Err(Error::refused("certificate.no_font")) } else { Ok(fonts) }
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default()
}

fn rank(path: &Path) -> usize {
    let name = file_name(path);
    HAN.iter().position(|known| name.starts_with(known)).unwrap_or(HAN.len())
}

/// Files of Han fonts below a folder, links not followed further than the depth.
fn gather(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        let is_font = path.extension().is_some_and(|ext| ["ttc", "otf", "ttf"].iter().any(|known| ext == *known));
        if path.is_dir() && depth > 0 {
            gather(&path, depth - 1, found);
        } else if is_font && rank(&path) < HAN.len() {
            found.push(path);
        }
    }
}

/// What is printed with as long as somebody prints or waits for it: a file of 20 MB is read once for all of them, and let go
/// with the last.
struct Held {
    turns: usize,
    fonts: BTreeMap<PathBuf, Arc<Font>>,
}

static HELD: Mutex<Held> = Mutex::new(Held { turns: 0, fonts: BTreeMap::new() });

fn held() -> MutexGuard<'static, Held> {
    HELD.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Somebody who prints, or waits for it.
pub(super) struct Turn(());

impl Turn {
    pub(super) fn take() -> Self {
        held().turns += 1;
        Self(())
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut held = held();
        held.turns = held.turns.saturating_sub(1);
        if held.turns == 0 {
            held.fonts.clear();
        }
    }
}

/// One face of one file.
pub(super) struct Font {
    bytes: Vec<u8>,
    index: u32,
}

impl Font {
    /// The font of a file, which others may be printing with.
    fn of(path: &Path) -> Option<Arc<Self>> {
        let mut held = held();
        if let Some(font) = held.fonts.get(path) {
            return Some(Arc::clone(font));
        }
        let font = Arc::new(Self::read(path)?);
        if held.turns > 0 {
            held.fonts.insert(path.to_owned(), Arc::clone(&font));
        }
        Some(font)
    }

    /// The simplified Chinese face of a collection, or the first.
    fn read(path: &Path) -> Option<Self> {
        let bytes = fs::read(path).ok()?;
        let faces = ttf_parser::fonts_in_collection(&bytes).unwrap_or(1);
        let is_simplified = |index: &u32| {
            let Ok(face) = Face::parse(&bytes, *index) else { return false };
            face.names().into_iter().any(|name| {
                name.name_id == name_id::FAMILY && name.to_string().is_some_and(|family| family.ends_with(" SC"))
            })
        };
        let index = (0..faces).find(is_simplified).unwrap_or(0);
        Face::parse(&bytes, index).ok()?;
        Some(Self { bytes, index })
    }

    pub(super) fn face(&self) -> Option<Face<'_>> {
        Face::parse(&self.bytes, self.index).ok()
    }

    pub(super) fn glyph(face: &Face<'_>, c: char) -> Option<GlyphId> {
        face.glyph_index(c).filter(|glyph| glyph.0 != 0)
    }

    /// Only the glyphs that were used, and whether they are outlines of the CFF kind.
    ///
    /// # Errors
    /// `Internal` for a font that cannot be cut.
    pub(super) fn subset(&self, used: &GlyphRemapper) -> Result<(Vec<u8>, bool)> {
        let cut = subsetter::subset(&self.bytes, self.index, used).map_err(Error::internal)?;
        let cff = ttf_parser::RawFace::parse(&cut, 0)
            .ok()
            .and_then(|raw| raw.table(ttf_parser::Tag::from_bytes(b"CFF ")).map(<[u8]>::to_vec));
        Ok(cff.map_or((cut, false), |table| (table, true)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_without_fonts_is_told() {
        let nowhere = tempfile::tempdir().unwrap();
        let told = Shelf::look(Some(nowhere.path()));
        assert!(matches!(told, Err(Error::Refused(refusal)) if refusal.code == "certificate.no_font"));
    }

    #[test]
    fn a_font_is_read_once_for_all_who_print_and_let_go_with_the_last() {
        let Ok(shelf) = Shelf::look(None) else { return };
        let wanted = BTreeSet::from(['证']);
        let (first, second) = (Turn::take(), Turn::take());
        let one = shelf.covering(&wanted, false).unwrap();
        drop(first);
        assert!(Arc::ptr_eq(&one[0], &shelf.covering(&wanted, false).unwrap()[0]));
        drop(second);
        // Of this process nobody else prints, so the last hand is that of the test.
        assert!(held().turns > 0 || Arc::strong_count(&one[0]) == 1);
    }

    #[test]
    fn a_file_that_is_no_font_is_passed_over() {
        let place = tempfile::tempdir().unwrap();
        fs::write(place.path().join("NotoSerifCJK-Regular.ttc"), b"no font").unwrap();
        let shelf = Shelf::look(Some(place.path())).unwrap();
        assert!(shelf.covering(&BTreeSet::from(['证']), false).is_err());
    }
}
