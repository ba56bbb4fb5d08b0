//! `GET …/certificates/{year}`: the tax certificate of a year that is over, made from what was paid; for one family, and
//! for all of them, a page of families at a time.

use std::sync::Arc;

use chrono::Datelike;
use domain::day::{Day, long_date, paris_day};
use domain::family::Family;
use domain::id::FamilyId;
use domain::invoice::{CertifiedChild, Services, certify};
use domain::money::signed_euros;
use domain::organisation::Organisation;
use domain::role::Permission;
use lambda_http::http::StatusCode;
use pdf::{Certificate, CertificateLine, certificate, certificates};
use serde::Serialize;
use store::keys;
use store::regie::Account;
use web::ask::{DeskCall, Who};
use web::{AccountCall, ApiError, Call, Reply};

use crate::InvoicesApp;
use crate::everyone::{self, Household};
use crate::sheet::note_export;

/// The PDF, for the family and the agents who see it.
pub(crate) async fn show_certificate(app: Arc<InvoicesApp>, call: Call) -> Result<Reply, ApiError> {
    let asked = AccountCall::open(&app.app, &call, Who::FamilyOr(Permission::SeeFamilies), |_| Vec::new()).await?;
    let AccountCall { organisation, family, account, .. } = &asked;
    let today = paris_day(call.moment.business);
    let year = year(&call, today)?;
    let children = certified(account, organisation, family, year);
    if children.is_empty() {
        return Err(ApiError::not_found());
    }
    let paper = paper(organisation, family, &children, year, today);
    let bytes = certificate(&paper).map_err(|error| ApiError::internal(error.to_string()))?;
    Ok(Reply::file("application/pdf", bytes).named(&format!("attestation-fiscale-{year}.pdf")))
}

/// A year that is over.
fn year(call: &Call, today: Day) -> Result<i32, ApiError> {
    let year: String = call.path("year")?;
    let year: i32 = year.parse().ok().filter(|year| (2000..=2099).contains(year)).ok_or_else(ApiError::not_found)?;
    if year >= today.year() {
        let detail = format!("L’attestation de {year} sera là en janvier {} : l’année n’est pas finie.", year + 1);
        return Err(ApiError::new(StatusCode::CONFLICT, "year-not-over", detail));
    }
    Ok(year)
}

#[derive(Serialize)]
struct CertificatesView {
    families: Vec<CertifiedView>,
    /// After which family the next page begins; none after the last.
    next: Option<FamilyId>,
}

#[derive(Serialize)]
struct CertifiedView {
    family: FamilyId,
    name: String,
    amount: String,
}

/// What is certified for some families of an organisation.
struct Page {
    asked: DeskCall,
    organisation: Organisation,
    year: i32,
    today: Day,
    certified: Vec<(Family, Vec<CertifiedChild>)>,
    next: Option<FamilyId>,
}

impl Page {
    /// The families after the one that the query names.
    async fn read(app: &Arc<InvoicesApp>, call: &Call) -> Result<Self, ApiError> {
        let asked = DeskCall::open(&app.app, call, Permission::Bill, |id, _| vec![keys::organisation(id)]).await?;
        let organisation = asked.record()?.organisation;
        let today = paris_day(call.moment.business);
        let year = year(call, today)?;
        let after = everyone::after(call)?;
        let everyone::Page { households, next } = everyone::page(app, &organisation.id, after.as_ref()).await?;
        let certify = |household: Household| {
            let children = certified(&household.account, &organisation, &household.family, year);
            (household.family, children)
        };
        let certified = households.into_iter().map(certify).filter(|(_, children)| !children.is_empty()).collect();
        Ok(Self { asked, organisation, year, today, certified, next })
    }
}

