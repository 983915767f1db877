//! Service clients: other agencies' systems, which show an id and a secret for short-lived tokens
//! (OAuth 2.0, client credentials only). A client belongs to the area of its scope `internal`, one
//! without to the whole province: whoever manages accounts there manages it.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::access_log::{CLIENT, Change};
use super::account_rules::{bounds, manages, name_fault};
use super::account_safety::time_fault;
use super::secrets::{digest, is_digest_of, token};
use super::sessions::area;
use super::signing::{ACCESS, Claims};
use super::writing::new_id;
use super::{AccessError, Registry, RegistryError};
use crate::db::clients::ClientRow;
use crate::db::{self, AnyConnection};
use crate::domain::access::Right;
use crate::domain::actor::{Actor, Client, Scopes};
use crate::domain::fault::{Fault, FieldFault};

/// Longest life of a client.
const LONGEST_LIFE: TimeDelta = TimeDelta::days(3 * 366);
/// Most requests a second that a client may be given.
const MAX_RATE: u32 = 1_000;
/// Lets scanners for leaked secrets know one.
const SECRET_PREFIX: &str = "sentra_secret_";

/// A service client, as those see it who manage it.
#[derive(Debug, Clone, PartialEq)]
pub struct ServiceClient {
    pub id: String,
    pub name: String,
    pub scopes: Vec<String>,
    pub created_by: String,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub revoked_at: Option<DateTime<Utc>>,
    /// When it last asked for a token.
    pub last_used_at: Option<DateTime<Utc>>,
    /// None: as much as anybody.
    pub requests_per_second: Option<u32>,
}

/// What a client is to be.
#[derive(Debug, Clone)]
pub struct NewClient {
    pub name: String,
    pub scopes: Vec<String>,
    pub expires_at: DateTime<Utc>,
}

/// A page of clients.
pub struct ClientPage {
    pub items: Vec<ServiceClient>,
    /// Id to go on after.
    pub next: Option<String>,
}

/// What a client shows for a token.
pub struct ClientCredentials {
    pub id: String,
    pub secret: String,
    /// Fewer scopes than its own, separated by spaces.
    pub scope: Option<String>,
}

/// A token for a client.
pub struct ClientToken {
    pub access_token: String,
    /// Seconds.
    pub expires_in: i64,
    pub scope: String,
}

/// Why a client gets no token, as RFC 6749 names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum TokenRefusal {
    InvalidRequest,
    InvalidClient,
    InvalidScope,
    UnsupportedGrantType,
}

impl Registry {
    /// Service clients, oldest first.
    ///
    /// # Errors
    /// Not allowed; the database's.
    pub fn clients(
        &self,
        actor: &Actor,
        after: Option<&str>,
        limit: usize,
    ) -> Result<ClientPage, RegistryError> {
        actor.require(Right::ManageAccess)?;
        let within = bounds(actor).map(ToString::to_string);
        // One more tells whether there is a next page.
        let rows = i64::try_from(limit + 1).unwrap_or(i64::MAX);
        let mut rows = self
            .db
            .read(|connection| db::clients::list(connection, within.as_deref(), after, rows))?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(|row| row.id.clone());
        Ok(ClientPage { items: rows.into_iter().map(represented).collect(), next })
    }

    /// A service client.
    ///
    /// # Errors
    /// Not allowed; not found: also outside the actor's area.
    pub fn client(&self, actor: &Actor, id: &str) -> Result<ServiceClient, RegistryError> {
        actor.require(Right::ManageAccess)?;
        let known = id_of(id)?;
        let row = self.db.read(|connection| db::clients::by_id(connection, &known))?;
        Ok(represented(managed(actor, id, row)?))
    }

