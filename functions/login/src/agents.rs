//! `…/agents`: an administrator sees the agents of the organisation, invites some, changes roles, ends them.

use std::sync::Arc;

use domain::account::{is_mel, normalised_name};
use domain::id::{AccountId, OrganisationId};
use domain::role::{Permission, Role};
use lambda_http::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::records::{AccountRecord, Message, OutboxRecord, StaffRecord};
use store::{Chain, Failure, Record, keys};
use uuid::Uuid;
use web::app::{Access, App, Caller};
use web::{ApiError, Call, Reply};

use crate::LoginApp;
use crate::identity::AccountItems;
use crate::leave::other_administrator;

/// Where an invitation stands in its transaction: it fails alone when it was sent before.
const THE_MAIL: usize = 2;

#[derive(Serialize)]
struct AgentView {
    account: AccountId,
    name: String,
    role: Role,
    you: bool,
    version: u64,
}

/// What an administrator works on: one wave.
struct Office {
    organisation: OrganisationId,
    caller: Caller,
    access: Access,
    staff: Vec<StaffRecord>,
}

impl Office {
    async fn open(app: &App, call: &Call) -> Result<Self, ApiError> {
        let organisation: OrganisationId = call.path("organisation")?;
        let caller = app.caller(call).await?;
        let needed = [caller.session_key(), keys::role(&caller.account, &organisation)];
        let staff = keys::staff(&organisation);
        let (items, staff) = tokio::join!(app.table.batch_get(&needed), app.table.query::<StaffRecord>(&staff));
        let access = caller.agent_access(&items?, &organisation, call.moment.wall)?;
        access.demand(Permission::Administer)?;
        Ok(Self { organisation, caller, access, staff: staff? })
    }

    fn agent(&self, call: &Call) -> Result<&StaffRecord, ApiError> {
        let account: AccountId = call.path("account")?;
        self.staff.iter().find(|agent| agent.account == account).ok_or_else(ApiError::not_found)
    }

    /// A transaction of the administrator. One's own role is the very item that is about to change: not checked twice.
    fn begin(&self, about: Option<&AccountId>) -> Chain {
        let begun = Chain::new().check_exists(&self.caller.session_key());
        match about == Some(&self.caller.account) {
            true => begun,
            false => begun.check_exists(&self.access.granted_by),
        }
    }

    /// The condition that somebody still administers once this agent does not.
    fn keep_one(&self, transaction: Chain, agent: &StaffRecord) -> Result<Chain, ApiError> {
        if agent.role != Role::Administrator {
            return Ok(transaction);
        }
        match other_administrator(&self.staff, &agent.account) {
            Some(other) => Ok(transaction.check_version(&other.key(), other.version)),
            None => {
                let detail = "C’est le dernier agent qui administre : donnez d’abord ce rôle à un autre.";
                Err(ApiError::new(StatusCode::CONFLICT, "last-administrator", detail))
            }
        }
    }
}

fn refusal(failure: Failure) -> ApiError {
    match failure {
        Failure::Conditions(_) | Failure::Conflict => {
            let detail =
                "La liste des agents vient de changer. Rien n’a été enregistré : relisez-la, puis recommencez.";
            ApiError::new(StatusCode::CONFLICT, "changed-meanwhile", detail)
        }
        failure @ Failure::Store(_) => failure.into(),
    }
}

/// `GET …/agents`: one wave.
pub(crate) async fn list_agents(app: Arc<LoginApp>, call: Call) -> Result<Reply, ApiError> {
    let office = Office::open(&app.app, &call).await?;
    let shown = |agent: &StaffRecord| {
        let StaffRecord { account, said: name, role, version, .. } = agent.clone();
        AgentView { you: account == office.caller.account, account, name, role, version }
    };
    let agents: Vec<AgentView> = office.staff.iter().map(shown).collect();
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
    let body: Invitation = call.body()?;
    let office = Office::open(&app.app, &call).await?;
    let mel = normalised_name(&body.mel);
    if !is_mel(&mel) {
        return Err(ApiError::invalid("mel", "Écrivez une adresse mél complète, comme prenom.nom@exemple.fr."));
    }
    let message = Message::AgentInvitation { organisation: office.organisation.clone(), role: body.role };
    let id = body.request.simple().to_string();
    let outbox = OutboxRecord::pending(id, message, mel.clone(), call.moment.wall);
    match app.app.table.write(office.begin(None).put_new(&outbox)).await {
        Err(Failure::Conditions(failed)) if failed == [THE_MAIL] => {}
        written => written.map_err(refusal)?,
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
    let body: NewRole = call.body()?;
    let office = Office::open(&app.app, &call).await?;
    let agent = office.agent(&call)?;
    if agent.role == body.role {
        return Ok(Reply::no_content());
    }
    if agent.version != body.version {
        return Err(refusal(Failure::Conflict));
    }
    let next = StaffRecord { role: body.role, version: agent.version + 1, ..agent.clone() };
    let begun = office.keep_one(office.begin(Some(&agent.account)), agent)?;
    let transaction = begun.put_existing(&next.role_record()).put_over(&next, agent.version);
    let transaction = tell(&app.app, transaction, agent, Some(body.role), &call).await?;
    app.app.table.write(transaction).await.map_err(refusal)?;
    Ok(Reply::no_content())
}

/// `DELETE …/agents/{account}`: three waves; the agent's sessions end with the role.
pub(crate) async fn end_role(app: Arc<LoginApp>, call: Call) -> Result<Reply, ApiError> {
    let office = Office::open(&app.app, &call).await?;
    let agent = office.agent(&call)?;
    let begun = office.keep_one(office.begin(Some(&agent.account)), agent)?;
    let transaction = begun
        .delete_existing(&keys::role(&agent.account, &agent.organisation))
        .delete_version(&agent.key(), agent.version);
    let transaction = tell(&app.app, transaction, agent, None, &call).await?;
    app.app.table.write(transaction).await.map_err(refusal)?;
    Ok(Reply::no_content())
}

/// Tells the agent; without a role every session ends, but the one this very request came with.
async fn tell(
    app: &App,
    mut transaction: Chain,
    agent: &StaffRecord,
    role: Option<Role>,
    call: &Call,
) -> Result<Chain, ApiError> {
    let Some(items) = AccountItems::read(app, &agent.account).await? else { return Ok(transaction) };
    if role.is_none() {
        transaction = end_sessions(transaction, &items, &app.caller(call).await?);
    }
    let AccountRecord { mel, .. } = items.profile;
    let message =
        Message::RoleChanged { organisation: agent.organisation.clone(), account: agent.account.clone(), role };
    Ok(transaction.put_new(&OutboxRecord::pending(secret::id(), message, mel, call.moment.wall)))
}

/// Ends the sessions of an account, but the one that the caller's request came with.
pub(crate) fn end_sessions(transaction: Chain, items: &AccountItems, caller: &Caller) -> Chain {
    let ended = items.sessions.iter().filter(|session| session.session != caller.session);
    ended.fold(transaction, |transaction, session| {
        transaction.delete(&keys::session(&session.account, &session.session))
    })
}
