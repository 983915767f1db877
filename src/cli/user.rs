//! `sentra user …`: accounts.

use std::io::BufRead;

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use uuid::Uuid;

use super::{CliError, open_to_write, region, time};
use crate::domain::actor::{Actor, Role};
use crate::domain::region::RegionCode;
use crate::registry::Registry;
use crate::registry::accounts::{Account, AccountChange, AccountQuery, NewAccount, OneTimeCode};

/// Accounts read at a time.
const PAGE: usize = 500;

#[derive(Subcommand)]
pub enum User {
    /// Add an account, or replace the one with this address
    Add(Add),
    /// List accounts
    List {
        /// Part of the address or the name
        #[arg(long)]
        q: Option<String>,
    },
    /// Change what somebody is, from their next request on
    Set(Set),
    /// Print a code by which somebody sets another password
    ResetCode { email: String },
    /// Sign somebody out and let them sign in no more
    Disable { email: String },
    /// Let somebody who was disabled sign in again
    Enable { email: String },
    /// Give the grant `restricted`; it counts in sessions with a second factor
    Grant {
        email: String,
        /// `2027-01-31` or `2027-01-31T12:00:00Z`, a year from now at most
        #[arg(long, value_parser = time)]
        until: DateTime<Utc>,
        /// Kept in the change log
        #[arg(long)]
        reason: String,
    },
    /// Take the grant `restricted` away
    RevokeGrant { email: String },
    /// Sign somebody out everywhere
    EndSessions { email: String },
    /// Take a second factor away that was lost, and sign its owner out
    RemoveTotp { email: String },
}

#[derive(Args)]
pub struct Add {
    email: String,
    #[arg(long, value_enum)]
    role: Role,
    /// Region code that bounds what they see and do; without it, the whole province
    #[arg(long, value_parser = region)]
    area: Option<RegionCode>,
    /// Id of the cooperative that a cooperative officer looks after
    #[arg(long)]
    cooperative: Option<Uuid>,
    #[arg(long)]
    name: Option<String>,
    /// Read the password from the first line of standard input; without it, a one-time code is
    /// printed by which they set their own
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Args)]
pub struct Set {
    email: String,
    #[arg(long, value_enum)]
    role: Option<Role>,
    #[arg(long, value_parser = region, conflicts_with = "whole_province")]
    area: Option<RegionCode>,
    /// No area any more
    #[arg(long)]
    whole_province: bool,
    #[arg(long)]
    cooperative: Option<Uuid>,
    #[arg(long)]
    name: Option<String>,
}

pub fn run(database: &str, command: User) -> Result<(), CliError> {
    let registry = open_to_write(database)?;
    let operator = &Actor::Operator;
    match command {
        User::Add(add) => return self::add(&registry, add),
        User::List { q } => return list(&registry, q),
        User::Set(set) => {
            let area = set.whole_province.then_some(None).or(set.area.map(Some));
            let change = AccountChange {
                name: set.name.map(Some),
                role: set.role,
                area,
                cooperative: set.cooperative.map(Some),
                disabled: None,
            };
            tell(&registry.change_account(operator, &set.email, &change)?);
        }
        User::ResetCode { email } => {
            print_code(&email, &registry.create_reset_code(operator, &email)?);
        }
        User::Disable { email } => tell(&disable(&registry, &email, true)?),
        User::Enable { email } => tell(&disable(&registry, &email, false)?),
        User::Grant { email, until, reason } => {
            tell(&registry.grant_restricted(operator, &email, until, &reason)?);
        }
        User::RevokeGrant { email } => tell(&registry.revoke_restricted(operator, &email)?),
        User::EndSessions { email } => {
            let ended = registry.end_sessions_of(operator, &email)?;
            eprintln!("{email} was signed out of {ended} sessions");
        }
        User::RemoveTotp { email } => tell(&registry.remove_second_factor_of(operator, &email)?),
    }
    Ok(())
}

fn add(registry: &Registry, add: Add) -> Result<(), CliError> {
    let Add { email, role, area, cooperative, name, password_stdin } = add;
    let new = NewAccount { email, name, role, area, cooperative };
    if !password_stdin {
        let (account, code) = registry.create_account(&Actor::Operator, &new)?;
        print_code(&account.email, &code);
        return Ok(());
    }
    let mut password = String::new();
    std::io::stdin().lock().read_line(&mut password)?;
    registry.put_account(&new, password.trim_end_matches(['\r', '\n']))?;
    let role: &str = role.into();
    eprintln!("{} may sign in as {role}", new.email);
    Ok(())
}

fn disable(registry: &Registry, email: &str, disabled: bool) -> Result<Account, CliError> {
    let change = AccountChange { disabled: Some(disabled), ..AccountChange::default() };
    Ok(registry.change_account(&Actor::Operator, email, &change)?)
}

fn list(registry: &Registry, q: Option<String>) -> Result<(), CliError> {
    let mut query = AccountQuery { q, after: None, limit: PAGE };
    loop {
        let page = registry.accounts(&Actor::Operator, &query)?;
        for account in &page.items {
            println!("{}", line(account));
        }
        match page.next {
            Some(next) => query.after = Some(next),
            None => return Ok(()),
        }
    }
}

/// The code alone on standard output, for programs; what it is for on standard error.
fn print_code(email: &str, code: &OneTimeCode) {
    let until = code.expires_at.format("%Y-%m-%d %H:%M UTC");
    eprintln!("one-time code for {email}, good until {until}:");
    println!("{}", code.code);
}

fn tell(account: &Account) {
    eprintln!("{}", line(account));
}

/// An account in one line.
fn line(account: &Account) -> String {
    let role: &str = account.role.into();
    let mut words = vec![account.email.clone(), role.to_owned()];
    words.push(account.area.as_ref().map_or("whole province".into(), ToString::to_string));
    words.extend(account.cooperative.map(|id| format!("cooperative {id}")));
    words.extend(account.second_factor.then(|| "second factor".to_owned()));
    words.extend(
        account.restricted_until.map(|time| format!("restricted until {}", time.format("%F"))),
    );
    words.extend(account.locked_until.map(|time| format!("locked until {}", time.format("%T"))));
    words.extend(account.disabled.then(|| "disabled".to_owned()));
    words.join("\t")
}
