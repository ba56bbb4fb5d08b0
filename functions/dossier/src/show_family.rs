//! `GET …/families/{family}`: the adults and children as they are kept today.

use std::sync::Arc;

use domain::day::paris_day;
use domain::family::Child;
use domain::id::{ChildId, FamilyId, FamilyPath};
use domain::organisation::Organisation;
use serde::Serialize;
use store::keys;
use store::records::AdultRecord;
use web::ask::FamilyCall;
use web::{ApiError, Call, Reply};

use crate::DossierApp;
use crate::loaded::READERS;

#[derive(Serialize)]
struct FamilyView {
    id: FamilyId,
    name: String,
    town: String,
    adults: Vec<AdultView>,
    children: Vec<ChildView>,
}

#[derive(Serialize)]
struct AdultView {
    first_name: String,
    last_name: String,
    role: String,
    status: &'static str,
}

#[derive(Serialize)]
struct ChildView {
    id: ChildId,
    first_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    custody: Option<&'static str>,
    activities: Vec<String>,
}

/// One wave: the caller's right, the organisation and the family, and its adults.
pub(crate) async fn show_family(app: Arc<DossierApp>, call: Call) -> Result<Reply, ApiError> {
    let app = &app.app;
    app.caller(&call).await?;
    let FamilyPath { organisation, family } = call.family_path()?;
    let adults = keys::adults(&organisation, &family);
    let needed = vec![keys::organisation(&organisation), keys::family(&organisation, &family)];
    let opening = FamilyCall::open(app, &call, READERS, |_, _| needed);
    let (asked, adults) = tokio::join!(opening, app.table.query::<AdultRecord>(&adults));
    let asked = asked?;
    let (family, organisation) = (asked.family()?.family, asked.organisation()?.organisation);
    let today = paris_day(call.moment.business);
    Reply::json(&FamilyView {
        children: family.children.iter().map(|child| child_view(child, &organisation, today)).collect(),
        adults: adults?.into_iter().map(adult_view).collect(),
        id: family.id,
        name: family.name,
        town: family.town,
    })
}

fn adult_view(record: AdultRecord) -> AdultView {
    let adult = record.adult;
    let status = match (&adult.account, adult.invited) {
        (Some(_), _) => "member",
        (None, true) => "invited",
        (None, false) => "none",
    };
    AdultView { first_name: adult.first_name, last_name: adult.last_name, role: adult.role, status }
}

fn child_view(child: &Child, organisation: &Organisation, today: domain::day::Day) -> ChildView {
    let current = |id| child.enrolled(id, today);
    let activities = organisation.activities.iter().filter(|activity| current(&activity.id));
    ChildView {
        id: child.id.clone(),
        first_name: child.first_name.clone(),
        class: child.class.clone(),
        custody: child.custody.sentence(),
        activities: activities.map(|activity| activity.name.clone()).collect(),
    }
}
