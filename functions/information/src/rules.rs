//! `…/rules/{rules}`: an adult accepts a version of rules; agents see which families have not.

use std::sync::Arc;

use domain::day::{Day, paris_day};
use domain::id::OrganisationId;
use domain::notice::Rules;
use domain::role::Permission;
use domain::text::folded;
use lambda_http::http::StatusCode;
use serde::{Deserialize, Serialize};
use store::keys;
use store::records::{AcceptanceRecord, DirectoryRecord, PublishedRecord};
use store::{Failure, Record};
use web::app::App;
use web::ask::DeskCall;
use web::{ApiError, Call, Reply};

use crate::reader::Reader;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    version: u32,
}

fn named(published: Option<PublishedRecord>, call: &Call) -> Result<Rules, ApiError> {
    let id: String = call.path("rules")?;
    let rules = published.into_iter().flat_map(|record| record.rules);
    rules.into_iter().find(|rules| rules.id == id).ok_or_else(ApiError::not_found)
}

/// Two waves. Accepted once, with its date: repeating it changes nothing.
pub(crate) async fn accept_rules(app: Arc<App>, call: Call) -> Result<Reply, ApiError> {
    let Reader { organisation, own, memberships } =
        Reader::open(&app, &call, |organisation| vec![keys::published(organisation)]).await?;
    let body: Body = call.body()?;
    let first = memberships.first().ok_or_else(ApiError::not_found)?;
    let rules = named(own.get(&keys::published(&organisation))?, &call)?;
    if rules.version != body.version {
        let detail = "Ce règlement vient de changer. Rechargez la page pour lire sa nouvelle version.";
        return Err(ApiError::new(StatusCode::CONFLICT, "changed-meanwhile", detail));
    }
    let record = AcceptanceRecord {
        organisation,
        account: own.caller.account.clone(),
        rules: rules.id,
        version: rules.version,
        families: memberships.iter().map(|member| member.family.clone()).collect(),
        said: first.said.clone(),
        at: call.moment.business,
    };
    let mut transaction = own.begin();
    transaction.check_version(&first.key(), first.version);
    let acceptance = transaction.put_new(&record);
    match app.table.write(transaction).await {
        Err(Failure::Conditions(failed)) if failed == [acceptance] => {}
        written => written?,
    }
    Ok(Reply::no_content())
}

#[derive(Serialize)]
struct AcceptancesView {
    title: String,
    version: u32,
    accepted: Vec<AcceptedView>,
    /// The families none of whose adults has accepted this version.
    missing: Vec<String>,
}

#[derive(Serialize)]
struct AcceptedView {
    name: String,
    day: Day,
}

/// For agents: one wave.
pub(crate) async fn list_acceptances(app: Arc<App>, call: Call) -> Result<Reply, ApiError> {
    app.caller(&call).await?;
    let organisation: OrganisationId = call.path("organisation")?;
    let (directory, all) = (keys::directory(&organisation), keys::acceptances(&organisation));
    let published = keys::published(&organisation);
    let (desk, directory, all) = tokio::join!(
        DeskCall::open(&app, &call, Permission::SeeFamilies, |_, _| vec![published.clone()]),
        app.table.query::<DirectoryRecord>(&directory),
        app.table.query::<AcceptanceRecord>(&all),
    );
    let rules = named(desk?.get(&published)?, &call)?;
    let of_this = |one: &AcceptanceRecord| one.rules == rules.id && one.version == rules.version;
    let accepted: Vec<AcceptanceRecord> = all?.into_iter().filter(of_this).collect();
    let missing =
        directory?.into_iter().filter(|entry| !accepted.iter().any(|one| one.families.contains(&entry.family)));
    let mut missing: Vec<String> = missing.map(|entry| entry.name).collect();
    missing.sort_by_key(|name| folded(name));
    let mut accepted: Vec<AcceptedView> =
        accepted.into_iter().map(|one| AcceptedView { day: paris_day(one.at), name: one.said }).collect();
    accepted.sort_by_key(|one| folded(&one.name));
    Reply::json(&AcceptancesView { title: rules.title, version: rules.version, accepted, missing })
}
