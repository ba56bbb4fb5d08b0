//! Signing in and out, forgotten passwords, invitations: the only function that reads passwords and private keys.

mod accept_invitation;
mod ask_password_reset;
mod identity;
mod read_invitation;
mod renew_session;
mod reset_password;
mod second_factor;
mod show_identity;
mod sign_in;
mod sign_out;
mod signing;
mod token;
mod tries;

use shared::app::App;
use shared::http::{Edge, Routes};
use shared::lambda::{Error, Function, Start};

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
        .on("POST /api/password/forgotten", ask_password_reset::ask_password_reset)
        .on("POST /api/password/reset", reset_password::reset_password)
        .on("POST /api/invitation/read", read_invitation::read_invitation)
        .on("POST /api/invitation/accept", accept_invitation::accept_invitation)
}

/// Starts the function; makes the first key that signs sessions when there is none.
pub async fn start(start: Start) -> Result<Function, Error> {
    let app = App::start(&start).await?;
    let signing = Signing::start(&app, start.clock.now().wall).await?;
    let edge = Edge::from(&start.environment)?;
    Ok(Function::Http(routes().with(LoginApp { app, signing }, edge, start.clock)))
}
