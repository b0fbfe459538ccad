//! The text of a file as UTF-8, however it is encoded, with its line breaks counted.

use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult, GB18030, UTF_16BE, UTF_16LE};

use crate::sheets::format::Format;
use crate::sheets::limits::Limits;

/// Bytes that are taken from the file at once.
const RAW: usize = 64 * 1_024;

/// Bytes of text that are handed on at once: all that can come of the raw ones. A byte of GB18030 never becomes more than
/// two, and a half character may wait from before.
const OUT: usize = 2 * RAW + 16;

/// The encoding is told by what follows the first byte that is not ASCII: so much of it, unless the file ends sooner.
const EVIDENCE: usize = 4_096;

/// Why the text ends before the file does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// What follows is no text in this encoding.
    Encoding,
    Nul,
    /// The file is larger than it may be.
    Large,
    /// The record is longer than a record may be.
    Long,
}

/// Reads as UTF-8. Where the text cannot go on it ends, and says why: [`Text::stop`].
pub(super) struct Text<R> {
    source: R,
    format: Format,
    coder: Coder,
    raw: Box<[u8]>,
    /// Where the bytes of `raw` stand that are not decoded.
    raw_from: usize,
    raw_to: usize,
    /// Bytes read from the file.
    taken: u64,
    most: u64,
    /// The file has no more bytes.
    dry: bool,
    /// There is no more text.
    done: bool,
    out: Box<[u8]>,
    /// How much of `out` is text, and how much of that was handed on.
    filled: usize,
    handed: usize,
    /// A CR that ends a piece waits for the next, so that CR LF is never torn.
    waiting_cr: bool,
    /// Where `out` begins in the text.
    base: u64,
    /// Line breaks before `counted`, a place in `out`.
    breaks: u64,
    counted: usize,
    stop: Option<Stop>,
    ended: bool,
    record_from: u64,
    record_most: u64,
}

enum Coder {
    /// No byte was other than ASCII so far.
    Open,
    Utf8,
    Other(Decoder),
}

impl<R: Read> Text<R> {
    pub(super) fn open(source: R, limits: &Limits) -> io::Result<Self> {
        let mut text = Self {
            source,
            format: Format::Ascii,
            coder: Coder::Open,
            raw: vec![0; RAW].into(),
            raw_from: 0,
            raw_to: 0,
            taken: 0,
            most: limits.text_bytes,
            dry: false,
            done: false,
            out: vec![0; OUT].into(),
            filled: 0,
            handed: 0,
            waiting_cr: false,
            base: 0,
            breaks: 0,
            counted: 0,
            stop: None,
            ended: false,
            record_from: 0,
            record_most: limits.record_bytes(),
        };
        text.fetch()?;
        let start = text.raw.get(..text.raw_to).unwrap_or_default();
        let (format, coder, mark) = match start {
            [0xEF, 0xBB, 0xBF, ..] => (Format::Utf8Marked, Coder::Utf8, 3),
            [0xFF, 0xFE, ..] => (Format::Utf16Le, Coder::Other(UTF_16LE.new_decoder_without_bom_handling()), 2),
            [0xFE, 0xFF, ..] => (Format::Utf16Be, Coder::Other(UTF_16BE.new_decoder_without_bom_handling()), 2),
            _ => (Format::Ascii, Coder::Open, 0),
        };
        (text.format, text.coder, text.raw_from) = (format, coder, mark);
        Ok(text)
    }

    pub(super) fn format(&self) -> Format {
        self.format
    }

    pub(super) fn bytes_read(&self) -> u64 {
        self.taken
    }

    /// Why the text ends where it does; known once all before was handed on.
    pub(super) fn stop(&self) -> Option<Stop> {
        self.stop.filter(|_| self.ended)
    }

    /// Whoever reads was told that there is no more.
    pub(super) fn ended(&self) -> bool {
        self.ended
    }

