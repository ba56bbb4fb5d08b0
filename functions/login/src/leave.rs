//! `GET` and `POST /api/account/deletion`: what deleting one's account would do, said; then done, by the password.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::role::Role;
use lambda_http::http::StatusCode;
use serde::{Deserialize, Serialize};
use store::keys;
use store::records::{
    AdultRecord, FamilyRecord, InvitationRecord, Message, OrganisationRecord, OutboxRecord, Seat, SecurityEvent,
    SecurityEventRecord, StaffRecord, void_invitations,
};
use store::{Items, Record, StoreError, Transaction};
use web::app::App;
use web::ask::OwnCall;
use web::session::no_cookie;
use web::{ApiError, Call, Reply};

use crate::LoginApp;
use crate::identity::AccountItems;
use crate::prove::OwnAccount;
use crate::staff::{other_administrator, void_of_agent};

/// What hangs on an account beside its own items.
struct Ties {
    names: Items,
    /// The adults of each family it belongs to, in the order of its memberships.
    adults: Vec<Vec<AdultRecord>>,
    /// The agents of each organisation it works for, in the order of its roles.
    staff: Vec<Vec<StaffRecord>>,
    /// Who is invited to each family, in the order of its memberships.
    invited_adults: Vec<Vec<InvitationRecord>>,
    /// Who is invited to be an agent of each organisation, in the order of its roles.
    invited_agents: Vec<Vec<InvitationRecord>>,
}

#[derive(Serialize)]
struct LeavingView {
    /// Why it cannot be; nothing else counts then.
    #[serde(skip_serializing_if = "Option::is_none")]
    obstacle: Option<String>,
    ends: Vec<String>,
    stays: Vec<String>,
}

