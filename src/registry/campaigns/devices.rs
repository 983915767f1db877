//! Phones: each has a key of its own, which is shown once and opens nothing but its enumerator's
//! forms, lists and submissions.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::area_of;
use crate::db::campaigns::devices::DeviceRow;
use crate::db::{self, AnyConnection};
use crate::domain::access::Right;
use crate::domain::actor::{Actor, Role};
use crate::domain::fault::{Fault, FieldFault};
use crate::domain::region::RegionCode;
use crate::registry::access_log::{Change, DEVICE};
use crate::registry::secrets::{digest, token};
use crate::registry::writing::new_id;
use crate::registry::{Registry, RegistryError};

const MAX_LABEL: usize = 100;

/// A phone.
#[derive(Debug, Clone, PartialEq)]
pub struct Device {
    pub id: String,
    /// E-mail address of the account that it collects for.
    pub enumerator: String,
    pub label: String,
    pub created_by: String,
    pub created_at: DateTime<Utc>,
    pub last_used_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
}

impl From<DeviceRow> for Device {
    fn from(row: DeviceRow) -> Self {
        Self {
            id: row.id,
            enumerator: row.enumerator,
            label: row.label,
            created_by: row.created_by,
            created_at: row.created_at.and_utc(),
            last_used_at: row.last_used_at.map(|at| at.and_utc()),
            revoked_at: row.revoked_at.map(|at| at.and_utc()),
        }
    }
}

/// A phone that was given a key, and the key.
pub struct NewDevice {
    pub device: Device,
    pub key: String,
}

/// A phone as it calls: whose it is.
#[derive(Debug, Clone)]
pub struct Calling {
    pub device: Device,
    pub actor: Actor,
}

impl Registry {
    /// Gives a phone a key.
    ///
    /// # Errors
    /// Not allowed; an account that does not go to the field, or not in the own area.
    pub fn create_device(
        &self,
        actor: &Actor,
        enumerator: &str,
        label: &str,
    ) -> Result<NewDevice, RegistryError> {
        actor.require(Right::ManageCampaigns)?;
        let mut faults = Vec::new();
        if label.trim().is_empty() {
            faults.push(FieldFault::new("label", Fault::Required));
        } else if label.chars().count() > MAX_LABEL {
            faults.push(FieldFault::new("label", Fault::TooLong { max: MAX_LABEL }));
        }
        let key = token()?;
        let now = self.clock.now();
        let device = DeviceRow {
            id: new_id(now).to_string(),
            key_hash: digest(&key),
            enumerator: enumerator.to_owned(),
            label: label.trim().to_owned(),
            created_by: actor.name().to_owned(),
            created_at: now.naive_utc(),
            last_used_at: None,
            revoked_at: None,
        };
        self.db.write(|tx| {
            if !leads(tx, actor, enumerator)? {
                let (value, allowed) = (enumerator.to_owned(), String::new());
                faults.push(FieldFault::new("enumerator", Fault::UnknownCode { value, allowed }));
            }
            if !faults.is_empty() {
                return Err(RegistryError::Invalid(faults.clone()));
            }
            db::campaigns::devices::insert(tx, &device)?;
            let change = Change::new("create").because(enumerator);
            self.log_access(tx, actor, (DEVICE, &device.id), &change)
        })?;
        Ok(NewDevice { device: device.into(), key })
    }

    /// The phones of those whom somebody leads; of an enumerator, their own.
    ///
    /// # Errors
    /// Not allowed.
    pub fn devices(&self, actor: &Actor) -> Result<Vec<Device>, RegistryError> {
        require(actor)?;
        self.db.read(|connection| {
            if !actor.may(Right::ManageCampaigns) {
                let own = db::campaigns::devices::all(connection, Some(actor.name()))?;
                return Ok(own.into_iter().map(Device::from).collect());
            }
            let mut seen = Vec::new();
            for device in db::campaigns::devices::all(connection, None)? {
                if leads(connection, actor, &device.enumerator)? {
                    seen.push(device.into());
                }
            }
            Ok(seen)
        })
    }

    /// Takes a phone's key away: at once nothing opens to it.
    ///
    /// # Errors
    /// Not allowed; not found.
    pub fn revoke_device(&self, actor: &Actor, id: Uuid) -> Result<(), RegistryError> {
        require(actor)?;
        let not_found = || RegistryError::DocumentNotFound { entity: DEVICE, id: id.to_string() };
        self.db.write(|tx| {
            let device = db::campaigns::devices::by_id(tx, &id.to_string())?;
            let device = device.ok_or_else(not_found)?;
            // One's own too: who loses a phone says so first.
            let own = device.enumerator == actor.name();
            let led = actor.may(Right::ManageCampaigns) && leads(tx, actor, &device.enumerator)?;
            if !own && !led {
                return Err(not_found());
            }
            if device.revoked_at.is_some() {
                return Ok(());
            }
            db::campaigns::devices::revoke(tx, &device.id, self.clock.now_naive())?;
            self.log_access(tx, actor, (DEVICE, &device.id), &Change::new("revoke"))
        })
    }

    /// Who calls with a phone's key. One that is unknown, revoked, or of an account that is closed
    /// is refused in the same words.
    ///
    /// # Errors
    /// [`RegistryError::BadToken`].
    pub fn calling(&self, key: &str) -> Result<Calling, RegistryError> {
        let hash = digest(key);
        let device =
            self.db.read(|connection| db::campaigns::devices::by_key(connection, &hash))?;
        let device = device.filter(|device| device.revoked_at.is_none());
        let device = device.ok_or(RegistryError::BadToken)?;
        let actor = self.actor_named(&device.enumerator).map_err(|_| RegistryError::BadToken)?;
        if !actor.may(Right::SubmitVisits) {
            return Err(RegistryError::BadToken);
        }
        Ok(Calling { device: device.into(), actor })
    }
}

/// Phones are the matter of those who lead, and of those who carry them.
fn require(actor: &Actor) -> Result<(), RegistryError> {
    if actor.may(Right::ManageCampaigns) {
        return Ok(());
    }
    Ok(actor.require(Right::SubmitVisits)?)
}

/// Whether an account goes to the field in the area of somebody.
fn leads(
    connection: &mut AnyConnection,
    actor: &Actor,
    enumerator: &str,
) -> Result<bool, RegistryError> {
    let Some(user) = db::users::by_email(connection, enumerator)? else { return Ok(false) };
    let goes = [Role::Enumerator, Role::CooperativeOfficer];
    if !goes.into_iter().any(|role| user.role == <&str>::from(role)) {
        return Ok(false);
    }
    let theirs: Option<RegionCode> = user.area.and_then(|area| area.parse().ok());
    Ok(area_of(actor).is_none_or(|own| theirs.is_some_and(|area| own.contains(&area))))
}
