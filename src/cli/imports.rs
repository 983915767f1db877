//! `sentra imports [list | show ID | undo ID --reason TEXT]`

use std::time::Duration;

use clap::Subcommand;
use uuid::Uuid;

use super::seed::{progress_bar, show};
use super::{CliError, open_to_write};
use crate::domain::actor::Actor;
use crate::registry::imports::{Counts, Import, State};

/// Imports that are printed.
const LISTED: usize = 50;
/// Between two looks at what another process does.
const LOOK: Duration = Duration::from_millis(200);

#[derive(Subcommand)]
pub enum Imports {
    /// The last imports, the newest first
    List,
    /// One import: what it was asked for and what became of it
    Show {
        #[arg(value_name = "ID")]
        id: Uuid,
    },
    /// Take back what an import did; records that somebody has changed since are left
    Undo {
        #[arg(value_name = "ID")]
        id: Uuid,
        /// Why; it is kept in the log of changes
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
}

pub fn run(database: &str, command: Option<&Imports>) -> Result<(), CliError> {
    let registry = open_to_write(database)?;
    match command {
        None | Some(Imports::List) => {
            let page = registry.imports(&Actor::Operator, None, LISTED)?;
            for import in &page.items {
                print_line(import);
            }
            if page.next.is_some() {
                println!("… of {} in all.", page.matched);
            }
        }
        Some(Imports::Show { id }) => print(&registry.import_of(&Actor::Operator, *id)?),
        Some(Imports::Undo { id, reason }) => {
            registry.undo_import(&Actor::Operator, *id, reason)?;
            let bar = progress_bar();
            let undone = std::thread::scope(|scope| {
                let worker = scope.spawn(|| registry.work_on_import(*id));
                loop {
                    // A server may have taken it up first.
                    let ended = worker.is_finished();
                    let import = registry.import_of(&Actor::Operator, *id)?;
                    if let Some((done, total)) = import.progress {
                        let whole = |number| usize::try_from(number).unwrap_or_default();
                        show(&bar, whole(done), whole(total));
                    } else if ended {
                        return Ok::<_, CliError>(import);
                    }
                    std::thread::sleep(LOOK);
                }
            })?;
            bar.finish_and_clear();
            registry.flush_reads()?;
            if undone.state != State::Undone {
                let told = undone.problem.map_or("stopped".to_owned(), |problem| problem.en);
                return Err(CliError::Message(format!("not undone: {told}")));
            }
            print(&undone);
            return Ok(());
        }
    }
    registry.flush_reads()?;
    Ok(())
}

fn print_line(import: &Import) {
    let at = import.created_at.format("%Y-%m-%d %H:%M");
    let state: &str = import.state.into();
    println!("{}  {at}  {state:<10}  {}  {}", import.id, import.by, import.name);
}

fn print(import: &Import) {
    print_line(import);
    println!("  {} bytes, sha256 {}", import.size, import.sha256);
    if let Some(source) = &import.source {
        println!("  source: {source}");
    }
    for (name, counts) in [("preview", import.preview), ("result", import.result)] {
        let Some(counts) = counts else { continue };
        let Counts { read, accepted, warned, rejected, skipped, unchanged, .. } = counts;
        println!(
            "  {name}: {read} rows: {accepted} accepted, {warned} with something to look at, \
             {rejected} rejected, {skipped} skipped, {unchanged} unchanged; {} records created, \
             {} updated, {} open duplicates",
            counts.created, counts.updated, counts.duplicates
        );
    }
    if let Some(undo) = import.undo {
        println!(
            "  undo: {} records removed, {} restored, {} left because they were changed since",
            undo.removed, undo.restored, undo.skipped
        );
    }
    if let Some(problem) = &import.problem {
        println!("  {}", problem.en);
    }
}