/// `GET …/certificates/{year}`, of an organisation: whose certificates there are.
pub(crate) async fn list_certificates(app: Arc<InvoicesApp>, call: Call) -> Result<Reply, ApiError> {
    let Page { certified, next, .. } = Page::read(&app, &call).await?;
    let view = |(family, children): (Family, Vec<CertifiedChild>)| CertifiedView {
        family: family.id,
        name: family.name,
        amount: signed_euros(children.iter().map(|child| child.paid).sum()),
    };
    Reply::json(&CertificatesView { families: certified.into_iter().map(view).collect(), next })
}

/// `GET …/certificates/{year}/file`: the same families' certificates in one PDF, each from a page of its own on.
pub(crate) async fn certificates_file(app: Arc<InvoicesApp>, call: Call) -> Result<Reply, ApiError> {
    let Page { asked, organisation, year, today, certified, .. } = Page::read(&app, &call).await?;
    asked.demand_proof()?;
    if certified.is_empty() {
        return Err(ApiError::not_found());
    }
    note_export(&app.app, &asked, &call, &format!("attestations fiscales de {year}")).await?;
    let papers: Vec<Certificate> =
        certified.iter().map(|(family, children)| paper(&organisation, family, children, year, today)).collect();
    let bytes = tokio::task::spawn_blocking(move || certificates(&papers)).await;
    let bytes = bytes.map_err(|error| ApiError::internal(error.to_string()))?;
    let bytes = bytes.map_err(|error| ApiError::internal(error.to_string()))?;
    Ok(Reply::file("application/pdf", bytes).named(&format!("attestations-fiscales-{year}.pdf")))
}

/// What was paid in a year, child by child.
fn certified(account: &Account, organisation: &Organisation, family: &Family, year: i32) -> Vec<CertifiedChild> {
    let ledger = account.ledger(organisation, family);
    certify(&ledger, &account.received(), &Services { organisation, family }, year)
}

/// The years that are over and have something to certify, the newest first.
pub(crate) fn years(account: &Account, organisation: &Organisation, family: &Family, today: Day) -> Vec<i32> {
    let paid = account.payments.iter().map(|payment| payment.day.year());
    let first = paid.chain(account.invoices.iter().map(|invoice| invoice.issued.year())).min();
    let years = first.into_iter().flat_map(|first| (first..today.year()).rev());
    years.filter(|year| !certified(account, organisation, family, *year).is_empty()).collect()
}

fn paper(
    organisation: &Organisation,
    family: &Family,
    children: &[CertifiedChild],
    year: i32,
    today: Day,
) -> Certificate {
    let own = || vec![organisation.name.clone(), organisation.town.clone()];
    let line = |paid: &CertifiedChild| {
        let child = family.child(&paid.child);
        CertificateLine {
            child: child.map(|child| child.first_name.clone()).unwrap_or_default(),
            born: child.and_then(|child| child.born).map(long_date).unwrap_or_default(),
            paid: paid.paid,
            cesu: paid.cesu,
        }
    };
    Certificate {
        title: format!("Attestation fiscale {year}"),
        seller: organisation.billing.as_ref().map_or_else(own, |billing| billing.seller.clone()),
        payer: family.invoice_address(),
        facts: vec![("Année".to_owned(), year.to_string()), ("Faite le".to_owned(), long_date(today))],
        says: format!(
            "{} atteste avoir reçu en {year}, pour la garde des enfants nommés ci-dessous, hors de leur domicile :",
            organisation.name
        ),
        children: children.iter().map(line).collect(),
        total: format!("Payé en {year}"),
        mentions: vec![
            format!(
                "Garderie et accueil de loisirs, payés du 1er janvier au 31 décembre {year}, pour les enfants nés à \
                 partir du 1er janvier {} (article 200 quater B du code général des impôts). Les repas, les \
                 absences facturées, les suppléments et les pénalités n’y sont pas.",
                year - 6
            ),
            "CESU préfinancés : la part que votre employeur a payée est à déduire de la somme que vous déclarez."
                .to_owned(),
            "Une avance compte dans l’année où elle règle une facture.".to_owned(),
        ],
        created: today,
    }
}
