//! A QR code as one path of an inline picture: no style attribute, no foreign origin.

use qrcode::{Color, EcLevel, QrCode};

use crate::base::{Error, Result};

/// Light modules around the code that a reader needs to find it.
const QUIET: usize = 4;

/// A square of `size` units and the strokes of its dark modules.
#[derive(Clone, Debug)]
pub(crate) struct Qr {
    pub size: usize,
    pub strokes: String,
    /// Left, top and length of each row of dark modules.
    pub runs: Vec<(usize, usize, usize)>,
}

impl Qr {
    /// # Errors
    /// `Internal` for a text that is longer than any code holds.
    pub(crate) fn of(text: &str) -> Result<Self> {
        use std::fmt::Write;
        let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(Error::internal)?;
        let width = code.width();
        let (mut strokes, mut runs) = (String::new(), Vec::new());
        for (y, row) in code.to_colors().chunks(width).enumerate() {
            let mut x = 0;
            for run in row.chunk_by(|a, b| a == b) {
                if run.first() == Some(&Color::Dark) {
                    write!(strokes, "M{} {}.5h{}", x + QUIET, y + QUIET, run.len()).ok();
                    runs.push((x + QUIET, y + QUIET, run.len()));
                }
                x += run.len();
            }
        }
        Ok(Self { size: width + 2 * QUIET, strokes, runs })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_finder_is_drawn() {
        let qr = Qr::of("http://localhost/verify/JX2016-EC-0000001-K").unwrap();
        // The upper edge of the two upper finder marks, seven modules long.
        assert!(qr.strokes.starts_with("M4 4.5h7"), "{}", qr.strokes);
        assert!(qr.strokes.contains(&format!("M{} 4.5h7", qr.size - 11)));
    }
}
