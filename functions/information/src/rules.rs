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
use store::records::{AcceptanceRecord, DirectoryRecord, MembershipRecord, PublishedRecord};
use store::{Chain, Failure};
use web::app::App;
use web::{ApiError, Call, Reply};

use crate::reader::reader_keys;

/// Where the acceptance stands in its transaction: it fails alone when it was given before.
const ACCEPTED_BEFORE: usize = 2;

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
    let organisation: OrganisationId = call.path("organisation")?;
    let caller = app.caller(&call).await?;
    let body: Body = call.body()?;
    let wanted = [caller.session_key(), keys::published(&organisation)];
    let memberships = keys::memberships(&caller.account, &organisation);
    let (items, memberships) =
        tokio::join!(app.table.batch_get(&wanted), app.table.query::<MembershipRecord>(&memberships));
    let (items, memberships) = (items?, memberships?);
    caller.check_session(&items, call.moment.wall)?;
    let first = memberships.first().ok_or_else(ApiError::not_found)?;
    let rules = named(items.get(&keys::published(&organisation))?, &call)?;
    if rules.version != body.version {
        let detail = "Ce règlement vient de changer. Rechargez la page pour lire sa nouvelle version.";
        return Err(ApiError::new(StatusCode::CONFLICT, "changed-meanwhile", detail));
    }
    let record = AcceptanceRecord {
        organisation: organisation.clone(),
        account: caller.account.clone(),
        rules: rules.id,
        version: rules.version,
        families: memberships.iter().map(|member| member.family.clone()).collect(),
        said: first.said.clone(),
        at: call.moment.business,
    };
    let membership = keys::membership(&caller.account, &organisation, &first.family);
    let transaction = Chain::new().check_exists(&caller.session_key()).check_exists(&membership).put_new(&record);
    match app.table.write(transaction).await {
        Err(Failure::Conditions(failed)) if failed == [ACCEPTED_BEFORE] => {}
        Err(Failure::Conditions(_)) => return Err(ApiError::no_session()),
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
    let organisation: OrganisationId = call.path("organisation")?;
    let caller = app.caller(&call).await?;
    let mut wanted = reader_keys(&caller, &organisation);
    wanted.push(keys::published(&organisation));
    let (directory, all) = (keys::directory(&organisation), keys::acceptances(&organisation));
    let (items, directory, all) = tokio::join!(
        app.table.batch_get(&wanted),
        app.table.query::<DirectoryRecord>(&directory),
        app.table.query::<AcceptanceRecord>(&all),
    );
    let items = items?;
    caller.agent_access(&items, &organisation, call.moment.wall)?.demand(Permission::SeeFamilies)?;
    let rules = named(items.get(&keys::published(&organisation))?, &call)?;
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
