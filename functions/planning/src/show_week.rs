//! `GET …/week`: every cell decided by the server, at this instant.

use std::sync::Arc;

use domain::role::Permission;
use web::app::App;
use web::ask::Who;
use web::{ApiError, Call, Reply};

use crate::load::{LoadedWeek, asked_day};
use crate::view::week_view;

pub(crate) async fn show_week(app: Arc<App>, call: Call) -> Result<Reply, ApiError> {
    app.caller(&call).await?;
    let day = asked_day(&call)?;
    let loaded = LoadedWeek::read(&app, &call, Who::FamilyOr(Permission::SeeFamilies), day).await?;
    let blocks = loaded.blocks();
    Reply::json(&week_view(&loaded, &blocks))
}
