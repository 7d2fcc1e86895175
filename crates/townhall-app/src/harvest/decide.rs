//! What a person decides about records that vanished together.

use serde_json::{Value, json};
use townhall_store::{Actor, HarvestItem, ItemState, RecordStatus};

use super::Harvests;
use super::finish::absent_item;
use super::known::Known;
use crate::Error;

/// How many records one transaction decides on.
const DECIDED_AT_ONCE: u32 = 200;

/// What is done with records that are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// They are withdrawn.
    LetGo,
    /// They stay, and are not the source's any more: what it lists does not matter to them until it names them again.
    Keep,
}

impl Harvests<'_> {
    /// Decides on everything that is held of a source, with a reason. Returns how many records there were.
    pub async fn decide(
        &self,
        actor: &Actor,
        source: &str,
        decision: Decision,
        reason: Option<&str>,
    ) -> Result<u64, Error> {
        let (settings, _) = self.find(source).await?;
        let _turn = self.app.harvesting().begin(source)?;
        let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
        let told = match reason {
            Some(reason) => reason.to_owned(),
            None => format!("The source “{}” does not list it any more.", settings.title()),
        };
        let store = self.app.store();
        let mut decided = 0;
        loop {
            let held = store.harvest_items(source, &[ItemState::Held], None, DECIDED_AT_ONCE).await?;
            if held.is_empty() {
                break;
            }
            decided += held.len() as u64;
            let mut tx = store.begin(actor).await?;
            match decision {
                Decision::LetGo => {
                    let mut items = Vec::new();
                    for item in held {
                        if let Some(record) = item.record {
                            tx.set_status(record, RecordStatus::Retired, Some(&told)).await?;
                        }
                        items.push(gone(&item, &told));
                    }
                    tx.put_harvest_items(source, items).await?;
                }
                Decision::Keep => {
                    let names: Vec<String> = held.into_iter().map(|item| item.item).collect();
                    tx.drop_harvest_items(source, &names).await?;
                }
            }
            tx.commit().await?;
        }
        let what = match decision {
            Decision::LetGo => "let go",
            Decision::Keep => "kept",
        };
        let mut tx = store.begin(actor).await?;
        tx.decided_on_harvest(source, &format!("{decided} {what}: {told}"));
        tx.commit().await?;
        Ok(decided)
    }
}

fn gone(item: &HarvestItem, reason: &str) -> HarvestItem {
    let known = Known {
        state: item.state,
        hash: item.hash.as_str().into(),
        record: item.record,
        part: item.part.as_str().into(),
        absences: item.absences,
        returns: item.returns,
        is_seen: false,
    };
    absent_item(&item.item, &known, ItemState::Gone, Some(reason.to_owned()), jiff::Timestamp::now())
}

/// What was decided, for scripts.
pub fn decision_as_json(source: &str, decision: Decision, records: u64) -> Value {
    let word = match decision {
        Decision::LetGo => "let-go",
        Decision::Keep => "keep",
    };
    json!({"source": source, "decision": word, "records": records})
}
