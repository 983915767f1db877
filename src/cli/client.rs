//! `sentra client …`: service clients.

use chrono::{DateTime, Utc};
use clap::Subcommand;

use super::{CliError, open_to_write, time};
use crate::domain::actor::Actor;
use crate::registry::clients::{NewClient, ServiceClient};

/// Clients read at a time.
const PAGE: usize = 500;

#[derive(Subcommand)]
pub enum Client {
    /// Add a client and print its secret
    Add {
        /// Whose system it is
        name: String,
        /// `public`, `internal:AREA` or `changes`; may be given several times
        #[arg(long = "scope", required = true)]
        scopes: Vec<String>,
        /// `2027-01-31` or `2027-01-31T12:00:00Z`, three years from now at most
        #[arg(long, value_parser = time)]
        until: DateTime<Utc>,
    },
    /// List clients
    List,
    /// Give a client another secret and print it; the one before ends
    RenewSecret { id: String },
    /// Set how many requests a second a client may send; without a number: as many as anybody
    Limit { id: String, requests_per_second: Option<u32> },
    /// End a client and every token that it has
    Revoke { id: String },
}

pub fn run(database: &str, command: Client) -> Result<(), CliError> {
    let registry = open_to_write(database)?;
    let operator = &Actor::Operator;
    match command {
        Client::Add { name, scopes, until } => {
            let new = NewClient { name, scopes, expires_at: until };
            let (client, secret) = registry.create_client(operator, &new)?;
            print_secret(&client, &secret);
        }
        Client::List => {
            let mut after = None;
            loop {
                let page = registry.clients(operator, after.as_deref(), PAGE)?;
                for client in &page.items {
                    println!("{}", line(client));
                }
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
        }
        Client::RenewSecret { id } => {
            let (client, secret) = registry.renew_client_secret(operator, &id)?;
            print_secret(&client, &secret);
        }
        Client::Limit { id, requests_per_second } => {
            eprintln!("{}", line(&registry.limit_client(operator, &id, requests_per_second)?));
        }
        Client::Revoke { id } => eprintln!("{}", line(&registry.revoke_client(operator, &id)?)),
    }
    Ok(())
}

/// Id and secret on standard output, for programs; the rest on standard error.
fn print_secret(client: &ServiceClient, secret: &str) {
    eprintln!("{}", line(client));
    println!("client_id={}\nclient_secret={secret}", client.id);
}

/// A client in one line.
fn line(client: &ServiceClient) -> String {
    let mut words = vec![client.id.clone(), client.name.clone(), client.scopes.join(" ")];
    words.push(format!("until {}", client.expires_at.format("%F")));
    words.extend(client.requests_per_second.map(|rate| format!("{rate} requests a second")));
    words.extend(client.last_used_at.map(|time| format!("last used {}", time.format("%F"))));
    words.extend(client.revoked_at.map(|time| format!("revoked {}", time.format("%F"))));
    words.join("\t")
}
