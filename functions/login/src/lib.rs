//! Signing in and out, one's account, invitations, agents: the only function that reads passwords and private keys.

mod accept_invitation;
pub mod access;
mod agents;
mod ask_password_reset;
mod change_identifiant;
mod change_mel;
mod change_password;
mod end_sessions;
mod identity;
mod invitations;
mod leave;
mod members;
mod open_invitations;
mod prove;
mod read_invitation;
mod recovery_codes;
mod renew_session;
mod reset_password;
mod second_factor;
mod second_factor_reset;
mod security_events;
mod show_account;
mod show_identity;
mod show_second_factor;
mod sign_in;
mod sign_out;
mod signing;
mod staff;
mod token;
mod tries;

use lambda::{Error, Function, Start};
use web::app::App;
use web::{Edge, Routes};

use crate::signing::Signing;

/// The app of every function, and the key that signs sessions.
pub struct LoginApp {
    app: App,
    signing: Signing,
}

/// The routes of this function, as the template declares them.
pub fn routes() -> Routes<LoginApp> {
    Routes::new()
        .on("POST /api/session", sign_in::sign_in)
        .on("GET /api/session", show_identity::show_identity)
        .on("DELETE /api/session", sign_out::sign_out)
        .on("POST /api/session/renew", renew_session::renew_session)
        .on("POST /api/session/second-factor", show_second_factor::show_second_factor)
        .on("POST /api/password/forgotten", ask_password_reset::ask_password_reset)
        .on("POST /api/password/reset", reset_password::reset_password)
        .on("POST /api/invitation/read", read_invitation::read_invitation)
        .on("POST /api/invitation/accept", accept_invitation::accept_invitation)
        .on("GET /api/account", show_account::show_account)
        .on("PUT /api/account/identifiant", change_identifiant::change_identifiant)
        .on("PUT /api/account/mel", change_mel::ask_mel_change)
        .on("POST /api/mel/confirm", change_mel::confirm_mel)
        .on("PUT /api/account/password", change_password::change_password)
        .on("DELETE /api/account/sessions", end_sessions::end_other_sessions)
        .on("DELETE /api/account/sessions/{session}", end_sessions::end_session)
        .on("POST /api/account/recovery-codes", recovery_codes::make_recovery_codes)
        .on("GET /api/account/deletion", leave::show_deletion)
        .on("POST /api/account/deletion", leave::delete_account)
        .on("GET /api/organisations/{organisation}/agents", agents::list_agents)
        .on("POST /api/organisations/{organisation}/agents", agents::invite_agent)
        .on("PUT /api/organisations/{organisation}/agents/{account}", agents::change_role)
        .on("DELETE /api/organisations/{organisation}/agents/{account}", agents::end_role)
        .on(
            "POST /api/organisations/{organisation}/agents/{account}/second-factor-reset",
            second_factor_reset::reset_second_factor,
        )
        .on("GET /api/organisations/{organisation}/security-events", security_events::list_security_events)
        .on("GET /api/organisations/{organisation}/security-events/file", security_events::security_events_file)
        .on("POST /api/organisations/{organisation}/invitations/{invitation}", invitations::resend_to_agent)
        .on("DELETE /api/organisations/{organisation}/invitations/{invitation}", invitations::withdraw_from_agent)
        .on(
            "POST /api/organisations/{organisation}/families/{family}/invitations/{invitation}",
            invitations::resend_to_adult,
        )
        .on(
            "DELETE /api/organisations/{organisation}/families/{family}/invitations/{invitation}",
            invitations::withdraw_from_adult,
        )
        .on("GET /api/organisations/{organisation}/families/{family}/members", members::list_members)
        .on("DELETE /api/organisations/{organisation}/families/{family}/members/{adult}", members::end_membership)
}

/// Starts the function; makes the first key that signs sessions when there is none.
pub async fn start(start: Start) -> Result<Function, Error> {
    let app = App::start(&start).await?;
    let signing = Signing::start(&app, start.clock.now().wall).await?;
    let edge = Edge::from(&start.environment)?;
    Ok(Function::from(routes().with(LoginApp { app, signing }, edge, start.clock)))
}
