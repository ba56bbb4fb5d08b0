//! `POST …/agents/{account}/second-factor-reset`: an administrator takes a lost second factor away from another agent.

use std::sync::Arc;

use lambda_http::http::StatusCode;
use store::keys;
use store::records::{CredentialsRecord, Message, OutboxRecord, SecurityEvent, SecurityEventRecord};
use web::{ApiError, Call, Reply};

use crate::LoginApp;
use crate::agents::{Office, agent, open};
use crate::identity::AccountItems;

/// Three waves. The next sign-in sets another one up; sessions and recovery codes end, and the agent is told.
pub(crate) async fn reset_second_factor(app: Arc<LoginApp>, call: Call) -> Result<Reply, ApiError> {
    let Office { desk, staff, .. } = open(&app.app, &call).await?;
    let agent = agent(&staff, &call)?;
    if agent.account == desk.caller.account {
        let detail =
            "Votre propre second facteur se remplace avec un code de secours, ou par un autre agent qui administre.";
        return Err(ApiError::new(StatusCode::CONFLICT, "own-second-factor", detail));
    }
    desk.demand_proof()?;
    let key = keys::credentials(&agent.account);
    let (items, known) =
        tokio::join!(AccountItems::read(&app.app, &agent.account), app.app.table.get::<CredentialsRecord>(&key));
    let (items, known) = items?.zip(known?).ok_or_else(ApiError::not_found)?;
    // The second factor is the account's: it guards what the agent may do elsewhere, too.
    if items.roles.iter().any(|role| role.organisation != agent.organisation) {
        let detail =
            "Le code de cette personne ne peut pas être remis à zéro d’ici. Demandez-le à qui exploite le portail.";
        return Err(ApiError::new(StatusCode::CONFLICT, "not-yours-alone", detail));
    }
    let (wall, read) = (desk.moment.wall, known.version);
    let next = CredentialsRecord { totp: None, totp_offered: None, recovery: Vec::new(), version: read + 1, ..known };
    let by = desk.access.said.clone();
    let message = Message::SecondFactorReset {
        organisation: agent.organisation.clone(),
        account: agent.account.clone(),
        by: by.clone(),
    };
    let event = SecurityEvent::SecondFactorReset;
    let event = SecurityEventRecord::new(&agent.organisation, event, by, agent.said.clone(), "", wall);
    let mut transaction = desk.begin();
    transaction.check_version(&keys::staff_entry(&agent.organisation, &agent.account), agent.version);
    transaction.put_over(&next, read);
    items.end_sessions(&mut transaction, &desk.caller);
    transaction.put_new(&OutboxRecord::pending(secret::id(), message, items.profile.mel.clone(), wall));
    transaction.put_new(&event);
    app.app.table.write(transaction).await?;
    Ok(Reply::no_content())
}
