//! `…/families/{family}/situations`: the quotient familial and the residence of a family, from a day on, each with its source.

use std::sync::Arc;

use domain::day::{Day, long_date, paris_day, typed_day};
use domain::document::{Kind, Status};
use domain::id::FamilyPath;
use domain::money::{hundredths, parse_euros};
use domain::role::Permission;
use domain::situation::Situation;
use domain::tariff::Quotient;
use domain::text::printable;
use serde::{Deserialize, Serialize};
use store::keys;
use store::records::{AdultRecord, DocumentRecord, FamilyRecord, ListedRecord, SituationRecord};
use uuid::Uuid;
use web::ask::{FamilyCall, Who};
use web::{ApiError, Call, Reply};

use crate::DossierApp;
use crate::loaded::{KEEPERS, READERS};
use crate::moment::moment;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    request: Uuid,
    /// The family's version the agent has read.
    version: u64,
    from: String,
    /// Empty: nobody knows it from that day on.
    quotient: String,
    outside: bool,
    source: String,
    /// The statement that says so, where one was accepted.
    document: Option<String>,
}

#[derive(Serialize)]
struct SituationsView {
    family_name: String,
    version: u64,
    today: Day,
    /// The one in force today.
    quotient: Option<String>,
    outside: bool,
    /// The newest first; the last one has no day: it holds since ever.
    situations: Vec<SituationView>,
    /// The CAF statements that were accepted, the newest first.
    statements: Vec<StatementView>,
    may_keep: bool,
    may_bill: bool,
}

#[derive(Serialize)]
struct SituationView {
    from: Option<Day>,
    quotient: Option<String>,
    outside: bool,
    in_force: bool,
    /// `Attestation CAF acceptée le 12 janvier 2026`; `Reprise des données` where a folder says so.
    source: String,
    /// By whom and when, where an agent has set it.
    said: Option<String>,
}

#[derive(Serialize)]
struct StatementView {
    id: String,
    said: String,
}

/// What was read of a family, for both calls.
struct Read {
    asked: FamilyCall,
    family: FamilyRecord,
    set: Vec<SituationRecord>,
    statements: Vec<DocumentRecord>,
    adults: Vec<AdultRecord>,
    today: Day,
}

/// One wave: the caller's right and the family, its adults, what agents have set, and its documents.
async fn read(app: &DossierApp, call: &Call, who: Who) -> Result<Read, ApiError> {
    let app = &app.app;
    app.caller(call).await?;
    let FamilyPath { organisation, family } = call.family_path()?;
    let (set, documents) = (keys::situations(&organisation, &family), keys::documents(&organisation, &family));
    let adults = keys::adults(&organisation, &family);
    let opening = FamilyCall::open(app, call, who, |_, _| vec![keys::family(&organisation, &family)]);
    let (asked, set, documents, adults) = tokio::join!(
        opening,
        app.table.query::<SituationRecord>(&set),
        app.table.query::<DocumentRecord>(&documents),
        app.table.query::<AdultRecord>(&adults),
    );
    let asked = asked?;
    let (family, mut statements) = (asked.family()?, documents?);
    let accepted = |one: &DocumentRecord| matches!(one.status, Status::Accepted { .. });
    statements.retain(|one| one.kind == Kind::CafStatement && accepted(one));
    statements.sort_by_key(|one| std::cmp::Reverse(one.at));
    let today = paris_day(call.moment.business);
    Ok(Read { asked, family, set: set?, statements, adults: adults?, today })
}

/// `GET …/situations`: for the family itself too.
pub(crate) async fn show_situations(app: Arc<DossierApp>, call: Call) -> Result<Reply, ApiError> {
    Reply::json(&view(&read(&app, &call, READERS).await?))
}

/// `POST …/situations`: an agent sets both from a day on; the same request twice is one. What is invoiced already stays.
pub(crate) async fn set_situation(app: Arc<DossierApp>, call: Call) -> Result<Reply, ApiError> {
    let mut read = read(&app, &call, KEEPERS).await?;
    let body: Body = call.body()?;
    let request = body.request.to_string();
    if read.set.iter().any(|known| known.request == request) {
        return Reply::json(&view(&read));
    }
    let record = record(&read, &body, request, &call)?;
    if body.version != read.family.version {
        return Err(ApiError::changed_meanwhile());
    }
    let mut family = read.family.family.clone();
    let priced_by = family.priced_by().with(record.situation.clone());
    family = family.pricing_by(priced_by);
    let next = FamilyRecord { family, version: read.family.version + 1, ..read.family.clone() };
    let mut transaction = read.asked.begin();
    transaction.put_over(&next, read.family.version);
    transaction.put_new(&record);
    let adults = read.adults.iter().map(|one| (one.reference.as_str(), &one.adult));
    transaction.put(&ListedRecord::of(&next.organisation, &next.family, adults));
    app.app.table.write(transaction).await?;
    read.family = next;
    read.set.push(record);
    Reply::json(&view(&read))
}

