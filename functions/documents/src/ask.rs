//! `POST …/families/{family}/documents`: a permission to send one file straight to storage.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use domain::document::{Kind, Media, Offer, Status, clean_name};
use domain::id::{ChildId, FamilyPath};
use lambda_http::http::StatusCode;
use serde::{Deserialize, Serialize};
use store::keys::{self, Bounded};
use store::records::{BoundRecord, DocumentRecord};
use store::{Attempts, Patience, Permission as Permitted, SENDING_LIFE};
use uuid::Uuid;
use web::{ApiError, Call, Reply};

use crate::DocumentsApp;
use crate::household::{Household, KEEPERS};

/// How many documents of a family may be on their way at once.
const MOST_SENDING: usize = 20;
/// How many documents a family may have.
const MOST: usize = 300;
/// How long a file may be on its way before its document is forgotten.
const FORGOTTEN: TimeDelta = TimeDelta::hours(24);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    request: Uuid,
    kind: Kind,
    child: Option<ChildId>,
    name: String,
    mime: String,
    bytes: u64,
    sha256: String,
}

#[derive(Serialize)]
struct PermissionView {
    document: String,
    method: &'static str,
    url: String,
    headers: BTreeMap<String, String>,
    seconds: u64,
}

/// Two waves: read, then the document in one transaction. The same request asked again gets a new permission for the
/// same place; for another content it is refused. Those that come at once count each other.
pub(crate) async fn ask_to_send(app: Arc<DocumentsApp>, call: Call) -> Result<Reply, ApiError> {
    app.app.caller(&call).await?;
    let at = call.family_path()?;
    let span = keys::with_bound(&at.organisation, &at.family, Bounded::Documents);
    let mut attempts = Attempts::of(Patience::NUMBER);
    loop {
        attempts.next().await?;
        let opening = Household::open(&app, &call, KEEPERS, |_| Vec::new());
        let (household, lying) = tokio::join!(opening, app.app.table.query_mixed(&span));
        let household = household?;
        let body: Body = call.body()?;
        let media = taken(&body, &household)?;
        let lying = lying?;
        let documents: Vec<DocumentRecord> = lying.of()?;
        let id = body.request.simple().to_string();
        let mut transaction = household.asked.begin();
        let document = match documents.iter().find(|document| document.id == id) {
            Some(known) => renewed(known, &body, media, &call)?,
            None => {
                room_for_one_more(&documents)?;
                BoundRecord::step(&mut transaction, &lying, &at, Bounded::Documents)?;
                new_document(&household, &body, media, &call)
            }
        };
        let permitted = app.documents.permit_sending(&document).await;
        let permitted = permitted.map_err(|error| ApiError::internal(error.to_string()))?;
        let read = document.version - 1;
        transaction.check_exists(&keys::family(&at.organisation, &at.family));
        transaction.put_over(&document, read);
        if attempts.wrote(app.app.table.write(transaction).await)?.yes() {
            return Reply::with_status(StatusCode::CREATED, &view(document, permitted));
        }
    }
}

fn taken(body: &Body, household: &Household) -> Result<Media, ApiError> {
    if !(1..=1000).contains(&body.name.chars().count()) {
        return Err(ApiError::invalid("name", "Le nom de ce fichier est vide ou démesuré : renommez-le."));
    }
    let digest = STANDARD.decode(&body.sha256).ok().filter(|digest| digest.len() == 32);
    if digest.is_none_or(|digest| STANDARD.encode(digest) != body.sha256) {
        return Err(ApiError::invalid("sha256", "L’empreinte de ce fichier n’est pas lisible."));
    }
    let (kind, child) = (body.kind, body.child.clone());
    let offer = Offer { kind, child, name: body.name.clone(), mime: body.mime.clone(), bytes: body.bytes };
    offer.check(&household.family).map_err(|refusal| {
        use domain::document::NotTaken::UnknownChild;
        match refusal {
            UnknownChild => ApiError::not_found(),
            refusal => ApiError::invalid(refusal.field(), refusal.sentence()),
        }
    })
}

fn renewed(known: &DocumentRecord, body: &Body, media: Media, call: &Call) -> Result<DocumentRecord, ApiError> {
    let same = known.sha256 == body.sha256 && known.bytes == body.bytes && known.media == media;
    let same = same && known.kind == body.kind && known.child == body.child;
    if known.status != Status::Sending || !same {
        return Err(ApiError::changed_meanwhile());
    }
    Ok(DocumentRecord { until: until(call), version: known.version + 1, ..known.clone() })
}

fn until(call: &Call) -> i64 {
    // What is sent at the last moment is still being checked a little later.
    call.moment.wall.timestamp() + i64::try_from(2 * SENDING_LIFE.as_secs()).unwrap_or_default()
}

fn room_for_one_more(documents: &[DocumentRecord]) -> Result<(), ApiError> {
    let sending = documents.iter().filter(|document| document.status == Status::Sending).count();
    if sending >= MOST_SENDING || documents.len() >= MOST {
        let detail = "Trop de documents à la fois. Attendez que les précédents soient arrivés, ou supprimez-en.";
        return Err(ApiError::new(StatusCode::CONFLICT, "too-many-documents", detail));
    }
    Ok(())
}

fn new_document(household: &Household, body: &Body, media: Media, call: &Call) -> DocumentRecord {
    let FamilyPath { organisation, family } = household.asked.at.clone();
    DocumentRecord {
        organisation,
        family,
        id: body.request.simple().to_string(),
        kind: body.kind,
        child: body.child.clone(),
        name: clean_name(&body.name),
        media,
        bytes: body.bytes,
        sha256: body.sha256.clone(),
        status: Status::Sending,
        said: household.asked.access.said.clone(),
        at: call.moment.business,
        until: until(call),
        secret: secret::token(),
        preview: false,
        decided: None,
        tries: 0,
        version: 1,
        expires: Some((call.moment.wall + FORGOTTEN).timestamp()),
    }
}

fn view(document: DocumentRecord, permitted: Permitted) -> PermissionView {
    PermissionView {
        document: document.id,
        method: "PUT",
        url: permitted.url,
        headers: permitted.headers.into_iter().collect(),
        seconds: SENDING_LIFE.as_secs(),
    }
}