    /// Makes a service client. Its secret is told once.
    ///
    /// # Errors
    /// Not allowed; every field fault at once.
    pub fn create_client(
        &self,
        actor: &Actor,
        new: &NewClient,
    ) -> Result<(ServiceClient, String), RegistryError> {
        actor.require(Right::ManageAccess)?;
        let now = self.clock.now();
        let mut faults = Vec::new();
        faults.extend(name_fault(&new.name));
        let scopes = Scopes::parse(&new.scopes).unwrap_or_else(|found| {
            faults.extend(found);
            Scopes::default()
        });
        let area = scopes.internal.as_ref();
        faults.extend(area.and_then(|area| self.area_fault("scopes", area)));
        faults.extend(time_fault("expires_at", new.expires_at, now, LONGEST_LIFE));
        if !faults.is_empty() {
            return Err(RegistryError::Invalid(faults));
        }
        if !manages(actor, area) {
            return Err(RegistryError::Forbidden);
        }
        let secret = secret()?;
        let row = ClientRow {
            id: new_id(now).to_string(),
            name: new.name.trim().to_owned(),
            secret_hash: digest(&secret),
            secret_version: 1,
            scopes: new.scopes.join(" "),
            area: area.map(ToString::to_string),
            created_by: actor.name().to_owned(),
            created_at: now.naive_utc(),
            expires_at: new.expires_at.naive_utc(),
            revoked_at: None,
            last_used_at: None,
            requests_per_second: None,
        };
        self.db.write(|tx| {
            db::clients::insert(tx, &row)?;
            let until = new.expires_at.format("%Y-%m-%d");
            let told = format!("{}, scopes {}, until {until}", row.name, row.scopes);
            self.log_access(tx, actor, (CLIENT, &row.id), &Change::new("create").because(told))
        })?;
        self.catch_up_after_write();
        Ok((represented(row), secret))
    }

    /// Gives a client another secret. The one before it ends now, with every token had by it.
    ///
    /// # Errors
    /// Not allowed; not found; revoked.
    pub fn renew_client_secret(
        &self,
        actor: &Actor,
        id: &str,
    ) -> Result<(ServiceClient, String), RegistryError> {
        let secret = secret()?;
        let client = self.change_client(actor, id, "renew_secret", |row| {
            if row.revoked_at.is_some() {
                let (action, field, value) = ("renew_secret", "revoked_at", "revoked");
                return Err(RegistryError::WrongTransition { action, field, value });
            }
            row.secret_hash = digest(&secret);
            row.secret_version += 1;
            Ok(())
        })?;
        Ok((client, secret))
    }

    /// Ends a client now, with every token that it has.
    ///
    /// # Errors
    /// Not allowed; not found.
    pub fn revoke_client(&self, actor: &Actor, id: &str) -> Result<ServiceClient, RegistryError> {
        let now = self.clock.now_naive();
        self.change_client(actor, id, "revoke", |row| {
            row.revoked_at = row.revoked_at.or(Some(now));
            Ok(())
        })
    }

    /// Sets how much a client may ask for; None: as much as anybody.
    ///
    /// # Errors
    /// Not allowed; not found; out of range.
    pub fn limit_client(
        &self,
        actor: &Actor,
        id: &str,
        requests_per_second: Option<u32>,
    ) -> Result<ServiceClient, RegistryError> {
        actor.require(Right::ManageAccess)?;
        let out = requests_per_second.filter(|rate| !(1..=MAX_RATE).contains(rate));
        if let Some(value) = out.map(|rate| rate.to_string()) {
            let fault = Fault::OutOfRange { value, min: "1".into(), max: MAX_RATE.to_string() };
            return Err(RegistryError::Invalid(vec![FieldFault::new(
                "requests_per_second",
                fault,
            )]));
        }
        let rate = requests_per_second.and_then(|rate| i32::try_from(rate).ok());
        self.change_client(actor, id, "limit", |row| {
            row.requests_per_second = rate;
            Ok(())
        })
    }

    fn change_client(
        &self,
        actor: &Actor,
        id: &str,
        action: &'static str,
        change: impl FnOnce(&mut ClientRow) -> Result<(), RegistryError>,
    ) -> Result<ServiceClient, RegistryError> {
        actor.require(Right::ManageAccess)?;
        let known = id_of(id)?;
        let row = self.db.write(|tx| {
            let mut row = managed(actor, id, db::clients::for_update(tx, &known)?)?;
            change(&mut row)?;
            db::clients::update(tx, &row)?;
            self.log_access(tx, actor, (CLIENT, &row.id), &Change::new(action))?;
            Ok::<_, RegistryError>(row)
        })?;
        self.catch_up_after_write();
        Ok(represented(row))
    }

