//! `GET …/debts`: who has not paid what was due, since when, and how often it was reminded; for agents who bill.

use std::sync::Arc;

use domain::day::{Day, paris_day};
use domain::id::FamilyId;
use domain::invoice::days_late;
use domain::money::signed_euros;
use domain::organisation::Organisation;
use domain::role::Permission;
use serde::Serialize;
use store::keys;
use web::ask::DeskCall;
use web::{ApiError, Call, Reply};

use crate::InvoicesApp;
use crate::everyone::{self, Household};
use crate::sheet::{self, amount, note_export};

#[derive(Serialize)]
struct DebtsView {
    total: String,
    families: Vec<DebtView>,
    next: Option<FamilyId>,
}

#[derive(Serialize)]
struct DebtView {
    family: FamilyId,
    name: String,
    amount: String,
    cents: i64,
    due: Day,
    days_late: u32,
    invoices: Vec<String>,
    reminded: Vec<Day>,
}

/// An invoice whose due day is over and of which something is owed.
struct Unpaid {
    number: String,
    issued: Day,
    due: Day,
    total: i64,
    owed: i64,
    reminded: Vec<Day>,
}

/// The oldest debt first, of the families this answer is made of.
pub(crate) async fn list_debts(app: Arc<InvoicesApp>, call: Call) -> Result<Reply, ApiError> {
    let today = paris_day(call.moment.business);
    let mut families: Vec<DebtView> = Vec::new();
    let (_, debts, next) = debts(&app, &call).await?;
    for (household, unpaid) in debts {
        let owed: i64 = unpaid.iter().map(|one| one.owed).sum();
        let Some(due) = unpaid.iter().map(|one| one.due).min() else { continue };
        let mut reminded: Vec<Day> = unpaid.iter().flat_map(|one| one.reminded.iter().copied()).collect();
        reminded.sort_unstable();
        reminded.dedup();
        families.push(DebtView {
            family: household.family.id,
            name: household.family.name,
            amount: signed_euros(owed),
            cents: owed,
            due,
            days_late: days_late(due, today),
            invoices: unpaid.into_iter().map(|one| one.number).collect(),
            reminded,
        });
    }
    families.sort_by_key(|debt| debt.due);
    let total = signed_euros(families.iter().map(|debt| debt.cents).sum());
    Reply::json(&DebtsView { total, families, next })
}

/// `GET …/debts/file`: the same, an invoice a line, for a spreadsheet.
pub(crate) async fn debts_file(app: Arc<InvoicesApp>, call: Call) -> Result<Reply, ApiError> {
    const HEAD: [&str; 9] =
        ["famille", "nom", "facture", "date", "echeance", "jours_de_retard", "montant", "reste_du", "rappels"];
    let today = paris_day(call.moment.business);
    let mut rows = Vec::new();
    let (asked, debts, next) = debts(&app, &call).await?;
    note_export(&app.app, &asked, &call, "impayés").await?;
    for (household, unpaid) in debts {
        rows.extend(unpaid.into_iter().map(|one| {
            let reminded: Vec<String> = one.reminded.iter().map(Day::to_string).collect();
            vec![
                household.family.id.to_string(),
                household.family.name.clone(),
                one.number,
                one.issued.to_string(),
                one.due.to_string(),
                days_late(one.due, today).to_string(),
                amount(one.total),
                amount(one.owed),
                reminded.join(" "),
            ]
        }));
    }
    sheet::part(&HEAD, rows, &call, next)
}

/// Who asks, the debts of the families this answer is made of, and after whom the list goes on.
type Debts = (DeskCall, Vec<(Household, Vec<Unpaid>)>, Option<FamilyId>);

async fn debts(app: &Arc<InvoicesApp>, call: &Call) -> Result<Debts, ApiError> {
    let asked =
        DeskCall::open(&app.app, call, Permission::Bill, |organisation, _| vec![keys::organisation(organisation)]);
    let asked = asked.await?;
    let known = asked.record()?;
    let today = paris_day(call.moment.business);
    let page = everyone::page(app, &asked.organisation, everyone::after(call)?.as_ref()).await?;
    let debts = page.households.into_iter().map(|household| {
        let unpaid = unpaid(&household, &known.organisation, today);
        (household, unpaid)
    });
    let debts = debts.filter(|(_, unpaid)| !unpaid.is_empty()).collect();
    Ok((asked, debts, page.next))
}

fn unpaid(household: &Household, organisation: &Organisation, today: Day) -> Vec<Unpaid> {
    let ledger = household.account.ledger(organisation, &household.family);
    let mut unpaid: Vec<Unpaid> = household
        .account
        .invoices
        .iter()
        .filter(|invoice| days_late(invoice.due, today) > 0)
        .map(|invoice| Unpaid {
            number: invoice.number.clone(),
            issued: invoice.issued,
            due: invoice.due,
            total: invoice.total,
            owed: ledger.owed_of(&invoice.number),
            reminded: household.account.reminded(&invoice.number),
        })
        .filter(|one| one.owed > 0)
        .collect();
    unpaid.sort_by(|one, other| (one.due, &one.number).cmp(&(other.due, &other.number)));
    unpaid
}
