//! Certificates as a file to print: a page each, A4 lying, in the double rule. The same certificates give the same bytes.
//!
//! Lengths are tenths of a point.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use pdf_writer::{
    Content, Finish, Name, Pdf, Rect, Ref, Str, TextStr,
    types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap},
};
use subsetter::GlyphRemapper;
use ttf_parser::Face;

use crate::base::{Error, Result};
use crate::certificates::fonts::{Font, Shelf};
use crate::web::Qr;

const WIDE: i32 = 8420;
const HIGH: i32 = 5950;
/// The left and right edge of what is written.
const LEFT: i32 = 1100;
const RIGHT: i32 = 7320;
/// The height that facts may take.
const FACTS: i32 = 1240;

const UNICODE: SystemInfo<'static> = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

/// What stands on one page.
pub(super) struct Leaf {
    pub title: String,
    pub name: String,
    pub number: String,
    pub sentence: String,
    /// Label and value.
    pub facts: Vec<(String, String)>,
    pub qr: Qr,
    /// Told beneath where a character has no glyph and is written as its code.
    pub coded: String,
}

/// The pages in order, under one title.
///
/// # Errors
/// `certificate.no_font`.
pub(super) fn print(shelf: &Shelf, title: &str, mut leaves: Vec<Leaf>) -> Result<Vec<u8>> {
    let (mut heavy, mut light) = (BTreeSet::new(), BTreeSet::new());
    for leaf in &leaves {
        heavy.extend(leaf.title.chars().chain(leaf.name.chars()));
        light.extend(leaf.number.chars().chain(leaf.sentence.chars()).chain(leaf.coded.chars()));
        light.extend(leaf.facts.iter().flat_map(|(label, value)| label.chars().chain(value.chars())));
    }
    let signs = || ('0'..='9').chain('A'..='F').chain("[]U+".chars());
    heavy.extend(signs());
    light.extend(signs());
    let (heavy, light) = (shelf.covering(&heavy, true)?, shelf.covering(&light, false)?);
    let (mut heavy, mut light) = (Hand::of(&heavy, 'H')?, Hand::of(&light, 'L')?);
    let mut next = 1..;
    let mut id = || next.next().map_or(Ref::new(1), Ref::new);
    let mut pdf = Pdf::new();
    let (catalog, tree, info) = (id(), id(), id());
    let mut pages = Vec::with_capacity(leaves.len());
    for leaf in &mut leaves {
        let drawn = draw(leaf, &mut heavy, &mut light);
        let (page, content) = (id(), id());
        pdf.stream(content, &drawn);
        pages.push((page, content));
    }
    let fonts: Vec<(String, Ref)> = [heavy, light]
        .into_iter()
        .flat_map(|hand| hand.pens)
        .filter(|pen| !pen.chars.is_empty())
        .map(|pen| Ok((pen.name.clone(), pen.write(&mut pdf, &mut id)?)))
        .collect::<Result<_>>()?;
    for (page, content) in &pages {
        let mut page = pdf.page(*page);
        page.parent(tree).media_box(Rect::new(0.0, 0.0, 842.0, 595.0)).contents(*content);
        let mut resources = page.resources();
        let mut named = resources.fonts();
        for (name, font) in &fonts {
            named.pair(Name(name.as_bytes()), *font);
        }
    }
    let count = i32::try_from(pages.len()).map_err(Error::internal)?;
    pdf.pages(tree).kids(pages.iter().map(|(page, _)| *page)).count(count);
    pdf.document_info(info).title(TextStr(title));
    let mut root = pdf.catalog(catalog);
    root.pages(tree).lang(TextStr("zh-CN"));
    root.viewer_preferences().display_doc_title(true);
    root.finish();
    Ok(pdf.finish())
}

