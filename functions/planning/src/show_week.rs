//! `GET …/week`: every cell decided by the server, at this instant.

use std::sync::Arc;

use web::app::App;
use web::{ApiError, Call, Reply};

use crate::load::{Loaded, Place, asked_day};
use crate::view::week_view;

pub(crate) async fn show_week(app: Arc<App>, call: Call) -> Result<Reply, ApiError> {
    let place = Place::of(&call)?;
    let caller = app.caller(&call).await?;
    let day = asked_day(&call)?;
    let loaded = Loaded::read(&app, &caller, &place, day, call.moment).await?;
    let blocks = loaded.blocks();
    Reply::json(&week_view(&loaded, &blocks))
}
