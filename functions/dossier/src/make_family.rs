//! `POST …/families`: an agent makes a family with its first adult; sent again, it makes no second one.

use std::sync::Arc;

use domain::dossier::{Adult, Dossier, Fiche, Field};
use domain::family::Family;
use domain::id::{FamilyId, FicheId, OrganisationId};
use domain::role::Permission;
use lambda_http::http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use store::records::{AdultRecord, DirectoryRecord, FamilyRecord, FindableRecord, ListedRecord};
use store::{Failure, finding};
use uuid::Uuid;
use web::ask::DeskCall;
use web::{ApiError, Call, FieldError, Reply};

use crate::DossierApp;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    request: Uuid,
    last_name: String,
    first_name: String,
    role: String,
    address_1: String,
    postal_code: String,
    town: String,
    mel: String,
}

/// Two waves: the right, then the family, its first fiche and its entry in one transaction.
pub(crate) async fn make_family(app: Arc<DossierApp>, call: Call) -> Result<Reply, ApiError> {
    let desk = DeskCall::open(&app.app, &call, Permission::KeepDossiers, |_, _| Vec::new()).await?;
    let body: Body = call.body()?;
    let organisation = desk.organisation.clone();
    let id = body.request.simple().to_string();
    let unreadable = || ApiError::internal("a request id is no identifier");
    let (family, fiche) = (id.parse::<FamilyId>(), id.parse::<FicheId>());
    let (family, fiche) = (family.map_err(|_| unreadable())?, fiche.map_err(|_| unreadable())?);
    let adult = adult(&body)?;
    let record = family_record(&organisation, &family, &fiche, &adult);
    let entry = DirectoryRecord {
        organisation: organisation.clone(),
        family: family.clone(),
        name: adult.last_name.clone(),
        adults: vec![format!("{} {}", adult.first_name, adult.last_name)],
        children: Vec::new(),
    };
    let row = ListedRecord::of(&organisation, &record.family, [(fiche.as_str(), &adult)]);
    let findable = FindableRecord::of(&organisation, &record.family, [&adult], [], &row.phone);
    let adult = AdultRecord { organisation, family: family.clone(), reference: fiche.to_string(), adult, version: 1 };
    let mut transaction = desk.begin();
    let mut own = vec![transaction.put_new(&record), transaction.put_new(&adult)];
    transaction.put(&entry);
    transaction.put(&row);
    own.extend(finding::follow(&mut transaction, None, findable));
    match app.app.table.write(transaction).await {
        // The same request came before.
        Err(Failure::Conditions(failed)) if failed.iter().all(|at| own.contains(at)) => {}
        written => written?,
    }
    Reply::with_status(StatusCode::CREATED, &json!({ "id": family, "name": record.family.name }))
}

/// The first adult, every field shaped; all faults at once.
fn adult(body: &Body) -> Result<Adult, ApiError> {
    let mut adult = Adult::default();
    let mut errors = Vec::new();
    for (field, typed) in [
        (Field::LastName, &body.last_name),
        (Field::FirstName, &body.first_name),
        (Field::Role, &body.role),
        (Field::Address1, &body.address_1),
        (Field::PostalCode, &body.postal_code),
        (Field::Town, &body.town),
        (Field::Mel, &body.mel),
    ] {
        let shaped = field.shaped(typed).and_then(|text| match text.is_empty() && field != Field::Mel {
            true => Err(format!("{}.", field.asked())),
            false => Ok(text),
        });
        match shaped {
            Ok(text) => adult.keep(field, text),
            Err(detail) => errors.push(FieldError { field: field.as_str().to_owned(), detail }),
        }
    }
    match errors.is_empty() {
        true => Ok(adult),
        false => {
            let detail = "La famille n’a pas été créée : corrigez les champs marqués.";
            let mut problem = ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", detail);
            problem.errors = errors;
            Err(problem)
        }
    }
}

fn family_record(organisation: &OrganisationId, family: &FamilyId, fiche: &FicheId, adult: &Adult) -> FamilyRecord {
    let fiches = vec![Fiche { id: fiche.clone(), adult: adult.clone() }];
    let dossier = Dossier { fiches, ..Dossier::default() };
    let town = format!("{} {}", adult.text(Field::PostalCode), adult.text(Field::Town));
    let family = Family {
        id: family.clone(),
        name: adult.last_name.clone(),
        town,
        children: Vec::new(),
        quotients: Vec::new(),
        outside: false,
        situations: Vec::new(),
        billed: dossier.billed(),
    };
    FamilyRecord { organisation: organisation.clone(), family, version: 1 }
}
