//! `sentra vault rotate [--prepare | --forget-old]`

use clap::{Args, Subcommand};

use super::seed::{progress_bar, show};
use super::{CliError, open_to_write};
use crate::registry::vault::RotationProgress;

#[derive(Subcommand)]
pub enum Vault {
    /// Another key for the vault, while the servers go on
    ///
    /// Makes a new key, puts it first in the key file, and wraps with it all that the old one
    /// wrapped. With the key in `SENTRA_VAULT_KEY`, put the new one first there yourself, the old one
    /// after it, and start the servers again with both before this. Killed in the middle, it goes on
    /// when it is run again.
    Rotate(Rotate),
}

#[derive(Args)]
pub struct Rotate {
    /// Only put a new key first in the file: to copy the file to other machines before the key is
    /// used
    #[arg(long)]
    prepare: bool,
    /// After a rotation: take the old keys out of the file, if nothing is wrapped by them any more.
    /// Backups from before the rotation then need the old key from where you keep it
    #[arg(long, conflicts_with = "prepare")]
    forget_old: bool,
}

pub fn run(database: &str, command: &Vault) -> Result<(), CliError> {
    let Vault::Rotate(rotate) = command;
    let registry = open_to_write(database)?;
    if rotate.prepare {
        let made = registry.prepare_vault_key()?;
        let told = if made { "a new key was put" } else { "there is a new key already," };
        eprintln!("{told} first in the key file; `sentra vault rotate` makes it the current one");
        return Ok(());
    }
    if rotate.forget_old {
        let keys = registry.forget_old_vault_keys()?.keys;
        eprintln!("{keys} old keys taken out of the key file");
        return Ok(());
    }
    let bar = progress_bar();
    let rotated = registry.rotate_vault_key(|progress| match progress {
        RotationProgress::Key { made: true } => eprintln!("a new key is first in the key file"),
        RotationProgress::Key { made: false } => eprintln!("the first key is another than before"),
        RotationProgress::Current => eprintln!("what is sealed from now on is wrapped with it"),
        RotationProgress::Rewrapped { done, of } => show(&bar, done, of),
    })?;
    bar.finish_and_clear();
    eprintln!("{} keys wrapped anew", rotated.rewrapped);
    if !rotated.unopened.is_empty() {
        for place in &rotated.unopened {
            eprintln!("no key opens {place}");
        }
        return Err(CliError::Message(
            "the rotation is through, but for values that none of the keys opens".into(),
        ));
    }
    if rotated.in_file {
        eprintln!(
            "the old key may be taken out (`sentra vault rotate --forget-old`); keep it elsewhere \
             as long as you keep backups from before"
        );
    } else {
        eprintln!(
            "the old key may be taken out of SENTRA_VAULT_KEY; keep it elsewhere as long as you \
             keep backups from before"
        );
    }
    Ok(())
}
