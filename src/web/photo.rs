//! Pictures that are sent: read, made small and written anew, so that what is kept is a picture and nothing else. Where and
//! with what it was taken goes with the old file.

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, codecs::jpeg::JpegEncoder, imageops::FilterType,
};
use ring::digest;
use tokio::task::spawn_blocking;

use crate::access::hex;
use crate::base::{Error, Result};

/// Longer edge of a kept picture: a face and a board can be read on it.
const EDGE: u32 = 1_600;
/// No camera of a phone makes a larger one; who sends one means harm.
const WIDEST: u32 = 12_000;
/// What reading one may take.
const MEMORY: u64 = 256 * 1024 * 1024;
const QUALITY: u8 = 80;

/// A picture as it is kept: JPEG.
#[derive(Clone)]
pub(crate) struct Photo {
    pub bytes: Vec<u8>,
    pub sha256: String,
}

impl Photo {
    /// Does so beside the requests, which would wait for it.
    ///
    /// # Errors
    /// Those of [`Photo::read`].
    pub(crate) async fn of(field: &'static str, sent: Vec<u8>) -> Result<Self> {
        spawn_blocking(move || Self::read(field, &sent)).await.map_err(Error::internal)?
    }

    /// Reads a JPEG or PNG and writes it anew.
    ///
    /// # Errors
    /// `Invalid` in `field` for what is no such picture, or too large a one.
    fn read(field: &'static str, sent: &[u8]) -> Result<Self> {
        let wrong = || Error::invalid(field, "invalid.picture");
        let mut reader = ImageReader::new(Cursor::new(sent)).with_guessed_format().map_err(|_| wrong())?;
        if !matches!(reader.format(), Some(ImageFormat::Jpeg | ImageFormat::Png)) {
            return Err(wrong());
        }
        let mut limits = Limits::default();
        limits.max_image_width = Some(WIDEST);
        limits.max_image_height = Some(WIDEST);
        limits.max_alloc = Some(MEMORY);
        reader.limits(limits);
        let mut decoder = reader.into_decoder().map_err(|_| wrong())?;
        // A phone lays its pictures on their side and says so beside them, which is lost.
        let orientation = decoder.orientation().map_err(|_| wrong())?;
        let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| wrong())?;
        picture.apply_orientation(orientation);
        if picture.width().max(picture.height()) > EDGE {
            picture = picture.resize(EDGE, EDGE, FilterType::Triangle);
        }
        let mut bytes = Vec::new();
        JpegEncoder::new_with_quality(&mut bytes, QUALITY).encode_image(&picture.to_rgb8()).map_err(Error::internal)?;
        let sha256 = hex(digest::digest(&digest::SHA256, &bytes).as_ref());
        Ok(Self { bytes, sha256 })
    }
}

#[cfg(test)]
mod tests {
    use image::RgbImage;

    use super::*;

    fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::ImageRgb8(RgbImage::from_pixel(width, height, image::Rgb([180, 60, 20])))
            .write_to(&mut bytes, format)
            .unwrap();
        bytes.into_inner()
    }

    #[test]
    fn a_picture_is_made_small_and_written_anew() {
        for format in [ImageFormat::Jpeg, ImageFormat::Png] {
            let kept = Photo::read("photo", &picture(3_200, 1_000, format)).unwrap();
            let read = image::load_from_memory_with_format(&kept.bytes, ImageFormat::Jpeg).unwrap();
            assert_eq!((read.width(), read.height(), kept.sha256.len()), (1_600, 500, 64));
        }
    }

    #[test]
    fn what_a_camera_wrote_beside_the_picture_is_gone() {
        let mut sent = picture(8, 8, ImageFormat::Jpeg);
        // A comment segment behind the start of the file.
        let secret = b"28.2300 N 114.9200 E";
        let length = u16::try_from(secret.len() + 2).unwrap().to_be_bytes();
        let segment = [&[0xFF, 0xFE], &length[..], secret].concat();
        sent.splice(2..2, segment);
        assert!(sent.windows(secret.len()).any(|part| part == secret));
        let kept = Photo::read("photo", &sent).unwrap().bytes;
        assert!(!kept.windows(secret.len()).any(|part| part == secret));
    }

    #[test]
    fn what_is_no_picture_is_told_by_its_field() {
        let cut = picture(64, 64, ImageFormat::Png)[..60].to_vec();
        let wide = {
            let mut png = picture(8, 8, ImageFormat::Png);
            png[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
            png
        };
        for bad in [b"".to_vec(), b"<svg onload=alert(1)>".to_vec(), b"GIF89a".to_vec(), cut, wide] {
            let Err(Error::Invalid(fields)) = Photo::read("photo", &bad) else { panic!("taken") };
            assert_eq!((fields[0].field.as_ref(), fields[0].code.as_ref()), ("photo", "invalid.picture"));
        }
    }
}
