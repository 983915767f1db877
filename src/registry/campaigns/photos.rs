//! Photos from the field: made smaller, without what a camera writes into them (position, time,
//! name of the device), and kept on the disk, sealed with their visit's key: where that is
//! destroyed, nobody sees them again.

use std::io::{Cursor, Write as _};
use std::path::PathBuf;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageReader, Limits, imageops::FilterType};

use crate::db::DatabaseUrl;
use crate::db::campaigns::visits::PhotoRow;
use crate::registry::RegistryError;
use crate::registry::vault::FileKey;

/// The longer side, in pixels.
const SIDE: u32 = 1_600;
const QUALITY: u8 = 80;
/// Of what comes in, in pixels a side and in bytes of memory.
const MAX_SIDE: u32 = 12_000;
const MAX_MEMORY: u64 = 256 << 20;

/// Where photos are kept: beside an SQLite file, or where `SENTRA_FILES` says.
pub(in crate::registry) fn folder(database: &DatabaseUrl) -> PathBuf {
    let said = std::env::var_os("SENTRA_FILES").filter(|folder| !folder.is_empty());
    match (said, database) {
        (Some(folder), _) => PathBuf::from(folder).join("photos"),
        (None, DatabaseUrl::Sqlite(path)) => PathBuf::from(path).with_extension("photos"),
        (None, DatabaseUrl::Postgres(_)) => PathBuf::from("sentra-files").join("photos"),
    }
}

/// A photo as it is kept: JPEG, upright, of bounded size, without metadata. None: it is no picture
/// that can be read.
pub(super) fn plain(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    let orientation = decoder.orientation().ok()?;
    let mut picture = DynamicImage::from_decoder(decoder).ok()?;
    picture.apply_orientation(orientation);
    if picture.width().max(picture.height()) > SIDE {
        picture = picture.resize(SIDE, SIDE, FilterType::Triangle);
    }
    let mut made = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut made, QUALITY);
    picture.to_rgb8().write_with_encoder(encoder).ok()?;
    Some(made)
}

/// Writes a photo of a visit, so that it is there once this returns.
///
/// # Errors
/// The file system's.
pub(super) fn store(
    folder: &std::path::Path,
    visit: &str,
    (number, name): (i32, &str),
    key: &FileKey,
    picture: Vec<u8>,
) -> Result<PhotoRow, RegistryError> {
    let bytes = i64::try_from(picture.len()).unwrap_or(i64::MAX);
    let sealed = key.seal("photo", number, picture)?;
    let stored = format!("{visit}-{number}.sealed");
    let write = || {
        std::fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(&sealed)?;
        file.as_file().sync_all()?;
        file.persist(folder.join(&stored)).map_err(|error| error.error)?;
        std::fs::File::open(folder)?.sync_all()
    };
    write().map_err(|error| {
        tracing::error!(%error, folder = %folder.display(), "a photo could not be kept");
        RegistryError::Internal("a photo could not be kept")
    })?;
    Ok(PhotoRow { visit_id: visit.into(), name: name.into(), stored: Some(stored), bytes })
}

/// A photo as it was stored.
///
/// # Errors
/// If it is gone, or not the key's.
pub(super) fn open(
    folder: &std::path::Path,
    stored: &str,
    key: &FileKey,
) -> Result<Vec<u8>, RegistryError> {
    let number = stored.strip_suffix(".sealed").and_then(|name| name.rsplit('-').next());
    let number = number.and_then(|number| number.parse().ok()).ok_or(RegistryError::FileGone)?;
    let sealed = std::fs::read(folder.join(stored)).map_err(|_| RegistryError::FileGone)?;
    key.open("photo", number, &sealed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_photo_is_small_and_says_nothing_of_where_it_was_taken() {
        let mut bytes = Vec::new();
        let large = DynamicImage::new_rgb8(3_000, 1_000);
        large
            .to_rgb8()
            .write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, 90))
            .expect("a picture");
        // An EXIF segment that turns it and holds a place.
        let exif =
            b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0GPS-7.4,112.7";
        let length = u16::try_from(exif.len() + 2).expect("short").to_be_bytes();
        let mut with = bytes[..2].to_vec();
        with.extend([0xff, 0xe1]);
        with.extend(length);
        with.extend(exif);
        with.extend(&bytes[2..]);
        let kept = plain(&with).expect("a picture");
        assert!(!kept.windows(4).any(|four| four == b"Exif" || four == b"GPS-"));
        let read = image::load_from_memory(&kept).expect("a picture");
        assert_eq!((read.width(), read.height()), (533, 1_600));
    }

    #[test]
    fn what_is_no_picture_is_none() {
        assert_eq!(plain(b"%PDF-1.7"), None);
        assert_eq!(plain(b""), None);
    }
}
