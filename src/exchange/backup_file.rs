//! A backup in one file: a ZIP of `manifest.json`, which says what must be in it, and `database`,
//! in the database's own format (an SQLite file, or what `pg_dump --format=custom` writes). Any
//! unzip opens it without this program, and its checksums tell a damaged file.

use std::collections::BTreeMap;
use std::io::{Read, Seek, Write};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

const MANIFEST: &str = "manifest.json";
const DATABASE: &str = "database";
/// Raised when the members change so that an older program must not read them.
const FORMAT: u32 = 1;

/// Which database a backup is of: it can only be restored to the same kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, strum::Display)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    #[strum(to_string = "SQLite")]
    Sqlite,
    #[strum(to_string = "PostgreSQL")]
    Postgres,
}

/// What a database holds, as far as counting tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contents {
    /// Version of the newest migration that was run.
    pub migration: String,
    /// None before the log has begun.
    pub log_epoch: Option<String>,
    /// 0 in an empty log.
    pub last_seq: i64,
    /// Number of rows by table.
    pub rows: BTreeMap<String, i64>,
}

impl Contents {
    /// What is otherwise in `found`, a sentence each; nothing where they are the same.
    pub fn differences(&self, found: &Self) -> Vec<String> {
        let mut told = Vec::new();
        let mut compare = |what: &str, expected: String, found: String| {
            if expected != found {
                told.push(format!("{what}: {expected} in the backup, {found} after restoring"));
            }
        };
        compare("migration", self.migration.clone(), found.migration.clone());
        let epoch = |contents: &Self| contents.log_epoch.clone().unwrap_or_default();
        compare("log epoch", epoch(self), epoch(found));
        compare("last seq", self.last_seq.to_string(), found.last_seq.to_string());
        let mut tables: Vec<&String> = self.rows.keys().chain(found.rows.keys()).collect();
        tables.sort();
        tables.dedup();
        for table in tables {
            let count = |contents: &Self| {
                contents
                    .rows
                    .get(table)
                    .map_or("no table".to_owned(), |rows| format!("{rows} rows"))
            };
            compare(table, count(self), count(found));
        }
        told
    }
}

/// What a backup says of itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Manifest {
    format: u32,
    /// Version of the program that made it.
    program: String,
    pub taken_at: DateTime<Utc>,
    pub engine: Engine,
    pub contents: Contents,
}

impl Manifest {
    pub fn new(engine: Engine, taken_at: DateTime<Utc>, contents: Contents) -> Self {
        let program = env!("CARGO_PKG_VERSION").to_owned();
        Self { format: FORMAT, program, taken_at, engine, contents }
    }
}

/// Begins a backup: what is then written goes into `database`; `finish` ends it.
///
/// # Errors
/// The file's.
pub fn begin<W: Write + Seek>(out: W, manifest: &Manifest) -> Result<ZipWriter<W>, ZipError> {
    let options = SimpleFileOptions::default();
    let mut zip = ZipWriter::new(out);
    zip.start_file(MANIFEST, options)?;
    zip.write_all(&serde_json::to_vec_pretty(manifest).map_err(std::io::Error::from)?)?;
    zip.start_file(DATABASE, options.large_file(true))?;
    Ok(zip)
}

/// A backup, opened.
pub struct Backup<R> {
    zip: ZipArchive<R>,
    pub manifest: Manifest,
}

impl<R: Read + Seek> Backup<R> {
    /// Reads the manifest.
    ///
    /// # Errors
    /// A sentence: it is no backup, it is cut short or damaged, or made by a newer program.
    pub fn open(file: R) -> Result<Self, String> {
        let unreadable = |error: ZipError| {
            format!("it is no backup of Sentra, or it is cut short or damaged ({error})")
        };
        let mut zip = ZipArchive::new(file).map_err(unreadable)?;
        let mut text = Vec::new();
        zip.by_name(MANIFEST)
            .map_err(unreadable)?
            .read_to_end(&mut text)
            .map_err(|error| unreadable(error.into()))?;
        let manifest: Manifest = serde_json::from_slice(&text)
            .map_err(|error| format!("its manifest cannot be read ({error})"))?;
        if manifest.format != FORMAT {
            return Err(format!(
                "it was made by sentra {} in a format that this program does not know",
                manifest.program
            ));
        }
        Ok(Self { zip, manifest })
    }

    /// The database's bytes and how many there are. Reading fails at the end if they are not those
    /// that were written.
    ///
    /// # Errors
    /// A sentence: the file is damaged.
    pub fn database(&mut self) -> Result<(impl Read, u64), String> {
        let member = self.zip.by_name(DATABASE).map_err(|error| error.to_string())?;
        let size = member.size();
        Ok((member, size))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn contents(rows: i64) -> Contents {
        Contents {
            migration: "1".into(),
            log_epoch: Some("e".into()),
            last_seq: 7,
            rows: [("enterprises".to_owned(), rows)].into(),
        }
    }

    fn file(payload: &[u8]) -> Vec<u8> {
        let manifest = Manifest::new(Engine::Sqlite, DateTime::UNIX_EPOCH, contents(3));
        let mut zip = begin(Cursor::new(Vec::new()), &manifest).expect("begun");
        zip.write_all(payload).expect("written");
        zip.finish().expect("finished").into_inner()
    }

    fn read(bytes: &[u8]) -> Result<Vec<u8>, String> {
        let mut backup = Backup::open(Cursor::new(bytes))?;
        let (mut database, _) = backup.database()?;
        let mut read = Vec::new();
        database.read_to_end(&mut read).map_err(|error| error.to_string())?;
        Ok(read)
    }

    #[test]
    fn what_was_written_is_read() {
        let payload: Vec<u8> = (0..100_000_u32).flat_map(u32::to_le_bytes).collect();
        let bytes = file(&payload);
        assert_eq!(read(&bytes).expect("read"), payload);
        let manifest = Backup::open(Cursor::new(&bytes)).expect("opened").manifest;
        assert_eq!((manifest.engine, manifest.contents), (Engine::Sqlite, contents(3)));
    }

    #[test]
    fn no_file_that_was_cut_short_or_changed_in_the_data_is_read() {
        let payload: Vec<u8> = (0..2_000_u32).flat_map(u32::to_le_bytes).collect();
        let bytes = file(&payload);
        for length in (0..bytes.len()).step_by(97) {
            assert!(read(&bytes[..length]).is_err(), "{length}");
        }
        for place in (0..bytes.len()).step_by(61) {
            let mut changed = bytes.clone();
            changed[place] ^= 0x10;
            // Times and the like of the ZIP itself are nobody's data.
            assert!(read(&changed).map_or(true, |read| read == payload), "{place}");
        }
    }

    #[test]
    fn each_difference_is_told() {
        assert_eq!(contents(3).differences(&contents(3)), Vec::<String>::new());
        let found = Contents { last_seq: 8, ..contents(4) };
        assert_eq!(
            contents(3).differences(&found),
            [
                "last seq: 7 in the backup, 8 after restoring",
                "enterprises: 3 rows in the backup, 4 rows after restoring"
            ]
        );
    }
}
