//! `…/news`: agents write news, and take it away; families read it under Informations.

use std::sync::Arc;

use domain::day::Day;
use domain::id::ActivityId;
use domain::notice::News;
use domain::role::Permission;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::keys;
use store::records::NewsRecord;
use web::app::App;
use web::ask::DeskCall;
use web::{ApiError, Call, Reply};

use crate::reader::checked_text;

#[derive(Serialize)]
struct NewsView {
    id: String,
    #[serde(flatten)]
    news: News,
    #[serde(skip_serializing_if = "Option::is_none")]
    edited: Option<String>,
    version: u64,
}

/// For agents who may publish, all news, those to come and those of the past too: one wave.
pub(crate) async fn list_news(app: Arc<App>, call: Call) -> Result<Reply, ApiError> {
    app.caller(&call).await?;
    let all = keys::all_news(&call.path("organisation")?);
    let opening = DeskCall::open(&app, &call, Permission::Publish, |_, _| Vec::new());
    let (desk, all) = tokio::join!(opening, app.table.query::<NewsRecord>(&all));
    desk?;
    let mut news: Vec<NewsView> = all?.into_iter().filter_map(shown).collect();
    news.sort_by_key(|one| std::cmp::Reverse(one.news.day));
    Reply::json(&json!({ "news": news }))
}

fn shown(record: NewsRecord) -> Option<NewsView> {
    let NewsRecord { id, news, edited, version, .. } = record;
    news.map(|news| NewsView { id, news, edited, version })
}

/// An identifier like any other of an organisation's folder; a page makes one of chance.
fn news_id(call: &Call) -> Result<String, ApiError> {
    Ok(call.path::<ActivityId>("news")?.to_string())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    title: String,
    /// Its paragraphs: a body has no line ends.
    paragraphs: Vec<String>,
    day: Day,
    from: Option<Day>,
    to: Option<Day>,
    /// 0 for a new one.
    version: u64,
}

/// An agent who may publish, the news of the path, and what is kept of it.
async fn open(app: &App, call: &Call) -> Result<(DeskCall, String, Option<NewsRecord>), ApiError> {
    app.caller(call).await?;
    let id = news_id(call)?;
    let desk = DeskCall::open(app, call, Permission::Publish, |organisation, _| vec![keys::news(organisation, &id)]);
    let desk = desk.await?;
    let known = desk.get(&keys::news(&desk.organisation, &id))?;
    Ok((desk, id, known))
}

/// Two waves.
pub(crate) async fn write_news(app: Arc<App>, call: Call) -> Result<Reply, ApiError> {
    let (desk, id, known) = open(&app, &call).await?;
    let body: Body = call.body()?;
    let read = known.as_ref().map_or(0, |record| record.version);
    if known.is_some_and(|record| record.news.is_none()) || read != body.version {
        return Err(ApiError::changed_meanwhile());
    }
    let title = checked_text("title", &body.title, 120)?;
    let text = checked_text("paragraphs", &body.paragraphs.join("\n\n"), 4000)?;
    let (day, from, to) = (body.day, body.from, body.to);
    if to.is_some_and(|to| to < from.unwrap_or(day)) {
        return Err(ApiError::invalid("to", "Le dernier jour vient après le premier."));
    }
    let news = Some(News { title, text, day, from, to });
    let (organisation, edited) = (desk.organisation.clone(), Some(desk.access.said.clone()));
    let record = NewsRecord { organisation, id, news, edited, version: read + 1 };
    let mut transaction = desk.begin();
    transaction.put_over(&record, read);
    app.table.write(transaction).await?;
    Reply::json(&json!({ "version": record.version }))
}

/// Two waves. What is taken away leaves its place, so that no import brings it back.
pub(crate) async fn take_news_away(app: Arc<App>, call: Call) -> Result<Reply, ApiError> {
    let (desk, _, known) = open(&app, &call).await?;
    let known = known.filter(|record| record.news.is_some()).ok_or_else(ApiError::not_found)?;
    let read = known.version;
    let record = NewsRecord { news: None, edited: Some(desk.access.said.clone()), version: read + 1, ..known };
    let mut transaction = desk.begin();
    transaction.put_over(&record, read);
    app.table.write(transaction).await?;
    Ok(Reply::no_content())
}