fn draw(leaf: &mut Leaf, heavy: &mut Hand<'_>, light: &mut Hand<'_>) -> Vec<u8> {
    let mut coded = false;
    for text in [&mut leaf.title, &mut leaf.name] {
        coded |= heavy.spell(text);
    }
    for text in [&mut leaf.number, &mut leaf.sentence] {
        coded |= light.spell(text);
    }
    for (_, value) in &mut leaf.facts {
        coded |= light.spell(value);
    }
    let mut on = Content::new();
    on.transform([0.1, 0.0, 0.0, 0.1, 0.0, 0.0]);
    for (inset, width) in [(350, 36), (420, 7)] {
        on.set_line_width(length(width));
        on.rect(length(inset), length(inset), length(WIDE - 2 * inset), length(HIGH - 2 * inset)).stroke();
    }
    let mut middle = |hand: &mut Hand<'_>, text: &str, size: i32, spacing: i32, y: i32| {
        let size = hand.fitting(text, size, spacing, RIGHT - LEFT);
        let x = (WIDE - hand.width(text, size, spacing)) / 2;
        hand.write(&mut on, text, size, spacing, (x, y));
    };
    middle(heavy, &leaf.title, 440, 53, 4720);
    middle(heavy, &leaf.name, 320, 0, 4080);
    middle(light, &leaf.number, 150, 0, 3770);
    let mut y = 3330;
    for line in light.lines(&leaf.sentence, 190, RIGHT - LEFT) {
        light.write(&mut on, &line, 190, 0, (LEFT, y));
        y -= 340;
    }
    code(&mut on, &leaf.qr, (LEFT, 760), 1250);
    // The more is told, the closer it stands, beside the code and above the frame.
    let gaps = i32::try_from(leaf.facts.len()).unwrap_or(i32::MAX).saturating_sub(1).max(1);
    let step = (FACTS / gaps).min(290);
    let mut y = 820 + step * gaps;
    for (label, value) in &leaf.facts {
        light.write(&mut on, label, 140, 0, (2650, y));
        let size = light.fitting(value, 150, 0, RIGHT - 3700);
        light.write(&mut on, value, size, 0, (3700, y));
        y -= step;
    }
    if coded {
        light.write(&mut on, &leaf.coded, 100, 0, (LEFT, 540));
    }
    on.finish().to_vec()
}

/// The dark modules as lines.
fn code(on: &mut Content, qr: &Qr, (left, bottom): (i32, i32), side: i32) {
    let modules = i32::try_from(qr.size).unwrap_or(i32::MAX);
    // Whole tenths, so that no seam shows between modules.
    let module = side / modules;
    on.set_line_width(length(module));
    for (x, y, run) in &qr.runs {
        let at = |n: &usize| i32::try_from(*n).unwrap_or_default() * module;
        let middle = bottom + (modules * module) - at(y) - module / 2;
        on.move_to(length(left + at(x)), length(middle));
        on.line_to(length(left + at(x) + at(run)), length(middle)).stroke();
    }
}

/// A length as the format wants it.
fn length(tenths: i32) -> f32 {
    f32::from(i16::try_from(tenths).unwrap_or(i16::MAX))
}

/// One weight, with what stands in for a character that its first font lacks.
struct Hand<'a> {
    pens: Vec<Pen<'a>>,
}

/// One font and what was written with it.
struct Pen<'a> {
    name: String,
    font: &'a Font,
    face: Face<'a>,
    used: GlyphRemapper,
    /// The character of each glyph as it is numbered in the file.
    chars: BTreeMap<u16, (char, i32)>,
}

impl<'a> Hand<'a> {
    fn of(fonts: &'a [Arc<Font>], letter: char) -> Result<Self> {
        let pens = fonts.iter().enumerate().filter_map(|(n, font)| {
            let face = font.face()?;
            Some(Pen { name: format!("{letter}{n}"), font, face, used: GlyphRemapper::new(), chars: BTreeMap::new() })
        });
        let pens: Vec<_> = pens.collect();
        if pens.is_empty() { Err(Error::refused("certificate.no_font")) } else { Ok(Self { pens }) }
    }

    fn holds(&self, c: char) -> bool {
        self.pens.iter().any(|pen| Font::glyph(&pen.face, c).is_some())
    }

    /// Writes every character that no font holds as its code, `[U+2CC5F]`; whether there was one.
    fn spell(&self, text: &mut String) -> bool {
        if text.chars().all(|c| self.holds(c)) {
            return false;
        }
        *text = text
            .chars()
            .map(|c| if self.holds(c) { c.to_string() } else { format!("[U+{:04X}]", u32::from(c)) })
            .collect();
        true
    }

    fn width(&self, text: &str, size: i32, spacing: i32) -> i32 {
        text.chars().map(|c| self.advance(c) * size / 1000 + spacing).sum()
    }

    /// Thousandths of the size.
    fn advance(&self, c: char) -> i32 {
        self.pens.iter().find_map(|pen| pen.advance(c)).unwrap_or(1000)
    }

    /// The size, or the largest smaller one at which the text is not too wide.
    fn fitting(&self, text: &str, size: i32, spacing: i32, room: i32) -> i32 {
        let wide = self.width(text, size, spacing);
        if wide <= room { size } else { size * room / wide }
    }

