//! `…/agents`: an administrator sees the agents of the organisation, invites some, changes roles, ends them.

use std::sync::Arc;

use domain::account::{is_mel, normalised_name};
use domain::id::AccountId;
use domain::role::{Permission, Role};
use lambda_http::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::records::{AccountRecord, Message, OutboxRecord, StaffRecord};
use store::{Failure, Record, Transaction, keys};
use uuid::Uuid;
use web::app::App;
use web::ask::DeskCall;
use web::{ApiError, Call, Reply};

use crate::LoginApp;
use crate::identity::AccountItems;
use crate::leave::other_administrator;

#[derive(Serialize)]
struct AgentView {
    account: AccountId,
    name: String,
    role: Role,
    you: bool,
    version: u64,
}

/// An administrator, and the agents of the organisation: one wave.
async fn open(app: &App, call: &Call) -> Result<(DeskCall, Vec<StaffRecord>), ApiError> {
    app.caller(call).await?;
    let staff = keys::staff(&call.path("organisation")?);
    let opening = DeskCall::open(app, call, Permission::Administer, |_, _| Vec::new());
    let (desk, staff) = tokio::join!(opening, app.table.query::<StaffRecord>(&staff));
    Ok((desk?, staff?))
}

/// The agent of the path.
fn agent<'a>(staff: &'a [StaffRecord], call: &Call) -> Result<&'a StaffRecord, ApiError> {
    let account: AccountId = call.path("account")?;
    staff.iter().find(|agent| agent.account == account).ok_or_else(ApiError::not_found)
}

/// Demands that somebody still administers once this agent does not.
fn keep_one(transaction: &mut Transaction, staff: &[StaffRecord], agent: &StaffRecord) -> Result<(), ApiError> {
    if agent.role != Role::Administrator {
        return Ok(());
    }
    let detail = "C’est le dernier agent qui administre : donnez d’abord ce rôle à un autre.";
    let last = || ApiError::new(StatusCode::CONFLICT, "last-administrator", detail);
    let other = other_administrator(staff, &agent.account).ok_or_else(last)?;
    transaction.check_version(&other.key(), other.version);
    Ok(())
}

/// `GET …/agents`: one wave.
pub(crate) async fn list_agents(app: Arc<LoginApp>, call: Call) -> Result<Reply, ApiError> {
    let (desk, staff) = open(&app.app, &call).await?;
    let shown = |agent: StaffRecord| {
        let StaffRecord { account, said: name, role, version, .. } = agent;
        AgentView { you: account == desk.caller.account, account, name, role, version }
    };
    let agents: Vec<AgentView> = staff.into_iter().map(shown).collect();
    Reply::json(&json!({ "agents": agents }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Invitation {
    request: Uuid,
    mel: String,
    role: Role,
}

/// `POST …/agents`: two waves; repeating the request sends one mail.
pub(crate) async fn invite_agent(app: Arc<LoginApp>, call: Call) -> Result<Reply, ApiError> {
    let desk = DeskCall::open(&app.app, &call, Permission::Administer, |_, _| Vec::new()).await?;
    let body: Invitation = call.body()?;
    let mel = normalised_name(&body.mel);
    if !is_mel(&mel) {
        return Err(ApiError::invalid("mel", "Écrivez une adresse mél complète, comme prenom.nom@exemple.fr."));
    }
    let message = Message::AgentInvitation { organisation: desk.organisation.clone(), role: body.role };
    let id = body.request.simple().to_string();
    let outbox = OutboxRecord::pending(id, message, mel.clone(), call.moment.wall);
    let mut transaction = desk.begin();
    let mail = outbox.ask_once(&mut transaction);
    match app.app.table.write(transaction).await {
        // The same request came before.
        Err(Failure::Conditions(failed)) if failed.iter().all(|at| mail.contains(at)) => {}
        written => written?,
    }
    Reply::with_status(StatusCode::ACCEPTED, &json!({ "message": format!("L’invitation part à {mel}.") }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewRole {
    role: Role,
    version: u64,
}

/// `PUT …/agents/{account}`: three waves; every later request of the agent meets the new role.
pub(crate) async fn change_role(app: Arc<LoginApp>, call: Call) -> Result<Reply, ApiError> {
    let (desk, staff) = open(&app.app, &call).await?;
    let body: NewRole = call.body()?;
    let agent = agent(&staff, &call)?;
    if agent.role == body.role {
        return Ok(Reply::no_content());
    }
    if agent.version != body.version {
        return Err(ApiError::changed_meanwhile());
    }
    let next = StaffRecord { role: body.role, version: agent.version + 1, ..agent.clone() };
    let mut transaction = desk.begin();
    keep_one(&mut transaction, &staff, agent)?;
    transaction.put_existing(&next.role_record());
    transaction.put_over(&next, agent.version);
    tell(&app.app, &mut transaction, &desk, agent, Some(body.role)).await?;
    app.app.table.write(transaction).await?;
    Ok(Reply::no_content())
}

/// `DELETE …/agents/{account}`: three waves; the agent's sessions end with the role.
pub(crate) async fn end_role(app: Arc<LoginApp>, call: Call) -> Result<Reply, ApiError> {
    let (desk, staff) = open(&app.app, &call).await?;
    let agent = agent(&staff, &call)?;
    let mut transaction = desk.begin();
    keep_one(&mut transaction, &staff, agent)?;
    transaction.delete_existing(&keys::role(&agent.account, &agent.organisation));
    transaction.delete_version(&agent.key(), agent.version);
    tell(&app.app, &mut transaction, &desk, agent, None).await?;
    app.app.table.write(transaction).await?;
    Ok(Reply::no_content())
}

/// Tells the agent; without a role every session ends, but the one this very request came with.
async fn tell(
    app: &App,
    transaction: &mut Transaction,
    desk: &DeskCall,
    agent: &StaffRecord,
    role: Option<Role>,
) -> Result<(), ApiError> {
    let Some(items) = AccountItems::read(app, &agent.account).await? else { return Ok(()) };
    if role.is_none() {
        items.end_sessions(transaction, &desk.caller);
    }
    let AccountRecord { mel, .. } = items.profile;
    let message =
        Message::RoleChanged { organisation: agent.organisation.clone(), account: agent.account.clone(), role };
    transaction.put_new(&OutboxRecord::pending(secret::id(), message, mel, desk.moment.wall));
    Ok(())
}