    /// The text that will be handed on next, without taking it.
    pub(super) fn peek(&mut self) -> io::Result<&[u8]> {
        if self.handed == self.filled {
            self.refill()?;
        }
        Ok(self.out.get(self.handed..self.filled).unwrap_or_default())
    }

    /// From here on the length of a record is counted.
    pub(super) fn record_from(&mut self, at: u64) {
        self.record_from = at;
    }

    /// How many line breaks stand before this place, which is in the piece that was handed on last.
    pub(super) fn breaks_before(&mut self, at: u64) -> u64 {
        let to = usize::try_from(at.saturating_sub(self.base)).unwrap_or(usize::MAX).min(self.filled);
        self.count_to(to);
        self.breaks
    }

    /// Whether a line break ends just before this place. Of CR LF only the LF counts.
    pub(super) fn breaks_at(&self, at: u64) -> bool {
        let place = at.checked_sub(self.base).and_then(|place| usize::try_from(place).ok()).unwrap_or_default();
        let before = place.checked_sub(1).and_then(|before| self.out.get(before));
        before.is_some_and(|byte| is_break(*byte, self.next_to(place)))
    }

    fn next_to(&self, place: usize) -> Option<u8> {
        self.out.get(place).copied().filter(|_| place < self.filled)
    }

    fn count_to(&mut self, to: usize) {
        let piece = self.out.get(self.counted..to).unwrap_or_default();
        self.breaks += line_breaks(piece, self.next_to(to));
        self.counted = self.counted.max(to);
    }

    /// Reads once from the file, behind what waits.
    fn fetch(&mut self) -> io::Result<()> {
        self.raw.copy_within(self.raw_from..self.raw_to, 0);
        (self.raw_from, self.raw_to) = (0, self.raw_to - self.raw_from);
        let room = self.raw.get_mut(self.raw_to..).unwrap_or_default();
        if room.is_empty() {
            return Ok(());
        }
        let got = loop {
            match self.source.read(room) {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        self.dry = got == 0;
        self.raw_to += got;
        self.taken += u64::try_from(got).unwrap_or(u64::MAX);
        if self.taken > self.most {
            self.stop = Some(Stop::Large);
        }
        Ok(())
    }

    /// Makes the next piece of text: as much as goes in, so that the head of a table is in the first.
    fn refill(&mut self) -> io::Result<()> {
        self.count_to(self.filled);
        self.base += u64::try_from(self.filled).unwrap_or(u64::MAX);
        (self.filled, self.handed, self.counted) = (0, 0, 0);
        if std::mem::take(&mut self.waiting_cr) {
            self.push(b"\r");
        }
        while !self.done && self.stop.is_none() && self.filled < RAW / 2 {
            let left = self.raw_to - self.raw_from;
            if !self.dry && left < EVIDENCE {
                self.fetch()?;
                if self.stop.is_some() {
                    break;
                }
            }
            self.decode();
        }
        let text = self.out.get(..self.filled).unwrap_or_default();
        if text.contains(&0) {
            let at = text.iter().position(|byte| *byte == 0).unwrap_or_default();
            self.filled = at;
            self.stop = Some(Stop::Nul);
        }
        let over = !self.done && self.stop.is_none();
        if over && self.out.get(..self.filled).is_some_and(|text| text.ends_with(b"\r")) {
            self.filled -= 1;
            self.waiting_cr = true;
        }
        Ok(())
    }

    fn push(&mut self, bytes: &[u8]) {
        if let Some(room) = self.out.get_mut(self.filled..self.filled + bytes.len()) {
            room.copy_from_slice(bytes);
            self.filled += bytes.len();
        }
    }

    /// Turns what waits in `raw` into text, as far as it goes.
    fn decode(&mut self) {
        let raw = self.raw.get(self.raw_from..self.raw_to).unwrap_or_default();
        let room = self.out.get_mut(self.filled..).unwrap_or_default();
        if raw.is_empty() && self.dry && !matches!(self.coder, Coder::Other(_)) {
            self.done = true;
            return;
        }
        match &mut self.coder {
            Coder::Open => {
                let plain = raw.iter().position(|byte| !byte.is_ascii()).unwrap_or(raw.len());
                if plain > 0 {
                    self.raw_from += copy(raw.get(..plain).unwrap_or_default(), room, &mut self.filled);
                } else if raw.len() >= EVIDENCE || self.dry {
                    (self.format, self.coder) = if looks_like_utf8(raw) {
                        (Format::Utf8, Coder::Utf8)
                    } else {
                        (Format::Gb18030, Coder::Other(GB18030.new_decoder_without_bom_handling()))
                    };
                }
            }
            Coder::Utf8 => {
                let (good, whole) = match std::str::from_utf8(raw) {
                    Ok(_) => (raw.len(), true),
                    Err(e) => (e.valid_up_to(), e.error_len().is_none() && !self.dry),
                };
                self.raw_from += copy(raw.get(..good).unwrap_or_default(), room, &mut self.filled);
                if !whole {
                    self.stop = Some(Stop::Encoding);
                }
            }
            Coder::Other(decoder) => {
                let (result, read, written) = decoder.decode_to_utf8_without_replacement(raw, room, self.dry);
                self.raw_from += read;
                self.filled += written;
                match result {
                    DecoderResult::InputEmpty => self.done = self.dry,
                    DecoderResult::OutputFull => {}
                    DecoderResult::Malformed(..) => self.stop = Some(Stop::Encoding),
                }
            }
        }
    }
}

impl<R: Read> Read for Text<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let at = self.base + u64::try_from(self.handed).unwrap_or(u64::MAX);
        if at.saturating_sub(self.record_from) > self.record_most {
            (self.stop, self.done) = (Some(Stop::Long), true);
            self.filled = self.handed;
        }
        while self.handed == self.filled {
            if self.done || self.stop.is_some() {
                self.ended = true;
                return Ok(0);
            }
            self.refill()?;
        }
        let text = self.out.get(self.handed..self.filled).unwrap_or_default();
        let count = text.len().min(buf.len());
        if let (Some(buf), Some(text)) = (buf.get_mut(..count), text.get(..count)) {
            buf.copy_from_slice(text);
        }
        self.handed += count;
        Ok(count)
    }
}

