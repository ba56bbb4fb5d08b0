//! What waits for a person: attempts whose end nobody could read, and what an agent decides of them.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::day::{hour, in_paris, long_date, paris_day};
use domain::id::{FamilyId, FamilyPath};
use domain::money::{euros, parse_euros};
use domain::online::{Doubt, State};
use domain::role::Permission;
use lambda_http::http::StatusCode;
use serde::{Deserialize, Serialize};
use store::records::{AttemptRecord, Decision, DoubtRecord, FamilyRecord, Means, OrganisationRecord};
use store::{Attempts, Patience, keys};
use web::ask::{DeskCall, FamilyCall, Who};
use web::{ApiError, Call, Reply};

use crate::PaymentsApp;
use crate::check::id;
use crate::record::{self, Paid};
use crate::view::AttemptView;

#[derive(Serialize)]
struct DoubtsView {
    /// Whether the organisation takes payments online.
    online: bool,
    doubts: Vec<DoubtView>,
}

#[derive(Serialize)]
struct DoubtView {
    attempt: String,
    family: FamilyId,
    family_name: String,
    /// What was asked for.
    amount: String,
    invoice: Option<String>,
    /// When it began, in words.
    since: String,
    why: String,
    /// What is known, a line each.
    known: Vec<String>,
    /// What the provider says it took, as an agent would type it.
    suggested: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    paid: bool,
    /// What was received, when it was paid.
    amount: Option<String>,
    reason: String,
}

/// `GET …/online-payments`.
pub(crate) async fn list_doubts(app: Arc<PaymentsApp>, call: Call) -> Result<Reply, ApiError> {
    let asked =
        DeskCall::open(&app.app, &call, Permission::Bill, |organisation, _| vec![keys::organisation(organisation)]);
    let asked = asked.await?;
    let known: Option<OrganisationRecord> = asked.get(&keys::organisation(&asked.organisation))?;
    let online = known.and_then(|known| known.organisation.billing?.online).is_some();
    let listed: Vec<DoubtRecord> = app.app.table.query(&keys::doubts(&asked.organisation)).await?;
    let of = |one: &DoubtRecord| {
        [keys::attempt(&one.organisation, &one.family, &one.attempt), keys::family(&one.organisation, &one.family)]
    };
    let mut wanted: Vec<keys::Key> = listed.iter().flat_map(of).collect();
    wanted.sort();
    wanted.dedup();
    let items = app.app.table.batch_get(&wanted).await?;
    let mut doubts = Vec::new();
    for one in &listed {
        let [attempt, family] = of(one);
        let family: Option<FamilyRecord> = items.get(&family)?;
        let attempt: Option<AttemptRecord> = items.get(&attempt)?;
        doubts.extend(attempt.map(|attempt| (attempt, family.map_or(String::new(), |family| family.family.name))));
    }
    doubts.sort_by_key(|(attempt, _)| attempt.opened);
    let doubts = doubts.into_iter().map(|(attempt, name)| view(&attempt, name)).collect();
    Reply::json(&DoubtsView { online, doubts })
}

fn view(attempt: &AttemptRecord, family_name: String) -> DoubtView {
    let said = match attempt.doubt {
        Some(Doubt::OtherAmount { said: Some(cents) }) => cents,
        _ => attempt.cents,
    };
    DoubtView {
        attempt: attempt.attempt.clone(),
        family: attempt.family.clone(),
        family_name,
        amount: euros(attempt.cents),
        invoice: attempt.invoice.clone(),
        since: said_at(attempt.opened),
        why: attempt.doubt.as_ref().map(Doubt::sentence).unwrap_or_default(),
        known: known(attempt),
        suggested: format!("{},{:02}", said / 100, said % 100),
    }
}

/// `le 26 mai 2015 à 8 h 03`.
fn said_at(at: DateTime<Utc>) -> String {
    format!("le {} à {}", long_date(paris_day(at)), hour(in_paris(at).time()))
}

/// What helps to find the payment at the provider's.
fn known(attempt: &AttemptRecord) -> Vec<String> {
    let report = attempt.report.as_ref();
    let lines = [
        Some(format!("Référence {}", attempt.reference)),
        attempt.handle.as_ref().map(|handle| format!("Opération {handle}")),
        report.map(|report| format!("Réponse « {} »", report.code)),
        report.and_then(|report| report.proof.as_ref()).map(|proof| format!("Autorisation {proof}")),
        report.and_then(|report| report.at).map(|at| format!("Payé {}", said_at(at))),
        Some(format!("Commencé par {}", attempt.said)),
    ];
    lines.into_iter().flatten().collect()
}

/// `PUT …/online-payments/{attempt}`: it was paid, or it was not; with a reason that stays.
pub(crate) async fn settle_doubt(app: Arc<PaymentsApp>, call: Call) -> Result<Reply, ApiError> {
    let id = id(&call)?;
    let key = |at: &FamilyPath| keys::attempt(&at.organisation, &at.family, &id);
    let mut attempts = Attempts::of(Patience::PERSON);
    loop {
        attempts.next().await?;
        let asked = FamilyCall::open(&app.app, &call, Who::Agents(Permission::Bill), |at, _| vec![key(at)]).await?;
        let before: AttemptRecord = asked.found(&key(&asked.at))?;
        let body: Body = call.body()?;
        let reason = body.reason.trim();
        if !(3..=200).contains(&reason.chars().count()) {
            return Err(ApiError::invalid("reason", "Écrivez en 3 à 200 caractères comment vous le savez."));
        }
        let (state, cents) = decided(&body)?;
        if before.state == state && before.decision.is_some() {
            return Reply::json(&AttemptView::of(&before)); // said again
        }
        if before.state != State::Doubtful {
            let detail = "Ce paiement n’attend plus de décision : la page a été relue.";
            return Err(ApiError::new(StatusCode::CONFLICT, "changed-meanwhile", detail));
        }
        let (said, at) = (asked.access.said.clone(), call.moment.business);
        let decision = Some(Decision { said: said.clone(), reason: reason.to_owned(), at });
        let after = AttemptRecord { decision, ..record::ended(&before, state, call.moment.wall) };
        let mut transaction = asked.begin();
        let after = match cents {
            Some(cents) => {
                let paid = Paid { day: paris_day(at), means: Means::Card, cents, said };
                record::pay(&app, &mut transaction, (&before, after), paid, call.moment).await?
            }
            None => {
                record::end(&mut transaction, &before, &after);
                transaction.delete(&keys::doubt(&before.organisation, &before.attempt));
                after
            }
        };
        if attempts.wrote(app.app.table.write(transaction).await)?.yes() {
            return Reply::json(&AttemptView::of(&after));
        }
    }
}

/// Where the attempt goes, and what was received.
fn decided(body: &Body) -> Result<(State, Option<u64>), ApiError> {
    if !body.paid {
        return Ok((State::Dismissed, None));
    }
    let cents = body.amount.as_deref().and_then(parse_euros).filter(|cents| *cents > 0);
    let cents = cents.ok_or_else(|| ApiError::invalid("amount", "Écrivez la somme reçue, par exemple 65,10."))?;
    Ok((State::Paid, Some(u64::from(cents))))
}
