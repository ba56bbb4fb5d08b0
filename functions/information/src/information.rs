//! `GET …/information`: contact, texts, the news of the day and the rules, accepted or not.

use std::sync::Arc;

use domain::day::{Day, paris_day};
use domain::id::OrganisationId;
use domain::notice::Rules;
use domain::organisation::Contact;
use domain::prose::{Block, prose};
use serde::Serialize;
use store::keys;
use store::records::{AcceptanceRecord, NewsRecord, OrganisationRecord, PublishedRecord};
use web::app::App;
use web::{ApiError, Call, Reply};

use crate::reader::Reader;

#[derive(Serialize)]
struct InformationView {
    name: String,
    contact: Contact,
    news: Vec<NewsView>,
    rules: Vec<RulesView>,
    texts: Vec<TextView>,
    /// Whether the caller is an adult here, who is asked to accept rules.
    adult: bool,
}

#[derive(Serialize)]
struct TextView {
    title: String,
    blocks: Vec<Block>,
}

#[derive(Serialize)]
struct NewsView {
    title: String,
    day: Day,
    blocks: Vec<Block>,
}

#[derive(Serialize)]
struct RulesView {
    id: String,
    title: String,
    version: u32,
    day: Day,
    blocks: Vec<Block>,
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted: Option<Day>,
}

/// One wave: the caller's items and the organisation, the memberships, the news, what was accepted.
pub(crate) async fn show_information(app: Arc<App>, call: Call) -> Result<Reply, ApiError> {
    let caller = app.caller(&call).await?;
    let id: OrganisationId = call.path("organisation")?;
    let (news, accepted) = (keys::all_news(&id), keys::acceptances_of(&id, &caller.account));
    let (reader, news, accepted) = tokio::join!(
        Reader::open(&app, &call, |id| vec![keys::organisation(id), keys::published(id)]),
        app.table.query::<NewsRecord>(&news),
        app.table.query::<AcceptanceRecord>(&accepted),
    );
    let (reader, accepted) = (reader?, accepted?);
    let record: Option<OrganisationRecord> = reader.own.get(&keys::organisation(&id))?;
    let organisation = record.ok_or_else(ApiError::not_found)?.organisation;
    let published: Option<PublishedRecord> = reader.own.get(&keys::published(&id))?;
    let rules = published.map(|record| record.rules).unwrap_or_default();
    let texts = organisation.texts.into_iter();
    Reply::json(&InformationView {
        name: organisation.name,
        contact: organisation.contact,
        news: shown_news(news?, paris_day(call.moment.business)),
        rules: rules.into_iter().map(|rules| shown_rules(rules, &accepted)).collect(),
        texts: texts.map(|text| TextView { title: text.title, blocks: prose(&text.paragraphs.join("\n\n")) }).collect(),
        adult: !reader.memberships.is_empty(),
    })
}

/// The newest first.
fn shown_news(records: Vec<NewsRecord>, today: Day) -> Vec<NewsView> {
    let mut shown: Vec<_> =
        records.into_iter().filter_map(|record| record.news).filter(|news| news.shown(today)).collect();
    shown.sort_by_key(|news| std::cmp::Reverse(news.day));
    shown.into_iter().map(|news| NewsView { blocks: prose(&news.text), title: news.title, day: news.day }).collect()
}

fn shown_rules(rules: Rules, accepted: &[AcceptanceRecord]) -> RulesView {
    let of_this = |one: &&AcceptanceRecord| one.rules == rules.id && one.version == rules.version;
    let accepted = accepted.iter().find(of_this).map(|one| paris_day(one.at));
    let Rules { id, title, version, day, text } = rules;
    RulesView { id, title, version, day, blocks: prose(&text), accepted }
}