/// Copies what has room; `out` is always larger than `raw`, so that is all.
fn copy(from: &[u8], room: &mut [u8], filled: &mut usize) -> usize {
    let count = from.len().min(room.len());
    if let (Some(from), Some(room)) = (from.get(..count), room.get_mut(..count)) {
        room.copy_from_slice(from);
    }
    *filled += count;
    count
}

/// Whether text that begins so is UTF-8, good or broken. What is no UTF-8 at all shows within a few characters, so a fault
/// behind eight characters, or behind two Chinese ones, is a broken place in UTF-8.
fn looks_like_utf8(text: &[u8]) -> bool {
    let valid = match std::str::from_utf8(text) {
        Ok(_) => return true,
        Err(e) => text.get(..e.valid_up_to()).and_then(|valid| std::str::from_utf8(valid).ok()).unwrap_or_default(),
    };
    let beyond = |first: char| valid.chars().filter(|c| *c >= first).count();
    beyond('\u{80}') >= 8 || beyond('\u{800}') >= 2
}

fn is_break(byte: u8, next: Option<u8>) -> bool {
    byte == b'\n' || byte == b'\r' && next != Some(b'\n')
}

/// Line breaks of a piece as a text editor counts them: LF, CR LF, and CR by itself. `next` is what follows the piece.
pub(super) fn line_breaks(piece: &[u8], next: Option<u8>) -> u64 {
    let Some((last, _)) = piece.split_last() else { return 0 };
    let followed = piece.iter().zip(piece.get(1..).unwrap_or_default());
    let inside = followed.filter(|(byte, next)| is_break(**byte, Some(**next))).count();
    u64::try_from(inside).unwrap_or(u64::MAX) + u64::from(is_break(*last, next))
}
