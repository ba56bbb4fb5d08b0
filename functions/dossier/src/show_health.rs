//! `GET …/families/{family}/health`: what is known of the children's health. An agent's reading is kept before it is read.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::dossier::ChildField;
use domain::id::{ChildId, FamilyId, OrganisationId};
use domain::role::Permission;
use serde::Serialize;
use store::keys::{self, Key};
use store::records::{FamilyRecord, HealthRecord, ReadingRecord};
use store::{Chain, Failure};
use web::{ApiError, Call, Reply};

use crate::DossierApp;
use crate::view::moment;

#[derive(Serialize)]
struct HealthView {
    children: Vec<ChildHealth>,
    readings: Vec<ReadingView>,
}

#[derive(Serialize)]
struct ChildHealth {
    id: ChildId,
    values: BTreeMap<&'static str, String>,
}

#[derive(Serialize)]
struct ReadingView {
    by: String,
    at: String,
}

/// How many readings are shown, the latest first.
const SHOWN: usize = 50;

/// Two waves: the right, the family and its readings; then the sealed items. An agent's reading is written in between.
pub(crate) async fn show_health(app: Arc<DossierApp>, call: Call) -> Result<Reply, ApiError> {
    let organisation: OrganisationId = call.path("organisation")?;
    let family: FamilyId = call.path("family")?;
    let (table, caller) = (&app.app.table, app.app.caller(&call).await?);
    let family_key = keys::family(&organisation, &family);
    let mut needed = caller.family_keys(&organisation, &family).to_vec();
    needed.push(family_key.clone());
    let readings = keys::readings(&organisation, &family);
    let (items, readings) = tokio::join!(table.batch_get(&needed), table.query::<ReadingRecord>(&readings));
    let (items, mut readings) = (items?, readings?);
    let access = caller.family_access(&items, &organisation, &family, call.moment.wall)?;
    let record: Option<FamilyRecord> = items.get(&family_key)?;
    let record = record.ok_or_else(ApiError::not_found)?;
    access.demand(Permission::ReadHealth)?;
    if access.role.is_some() {
        let (by, at, id) = (access.said.clone(), call.moment.business, secret::id());
        let reading = ReadingRecord { organisation: organisation.clone(), family, id, by, at };
        let transaction = Chain::new().check_exists(&caller.session_key()).check_exists(&access.granted_by);
        match table.write(transaction.put_new(&reading)).await {
            Ok(()) => readings.push(reading),
            Err(Failure::Conditions(_)) => return Err(ApiError::no_session()),
            Err(failure) => return Err(failure.into()),
        }
    }
    let children = record.family.children.iter().map(|child| &child.id);
    let children = opened(&app, &organisation, children.cloned().collect()).await?;
    let latest = readings.into_iter().rev().take(SHOWN);
    let readings = latest.map(|reading| ReadingView { by: reading.by, at: moment(reading.at) }).collect();
    Reply::json(&HealthView { children, readings })
}

async fn opened(
    app: &DossierApp,
    organisation: &OrganisationId,
    children: Vec<ChildId>,
) -> Result<Vec<ChildHealth>, ApiError> {
    if children.is_empty() {
        return Ok(Vec::new());
    }
    let wanted: Vec<Key> = children.iter().map(|child| keys::health(organisation, child)).collect();
    let items = app.app.table.batch_get(&wanted).await?;
    let mut views = Vec::new();
    for (id, key) in children.into_iter().zip(&wanted) {
        let health = match items.get::<HealthRecord>(key)? {
            Some(sealed) => app.seals.open(&app.app.table, &sealed).await?,
            None => Default::default(),
        };
        let known = ChildField::all().map(|field| (field.as_str(), health.text(field).to_owned()));
        views.push(ChildHealth { id, values: known.filter(|(_, text)| !text.is_empty()).collect() });
    }
    Ok(views)
}
