//! `GET …/families/{family}/invoices`: what a family owes, its invoices and payments.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::day::{Day, hour, in_paris, paris_day};
use domain::invoice::{Ledger, Line, left};
use domain::money::signed_euros;
use domain::online::State;
use domain::role::Permission;
use serde::Serialize;
use store::records::{AttemptRecord, InvoiceRecord, Means, PaymentRecord};
use store::regie::Account;
use web::ask::Who;
use web::{AccountCall, ApiError, Call, Reply};

use crate::InvoicesApp;
use crate::certificate::years;
use crate::entries::{EntryView, entries};
use crate::tickets::{TicketsView, tickets};

#[derive(Serialize)]
struct AccountView {
    owed: i64,
    amount: String,
    credit: i64,
    credits: Vec<CreditView>,
    carried: Option<String>,
    invoices: Vec<InvoiceView>,
    payments: Vec<PaymentView>,
    /// The same as a ledger, the newest row first.
    entries: Vec<EntryView>,
    certificates: Vec<i32>,
    how_to_pay: Vec<String>,
    tickets: Vec<TicketsView>,
    /// Whether who reads this may pay online.
    pays_online: bool,
    /// Payments made online that have not ended yet.
    under_way: Vec<UnderWay>,
    may_bill: bool,
}

/// Money that settles nothing yet; `anything` when its means may pay whatever comes next.
#[derive(Serialize)]
struct CreditView {
    from: String,
    means: Option<Means>,
    amount: String,
    anything: bool,
}

#[derive(Serialize)]
struct InvoiceView {
    number: String,
    issued: Day,
    due: Day,
    period: Option<String>,
    corrects: Option<String>,
    lines: Vec<LineView>,
    amount: String,
    cents: i64,
    owed: i64,
    owed_amount: String,
    settled_by: Vec<SettledView>,
    left: Vec<u32>,
    filed: bool,
    /// Whether its detail is past its period: it has no PDF any more.
    erased: bool,
    written_off: Option<WrittenOffView>,
}

/// That what was owed of an invoice is given up.
#[derive(Serialize)]
struct WrittenOffView {
    /// `prescrite`.
    said: &'static str,
    day: Day,
    amount: String,
    /// The decision, in an agent's words: for agents.
    note: Option<String>,
}

/// What a receipt settled of an invoice.
#[derive(Serialize)]
struct SettledView {
    receipt: String,
    amount: String,
}

/// A line as the guide has it: `2 x [Lou] : Ticket(s) pour le service Cantine maternelle`.
#[derive(Serialize)]
pub(crate) struct LineView {
    sentence: String,
    /// The sentence without how many.
    label: String,
    /// The sentence in two columns: how many for which child, and what.
    whom: Option<String>,
    what: String,
    amount: String,
}

impl LineView {
    /// Of a line.
    pub(crate) fn of(line: &Line) -> Self {
        let (whom, what) = line.columns();
        Self { sentence: line.sentence(), label: line.label.clone(), whom, what, amount: signed_euros(line.amount()) }
    }
}

/// A payment online whose end is not known yet.
#[derive(Serialize)]
struct UnderWay {
    attempt: String,
    said: String,
}

#[derive(Serialize)]
struct PaymentView {
    receipt: String,
    day: Day,
    means: Means,
    amount: String,
    cents: i64,
    reverses: Option<String>,
}

/// One wave: the caller's right and the organisation, and the family's account.
pub(crate) async fn list_invoices(app: Arc<InvoicesApp>, call: Call) -> Result<Reply, ApiError> {
    let asked = AccountCall::open(&app.app, &call, Who::FamilyOr(Permission::SeeFamilies), |_| Vec::new()).await?;
    let AccountCall { organisation, family, account, .. } = &asked;
    let attempts: Vec<AttemptRecord> = asked.lying.of()?;
    let ledger = asked.ledger();
    let carried = account.carried();
    let billing = organisation.billing.as_ref();
    let role = asked.access.role;
    let pays_online = role.is_none() && billing.is_some_and(|billing| billing.online.is_some());
    let today = paris_day(call.moment.business);
    Reply::json(&AccountView {
        owed: ledger.owed(),
        amount: signed_euros(ledger.owed()),
        credit: ledger.credit(),
        credits: credit_views(&ledger),
        carried: (carried != 0).then(|| signed_euros(carried)),
        invoices: views(account, &ledger, role.is_some()),
        payments: account.payments.iter().rev().map(payment_view).collect(),
        entries: entries(account, &ledger, organisation, family),
        certificates: years(account, organisation, family, today),
        tickets: tickets(organisation, family, &account.lots, today, asked.access.demand(Permission::Bill).is_ok()),
        how_to_pay: billing.map(|billing| billing.how_to_pay.clone()).unwrap_or_default(),
        pays_online,
        under_way: attempts.iter().filter_map(under_way).collect(),
        may_bill: role.is_some_and(|role| role.may(Permission::Bill)),
    })
}

