//! `PUT …/families/{family}/dossier`: all changes at once or none; sent again, they change nothing.

use std::sync::Arc;

use domain::dossier::{Change, Refusal, Save, decide};
use domain::id::{ChildId, FicheId};
use domain::role::Permission;
use domain::text::counted;
use lambda_http::http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use store::{Attempts, Patience};
use web::{ApiError, Call, FieldError, Reply};

use crate::DossierApp;
use crate::loaded::{Loaded, WRITERS};
use crate::view::view;
use crate::writing::writing;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    #[serde(default)]
    adds: Vec<FicheId>,
    changes: Vec<Change>,
    #[serde(default)]
    ends: Vec<FicheId>,
}

/// Two waves: read and decide, then one transaction; again when others were faster.
pub(crate) async fn save_dossier(app: Arc<DossierApp>, call: Call) -> Result<Reply, ApiError> {
    app.app.caller(&call).await?; // Who is not signed in learns nothing of what a body should be.
    let body: Body = call.body()?;
    let save = Save { adds: body.adds, changes: body.changes, ends: body.ends };
    let health_of = health_of(&save);
    let mut attempts = Attempts::of(Patience::PERSON);
    loop {
        attempts.next().await?;
        let loaded = Loaded::read(&app, &call, WRITERS, &health_of).await?;
        if !health_of.is_empty() {
            loaded.asked.access.demand(Permission::ReadHealth)?;
        }
        let rules = &loaded.organisation.dossier;
        let next = decide(&loaded.dossier, rules, &loaded.author, &save, call.moment.business);
        let next = next.map_err(|refusal| refused(&refusal, &loaded))?;
        let said = Some(loaded.saved_now());
        if next == loaded.dossier {
            return Reply::json(&view(&loaded, &next, said, loaded.family.version));
        }
        let (transaction, version) = writing(&app, &loaded, &next).await?;
        if attempts.wrote(app.app.table.write(transaction).await)?.yes() {
            return Reply::json(&view(&loaded, &next, said, version));
        }
    }
}

/// The children whose health is to be read because it is to be changed.
fn health_of(save: &Save) -> Vec<ChildId> {
    let mut children: Vec<ChildId> =
        save.changes.iter().filter_map(|change| change.place.health_of().cloned()).collect();
    children.sort();
    children.dedup();
    children.truncate(20);
    children
}

/// What to correct, by place, and what others changed.
pub(crate) fn refused(refusal: &Refusal, loaded: &Loaded) -> ApiError {
    let faults = u32::try_from(refusal.faults.len()).unwrap_or(u32::MAX);
    let mut problem = match refusal.changed.is_empty() {
        true => {
            let fields = counted(faults, "champ est à corriger", "champs sont à corriger");
            ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", format!("Rien n’a été enregistré : {fields}."))
        }
        false => {
            let who = loaded.record.as_ref().map_or("Quelqu’un", |record| record.by.as_str());
            let detail = format!(
                "{who} a changé ce dossier entre-temps. Rien n’a été enregistré : choisissez la bonne réponse."
            );
            ApiError::new(StatusCode::CONFLICT, "changed-meanwhile", detail)
        }
    };
    problem.errors = refusal
        .faults
        .iter()
        .map(|fault| FieldError { field: fault.place.to_string(), detail: fault.detail.clone() })
        .collect();
    if refusal.changed.is_empty() {
        return problem;
    }
    let changed = refusal.changed.iter().map(|one| json!({ "place": one.place, "theirs": one.theirs }));
    problem.with("changed", changed.collect::<Vec<_>>())
}
