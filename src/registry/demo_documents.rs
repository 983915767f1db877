//! The sample set's sentra, cooperatives and figures, from `seed/demo-documents.json`. The sentra
//! and the figures are real, each with its source; they are marked as sample and go with it.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::demo::{Cluster, MADE_AT_MILLIS};
use super::documents::draft_of;
use super::{Registry, RegistryError};
use crate::db::log::Entry;
use crate::db::{self, AnyConnection};
use crate::domain::actor::Actor;
use crate::domain::cooperative::Cooperative;
use crate::domain::document::Document;
use crate::domain::observation::Observation;
use crate::domain::projection::jakarta_date;
use crate::domain::region::RegionCode;
use crate::domain::sentra::Sentra;

const DOCUMENTS: &str = include_str!("../../seed/demo-documents.json");

#[derive(Deserialize)]
struct DemoDocuments {
    cooperatives: Vec<DemoCooperative>,
    sentra: Vec<DemoSentra>,
    observations: Vec<Value>,
}

#[derive(Deserialize)]
struct DemoCooperative {
    key: String,
    draft: Value,
    #[serde(default)]
    members: Option<Members>,
}

#[derive(Deserialize)]
struct Members {
    commodity: String,
    region: RegionCode,
    share: f64,
}

#[derive(Deserialize)]
struct DemoSentra {
    key: String,
    draft: Value,
    share: f64,
}

impl Registry {
    /// Adds those that are not there, and answers who belongs to them.
    pub(super) fn seed_demo_documents(&self) -> Result<Vec<Cluster>, RegistryError> {
        let demo: DemoDocuments = serde_json::from_str(DOCUMENTS)?;
        let mut ids: HashMap<String, Uuid> = HashMap::new();
        for cooperative in &demo.cooperatives {
            let key = format!("cooperative:{}", cooperative.key);
            ids.insert(key.clone(), made_id(&key));
        }
        for sentra in &demo.sentra {
            let key = format!("sentra:{}", sentra.key);
            ids.insert(key.clone(), made_id(&key));
        }
        let today = jakarta_date(self.clock.now());
        let basis = json!({
            "kind": "already_public", "on": today,
            "text": "Laporan pers dan data contoh; sumber disebut pada tiap angka."
        });
        let lost =
            RegistryError::Internal("seed/demo-documents.json names a key that is not there");
        let resolve = |draft: &mut Value, field: &str, entity: &str| -> Result<(), RegistryError> {
            if let Some(key) = draft[field].as_str() {
                let id = ids.get(&format!("{entity}:{key}"));
                draft[field] = json!(id.ok_or(RegistryError::Internal("a key of the demo"))?);
            }
            draft["publication_basis"] = basis.clone();
            Ok(())
        };
        let mut clusters = Vec::new();
        self.db.write(|tx| {
            for DemoCooperative { key, mut draft, members } in demo.cooperatives {
                let id = made_id(&format!("cooperative:{key}"));
                resolve(&mut draft, "parent", "cooperative")?;
                self.add_sample::<Cooperative>(tx, id, draft)?;
                clusters.extend(members.map(|Members { commodity, region, share }| Cluster {
                    commodity,
                    region,
                    share,
                    sentra: None,
                    cooperative: Some(id),
                }));
            }
            for DemoSentra { key, mut draft, share } in demo.sentra {
                let id = made_id(&format!("sentra:{key}"));
                resolve(&mut draft, "cooperative", "cooperative")?;
                let parsed = draft_of::<Sentra>(draft.clone())?;
                self.add_sample::<Sentra>(tx, id, draft)?;
                let (commodity, region) = (parsed.commodity, parsed.region);
                let (sentra, cooperative) = (Some(id), None);
                clusters.push(Cluster { commodity, region, share, sentra, cooperative });
            }
            for (place, mut draft) in demo.observations.into_iter().enumerate() {
                let subject = draft["subject"].as_str().unwrap_or_default().to_owned();
                if let Some(id) = ids.get(&subject) {
                    let entity = subject.split(':').next().unwrap_or_default();
                    draft["subject"] = json!(format!("{entity}:{id}"));
                } else if !subject.starts_with("region:") {
                    return Err(lost);
                }
                draft["publication_basis"] = basis.clone();
                let id = made_id(&format!("observation:{place}"));
                self.add_sample::<Observation>(tx, id, draft)?;
            }
            Ok::<_, RegistryError>(())
        })?;
        Ok(clusters)
    }

    fn add_sample<D: Document>(
        &self,
        tx: &mut AnyConnection,
        id: Uuid,
        draft: Value,
    ) -> Result<(), RegistryError> {
        if db::documents::by_id(tx, D::ENTITY, &id.to_string())?.is_some() {
            return Ok(());
        }
        let now = self.clock.now();
        self.put_document::<D>(tx, &Actor::Operator, id, now, draft_of::<D>(draft)?, true)
    }

    /// Takes all sample documents away and logs each removal.
    pub(super) fn remove_demo_documents(&self) -> Result<(), RegistryError> {
        self.db.write(|tx| {
            let samples = db::documents::samples(tx)?;
            let ids: Vec<String> = samples.iter().map(|(_, id)| id.clone()).collect();
            db::documents::delete(tx, &ids)?;
            let entity = |name: &str| match name {
                "cooperative" => Cooperative::ENTITY,
                "sentra" => Sentra::ENTITY,
                _ => Observation::ENTITY,
            };
            let entries: Vec<Entry> = samples
                .iter()
                .map(|(name, id)| Entry {
                    actor: Actor::Operator.name(),
                    job_id: Some("remove-demo"),
                    reason: Some("sample data"),
                    entity: entity(name),
                    entity_id: id.clone(),
                    action: "remove",
                    revision: 0,
                })
                .collect();
            if entries.is_empty() {
                return Ok(());
            }
            Ok(db::log::append(tx, self.clock.now_naive(), &entries)?)
        })
    }
}

/// The same key has the same id on every machine.
fn made_id(key: &str) -> Uuid {
    let digest = Sha256::digest(key);
    let mut random = [0; 10];
    random.copy_from_slice(&digest[..10]);
    uuid::Builder::from_unix_timestamp_millis(MADE_AT_MILLIS, &random).into_uuid()
}
