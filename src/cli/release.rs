//! `sentra release list | make --title TEXT --contact TEXT [--reference-date DAY] [--note TEXT]
//! [--campaign ID] [--licence TEXT] | verify ID`

use std::io::Write;

use chrono::NaiveDate;
use clap::{Args, Subcommand};
use uuid::Uuid;

use super::{CliError, open_to_write};
use crate::domain::actor::Actor;
use crate::registry::releases::{LICENCE, NewRelease, ReleaseState, Told, Verified};

#[derive(Subcommand)]
pub enum Release {
    /// All releases, the newest first
    List,
    /// Make official figures of all records as they are now, and seal them
    Make(Make),
    /// Compute a sealed release again from the record's earlier states: the same, byte by byte?
    Verify {
        /// Id of the release
        id: Uuid,
    },
}

#[derive(Args)]
pub struct Make {
    #[arg(long, value_name = "TEXT")]
    title: String,
    /// The office that answers questions
    #[arg(long, value_name = "TEXT")]
    contact: String,
    /// The day that the figures stand for, such as 2026-12-31; today unless told
    #[arg(long, value_name = "DAY")]
    reference_date: Option<NaiveDate>,
    /// What else a reader should know
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// Id of a closed campaign whose figures are to be in it
    #[arg(long, value_name = "ID")]
    campaign: Option<Uuid>,
    /// Under which the figures are given
    #[arg(long, env = "SENTRA_LICENCE", default_value = LICENCE, value_name = "TEXT")]
    licence: String,
}

pub fn run(database: &str, command: &Release) -> Result<(), CliError> {
    let registry = open_to_write(database)?;
    let mut out = std::io::stdout().lock();
    match command {
        Release::List => {
            for told in registry.releases(&Actor::Operator)? {
                line(&mut out, &told)?;
            }
        }
        Release::Make(make) => {
            let new = NewRelease {
                title: make.title.clone(),
                reference_date: make.reference_date,
                contact: make.contact.clone(),
                note: make.note.clone(),
                campaign: make.campaign,
                licence: Some(make.licence.clone()),
            };
            line(&mut out, &registry.make_release(&Actor::Operator, &new)?)?;
        }
        Release::Verify { id } => match registry.verify_release(*id)? {
            Verified::Same => writeln!(out, "{id}: the same, byte by byte")?,
            Verified::Removed(records) => {
                return Err(CliError::Message(format!(
                    "{id}: {records} of its records were taken away since (undone imports, sample \
                     data), so it cannot be computed again; the sealed document is unchanged"
                )));
            }
            Verified::Different => {
                return Err(CliError::Message(format!(
                    "{id}: NOT the same: the sealed document or the record was changed"
                )));
            }
        },
    }
    Ok(())
}

fn line(out: &mut impl Write, told: &Told) -> Result<(), CliError> {
    let state = match told.state {
        ReleaseState::Computing => "computing",
        ReleaseState::Failed => "failed",
        ReleaseState::Sealed => "sealed",
        ReleaseState::Withdrawn => "withdrawn",
    };
    let sha256 = told.sha256.as_deref().unwrap_or("-");
    Ok(writeln!(out, "{}  {}  {state}  {sha256}  {}", told.id, told.reference_date, told.title)?)
}
