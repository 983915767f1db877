//! The vault's keys: the first is the one that a rotation leads to, the others still open what they
//! wrapped.

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

use super::seal::{Key, decrypt, encrypt};
use crate::domain::text::hex;
use crate::registry::RegistryError;

/// Tells which key wrapped something: a digest of the key, which stands before what it wrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark(pub [u8; Mark::BYTES]);

impl Mark {
    pub const BYTES: usize = 8;

    fn of(key: &Key) -> Self {
        let digest = Sha256::digest([b"sentra vault ".as_slice(), key].concat());
        let mut mark = [0; Self::BYTES];
        mark.copy_from_slice(&digest[..Self::BYTES]);
        Self(mark)
    }

    pub fn text(self) -> String {
        hex(&self.0)
    }
}

/// A key and its mark.
#[derive(Clone, Copy, PartialEq)]
pub struct Marked {
    pub mark: Mark,
    key: Key,
}

impl Marked {
    fn of(key: Key) -> Self {
        Self { mark: Mark::of(&key), key }
    }

    pub fn random() -> Result<Self, RegistryError> {
        Ok(Self::of(random_key()?))
    }

    /// The mark, then what was encrypted.
    pub fn wrap(&self, about: &str, secret: Vec<u8>) -> Result<Vec<u8>, RegistryError> {
        Ok([self.mark.0.as_slice(), &encrypt(&self.key, about, secret)?].concat())
    }
}

/// Keys as they are configured.
#[derive(Clone, PartialEq)]
pub struct Ring(Vec<Marked>);

impl Ring {
    fn parse(text: &str) -> Result<Self, RegistryError> {
        let malformed = RegistryError::VaultKey("is not 32 bytes in base64");
        let mut keys: Vec<Marked> = Vec::new();
        let words = text.split(|char: char| char == ',' || char.is_whitespace());
        for word in words.filter(|word| !word.is_empty()) {
            let bytes = BASE64_STANDARD.decode(word).ok();
            let Some(key) = bytes.and_then(|bytes| bytes.try_into().ok()) else {
                return Err(malformed);
            };
            let key = Marked::of(key);
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        if keys.is_empty() { Err(malformed) } else { Ok(Self(keys)) }
    }

    /// A line each.
    fn text(&self) -> String {
        self.0
            .iter()
            .fold(String::new(), |text, marked| text + &BASE64_STANDARD.encode(marked.key) + "\n")
    }

    pub fn first(&self) -> Marked {
        // `parse` and `with_first` make none that is empty.
        self.0[0]
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn by_text(&self, mark: &str) -> Option<Marked> {
        self.0.iter().find(|marked| marked.mark.text() == mark).copied()
    }

    pub fn with_first(&self, key: Marked) -> Self {
        let others = self.0.iter().filter(|known| **known != key).copied();
        Self(std::iter::once(key).chain(others).collect())
    }

    pub fn only(key: Marked) -> Self {
        Self(vec![key])
    }

    /// The secret, if one of these keys wrapped it.
    pub fn open(&self, about: &str, wrapped: &[u8]) -> Option<Vec<u8>> {
        if let Some((mark, encrypted)) = wrapped.split_at_checked(Mark::BYTES)
            && let Some(marked) = self.0.iter().find(|marked| marked.mark.0 == *mark)
            && let Ok(secret) = decrypt(&marked.key, about, encrypted)
        {
            return Some(secret);
        }
        // Wrapped by the program that knew no marks.
        self.0.iter().find_map(|marked| decrypt(&marked.key, about, wrapped).ok())
    }
}

/// Where the keys are.
#[derive(Clone)]
pub enum Source {
    /// The keys themselves, base64, between them commas or white space.
    Text(String),
    /// A file with a line each.
    File(PathBuf),
    /// PostgreSQL and nothing configured: processes on other machines must share the key, so none
    /// is made up.
    Nowhere,
}

impl Source {
    pub fn read(&self, may_make: bool) -> Result<Ring, RegistryError> {
        match self {
            Self::Text(text) => Ring::parse(text),
            Self::Nowhere => Err(RegistryError::VaultKey(
                "is not configured: set SENTRA_VAULT_KEY or SENTRA_VAULT_KEY_FILE",
            )),
            Self::File(path) => match std::fs::read_to_string(path) {
                Ok(text) => Ring::parse(&text),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound && may_make => {
                    make(path).map_err(|_| RegistryError::VaultKey("file cannot be written"))
                }
                Err(_) => Err(RegistryError::VaultKey("file cannot be read")),
            },
        }
    }
}

/// Makes a key and keeps it in a file that only its owner reads. Where another process was first,
/// that one's key is taken.
fn make(path: &Path) -> std::io::Result<Ring> {
    let failed = |error: RegistryError| std::io::Error::other(error.to_string());
    let ring = Ring::only(Marked::random().map_err(failed)?);
    let temporary = written_beside(path, &ring)?;
    let linked = std::fs::hard_link(&temporary, path);
    std::fs::remove_file(&temporary)?;
    match linked {
        Ok(()) => Ok(ring),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            Ring::parse(&std::fs::read_to_string(path)?).map_err(failed)
        }
        Err(error) => Err(error),
    }
}

fn written_beside(path: &Path, ring: &Ring) -> std::io::Result<PathBuf> {
    let random = uuid::Uuid::now_v7().simple().to_string();
    let temporary = path.with_extension(format!("key.{random}"));
    let mut file =
        std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary)?;
    file.write_all(ring.text().as_bytes())?;
    file.sync_all()?;
    Ok(temporary)
}

