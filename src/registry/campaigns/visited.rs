//! The records that were visited in a campaign, for the filter `campaign`: looked up when it is asked
//! for, kept in memory, and looked up anew once the log has told of another visit or of a merge.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use uuid::Uuid;

use super::seen_campaign;
use super::visits::VISIT;
use crate::db::log::ChangeRow;
use crate::db::{self, Db};
use crate::domain::actor::Actor;
use crate::domain::fault::{Fault, FieldFault};
use crate::registry::enterprises::ENTITY;
use crate::registry::{Registry, RegistryError};
use crate::search::KeySet;

/// Campaigns that are kept: a bit for each record of the registry.
const MOST: usize = 200;

/// What was visited, by campaign.
#[derive(Default)]
pub(in crate::registry) struct Visited(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    /// How often the log told of visits: what was looked up before it did is not kept after.
    turn: u64,
    campaigns: HashMap<Uuid, Arc<KeySet>>,
}

impl Visited {
    /// Keys of the records that were visited in any of these campaigns.
    pub(in crate::registry) fn in_any(
        &self,
        db: &Db,
        campaigns: &[Uuid],
    ) -> Result<Arc<KeySet>, RegistryError> {
        if let [one] = campaigns {
            return self.in_one(db, *one);
        }
        let mut all = KeySet::default();
        for campaign in campaigns {
            let one = self.in_one(db, *campaign)?;
            all.unite(&one);
        }
        Ok(Arc::new(all))
    }

    fn in_one(&self, db: &Db, campaign: Uuid) -> Result<Arc<KeySet>, RegistryError> {
        let turn = {
            let kept = self.0.lock();
            if let Some(keys) = kept.campaigns.get(&campaign) {
                return Ok(keys.clone());
            }
            kept.turn
        };
        let keys =
            db.read(|connection| db::campaigns::visited::keys(connection, &campaign.to_string()))?;
        let keys: Arc<KeySet> = Arc::new(keys.into_iter().collect());
        let mut kept = self.0.lock();
        if kept.turn == turn {
            if kept.campaigns.len() >= MOST {
                kept.campaigns.clear();
            }
            kept.campaigns.insert(campaign, keys.clone());
        }
        Ok(keys)
    }

    /// Forgets what these changes made another.
    pub(in crate::registry) fn take_up(
        &self,
        db: &Db,
        changes: &[ChangeRow],
    ) -> Result<(), RegistryError> {
        let (mut visits, mut enterprises, mut merged) = (Vec::new(), Vec::new(), false);
        for change in changes {
            match (change.entity.as_str(), change.action.as_str()) {
                (VISIT, _) => visits.push(change.entity_id.clone()),
                (ENTITY, "create" | "visit") => enterprises.push(change.entity_id.clone()),
                // What was merged before into the one that is merged now has no entry here.
                (ENTITY, "merge" | "unmerge") => merged = true,
                _ => {}
            }
        }
        if visits.is_empty() && enterprises.is_empty() && !merged {
            return Ok(());
        }
        {
            let mut kept = self.0.lock();
            kept.turn += 1;
            if merged {
                kept.campaigns.clear();
            }
            if kept.campaigns.is_empty() {
                return Ok(());
            }
        }
        let concerned = db.read(|connection| {
            db::campaigns::visited::campaigns_of(connection, &visits, &enterprises)
        })?;
        let mut kept = self.0.lock();
        for id in concerned.iter().filter_map(|id| id.parse::<Uuid>().ok()) {
            kept.campaigns.remove(&id);
        }
        Ok(())
    }
}

impl Registry {
    /// Refuses campaigns that somebody does not see, as those that are not there.
    pub(in crate::registry) fn allow_campaigns(
        &self,
        actor: &Actor,
        campaigns: &[Uuid],
    ) -> Result<(), RegistryError> {
        if campaigns.is_empty() {
            return Ok(());
        }
        self.db.read(|connection| {
            for id in campaigns {
                match seen_campaign(connection, actor, *id) {
                    Ok(_) => {}
                    Err(RegistryError::DocumentNotFound { .. }) => {
                        let (value, allowed) = (id.to_string(), String::new());
                        let fault = Fault::UnknownCode { value, allowed };
                        let fault = FieldFault::new("campaign", fault);
                        return Err(RegistryError::BadParameters(vec![fault]));
                    }
                    Err(error) => return Err(error),
                }
            }
            Ok(())
        })
    }
}