    /// Cut where a line may end: not inside a number or a Latin word, not before a closing sign, the first line indented.
    fn lines(&self, text: &str, size: i32, room: i32) -> Vec<String> {
        const NEVER_FIRST: &str = "，。、；：）》”’%％.,;:)";
        let mut lines = Vec::new();
        let mut line = String::from("\u{3000}\u{3000}");
        let mut word = String::new();
        let mut signs = text.chars().peekable();
        while let Some(c) = signs.next() {
            word.push(c);
            let goes_on = signs.peek().is_some_and(|next| {
                NEVER_FIRST.contains(*next) || (c.is_ascii_alphanumeric() || c == '.') && next.is_ascii_alphanumeric()
            });
            if goes_on {
                continue;
            }
            if self.width(&line, size, 0) + self.width(&word, size, 0) > room {
                lines.push(std::mem::take(&mut line));
            }
            line.push_str(&std::mem::take(&mut word));
        }
        lines.push(line);
        lines
    }

    fn write(&mut self, on: &mut Content, text: &str, size: i32, spacing: i32, (x, y): (i32, i32)) {
        on.begin_text().set_char_spacing(length(spacing)).next_line(length(x), length(y));
        let chars: Vec<char> = text.chars().collect();
        let place = |hand: &Self, c: &char| hand.pens.iter().position(|pen| pen.advance(*c).is_some()).unwrap_or(0);
        let runs: Vec<(usize, Vec<char>)> = chars
            .chunk_by(|a, b| place(self, a) == place(self, b))
            .filter_map(|run| Some((place(self, run.first()?), run.to_vec())))
            .collect();
        for (pen, run) in runs {
            let Some(pen) = self.pens.get_mut(pen) else { continue };
            let glyphs: Vec<u8> = run.into_iter().flat_map(|c| pen.take(c).to_be_bytes()).collect();
            on.set_font(Name(pen.name.as_bytes()), length(size)).show(Str(&glyphs));
        }
        on.end_text();
    }
}

impl Pen<'_> {
    fn advance(&self, c: char) -> Option<i32> {
        let glyph = Font::glyph(&self.face, c)?;
        let units = i32::from(self.face.units_per_em());
        Some(i32::from(self.face.glyph_hor_advance(glyph)?) * 1000 / units)
    }

    /// The number of a character's glyph in the file.
    fn take(&mut self, c: char) -> u16 {
        let Some(glyph) = Font::glyph(&self.face, c) else { return 0 };
        let advance = self.advance(c).unwrap_or(1000);
        let number = self.used.remap(glyph.0);
        self.chars.entry(number).or_insert((c, advance));
        number
    }

    /// The font with the glyphs that were used, and what each of them means.
    fn write(self, pdf: &mut Pdf, id: &mut impl FnMut() -> Ref) -> Result<Ref> {
        let (outlines, is_cff) = self.font.subset(&self.used)?;
        let (font, descendant, descriptor, file, meaning) = (id(), id(), id(), id(), id());
        // Six capitals before the name tell that it is a part.
        let name = format!("SIDANX+{}", self.name);
        let base = Name(name.as_bytes());
        let mut type0 = pdf.type0_font(font);
        type0.base_font(base).encoding_predefined(Name(b"Identity-H"));
        type0.descendant_font(descendant).to_unicode(meaning);
        type0.finish();
        let mut cid = pdf.cid_font(descendant);
        cid.subtype(if is_cff { CidFontType::Type0 } else { CidFontType::Type2 }).base_font(base);
        cid.system_info(UNICODE).font_descriptor(descriptor).default_width(1000.0);
        if !is_cff {
            cid.cid_to_gid_map_predefined(Name(b"Identity"));
        }
        let mut widths = cid.widths();
        for (glyph, (_, advance)) in &self.chars {
            widths.consecutive(*glyph, [length(*advance)]);
        }
        widths.finish();
        cid.finish();
        let units = i32::from(self.face.units_per_em());
        let em = |value: i16| length(i32::from(value) * 1000 / units);
        let bounds = self.face.global_bounding_box();
        let mut about = pdf.font_descriptor(descriptor);
        about.name(base).flags(FontFlags::SYMBOLIC).italic_angle(0.0).stem_v(80.0);
        about.bbox(Rect::new(em(bounds.x_min), em(bounds.y_min), em(bounds.x_max), em(bounds.y_max)));
        about.ascent(em(self.face.ascender())).descent(em(self.face.descender()));
        about.cap_height(em(self.face.capital_height().unwrap_or(self.face.ascender())));
        if is_cff {
            about.font_file3(file);
        } else {
            about.font_file2(file);
        }
        about.finish();
        let mut stream = pdf.stream(file, &outlines);
        if is_cff {
            stream.pair(Name(b"Subtype"), Name(b"CIDFontType0C"));
        }
        stream.finish();
        let mut text = UnicodeCmap::new(Name(b"Custom"), UNICODE);
        for (glyph, (c, _)) in &self.chars {
            text.pair(*glyph, *c);
        }
        pdf.cmap(meaning, &text.finish());
        Ok(font)
    }
}