/// What an agent has written, checked.
fn record(read: &Read, body: &Body, request: String, call: &Call) -> Result<SituationRecord, ApiError> {
    let wrong_day = || ApiError::invalid("from", "Écrivez le jour à partir duquel cela vaut, par exemple 01/01/2027.");
    let from = typed_day(&body.from).ok_or_else(wrong_day)?;
    let quotient = match body.quotient.trim() {
        "" => None,
        text => Some(parse_euros(text).map(Quotient).ok_or_else(|| {
            ApiError::invalid("quotient", "Écrivez le quotient en chiffres, par exemple 812 ou 1 050,40.")
        })?),
    };
    let document = body.document.clone();
    let statement = match &document {
        None => None,
        Some(id) => Some(read.statements.iter().find(|one| one.id == *id).ok_or_else(ApiError::not_found)?),
    };
    let written = body.source.trim();
    let source = match (statement, written) {
        (Some(statement), "") => statement_said(statement),
        (Some(statement), more) => format!("{}. {more}", statement_said(statement)),
        (None, text) => text.to_owned(),
    };
    if !(3..=300).contains(&source.chars().count()) || source.chars().any(char::is_control) {
        let detail = "Dites d’où vous le savez, en 3 à 200 caractères, ou choisissez une attestation acceptée.";
        return Err(ApiError::invalid("source", detail));
    }
    printable(&source).map_err(|detail| ApiError::invalid("source", detail))?;
    let FamilyPath { organisation, family } = read.asked.at.clone();
    let situation = Situation { from, quotient, outside: body.outside, by_agent: true };
    let (at, said) = (call.moment.business, read.asked.access.said.clone());
    Ok(SituationRecord { organisation, family, request, situation, source, document, at, said })
}

/// `Attestation CAF acceptée le 12 janvier 2026`.
fn statement_said(statement: &DocumentRecord) -> String {
    let at = statement.decided.as_ref().map_or(statement.at, |(_, at)| *at);
    format!("Attestation CAF acceptée le {}", long_date(paris_day(at)))
}

fn view(read: &Read) -> SituationsView {
    let family = &read.family.family;
    let priced_by = family.priced_by();
    let (quotient, outside) = priced_by.on(read.today);
    let said = |quotient: Option<Quotient>| quotient.map(|Quotient(value)| hundredths(value));
    let current = priced_by.dated.iter().rev().find(|one| one.from <= read.today).map(|one| one.from);
    let dated = priced_by.dated.iter().rev().map(|one| {
        // The last one an agent set for that day: what came before is kept in the table alone.
        let set = read.set.iter().filter(|known| known.situation == *one).max_by_key(|known| known.at);
        SituationView {
            from: Some(one.from),
            quotient: said(one.quotient),
            outside: one.outside,
            in_force: Some(one.from) == current,
            source: set.map_or_else(|| FOLDER.to_owned(), |known| known.source.clone()),
            said: set.map(|known| format!("{}, {}", known.said, moment(known.at))),
        }
    });
    let older =
        family.quotients.iter().rev().filter(|(from, _)| from.is_some()).map(|(from, quotient)| SituationView {
            from: *from,
            quotient: said(Some(*quotient)),
            outside: family.outside,
            in_force: false,
            source: FOLDER.to_owned(),
            said: None,
        });
    let ever = family.quotients.iter().find(|(from, _)| from.is_none()).map(|(_, quotient)| *quotient);
    let since_ever = SituationView {
        from: None,
        quotient: said(ever),
        outside: family.outside,
        in_force: current.is_none(),
        source: FOLDER.to_owned(),
        said: None,
    };
    let statement = |one: &DocumentRecord| StatementView {
        id: one.id.clone(),
        said: format!("{}, « {} »", statement_said(one), one.name),
    };
    let role = read.asked.access.role;
    SituationsView {
        family_name: family.name.clone(),
        version: read.family.version,
        today: read.today,
        quotient: said(quotient),
        outside,
        situations: dated.chain(older).chain([since_ever]).collect(),
        statements: read.statements.iter().map(statement).collect(),
        may_keep: role.is_some_and(|role| role.may(Permission::KeepDossiers)),
        may_bill: role.is_some_and(|role| role.may(Permission::Bill)),
    }
}

/// The source of what no agent has set.
const FOLDER: &str = "Reprise des données";
