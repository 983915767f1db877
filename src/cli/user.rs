//! `sentra user add EMAIL --role ROLE [--area CODE] --password-stdin`

use std::io::BufRead;

use clap::{Args, Subcommand};

use super::{CliError, open_to_write};
use crate::domain::actor::Role;
use crate::domain::region::RegionCode;

#[derive(Subcommand)]
pub enum User {
    /// Add an account, or replace the one with this address
    Add(Add),
}

#[derive(Args)]
pub struct Add {
    email: String,
    #[arg(long, value_enum)]
    role: Role,
    /// Region code that bounds what they see and do; without it, the whole province
    #[arg(long)]
    area: Option<String>,
    /// Read the password from the first line of standard input
    #[arg(long, required = true)]
    password_stdin: bool,
}

pub fn run(database: &str, command: &User) -> Result<(), CliError> {
    let User::Add(add) = command;
    let area: Option<RegionCode> = match &add.area {
        Some(code) => Some(
            code.parse().map_err(|()| CliError::Message(format!("{code} is not a region code")))?,
        ),
        None => None,
    };
    let mut password = String::new();
    std::io::stdin().lock().read_line(&mut password)?;
    let password = password.trim_end_matches(['\r', '\n']);
    open_to_write(database)?.put_user(&add.email, password, add.role, area)?;
    let role: &str = add.role.into();
    eprintln!("{} may sign in as {role}", add.email);
    Ok(())
}