/// A key file that no other rotation changes meanwhile.
pub struct KeyFile {
    path: PathBuf,
    folder: File,
}

impl KeyFile {
    /// # Errors
    /// If it is not there, or another rotation has it.
    pub fn hold(path: &Path) -> Result<Self, RegistryError> {
        let unreadable = |_| RegistryError::VaultKey("file cannot be read");
        // Where the name is a link, the file itself is replaced.
        let path = path.canonicalize().map_err(unreadable)?;
        let folder = path.parent().unwrap_or(Path::new("/"));
        let folder = File::open(folder).map_err(unreadable)?;
        folder.try_lock().map_err(|_| {
            RegistryError::VaultKey("file is being changed by another rotation: wait for its end")
        })?;
        Ok(Self { path, folder })
    }

    pub fn read(&self) -> Result<Ring, RegistryError> {
        Source::File(self.path.clone()).read(false)
    }

    /// Puts other keys in the file in one step; owner and rights are those that it had, except that
    /// others than the owner and the group never read it.
    ///
    /// # Errors
    /// If it cannot be written; it is as it was then.
    pub fn write(&self, ring: &Ring) -> Result<(), RegistryError> {
        let write = || {
            let before = std::fs::metadata(&self.path)?;
            let new = written_beside(&self.path, ring)?;
            let placed = (|| {
                let after = std::fs::metadata(&new)?;
                if (after.uid(), after.gid()) != (before.uid(), before.gid()) {
                    chown(&new, Some(before.uid()), Some(before.gid()))?;
                }
                let mode = 0o600 | (before.permissions().mode() & 0o040);
                std::fs::set_permissions(&new, std::fs::Permissions::from_mode(mode))?;
                std::fs::rename(&new, &self.path)
            })();
            if placed.is_err() {
                // Nothing is to be done if this fails as well.
                let _ = std::fs::remove_file(&new);
            }
            placed?;
            self.folder.sync_all()
        };
        write().map_err(|_: std::io::Error| RegistryError::VaultKey("file cannot be replaced"))
    }
}

pub fn random_key() -> Result<Key, RegistryError> {
    let mut key = Key::default();
    let failed = RegistryError::Internal("no random bytes could be had");
    SystemRandom::new().fill(&mut key).map_err(|_| failed)?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).expect("a file").permissions().mode() & 0o777
    }

    #[test]
    fn a_key_file_is_made_once_and_is_its_owners_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("sentra.key");
        let source = Source::File(path.clone());
        assert!(source.read(false).is_err());
        let ring = source.read(true).expect("made");
        assert!(source.read(true).expect("read") == ring);
        assert_eq!(mode(&path), 0o600);
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1);
    }

    #[test]
    fn keys_stand_on_lines_or_between_commas() {
        let [one, two] = [Marked::random(), Marked::random()].map(|key| key.expect("a key"));
        let ring = Ring::only(one).with_first(two);
        let text = ring.text();
        assert!(Ring::parse(&text).expect("a ring") == ring);
        assert!(Ring::parse(&text.trim().replace('\n', ", ")).expect("a ring") == ring);
        assert!(Ring::parse(&format!("{text}{text}")).expect("a ring") == ring);
        for bad in ["", " , ", "AAAA", &format!("{text},x")] {
            assert!(Ring::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_replaced_key_file_keeps_its_rights_and_is_held_by_one_rotation() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("sentra.key");
        let ring = make(&path).expect("made");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).expect("set");
        let file = KeyFile::hold(&path).expect("held");
        assert!(KeyFile::hold(&path).is_err());
        file.write(&ring.with_first(Marked::random().expect("a key"))).expect("written");
        assert_eq!((mode(&path), file.read().expect("read").len()), (0o640, 2));
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1);
        drop(file);
        assert!(KeyFile::hold(&path).is_ok());
    }

    #[test]
    fn a_secret_is_opened_by_the_key_that_wrapped_it_marked_or_not() {
        let [one, two] = [Marked::random(), Marked::random()].map(|key| key.expect("a key"));
        let ring = Ring::only(two).with_first(one);
        let marked = two.wrap("a", b"rahasia".to_vec()).expect("wrapped");
        let unmarked = encrypt(&two.key, "a", b"rahasia".to_vec()).expect("wrapped");
        for wrapped in [&marked, &unmarked] {
            assert_eq!(ring.open("a", wrapped).as_deref(), Some(b"rahasia".as_slice()));
            assert_eq!(ring.open("b", wrapped), None);
            assert_eq!(Ring::only(one).open("a", wrapped), None);
        }
    }
}
