//! `sentra keys rotate [--revoke]`

use clap::Subcommand;

use super::{CliError, open_to_write};
use crate::domain::actor::Actor;

#[derive(Subcommand)]
pub enum Keys {
    /// Make a new signing key; the earlier ones verify until their tokens have ended
    Rotate {
        /// End the earlier keys now: whoever is signed in has to renew their token
        #[arg(long)]
        revoke: bool,
    },
}

pub fn run(database: &str, command: &Keys) -> Result<(), CliError> {
    let Keys::Rotate { revoke } = command;
    let rotated = open_to_write(database)?.rotate_signing_keys(&Actor::Operator, *revoke)?;
    println!("{}", rotated.kid);
    let from = rotated.signs_from.format("%T UTC");
    if *revoke {
        eprintln!("it signs from now on; servers refuse the earlier keys within five seconds");
    } else {
        let until = rotated.earlier_until.format("%T UTC");
        eprintln!("it signs from {from}; the earlier keys verify until {until}");
    }
    Ok(())
}