    /// A token for a client that shows its secret.
    ///
    /// # Errors
    /// [`AccessError::NoToken`].
    pub fn client_token(&self, shown: &ClientCredentials) -> Result<ClientToken, RegistryError> {
        let now = self.clock.now();
        let refused = |refusal| RegistryError::from(AccessError::NoToken(refusal));
        let id = id_of(&shown.id).map_err(|_| refused(TokenRefusal::InvalidClient))?;
        let row = self.db.write(|tx: &mut AnyConnection| {
            let row = db::clients::for_update(tx, &id)?;
            let kept = row.as_ref().map(|row| row.secret_hash.clone()).unwrap_or_default();
            let right = is_digest_of(&kept, &shown.secret);
            let row = row.filter(|row| right && is_good(row, now));
            let mut row = row.ok_or(refused(TokenRefusal::InvalidClient))?;
            row.last_used_at = Some(now.naive_utc());
            db::clients::update(tx, &row)?;
            Ok::<_, RegistryError>(row)
        })?;
        let scope = match shown.scope.as_deref() {
            None => row.scopes.clone(),
            Some(asked) => {
                let asked: Vec<&str> = asked.split_ascii_whitespace().collect();
                let all_theirs =
                    asked.iter().all(|name| row.scopes.split(' ').any(|own| own == *name));
                if asked.is_empty() || !all_theirs || Scopes::parse(&asked).is_err() {
                    return Err(refused(TokenRefusal::InvalidScope));
                }
                asked.join(" ")
            }
        };
        let claims =
            Claims::new(row.id, row.secret_version.to_string(), now).of_client(scope.clone());
        Ok(ClientToken {
            access_token: self.sign(&claims)?,
            expires_in: ACCESS.num_seconds(),
            scope,
        })
    }

    /// The client that a token is of, with those scopes of the token that it still has.
    pub(super) fn client_of(&self, claims: &Claims) -> Result<Actor, RegistryError> {
        let now = self.clock.now();
        let row = self.db.read(|connection| db::clients::by_id(connection, &claims.sub))?;
        let row = row.filter(|row| {
            is_good(row, now)
                && claims.sid == row.secret_version.to_string()
                && claims.client_id.as_ref() == Some(&row.id)
        });
        let row = row.ok_or(RegistryError::BadToken)?;
        let asked = claims.scope.as_deref().unwrap_or_default();
        let names: Vec<&str> =
            asked.split(' ').filter(|name| row.scopes.split(' ').any(|own| own == *name)).collect();
        // None left: the public's tier.
        let scopes = Scopes::parse(&names).unwrap_or_default();
        let requests_per_second = rate(&row);
        Ok(Actor::Client(Client { id: row.id, scopes, requests_per_second }))
    }
}

fn is_good(row: &ClientRow, now: DateTime<Utc>) -> bool {
    row.revoked_at.is_none() && row.expires_at > now.naive_utc()
}

fn managed(actor: &Actor, id: &str, row: Option<ClientRow>) -> Result<ClientRow, RegistryError> {
    let row = row.filter(|row| manages(actor, area(row.area.as_deref()).as_ref()));
    Ok(row.ok_or_else(|| AccessError::ClientNotFound(id.to_owned()))?)
}

/// An id that is none is that of no client.
fn id_of(text: &str) -> Result<String, RegistryError> {
    let id: Option<Uuid> = text.parse().ok();
    Ok(id.map(|id| id.to_string()).ok_or_else(|| AccessError::ClientNotFound(text.to_owned()))?)
}

fn secret() -> Result<String, RegistryError> {
    Ok(format!("{SECRET_PREFIX}{}", token()?))
}

fn rate(row: &ClientRow) -> Option<u32> {
    row.requests_per_second.and_then(|rate| u32::try_from(rate).ok())
}

fn represented(row: ClientRow) -> ServiceClient {
    ServiceClient {
        requests_per_second: rate(&row),
        id: row.id,
        name: row.name,
        scopes: row.scopes.split(' ').map(str::to_owned).collect(),
        created_by: row.created_by,
        created_at: row.created_at.and_utc(),
        expires_at: row.expires_at.and_utc(),
        revoked_at: row.revoked_at.map(|at| at.and_utc()),
        last_used_at: row.last_used_at.map(|at| at.and_utc()),
    }
}
