//! `…/agents`: an administrator sees the agents of the organisation, invites some, changes roles, ends them.

use std::sync::Arc;

use domain::account::{AGENT_INVITATION_LIFE, is_mel, normalised_name};
use domain::id::AccountId;
use domain::role::{Permission, Role};
use lambda_http::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::records::{
    AccountRecord, InvitationRecord, Inviter, Message, OutboxRecord, Seat, SecurityEvent, StaffRecord,
};
use store::{Failure, Record, Transaction, keys};
use uuid::Uuid;
use web::app::App;
use web::ask::DeskCall;
use web::{ApiError, Call, Reply};

use crate::LoginApp;
use crate::identity::AccountItems;
use crate::open_invitations::open_ones;
use crate::staff::{event, other_administrator, void_of_agent};

#[derive(Serialize)]
struct AgentView {
    account: AccountId,
    name: String,
    role: Role,
    you: bool,
    version: u64,
}

/// How many invitations of agents are open at once: whoever is ended ends theirs in one transaction.
const MOST_OPEN: usize = 40;

/// An administrator, the agents of the organisation and who is invited to be one.
pub(crate) struct Office {
    pub(crate) desk: DeskCall,
    pub(crate) staff: Vec<StaffRecord>,
    invitations: Vec<InvitationRecord>,
}

/// One wave.
pub(crate) async fn open(app: &App, call: &Call) -> Result<Office, ApiError> {
    app.caller(call).await?;
    let organisation = call.path("organisation")?;
    let (staff, invited) = (keys::staff(&organisation), keys::agent_invitations(&organisation));
    let opening = DeskCall::open(app, call, Permission::Administer, |_, _| Vec::new());
    let (desk, staff, invitations) =
        tokio::join!(opening, app.table.query::<StaffRecord>(&staff), app.table.query::<InvitationRecord>(&invited));
    Ok(Office { desk: desk?, staff: staff?, invitations: invitations? })
}

