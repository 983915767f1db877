//! Computing a release and sealing it; and computing one again, to see that it is the same.

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{LICENCE, not_found, population};
use crate::db::releases::{self as stored, Seal};
use crate::db::{self, DbError};
use crate::domain::release::{
    Basis, CampaignFigures, Header, Population, Release, Thresholds, compute,
};
use crate::domain::text::hex;
use crate::registry::{Registry, RegistryError};

/// Between two signs of life.
const BEAT: TimeDelta = TimeDelta::seconds(1);

/// What became of computing a sealed release again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verified {
    /// The same, byte by byte.
    Same,
    /// So many of its records were taken away since, with all that was kept of them: imports that
    /// were undone, sample data. What is left gives other figures.
    Removed(usize),
    /// It is not what was sealed, or not what the record says.
    Different,
}

/// What a release was made of.
struct Read {
    population: Population,
    seq: i64,
    log_epoch: String,
    sample: bool,
    campaign: Option<CampaignFigures>,
}

impl Registry {
    /// Computes and seals a release that was begun.
    ///
    /// # Errors
    /// The database's; then the release has failed.
    pub fn work_on_release(&self, id: Uuid) -> Result<(), RegistryError> {
        let made = self.compute_and_seal(id);
        if made.is_err() {
            let now = self.clock.now_naive();
            self.db.write(|tx| stored::fail(tx, &id.to_string(), now))?;
        }
        made
    }

    fn compute_and_seal(&self, id: Uuid) -> Result<(), RegistryError> {
        let key = id.to_string();
        let row = self.db.read(|connection| stored::get(connection, &key))?;
        let row = row.ok_or_else(|| not_found(id))?;
        let basis = Basis::of(&self.reference());
        let read = self.read_population(&key, &basis, row.campaign_id.as_deref())?;
        let header = Header {
            id,
            title: row.title,
            reference_date: row.reference_date,
            sealed_at: self.clock.now().trunc_subsecs(0),
            seq: read.seq,
            log_epoch: read.log_epoch,
            sample: read.sample,
            licence: row.licence.unwrap_or_else(|| LICENCE.to_owned()),
            contact: row.contact,
            note: row.note,
        };
        loop {
            let last = self.db.read(|connection| stored::last_sealed(connection, None))?;
            let inherited = thresholds_of(last.as_ref())?;
            let (mut release, thresholds) =
                compute(header.clone(), basis.clone(), &read.population, &inherited);
            if let Some(figures) = &read.campaign {
                release = release.of_campaign(figures.clone());
            }
            if self.seal(&release, &thresholds, last.map(|(position, _)| position))? {
                return Ok(());
            }
            // Another one was sealed meanwhile: this one is rounded as that one was.
        }
    }

    /// Answers whether no other release was sealed since that position.
    fn seal(
        &self,
        release: &Release,
        thresholds: &Thresholds,
        last: Option<i64>,
    ) -> Result<bool, RegistryError> {
        let document = serde_json::to_string(release)?;
        let thresholds = serde_json::to_string(thresholds)?;
        let header = &release.header;
        let seal = Seal {
            state: stored::SEALED,
            position: last.unwrap_or_default() + 1,
            updated_at: self.clock.now_naive(),
            sealed_at: header.sealed_at.naive_utc(),
            seq: header.seq,
            sample: header.sample,
            sha256: &sha256(&document),
            document: &document,
            thresholds: &thresholds,
        };
        // The position is unique: of two at once the later one finds it taken.
        match self.db.write(|tx| stored::seal(tx, &header.id.to_string(), &seal)) {
            Ok(true) => Ok(true),
            Ok(false) => Err(RegistryError::Internal("a release is sealed once")),
            Err(DbError::Unique) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    fn read_population(
        &self,
        id: &str,
        basis: &Basis,
        campaign: Option<&str>,
    ) -> Result<Read, RegistryError> {
        self.db.snapshot(|connection| {
            let seq = db::log::last_seq(connection)?;
            let log_epoch = db::log::epoch(connection)?.ok_or(RegistryError::NotSeeded)?;
            let (all, sample) = db::enterprises::counts(connection)?;
            // A registry of sample data alone is one to try things out in.
            let sample = all > 0 && all == sample;
            let mut last: Option<DateTime<Utc>> = None;
            let population = population::of_now(connection, basis, sample, |read| {
                let now = self.clock.now();
                if last.is_none_or(|last| now - last >= BEAT) {
                    last = Some(now);
                    let read = i64::try_from(read).unwrap_or(i64::MAX);
                    self.db.write(|tx| stored::tell(tx, id, (read, all), now.naive_utc()))?;
                }
                Ok(())
            })?;
            let campaign = campaign.map(|id| self.campaign_figures(connection, id)).transpose()?;
            Ok(Read { population, seq, log_epoch, sample, campaign })
        })
    }

    /// Computes a sealed release again, from what the record keeps of its earlier states.
    ///
    /// # Errors
    /// Not found, or not sealed; the database's.
    pub fn verify_release(&self, id: Uuid) -> Result<Verified, RegistryError> {
        let key = id.to_string();
        let row = self.db.read(|connection| stored::get(connection, &key))?;
        let row = row.filter(|row| row.position.is_some()).ok_or_else(|| not_found(id))?;
        let document = self.db.read(|connection| stored::document(connection, &key))?;
        let document = document.ok_or_else(|| not_found(id))?;
        if row.sha256.as_deref() != Some(sha256(&document).as_str()) {
            return Ok(Verified::Different);
        }
        let sealed: Release = serde_json::from_str(&document)?;
        let before = self.db.read(|connection| stored::last_sealed(connection, row.position))?;
        let inherited = thresholds_of(before.as_ref())?;
        let Header { seq, sample, .. } = sealed.header;
        let (population, removed) = self
            .db
            .snapshot(|connection| population::as_of(connection, &sealed.basis, sample, seq))?;
        let (mut again, _) = compute(sealed.header, sealed.basis, &population, &inherited);
        // Said of the figures; they do not depend on it.
        again.definitions = sealed.definitions;
        // Visits have no revisions: that these figures are as they were, the hash alone tells.
        again.campaign = sealed.campaign;
        if serde_json::to_string(&again)? == document {
            return Ok(Verified::Same);
        }
        Ok(if removed > 0 { Verified::Removed(removed) } else { Verified::Different })
    }
}

fn thresholds_of(last: Option<&(i64, String)>) -> Result<Thresholds, RegistryError> {
    let thresholds = last.map(|(_, thresholds)| serde_json::from_str(thresholds)).transpose()?;
    Ok(thresholds.unwrap_or_default())
}

fn sha256(document: &str) -> String {
    hex(&Sha256::digest(document.as_bytes()))
}