fn credit_views(ledger: &Ledger) -> Vec<CreditView> {
    let view = |credit: &domain::invoice::Credit| CreditView {
        from: credit.from.to_owned(),
        means: credit.means,
        amount: signed_euros(credit.cents),
        anything: credit.means.is_none_or(Means::pays_all),
    };
    ledger.credits.iter().map(view).collect()
}

/// In one sentence, what is known of a payment that has not ended.
fn under_way(attempt: &AttemptRecord) -> Option<UnderWay> {
    let (amount, since) = (signed_euros(i64::try_from(attempt.cents).ok()?), hour(in_paris(attempt.opened).time()));
    let said = match attempt.state {
        State::Opening | State::Sent => format!("Paiement de {amount}, commencé à {since} : pas encore confirmé."),
        State::Doubtful => format!("Paiement de {amount}, commencé à {since} : la régie le vérifie."),
        _ => return None,
    };
    Some(UnderWay { attempt: attempt.attempt.clone(), said })
}

/// The newest first, as the guide has them.
fn views(account: &Account, ledger: &Ledger, agent: bool) -> Vec<InvoiceView> {
    let mut invoices: Vec<&InvoiceRecord> = account.invoices.iter().collect();
    invoices.sort_by(|one, other| (other.issued, &other.number).cmp(&(one.issued, &one.number)));
    let view = |one: &InvoiceRecord| {
        let owed = ledger.owed_of(&one.number);
        InvoiceView {
            number: one.number.clone(),
            issued: one.issued,
            due: one.due,
            period: one.period.map(|period| period.said()),
            corrects: one.corrects.clone(),
            lines: one.lines.iter().map(LineView::of).collect(),
            amount: signed_euros(one.total),
            cents: one.total,
            owed,
            owed_amount: signed_euros(owed),
            settled_by: settled_by(ledger, &one.number),
            left: left_of(account, one),
            filed: one.filed,
            erased: one.is_blanked(),
            written_off: one.written_off.as_ref().map(|written_off| WrittenOffView {
                said: written_off.reason.said(),
                day: written_off.day,
                amount: signed_euros(written_off.cents),
                note: agent.then(|| format!("{} ({})", written_off.note, written_off.said)),
            }),
        }
    };
    invoices.into_iter().map(view).collect()
}

/// How many units of each line can still be taken back.
fn left_of(account: &Account, invoice: &InvoiceRecord) -> Vec<u32> {
    match (&invoice.corrects, &invoice.written_off) {
        (Some(_), _) | (_, Some(_)) => Vec::new(),
        _ => left(&invoice.lines, account.notes_of(&invoice.number).map(|note| note.lines.as_slice())),
    }
}

fn settled_by(ledger: &Ledger, number: &str) -> Vec<SettledView> {
    let mut receipts: BTreeMap<&str, i64> = BTreeMap::new();
    for one in ledger.allotments.iter().filter(|one| one.invoice == number) {
        *receipts.entry(one.receipt).or_default() += one.cents;
    }
    let settled = receipts.into_iter().filter(|(_, cents)| *cents > 0);
    settled.map(|(receipt, cents)| SettledView { receipt: receipt.to_owned(), amount: signed_euros(cents) }).collect()
}

fn payment_view(payment: &PaymentRecord) -> PaymentView {
    PaymentView {
        receipt: payment.receipt.clone(),
        day: payment.day,
        means: payment.means,
        amount: signed_euros(payment.cents),
        cents: payment.cents,
        reverses: payment.reverses.clone(),
    }
}
