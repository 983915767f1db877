//! The atlas as a file: columns as they lie in memory, one after the other, dictionaries as JSON, a
//! checksum at the end. It is read at the start instead of every record and says which place of
//! which log it stands for. As confidential as the database, and worth nothing without it.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Error, ErrorKind, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use bytemuck::Pod;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

/// What is written in another way, or means another thing, has another number: a test holds the
/// bytes of a known atlas against it.
const FORMAT: &[u8; 16] = b"sentra atlas 003";

/// The place of the log that an atlas stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    pub log_epoch: String,
    pub seq: i64,
}

/// What is kept in the file.
pub trait Saved: Sized {
    fn save(&self, file: &mut Writing) -> io::Result<()>;
    fn load(file: &mut Reading) -> io::Result<Self>;
}

/// A file that is being written.
pub struct Writing {
    to: BufWriter<NamedTempFile>,
    sum: crc32fast::Hasher,
}

/// A file that is being read.
pub struct Reading {
    from: BufReader<File>,
    sum: crc32fast::Hasher,
    /// Bytes that are left of it.
    left: u64,
}

impl Writing {
    /// Values of one kind: how many there are, then the values.
    pub fn column<T: Pod>(&mut self, values: &[T]) -> io::Result<()> {
        self.bytes(&(values.len() as u64).to_ne_bytes())?;
        self.bytes(bytemuck::cast_slice(values))
    }

    pub fn json(&mut self, value: &impl Serialize) -> io::Result<()> {
        self.column(&serde_json::to_vec(value)?)
    }

    fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.sum.update(bytes);
        self.to.write_all(bytes)
    }
}

impl Reading {
    pub fn column<T: Pod>(&mut self) -> io::Result<Vec<T>> {
        let mut length = [0; 8];
        self.bytes(&mut length)?;
        let length = u64::from_ne_bytes(length);
        if length.saturating_mul(size_of::<T>() as u64) > self.left {
            return Err(broken("a column is longer than the file"));
        }
        let length = usize::try_from(length).map_err(|_| broken("a column is too long"))?;
        let mut values = bytemuck::zeroed_vec(length);
        self.bytes(bytemuck::cast_slice_mut(&mut values))?;
        Ok(values)
    }

    pub fn json<T: DeserializeOwned>(&mut self) -> io::Result<T> {
        Ok(serde_json::from_slice(&self.column::<u8>()?)?)
    }

    fn bytes(&mut self, bytes: &mut [u8]) -> io::Result<()> {
        self.from.read_exact(bytes)?;
        self.sum.update(bytes);
        self.left = self.left.saturating_sub(bytes.len() as u64);
        Ok(())
    }
}

impl<T: Pod> Saved for Vec<T> {
    fn save(&self, file: &mut Writing) -> io::Result<()> {
        file.column(self)
    }

    fn load(file: &mut Reading) -> io::Result<Self> {
        file.column()
    }
}

pub fn broken(what: &str) -> Error {
    Error::new(ErrorKind::InvalidData, what)
}

/// Writes a file in the place of what there was. Whoever reads it finds the old one or the new one.
pub fn write(
    path: &Path,
    stamp: &Stamp,
    content: impl FnOnce(&mut Writing) -> io::Result<()>,
) -> io::Result<()> {
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    let file = NamedTempFile::with_prefix_in(".atlas-", folder)?;
    // Of the owner alone.
    file.as_file().set_permissions(PermissionsExt::from_mode(0o600))?;
    let to = BufWriter::with_capacity(1 << 20, file);
    let mut writing = Writing { to, sum: crc32fast::Hasher::new() };
    writing.bytes(FORMAT)?;
    writing.json(stamp)?;
    content(&mut writing)?;
    let Writing { mut to, sum } = writing;
    to.write_all(&sum.finalize().to_ne_bytes())?;
    let file = to.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

/// Reads a file of the log `log_epoch`, and the place of the log that it stands for.
///
/// # Errors
/// Not there; of another log or format; damaged.
pub fn read<T>(
    path: &Path,
    log_epoch: &str,
    content: impl FnOnce(&mut Reading) -> io::Result<T>,
) -> io::Result<(T, i64)> {
    let file = File::open(path)?;
    let left = file.metadata()?.len();
    let from = BufReader::with_capacity(1 << 20, file);
    let mut reading = Reading { from, sum: crc32fast::Hasher::new(), left };
    let mut format = [0; 16];
    reading.bytes(&mut format)?;
    if format != *FORMAT {
        return Err(broken("the file is of another format"));
    }
    let stamp: Stamp = reading.json()?;
    if stamp.log_epoch != log_epoch {
        return Err(broken("the file is of another log"));
    }
    let content = content(&mut reading)?;
    let mut sum = [0; 4];
    reading.from.read_exact(&mut sum)?;
    if u32::from_ne_bytes(sum) != reading.sum.finalize() {
        return Err(broken("the file is damaged"));
    }
    Ok((content, stamp.seq))
}
