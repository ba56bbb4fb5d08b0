//! `GET …/journal/{period}`: every line of every invoice and credit note of a month, every payment, for the accountant.

use std::sync::Arc;

use domain::day::{Day, paris_day};
use domain::invoice::{Entry, EntryKind, Means, Period, journal};
use domain::role::Permission;
use store::keys;
use web::ask::DeskCall;
use web::{ApiError, Call, Reply};

use crate::InvoicesApp;
use crate::everyone;
use crate::sheet::{self, amount, note_export};

const HEAD: [&str; 13] = [
    "date", "type", "piece", "concerne", "famille", "nom", "activite", "libelle", "quantite", "moyen", "recu_le",
    "debit", "credit",
];

/// By day, then by document, of the families this answer is made of; a payment stands on the day it was recorded.
pub(crate) async fn show_journal(app: Arc<InvoicesApp>, call: Call) -> Result<Reply, ApiError> {
    let asked = DeskCall::open(&app.app, &call, Permission::Bill, |id, _| vec![keys::organisation(id)]).await?;
    let organisation = asked.record()?.effective();
    let period: String = call.path("period")?;
    let period = Period::parse(&period).ok_or_else(ApiError::not_found)?;
    let mut rows = Vec::new();
    let page = everyone::page(&app, &asked.organisation, everyone::after(&call)?.as_ref()).await?;
    for household in page.households {
        let account = &household.account;
        let issued = account.invoices.iter().map(|invoice| invoice.document());
        let received = account.payments.iter().map(|payment| (paris_day(payment.at), payment.received()));
        let given_up = account.given_up(&organisation, &household.family);
        let whose = [household.family.id.as_str(), household.family.name.as_str()];
        rows.extend(journal(issued, received, given_up, period).iter().map(|entry| row(entry, whose)));
    }
    rows.sort();
    note_export(&app.app, &asked, &call, &format!("journal {period}")).await?;
    sheet::part(&HEAD, rows, &call, page.next)
}

fn row(entry: &Entry, [family, name]: [&str; 2]) -> Vec<String> {
    let line = entry.line;
    let activity = line.and_then(|line| line.activity.as_ref()).map(ToString::to_string);
    let received = entry.received;
    [
        entry.written.to_string(),
        kind(entry.kind).to_owned(),
        entry.document.to_owned(),
        entry.about.unwrap_or_default().to_owned(),
        family.to_owned(),
        name.to_owned(),
        activity.unwrap_or_default(),
        line.map(|line| line.label.clone()).unwrap_or_default(),
        line.map(|line| line.quantity.to_string()).unwrap_or_default(),
        received.map(|(means, _)| said(means).to_owned()).unwrap_or_default(),
        received.map(|(_, day): (Means, Day)| day.to_string()).unwrap_or_default(),
        amount(entry.debit),
        amount(entry.credit),
    ]
    .into()
}

fn kind(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::Invoice => "facture",
        EntryKind::CreditNote => "avoir",
        EntryKind::Payment => "paiement",
        EntryKind::Reversal => "annulation",
        EntryKind::WrittenOff => "abandon",
    }
}

fn said(means: Means) -> &'static str {
    match means {
        Means::Cheque => "chèque",
        Means::Cash => "espèces",
        Means::Cesu => "CESU",
        Means::Ancv => "chèque-vacances",
        Means::Card => "carte",
        Means::Transfer => "virement",
        Means::Debit => "prélèvement",
    }
}