/// The agent of the path.
pub(crate) fn agent<'a>(staff: &'a [StaffRecord], call: &Call) -> Result<&'a StaffRecord, ApiError> {
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
    let Office { desk, staff, invitations } = open(&app.app, &call).await?;
    let shown = |agent: StaffRecord| {
        let StaffRecord { account, said: name, role, version, .. } = agent;
        AgentView { you: account == desk.caller.account, account, name, role, version }
    };
    let agents: Vec<AgentView> = staff.into_iter().map(shown).collect();
    Reply::json(&json!({ "agents": agents, "invitations": open_ones(&invitations, call.moment.wall) }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Invitation {
    request: Uuid,
    mel: String,
    role: Role,
}

/// `POST …/agents`: two waves; what was sent to the same mél before is out of force, and repeating the request sends one mail.
pub(crate) async fn invite_agent(app: Arc<LoginApp>, call: Call) -> Result<Reply, ApiError> {
    let Office { desk, invitations, .. } = open(&app.app, &call).await?;
    let body: Invitation = call.body()?;
    let mel = normalised_name(&body.mel);
    if !is_mel(&mel) {
        return Err(ApiError::invalid("mel", "Écrivez une adresse mél complète, comme prenom.nom@exemple.fr."));
    }
    desk.demand_proof()?;
    let before = invitations.iter().find(|one| one.mel == mel);
    let others = invitations.iter().filter(|one| one.works(call.moment.wall) && one.mel != mel);
    if others.count() >= MOST_OPEN {
        let detail = "Trop d’invitations attendent une réponse : retirez d’abord celles qui ne servent plus.";
        return Err(ApiError::new(StatusCode::CONFLICT, "too-many-invitations", detail));
    }
    let id = body.request.simple().to_string();
    send(&app.app, &desk, &id, &mel, body.role, before).await
}

/// Sends an agent's invitation, once for each request.
pub(crate) async fn send(
    app: &App,
    desk: &DeskCall,
    id: &str,
    mel: &str,
    role: Role,
    before: Option<&InvitationRecord>,
) -> Result<Reply, ApiError> {
    let (organisation, wall) = (desk.organisation.clone(), desk.moment.wall);
    let until = wall + AGENT_INVITATION_LIFE;
    let by = Inviter { account: Some(desk.caller.account.clone()), said: desk.access.said.clone() };
    let place = (&organisation, Seat::Staff { role }, mel);
    let invitation = InvitationRecord::sent(place, id, by, wall, until);
    let message = Message::AgentInvitation { organisation: organisation.clone(), role, until: Some(until.timestamp()) };
    let outbox = OutboxRecord::pending(id.to_owned(), message, mel.to_owned(), wall);
    let mut transaction = desk.begin();
    transaction.put_new(&event(desk, SecurityEvent::Invited, mel, role));
    let mail = outbox.ask_once(&mut transaction);
    let kept = invitation.replace(&mut transaction, before);
    match app.table.write(transaction).await {
        // The same request came before.
        Err(Failure::Conditions(failed))
            if failed.iter().any(|at| mail.contains(at))
                && failed.iter().all(|at| mail.contains(at) || *at == kept) => {}
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

/// `PUT …/agents/{account}`: three waves; every later request of the agent meets the new role, and no open invitation
/// gives the old one back.
pub(crate) async fn change_role(app: Arc<LoginApp>, call: Call) -> Result<Reply, ApiError> {
    let Office { desk, staff, invitations } = open(&app.app, &call).await?;
    let body: NewRole = call.body()?;
    let agent = agent(&staff, &call)?;
    if agent.role == body.role {
        return Ok(Reply::no_content());
    }
    if agent.version != body.version {
        return Err(ApiError::changed_meanwhile());
    }
    desk.demand_proof()?;
    let next = StaffRecord { role: body.role, version: agent.version + 1, ..agent.clone() };
    let mut transaction = desk.begin();
    keep_one(&mut transaction, &staff, agent)?;
    transaction.put_existing(&next.role_record());
    transaction.put_over(&next, agent.version);
    transaction.put_new(&event(&desk, SecurityEvent::RoleChanged, &agent.said, body.role));
    tell(&app.app, &mut transaction, &desk, agent, &invitations, Some(body.role)).await?;
    app.app.table.write(transaction).await?;
    Ok(Reply::no_content())
}

/// `DELETE …/agents/{account}`: three waves; the agent's sessions end with the role, and so do the invitations to the
/// agent's mél and those the agent sent.
pub(crate) async fn end_role(app: Arc<LoginApp>, call: Call) -> Result<Reply, ApiError> {
    let Office { desk, staff, invitations } = open(&app.app, &call).await?;
    let agent = agent(&staff, &call)?;
    desk.demand_proof()?;
    let mut transaction = desk.begin();
    keep_one(&mut transaction, &staff, agent)?;
    transaction.put_new(&event(&desk, SecurityEvent::RoleEnded, &agent.said, agent.role));
    transaction.delete_existing(&keys::role(&agent.account, &agent.organisation));
    transaction.delete_version(&agent.key(), agent.version);
    tell(&app.app, &mut transaction, &desk, agent, &invitations, None).await?;
    app.app.table.write(transaction).await?;
    Ok(Reply::no_content())
}

/// Tells the agent; without a role every session ends, but the one this very request came with.
async fn tell(
    app: &App,
    transaction: &mut Transaction,
    desk: &DeskCall,
    agent: &StaffRecord,
    invitations: &[InvitationRecord],
    role: Option<Role>,
) -> Result<(), ApiError> {
    let items = AccountItems::read(app, &agent.account).await?;
    let mel = items.iter().map(|items| items.profile.mel.as_str()).collect::<Vec<_>>();
    let sends = role.is_some_and(|role| role.may(Permission::Administer));
    void_of_agent(transaction, invitations, agent, &mel, sends, desk.moment.wall);
    let Some(items) = items else { return Ok(()) };
    if role.is_none() {
        items.end_sessions(transaction, &desk.caller);
    }
    let AccountRecord { mel, .. } = items.profile;
    let message =
        Message::RoleChanged { organisation: agent.organisation.clone(), account: agent.account.clone(), role };
    transaction.put_new(&OutboxRecord::pending(secret::id(), message, mel, desk.moment.wall));
    Ok(())
}
