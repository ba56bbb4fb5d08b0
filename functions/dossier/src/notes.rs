//! `…/families/{family}/notes`: what agents note of a family for each other. No adult of the family reads it here; it is in
//! what they take away.

use std::sync::Arc;

use domain::day::{long_date, paris_day};
use domain::id::FamilyPath;
use domain::role::Permission;
use lambda_http::http::StatusCode;
use serde::{Deserialize, Serialize};
use store::keys::{self, Bounded};
use store::records::{BoundRecord, MembershipRecord, ServiceNoteRecord};
use store::{Attempts, Items, Patience, Record};
use uuid::Uuid;
use web::ask::{Asked, FamilyCall, Who};
use web::{ApiError, Call, Reply};

use crate::DossierApp;

/// Who writes notes, and takes them back.
const WRITERS: Who = Who::Agents(Permission::WriteNotes);
/// How many characters a note has at most.
const LONGEST: usize = 2000;
/// How many notes a family has at most.
const MOST: usize = 100;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    request: Uuid,
    text: String,
}

#[derive(Serialize)]
struct NotesView {
    notes: Vec<NoteView>,
}

/// A note as agents read it.
#[derive(Serialize)]
pub(crate) struct NoteView {
    id: String,
    text: String,
    /// `Anne MARCHAND`.
    by: String,
    /// `12 novembre 2026`.
    day: String,
    /// Whether who looks may take it back.
    removable: bool,
}

/// The notes of a family as an agent sees them, the newest first.
pub(crate) fn views(notes: &[ServiceNoteRecord], asked: &Asked) -> Vec<NoteView> {
    let view = |note: &ServiceNoteRecord| NoteView {
        id: note.id.clone(),
        text: note.text.clone(),
        by: note.said.clone(),
        day: long_date(paris_day(note.at)),
        removable: may_remove(note, asked),
    };
    notes.iter().rev().map(view).collect()
}

/// One's own; those of others for who administers.
fn may_remove(note: &ServiceNoteRecord, asked: &Asked) -> bool {
    let may = |permission| asked.access.role.is_some_and(|role| role.may(permission));
    may(Permission::WriteNotes) && (note.account == asked.caller.account || may(Permission::Administer))
}

/// Whether the caller is an adult of the family, though they call as an agent: such a person sees no note of it.
pub(crate) fn is_member(asked: &Asked, at: &FamilyPath) -> Result<bool, ApiError> {
    let key = keys::membership(&asked.caller.account, &at.organisation, &at.family);
    Ok(asked.get::<MembershipRecord>(&key)?.is_some())
}

/// One wave: the right, the family, and what was noted of it. An agent does not keep the notes of their own family.
async fn read(app: &DossierApp, call: &Call) -> Result<(FamilyCall, Items), ApiError> {
    app.app.caller(call).await?;
    let FamilyPath { organisation, family } = call.family_path()?;
    let span = keys::with_bound(&organisation, &family, Bounded::Notes);
    let family = keys::family(&organisation, &family);
    let opening = FamilyCall::open(&app.app, call, WRITERS, |_, _| vec![family]);
    let (asked, lying) = tokio::join!(opening, app.app.table.query_mixed(&span));
    let asked = asked?;
    asked.family()?;
    match is_member(&asked, &asked.at)? {
        true => Err(ApiError::not_found()),
        false => Ok((asked, lying?)),
    }
}

fn reply(notes: &[ServiceNoteRecord], asked: &FamilyCall) -> Result<Reply, ApiError> {
    Reply::json(&NotesView { notes: views(notes, asked) })
}

/// `POST …/notes`: the same request twice is one note. Those that come at once count each other.
pub(crate) async fn write_note(app: Arc<DossierApp>, call: Call) -> Result<Reply, ApiError> {
    let mut attempts = Attempts::of(Patience::PERSON);
    loop {
        attempts.next().await?;
        let (asked, lying) = read(&app, &call).await?;
        let body: Body = call.body()?;
        let (id, text) = (body.request.to_string(), written(&body.text)?);
        let mut notes: Vec<ServiceNoteRecord> = lying.of()?;
        if let Some(known) = notes.iter().find(|note| note.id == id) {
            return match known.text == text && known.account == asked.caller.account {
                true => reply(&notes, &asked),
                false => Err(ApiError::changed_meanwhile()),
            };
        }
        if notes.len() >= MOST {
            let detail = format!("Cette famille a déjà {MOST} notes. Retirez celles qui ne servent plus.");
            return Err(ApiError::new(StatusCode::CONFLICT, "notes-enough", detail));
        }
        let FamilyPath { organisation, family } = asked.at.clone();
        let (account, said, at) = (asked.caller.account.clone(), asked.access.said.clone(), call.moment.business);
        let note = ServiceNoteRecord { organisation, family, id, text, account, said, at };
        let mut transaction = asked.begin();
        BoundRecord::step(&mut transaction, &lying, &asked.at, Bounded::Notes)?;
        transaction.check_exists(&keys::family(&note.organisation, &note.family));
        transaction.put_new(&note);
        if attempts.wrote(app.app.table.write(transaction).await)?.yes() {
            notes.push(note);
            return reply(&notes, &asked);
        }
    }
}

fn written(text: &str) -> Result<String, ApiError> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err(ApiError::invalid("text", "Écrivez la note.")),
        1..=LONGEST => Ok(text.to_owned()),
        _ => Err(ApiError::invalid("text", "Une note a 2 000 caractères au plus.")),
    }
}

/// `DELETE …/notes/{note}`: it is gone, and what is left is told.
pub(crate) async fn take_note_back(app: Arc<DossierApp>, call: Call) -> Result<Reply, ApiError> {
    let mut attempts = Attempts::of(Patience::PERSON);
    loop {
        attempts.next().await?;
        let (asked, lying) = read(&app, &call).await?;
        let id = call.path::<Uuid>("note")?.to_string();
        let mut notes: Vec<ServiceNoteRecord> = lying.of()?;
        let at = notes.iter().position(|note| note.id == id).ok_or_else(ApiError::not_found)?;
        let note = notes.remove(at);
        if !may_remove(&note, &asked) {
            return Err(ApiError::role_too_low());
        }
        let mut transaction = asked.begin();
        transaction.delete_existing(&note.key());
        if attempts.wrote(app.app.table.write(transaction).await)?.yes() {
            return reply(&notes, &asked);
        }
    }
}
