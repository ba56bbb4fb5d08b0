//! `…/invitations/{invitation}`: an administrator sends an open invitation once more, or withdraws it; of agents, and of
//! the adults of a family.

use std::sync::Arc;

use domain::id::FamilyPath;
use domain::role::Permission;
use lambda_http::http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use store::keys;
use store::records::{
    AdultRecord, InvitationRecord, Inviter, Message, OutboxRecord, Seat, SecurityEvent, SecurityEventRecord,
};
use uuid::Uuid;
use web::app::App;
use web::ask::{DeskCall, FamilyCall, Who};
use web::{ApiError, Call, Reply};

use crate::LoginApp;
use crate::agents::send;
use crate::staff::event;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Again {
    request: Uuid,
}

/// The invitation of the path among those that are open.
fn of_path<'a>(all: &'a [InvitationRecord], call: &Call) -> Result<&'a InvitationRecord, ApiError> {
    let id = call.path::<Uuid>("invitation")?.simple().to_string();
    all.iter().find(|one| one.id == id && one.works(call.moment.wall)).ok_or_else(ApiError::not_found)
}

/// Whether this very request has sent an invitation already.
fn was_sent(all: &[InvitationRecord], request: &str) -> Option<Result<Reply, ApiError>> {
    all.iter().find(|one| one.id == request && one.open).map(|one| on_its_way(&one.mel))
}

fn on_its_way(mel: &str) -> Result<Reply, ApiError> {
    Reply::with_status(StatusCode::ACCEPTED, &json!({ "message": format!("L’invitation part à {mel}.") }))
}

async fn of_agents(app: &App, call: &Call) -> Result<(DeskCall, Vec<InvitationRecord>), ApiError> {
    app.caller(call).await?;
    let span = keys::agent_invitations(&call.path("organisation")?);
    let opening = DeskCall::open(app, call, Permission::Administer, |_, _| Vec::new());
    let (desk, invitations) = tokio::join!(opening, app.table.query::<InvitationRecord>(&span));
    Ok((desk?, invitations?))
}

/// `POST /api/organisations/{organisation}/invitations/{invitation}`: two waves; the link sent before is out of force.
pub(crate) async fn resend_to_agent(app: Arc<LoginApp>, call: Call) -> Result<Reply, ApiError> {
    let (desk, invitations) = of_agents(&app.app, &call).await?;
    let body: Again = call.body()?;
    let request = body.request.simple().to_string();
    if let Some(sent) = was_sent(&invitations, &request) {
        return sent;
    }
    let known = of_path(&invitations, &call)?;
    let Seat::Staff { role } = known.seat else { return Err(ApiError::not_found()) };
    desk.demand_proof()?;
    send(&app.app, &desk, &request, &known.mel, role, Some(known)).await
}

/// `DELETE /api/organisations/{organisation}/invitations/{invitation}`: two waves.
pub(crate) async fn withdraw_from_agent(app: Arc<LoginApp>, call: Call) -> Result<Reply, ApiError> {
    let (desk, invitations) = of_agents(&app.app, &call).await?;
    let known = of_path(&invitations, &call)?;
    let mut transaction = desk.begin();
    known.void(&mut transaction, call.moment.wall);
    if let Seat::Staff { role } = known.seat {
        transaction.put_new(&event(&desk, SecurityEvent::InvitationWithdrawn, &known.mel, role));
    }
    app.app.table.write(transaction).await?;
    Ok(Reply::no_content())
}

/// An administrator, the invitations to a family and its adults.
struct OfFamily {
    asked: FamilyCall,
    /// What the family is called.
    name: String,
    invitations: Vec<InvitationRecord>,
    adults: Vec<AdultRecord>,
}

impl OfFamily {
    async fn open(app: &App, call: &Call) -> Result<Self, ApiError> {
        app.caller(call).await?;
        let FamilyPath { organisation, family } = call.family_path()?;
        let (invited, adults) =
            (keys::family_invitations(&organisation, &family), keys::adults(&organisation, &family));
        let opening = FamilyCall::open(app, call, Who::Agents(Permission::Administer), |_, _| {
            vec![keys::organisation(&organisation), keys::family(&organisation, &family)]
        });
        let (asked, invitations, adults) = tokio::join!(
            opening,
            app.table.query::<InvitationRecord>(&invited),
            app.table.query::<AdultRecord>(&adults)
        );
        let asked = asked?;
        let name = asked.family()?.family.name;
        Ok(Self { asked, name, invitations: invitations?, adults: adults? })
    }

    /// What is kept of an invitation, for who administers.
    fn event(&self, event: SecurityEvent, mel: &str) -> SecurityEventRecord {
        let (at, who, of) = (&self.asked.at, self.asked.access.said.clone(), format!("famille {}", self.name));
        SecurityEventRecord::new(&at.organisation, event, who, mel, of, self.asked.moment.wall).of_family(&at.family)
    }

    /// The adult of an invitation, as long as nobody has joined as this adult.
    fn adult(&self, known: &InvitationRecord) -> Option<&AdultRecord> {
        let Seat::Family { adult, .. } = &known.seat else { return None };
        self.adults.iter().find(|one| one.reference == *adult && one.adult.account.is_none())
    }
}

/// `POST …/families/{family}/invitations/{invitation}`: two waves; the link sent before is out of force.
pub(crate) async fn resend_to_adult(app: Arc<LoginApp>, call: Call) -> Result<Reply, ApiError> {
    let of = OfFamily::open(&app.app, &call).await?;
    let body: Again = call.body()?;
    let request = body.request.simple().to_string();
    if let Some(sent) = was_sent(&of.invitations, &request) {
        return sent;
    }
    let known = of_path(&of.invitations, &call)?;
    let adult = of.adult(known).ok_or_else(ApiError::not_found)?;
    let (wall, asked) = (call.moment.wall, &of.asked);
    let until = wall + asked.organisation()?.organisation.dossier.invitation_life();
    let by = Inviter { account: Some(asked.caller.account.clone()), said: asked.access.said.clone() };
    let FamilyPath { organisation, family } = asked.at.clone();
    let invitation = InvitationRecord::sent((&organisation, known.seat.clone(), &known.mel), &request, by, wall, until);
    let until = Some(until.timestamp());
    let message = Message::FamilyInvitation { organisation, family, adult: adult.reference.clone(), until };
    let mut transaction = asked.begin();
    let mut next = AdultRecord { version: adult.version + 1, ..adult.clone() };
    next.adult.invited = true;
    transaction.put_over(&next, adult.version);
    invitation.replace(&mut transaction, Some(known));
    transaction.put_new(&OutboxRecord::pending(request, message, known.mel.clone(), wall));
    transaction.put_new(&of.event(SecurityEvent::Invited, &known.mel));
    app.app.table.write(transaction).await?;
    on_its_way(&known.mel)
}

/// `DELETE …/families/{family}/invitations/{invitation}`: two waves; the adult is invited no more.
pub(crate) async fn withdraw_from_adult(app: Arc<LoginApp>, call: Call) -> Result<Reply, ApiError> {
    let of = OfFamily::open(&app.app, &call).await?;
    let known = of_path(&of.invitations, &call)?;
    let mut transaction = of.asked.begin();
    known.void(&mut transaction, call.moment.wall);
    transaction.put_new(&of.event(SecurityEvent::InvitationWithdrawn, &known.mel));
    if let Some(adult) = of.adult(known) {
        let mut next = AdultRecord { version: adult.version + 1, ..adult.clone() };
        next.adult.invited = false;
        transaction.put_over(&next, adult.version);
    }
    app.app.table.write(transaction).await?;
    Ok(Reply::no_content())
}
