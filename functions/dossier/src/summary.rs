//! `GET …/families/{family}/summary`: what an agent must know of a family whatever they do with it, in one reply.

use std::sync::Arc;

use domain::day::{Day, paris_day};
use domain::document::gaps;
use domain::dossier::Collects;
use domain::family::{Child, Family};
use domain::id::{ChildId, FamilyId, FamilyPath};
use domain::money::{hundredths, signed_euros};
use domain::role::Permission;
use domain::situation::Situations;
use domain::tariff::Quotient;
use serde::Serialize;
use store::keys::{self, Bounded};
use store::records::{AdultRecord, PiecesRecord, ServiceNoteRecord};
use store::regie::Account;
use web::ask::{FamilyCall, Who};
use web::{ApiError, Call, Reply};

use crate::DossierApp;
use crate::notes::{self, NoteView};

#[derive(Serialize)]
struct SummaryView {
    id: FamilyId,
    name: String,
    children: Vec<ChildView>,
    adults: Vec<AdultView>,
    /// Whom staff must not hand a child to.
    barred: Vec<BarredView>,
    /// What is invoiced and unpaid, in cents, and of how many invoices.
    owed: i64,
    amount: String,
    owed_invoices: usize,
    /// What is left of payments and credit notes.
    credit: Option<String>,
    quotient: Option<String>,
    /// Since when that quotient, or that nobody knows it, holds; none when since ever.
    quotient_from: Option<Day>,
    outside: bool,
    /// `Assurance scolaire (Lou)`.
    missing: Vec<String>,
    /// None for who is an adult of this family.
    notes: Option<Vec<NoteView>>,
    may_note: bool,
}

#[derive(Serialize)]
struct ChildView {
    id: ChildId,
    first_name: String,
    class: Option<String>,
    school: Option<String>,
    pai: bool,
    care: bool,
}

#[derive(Serialize)]
struct AdultView {
    first_name: String,
    last_name: String,
    role: String,
    /// The first number of the fiche, the mobile before the others.
    phone: Option<String>,
}

#[derive(Serialize)]
struct BarredView {
    children: Vec<String>,
    name: String,
    role: String,
}

/// One wave: the right, the organisation and the family with its pieces; its adults; its account; what was noted.
pub(crate) async fn show_summary(app: Arc<DossierApp>, call: Call) -> Result<Reply, ApiError> {
    let table = &app.app.table;
    app.app.caller(&call).await?;
    let at = call.family_path()?;
    let FamilyPath { organisation, family } = &at;
    let pieces = keys::pieces(organisation, family);
    let needed = vec![keys::organisation(organisation), keys::family(organisation, family), pieces.clone()];
    let adults = keys::adults(organisation, family);
    let account = keys::account_of_family(organisation, family);
    let noted = keys::with_bound(organisation, family, Bounded::Notes);
    let (asked, adults, account, noted) = tokio::join!(
        FamilyCall::open(&app.app, &call, Who::Agents(Permission::SeeFamilies), |_, _| needed),
        table.query::<AdultRecord>(&adults),
        table.query_mixed(&account),
        table.query_mixed(&noted)
    );
    let asked = asked?;
    let (family, organisation) = (asked.family()?.family, asked.organisation()?.effective());
    let (mut adults, account) = (adults?, Account::of(&account?)?);
    adults.sort_by_key(|one| (one.adult.written_by_family, one.reference.clone()));
    let today = paris_day(call.moment.business);
    let ledger = account.ledger(&organisation, &family);
    let (owed, credit) = (ledger.owed(), ledger.credit());
    let known = family.priced_by();
    let (quotient, outside) = known.on(today);
    let held = asked.get::<PiecesRecord>(&pieces)?.map(|pieces| pieces.held).unwrap_or_default();
    let may = |permission| asked.access.role.is_some_and(|role| role.may(permission));
    let missing = gaps(&organisation.pieces, &family, &held, today);
    let shown = |gap: &&domain::document::Gap| may(Permission::ReadHealth) || !gap.requirement.kind.is_health();
    let missing = missing.iter().filter(shown).map(|gap| match gap.child {
        Some(child) => format!("{} ({})", gap.requirement.kind.said(), child.first_name),
        None => gap.requirement.kind.said().to_owned(),
    });
    let member = notes::is_member(&asked, &at)?;
    let noted: Vec<ServiceNoteRecord> = noted?.of()?;
    Reply::json(&SummaryView {
        children: family.children.iter().map(child_view).collect(),
        adults: adults.iter().map(adult_view).collect(),
        barred: adults.iter().filter_map(|record| barred(record, &family)).collect(),
        owed,
        amount: signed_euros(owed),
        owed_invoices: account.invoices.iter().filter(|one| ledger.owed_of(&one.number) > 0).count(),
        credit: (credit > 0).then(|| signed_euros(credit)),
        quotient: quotient.map(|Quotient(value)| hundredths(value)),
        quotient_from: since(&known, today),
        outside,
        missing: missing.collect(),
        notes: (!member).then(|| notes::views(&noted, &asked)),
        may_note: !member && may(Permission::WriteNotes),
        id: family.id,
        name: family.name,
    })
}

fn child_view(child: &Child) -> ChildView {
    ChildView {
        id: child.id.clone(),
        first_name: child.first_name.clone(),
        class: child.class.clone(),
        school: child.school.clone(),
        pai: child.pai,
        care: child.care,
    }
}

fn adult_view(record: &AdultRecord) -> AdultView {
    let adult = &record.adult;
    AdultView {
        first_name: adult.first_name.clone(),
        last_name: adult.last_name.clone(),
        role: adult.role.clone(),
        phone: adult.phones().next().map(str::to_owned),
    }
}

fn barred(record: &AdultRecord, family: &Family) -> Option<BarredView> {
    let adult = &record.adult;
    let is_barred = |child: &&Child| adult.collects.get(&child.id) == Some(&Collects::NotAllowed);
    let children: Vec<String> = family.children.iter().filter(is_barred).map(|one| one.first_name.clone()).collect();
    let name = format!("{} {}", adult.first_name, adult.last_name);
    (!children.is_empty()).then(|| BarredView { children, name, role: adult.role.clone() })
}

/// Since when what holds today of the quotient holds.
fn since(known: &Situations, today: Day) -> Option<Day> {
    let dated = known.dated.iter().rev().map(|one| one.from).find(|from| *from <= today);
    let older = || known.quotients.iter().rev().filter_map(|(from, _)| *from).find(|from| *from <= today);
    dated.or_else(older)
}
