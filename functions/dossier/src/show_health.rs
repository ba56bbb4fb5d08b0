//! `GET …/families/{family}/health`: what is known of the children's health. An agent's reading is kept before it is read.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::dossier::ChildField;
use domain::id::{ChildId, FamilyPath, OrganisationId};
use domain::role::Permission;
use serde::Serialize;
use store::keys::{self, Key};
use store::records::{HealthRecord, ReadingRecord};
use web::ask::{FamilyCall, Who};
use web::{ApiError, Call, Reply};

use crate::DossierApp;
use crate::moment::moment;

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
    let table = &app.app.table;
    app.app.caller(&call).await?;
    let FamilyPath { organisation, family } = call.family_path()?;
    let family_key = keys::family(&organisation, &family);
    let readings = keys::readings(&organisation, &family);
    let opening = FamilyCall::open(&app.app, &call, Who::FamilyOr(Permission::ReadHealth), |_, _| vec![family_key]);
    let (asked, readings) = tokio::join!(opening, table.query::<ReadingRecord>(&readings));
    let (asked, mut readings) = (asked?, readings?);
    let record = asked.family()?;
    if asked.access.role.is_some() {
        let (by, at, id) = (asked.access.said.clone(), call.moment.business, secret::id());
        let reading = ReadingRecord { organisation: organisation.clone(), family, id, by, at };
        let mut transaction = asked.begin();
        transaction.put_new(&reading);
        table.write(transaction).await?;
        readings.push(reading);
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