/// Two waves: the account; the names, families and colleagues it is tied to.
pub(crate) async fn show_deletion(app: Arc<LoginApp>, call: Call) -> Result<Reply, ApiError> {
    let items = AccountItems::own(&OwnCall::open_account(&app.app, &call).await?)?;
    let ties = Ties::read(&app.app, &items).await?;
    Reply::json(&LeavingView {
        obstacle: ties.obstacle(&items)?,
        ends: ties.ends(&items)?,
        stays: vec![
            "Le dossier de la famille, avec ses réservations et ses factures, reste à votre mairie ou association."
                .to_owned(),
            "Votre nom reste dans l’historique des changements que vous avez faits.".to_owned(),
        ],
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    password: String,
}

/// Four waves: the two of the proof, the ties, then everything of the account in one transaction.
pub(crate) async fn delete_account(app: Arc<LoginApp>, call: Call) -> Result<Reply, ApiError> {
    let account = OwnAccount::open(&app, &call).await?;
    let body: Body = call.body()?;
    let proven = account.prove(&app, body.password).await?;
    let ties = Ties::read(&app.app, &proven.items).await?;
    if let Some(sentence) = ties.obstacle(&proven.items)? {
        return Err(ApiError::new(StatusCode::CONFLICT, "last-administrator", sentence));
    }
    let profile = &proven.items.profile;
    let told = OutboxRecord::pending(secret::id(), Message::AccountDeleted, profile.mel.clone(), call.moment.wall);
    let mut transaction = proven.end();
    ties.cut(&mut transaction, &proven.items, call.moment.wall);
    transaction.put_new(&told);
    app.app.table.write(transaction).await?;
    Ok(Reply::no_content().set_cookie(no_cookie()))
}

impl Ties {
    async fn read(app: &App, items: &AccountItems) -> Result<Self, StoreError> {
        let adults: Vec<_> =
            items.memberships.iter().map(|member| keys::adults(&member.organisation, &member.family)).collect();
        let staff: Vec<_> = items.roles.iter().map(|role| keys::staff(&role.organisation)).collect();
        let families = items.memberships.iter();
        let families: Vec<_> =
            families.map(|member| keys::family_invitations(&member.organisation, &member.family)).collect();
        let offices: Vec<_> = items.roles.iter().map(|role| keys::agent_invitations(&role.organisation)).collect();
        let (names, adults, staff, invited_adults, invited_agents) = tokio::join!(
            items.names(app),
            app.table.query_each(&adults),
            app.table.query_each(&staff),
            app.table.query_each(&families),
            app.table.query_each(&offices),
        );
        let (invited_adults, invited_agents) = (invited_adults?, invited_agents?);
        Ok(Self { names: names?, adults: adults?, staff: staff?, invited_adults, invited_agents })
    }

    /// The last administrator of an organisation cannot leave it without one.
    fn obstacle(&self, items: &AccountItems) -> Result<Option<String>, ApiError> {
        let account = &items.profile.account;
        for (role, staff) in items.roles.iter().zip(&self.staff) {
            if role.role == Role::Administrator && other_administrator(staff, account).is_none() {
                let record: Option<OrganisationRecord> = self.names.get(&keys::organisation(&role.organisation))?;
                let name = record.map_or_else(|| role.organisation.to_string(), |record| record.organisation.name);
                let sentence = format!(
                    "Vous êtes seul à administrer « {name} ». Donnez d’abord ce rôle à un autre agent, sur la page Agents."
                );
                return Ok(Some(sentence));
            }
        }
        Ok(None)
    }

    fn ends(&self, items: &AccountItems) -> Result<Vec<String>, ApiError> {
        let mut ends = vec![
            "Toutes vos connexions se ferment, et ni l’identifiant ni le mél ne permettent plus de vous connecter."
                .into(),
        ];
        for (member, adults) in items.memberships.iter().zip(&self.adults) {
            let record: Option<FamilyRecord> = self.names.get(&keys::family(&member.organisation, &member.family))?;
            let name = record.map_or_else(|| member.family.to_string(), |record| record.family.name);
            let others = adults.iter().any(|adult| adult.reference != member.adult && adult.adult.account.is_some());
            ends.push(match others {
                true => format!("Vous ne voyez plus le dossier de la famille {name} ; l’autre adulte le garde."),
                false => format!(
                    "Plus aucun adulte n’aura accès au dossier de la famille {name} : la mairie devra inviter quelqu’un."
                ),
            });
        }
        Ok(ends)
    }

    /// Ends memberships and roles, and every invitation that would give them back; the adults of the families stay,
    /// without an account.
    fn cut(&self, transaction: &mut Transaction, items: &AccountItems, wall: DateTime<Utc>) {
        let mel = items.profile.mel.as_str();
        let invited = self.adults.iter().zip(&self.invited_adults);
        for (member, (adults, invited)) in items.memberships.iter().zip(invited) {
            transaction.delete(&keys::membership(&member.account, &member.organisation, &member.family));
            if let Some(adult) = adults.iter().find(|adult| adult.reference == member.adult) {
                transaction.put_over(&without_account(adult), adult.version);
                let mels: Vec<&str> = adult.adult.mel.iter().map(String::as_str).chain([mel]).collect();
                void_of_adult(transaction, invited, adult, &mels, wall);
            }
        }
        for (role, (staff, invited)) in items.roles.iter().zip(self.staff.iter().zip(&self.invited_agents)) {
            if let Some(agent) = staff.iter().find(|agent| agent.account == role.account) {
                let (said, place) = (agent.said.as_str(), &agent.organisation);
                let event = SecurityEvent::RoleEnded;
                transaction.put_new(&SecurityEventRecord::new(place, event, said, said, role.role.to_string(), wall));
                void_of_agent(transaction, invited, agent, &[mel], false, wall);
            }
            transaction.delete(&keys::role(&role.account, &role.organisation));
            transaction.delete(&keys::staff_entry(&role.organisation, &role.account));
            let other = other_administrator(staff, &role.account).filter(|_| role.role == Role::Administrator);
            if let Some(other) = other {
                transaction.check_version(&other.key(), other.version);
            }
        }
    }
}

/// Puts out of force the invitations of an adult, and those to these méls.
pub(crate) fn void_of_adult(
    transaction: &mut Transaction,
    invitations: &[InvitationRecord],
    adult: &AdultRecord,
    mels: &[&str],
    wall: DateTime<Utc>,
) {
    let seat = Seat::Family { family: adult.family.clone(), adult: adult.reference.clone() };
    let theirs = |one: &InvitationRecord| one.seat == seat;
    void_invitations(transaction, invitations, &adult.organisation, &seat, mels, wall, theirs);
}

/// The adult, whom the organisation may invite again.
pub(crate) fn without_account(record: &AdultRecord) -> AdultRecord {
    let mut next = AdultRecord { version: record.version + 1, ..record.clone() };
    next.adult.account = None;
    next.adult.invited = false;
    next
}
