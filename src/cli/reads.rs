//! `sentra reads report --enterprise ID | --actor EMAIL [--since TIME] [--until TIME] [--json]`

use std::io::Write;

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use uuid::Uuid;

use super::{CliError, open_to_write};
use crate::domain::actor::Actor;
use crate::domain::reading::{ActorReadReport, ReadKind, RecordReadReport};
use crate::registry::reads::Span;

#[derive(Subcommand)]
pub enum Reads {
    /// Who read a record or was shown it, or what an account read: for the report on a breach
    Report(Report),
}

#[derive(Args)]
#[group(id = "of", required = true, multiple = false)]
pub struct Of {
    /// Id of the record
    #[arg(long, value_name = "ID")]
    enterprise: Option<Uuid>,
    /// E-mail address of an account, or id of a service client
    #[arg(long, value_name = "EMAIL")]
    actor: Option<String>,
}

#[derive(Args)]
pub struct Report {
    #[command(flatten)]
    of: Of,
    /// From that time on, such as 2026-01-31T00:00:00+07:00
    #[arg(long, value_name = "TIME")]
    since: Option<DateTime<Utc>>,
    /// Up to that time
    #[arg(long, value_name = "TIME")]
    until: Option<DateTime<Utc>>,
    /// The whole report as JSON
    #[arg(long)]
    json: bool,
}

pub fn run(database: &str, command: &Reads) -> Result<(), CliError> {
    let Reads::Report(report) = command;
    let registry = open_to_write(database)?;
    let span = Span { since: report.since, until: report.until };
    let mut out = std::io::stdout().lock();
    match (&report.of.enterprise, &report.of.actor) {
        (Some(id), _) => {
            let found = registry.record_read_report(&Actor::Operator, *id, span)?;
            if report.json { json(&mut out, &found) } else { of_record(&mut out, &found) }
        }
        (None, actor) => {
            let actor = actor.as_deref().unwrap_or_default();
            let found = registry.actor_read_report(&Actor::Operator, actor, span)?;
            if report.json { json(&mut out, &found) } else { of_actor(&mut out, &found) }
        }
    }
}

fn json(out: &mut impl Write, report: &impl serde::Serialize) -> Result<(), CliError> {
    serde_json::to_writer_pretty(&mut *out, report)?;
    Ok(writeln!(out)?)
}

fn of_record(out: &mut impl Write, report: &RecordReadReport) -> Result<(), CliError> {
    writeln!(out, "Who asked for {}:", report.enterprise_id)?;
    for read in &report.direct {
        let between = between(read.first_at, read.last_at);
        writeln!(out, "  {}  {}  {} times, {between}", read.actor, name(read.kind), read.times)?;
        if read.unmasked > 0 {
            writeln!(out, "    NIKs whole {} times", read.unmasked)?;
        }
        for purpose in &read.purposes {
            writeln!(out, "    for: {purpose}")?;
        }
    }
    writeln!(out, "Whom it was shown to among others:")?;
    for read in &report.shown {
        let sure = if read.certain { "certainly" } else { "perhaps" };
        let between = between(read.first_at, read.last_at);
        writeln!(
            out,
            "  {}  {}  {} times, {} rows, {sure}, {between}, filter: {}",
            read.actor,
            name(read.kind),
            read.times,
            read.rows,
            read.filter.as_deref().unwrap_or("-")
        )?;
    }
    writeln!(out, "Who changed it:")?;
    for change in &report.changed_by {
        let between = between(change.first_at, change.last_at);
        writeln!(out, "  {}  {} times, {between}", change.actor, change.times)?;
    }
    Ok(())
}

fn of_actor(out: &mut impl Write, report: &ActorReadReport) -> Result<(), CliError> {
    writeln!(out, "{} asked for {} records one by one", report.actor, report.records)?;
    for kind in &report.kinds {
        let between = between(kind.first_at, kind.last_at);
        writeln!(
            out,
            "  {}  {} times, {} rows, {between}",
            name(kind.kind),
            kind.times,
            kind.rows
        )?;
    }
    writeln!(out, "Filters:")?;
    for filter in &report.filters {
        let (times, rows) = (filter.times, filter.rows);
        let text = if filter.filter.is_empty() { "-" } else { &filter.filter };
        writeln!(out, "  {}  {times} times, {rows} rows: {text}", name(filter.kind))?;
    }
    writeln!(out, "Restricted values:")?;
    for read in &report.restricted {
        let whole = if read.detail.unmasked { ", NIKs whole" } else { "" };
        writeln!(
            out,
            "  {}  {}  {}{whole}, for: {}",
            read.at.to_rfc3339(),
            name(read.kind),
            read.entity_id.as_deref().unwrap_or("-"),
            read.purpose.as_deref().unwrap_or("-")
        )?;
    }
    Ok(())
}

fn name(kind: ReadKind) -> &'static str {
    kind.into()
}

fn between(first: DateTime<Utc>, last: DateTime<Utc>) -> String {
    let text = |at: DateTime<Utc>| at.format("%Y-%m-%d %H:%M:%S UTC").to_string();
    if first == last { text(first) } else { format!("{} to {}", text(first), text(last)) }
}
