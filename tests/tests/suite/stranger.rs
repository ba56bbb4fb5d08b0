//! A stranger who tries every id: every route × every wrong caller, from one table no new route can escape.

use reqwest::Method;
use serde_json::{Value, json};
use tests::contract::CONTRACT;
use tests::town::TUESDAY;
use tests::{Answer, Person, Town};
use uuid::Uuid;

use crate::{people, world};

/// What an agent needs to call a route of a family or an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Needs {
    /// Anybody: the route answers without a session.
    Nothing,
    /// A session of one's own.
    Session,
    /// An adult of the family, or an agent of its organisation.
    Family,
    /// An adult of the family, or an agent who may change weeks.
    ChangeWeek,
    /// Anybody of the organisation.
    Organisation,
    /// An adult of some family of the organisation: nobody accepts rules in another's place.
    AnAdult,
    /// An agent of the organisation.
    Agent,
    /// An agent who may invite.
    Invite,
    /// An adult of the family: an agent gets no mail and no feed of it.
    Adult,
    /// An agent who works at the desk.
    Desk,
    /// An agent who bills.
    Bill,
    /// An agent who bills, for a family.
    BillFamily,
    /// An agent who administers.
    Administer,
    /// An agent who administers, for a family.
    AdministerFamily,
    /// An adult of the family, or an agent who bills.
    Buy,
    /// An agent who sees families, for a family.
    SeeFamily,
    /// An agent who writes notes, for a family: all but who only reads.
    Note,
}

impl Needs {
    /// Whether the route names a family.
    fn a_family(self) -> bool {
        !matches!(
            self,
            Self::Nothing
                | Self::Session
                | Self::Organisation
                | Self::AnAdult
                | Self::Agent
                | Self::Desk
                | Self::Bill
                | Self::Administer
        )
    }
}

/// The table. A route that is not in it fails [`every_route_is_in_the_table`].
const ROUTES: &[(&str, Needs)] = &[
    ("POST /api/session", Needs::Nothing),
    ("GET /api/session", Needs::Session),
    ("DELETE /api/session", Needs::Session),
    ("POST /api/session/renew", Needs::Session),
    ("POST /api/password/forgotten", Needs::Nothing),
    ("POST /api/password/reset", Needs::Nothing),
    ("POST /api/invitation/read", Needs::Nothing),
    ("POST /api/invitation/accept", Needs::Nothing),
    ("GET /api/account", Needs::Session),
    ("PUT /api/account/identifiant", Needs::Session),
    ("PUT /api/account/mel", Needs::Session),
    ("POST /api/mel/confirm", Needs::Nothing),
    ("PUT /api/account/password", Needs::Session),
    ("DELETE /api/account/sessions", Needs::Session),
    ("DELETE /api/account/sessions/{session}", Needs::Session),
    ("POST /api/account/recovery-codes", Needs::Session),
    ("GET /api/account/deletion", Needs::Session),
    ("POST /api/account/deletion", Needs::Session),
    ("GET /api/organisations/{organisation}/agents", Needs::Administer),
    ("POST /api/organisations/{organisation}/agents", Needs::Administer),
    ("PUT /api/organisations/{organisation}/agents/{account}", Needs::Administer),
    ("DELETE /api/organisations/{organisation}/agents/{account}", Needs::Administer),
    ("POST /api/session/second-factor", Needs::Session),
    ("POST /api/organisations/{organisation}/agents/{account}/second-factor-reset", Needs::Administer),
    ("GET /api/organisations/{organisation}/security-events", Needs::Administer),
    ("GET /api/organisations/{organisation}/security-events/file", Needs::Administer),
    ("POST /api/organisations/{organisation}/invitations/{invitation}", Needs::Administer),
    ("DELETE /api/organisations/{organisation}/invitations/{invitation}", Needs::Administer),
    ("POST /api/organisations/{organisation}/families/{family}/invitations/{invitation}", Needs::AdministerFamily),
    ("DELETE /api/organisations/{organisation}/families/{family}/invitations/{invitation}", Needs::AdministerFamily),
    ("GET /api/organisations/{organisation}/families/{family}/members", Needs::AdministerFamily),
    ("DELETE /api/organisations/{organisation}/families/{family}/members/{adult}", Needs::AdministerFamily),
    ("GET /api/organisations/{organisation}/families/{family}/week", Needs::Family),
    ("PUT /api/organisations/{organisation}/families/{family}/bookings", Needs::ChangeWeek),
    ("PUT /api/organisations/{organisation}/families/{family}/days", Needs::ChangeWeek),
    ("POST /api/organisations/{organisation}/families/{family}/changes/{request}/undo", Needs::ChangeWeek),
    ("GET /api/organisations/{organisation}/families/{family}/history", Needs::Family),
    ("GET /api/organisations/{organisation}/families/{family}/abonnements", Needs::Family),
    ("PUT /api/organisations/{organisation}/families/{family}/abonnements/{abonnement}", Needs::ChangeWeek),
    ("DELETE /api/organisations/{organisation}/families/{family}/abonnements/{abonnement}", Needs::ChangeWeek),
    ("POST /api/organisations/{organisation}/families/{family}/abonnements/{abonnement}/cost", Needs::ChangeWeek),
    ("POST /api/organisations/{organisation}/families/{family}/absences", Needs::ChangeWeek),
    ("GET /api/organisations/{organisation}/families/{family}/wishes", Needs::Adult),
    ("PUT /api/organisations/{organisation}/families/{family}/wishes", Needs::Adult),
    ("POST /api/organisations/{organisation}/families/{family}/feed", Needs::Adult),
    ("DELETE /api/organisations/{organisation}/families/{family}/feed", Needs::Adult),
    ("GET /api/calendars/{feed}", Needs::Nothing),
    ("GET /api/organisations/{organisation}/attendance", Needs::Agent),
    ("PUT /api/organisations/{organisation}/attendance", Needs::Desk),
    ("PUT /api/organisations/{organisation}/attendance/present", Needs::Desk),
    ("GET /api/organisations/{organisation}/today", Needs::Agent),
    ("GET /api/organisations/{organisation}/closings", Needs::Agent),
    ("GET /api/organisations/{organisation}/closings/preview", Needs::Desk),
    ("PUT /api/organisations/{organisation}/closings/{closing}", Needs::Desk),
    ("DELETE /api/organisations/{organisation}/closings/{closing}", Needs::Desk),
    ("GET /api/organisations/{organisation}/families/{family}/invoices", Needs::Family),
    ("POST /api/organisations/{organisation}/families/{family}/invoices", Needs::BillFamily),
    ("GET /api/organisations/{organisation}/families/{family}/invoices/{number}/file", Needs::Family),
    ("POST /api/organisations/{organisation}/families/{family}/invoices/{number}/credit-note", Needs::BillFamily),
    ("GET /api/organisations/{organisation}/families/{family}/corrections", Needs::BillFamily),
    ("POST /api/organisations/{organisation}/families/{family}/corrections", Needs::BillFamily),
    ("POST /api/organisations/{organisation}/families/{family}/invoices/{number}/write-off", Needs::BillFamily),
    ("POST /api/organisations/{organisation}/families/{family}/payments", Needs::BillFamily),
    ("GET /api/organisations/{organisation}/families/{family}/certificates/{year}", Needs::Family),
    ("POST /api/organisations/{organisation}/families/{family}/tickets", Needs::Buy),
    ("POST /api/organisations/{organisation}/families/{family}/online-payments", Needs::Adult),
    ("POST /api/organisations/{organisation}/families/{family}/online-payments/{attempt}/check", Needs::Adult),
    ("PUT /api/organisations/{organisation}/families/{family}/online-payments/{attempt}", Needs::BillFamily),
    ("POST /api/organisations/{organisation}/families/{family}/online-payments/{attempt}/notification", Needs::Nothing),
    ("GET /api/organisations/{organisation}/online-payments", Needs::Bill),
    ("POST /api/organisations/{organisation}/online-payments/trial", Needs::Bill),
    ("GET /api/organisations/{organisation}/families/{family}/documents", Needs::Family),
    ("POST /api/organisations/{organisation}/families/{family}/documents", Needs::ChangeWeek),
    ("DELETE /api/organisations/{organisation}/families/{family}/documents/{document}", Needs::ChangeWeek),
    ("POST /api/organisations/{organisation}/families/{family}/documents/{document}/link", Needs::Family),
    ("GET /api/organisations/{organisation}/families/{family}/documents/{document}/preview", Needs::Family),
    ("PUT /api/organisations/{organisation}/families/{family}/documents/{document}/decision", Needs::Invite),
    ("GET /api/organisations/{organisation}/documents", Needs::Desk),
    ("POST /api/invoice-link/read", Needs::Nothing),
    ("POST /api/invoice-link/file", Needs::Nothing),
    ("GET /api/organisations/{organisation}/debts", Needs::Bill),
    ("GET /api/organisations/{organisation}/debts/file", Needs::Bill),
    ("GET /api/organisations/{organisation}/certificates/{year}", Needs::Bill),
    ("GET /api/organisations/{organisation}/certificates/{year}/file", Needs::Bill),
    ("GET /api/organisations/{organisation}/journal/{period}", Needs::Bill),
    ("GET /api/organisations/{organisation}/mail-troubles", Needs::Agent),
    ("POST /api/opt-out/{token}", Needs::Nothing),
    ("GET /api/organisations/{organisation}/runs", Needs::Bill),
    ("GET /api/organisations/{organisation}/runs/{period}", Needs::Bill),
    ("PUT /api/organisations/{organisation}/runs/{period}", Needs::Bill),
    ("GET /api/organisations/{organisation}/families/{family}/privacy", Needs::Adult),
    ("POST /api/organisations/{organisation}/families/{family}/archives", Needs::Adult),
    ("POST /api/organisations/{organisation}/families/{family}/archives/{archive}/link", Needs::Adult),
    ("POST /api/organisations/{organisation}/families/{family}/erasure", Needs::Adult),
    ("DELETE /api/organisations/{organisation}/families/{family}/erasure", Needs::Adult),
    ("GET /api/organisations/{organisation}/erasures", Needs::Administer),
    ("PUT /api/organisations/{organisation}/erasures/{family}", Needs::AdministerFamily),
    ("GET /api/organisations/{organisation}/information", Needs::Organisation),
    ("GET /api/organisations/{organisation}/legal", Needs::Nothing),
    ("GET /api/organisations/{organisation}/menus", Needs::Organisation),
    ("PUT /api/organisations/{organisation}/menus/{activity}/{day}", Needs::Desk),
    ("GET /api/organisations/{organisation}/news", Needs::Desk),
    ("PUT /api/organisations/{organisation}/news/{news}", Needs::Desk),
    ("DELETE /api/organisations/{organisation}/news/{news}", Needs::Desk),
    ("PUT /api/organisations/{organisation}/rules/{rules}/acceptance", Needs::AnAdult),
    ("GET /api/organisations/{organisation}/rules/{rules}/acceptances", Needs::Agent),
    ("GET /api/organisations/{organisation}/families", Needs::Agent),
    ("GET /api/organisations/{organisation}/search", Needs::Agent),
    ("GET /api/organisations/{organisation}/families/{family}", Needs::Family),
    ("POST /api/organisations/{organisation}/families/{family}/invitations", Needs::Invite),
    ("POST /api/organisations/{organisation}/families", Needs::Desk),
    ("GET /api/organisations/{organisation}/checks", Needs::Desk),
    ("GET /api/organisations/{organisation}/families/{family}/dossier", Needs::Family),
    ("PUT /api/organisations/{organisation}/families/{family}/dossier", Needs::ChangeWeek),
    ("GET /api/organisations/{organisation}/families/{family}/health", Needs::ChangeWeek),
    ("PUT /api/organisations/{organisation}/families/{family}/checks", Needs::Invite),
    ("PUT /api/organisations/{organisation}/families/{family}/children/{child}", Needs::Invite),
    ("GET /api/organisations/{organisation}/families/{family}/situations", Needs::Family),
    ("POST /api/organisations/{organisation}/families/{family}/situations", Needs::Invite),
    ("GET /api/organisations/{organisation}/families/{family}/summary", Needs::SeeFamily),
    ("POST /api/organisations/{organisation}/families/{family}/notes", Needs::Note),
    ("DELETE /api/organisations/{organisation}/families/{family}/notes/{note}", Needs::Note),
];

#[test]
fn every_route_is_in_the_table() {
    let mut listed: Vec<String> = ROUTES.iter().map(|(route, _)| (*route).to_owned()).collect();
    listed.sort();
    let mut served = crate::template::function_routes();
    served.sort();
    assert_eq!(listed, served);
    for (route, needs) in ROUTES {
        assert_eq!(CONTRACT.is_public(route), *needs == Needs::Nothing, "{route} in docs/openapi.yaml");
    }
}

/// A body the route would take.
pub(crate) fn good_body(route: &str) -> Option<Value> {
    let lines = json!([{ "activity": "garderie-soir", "weekdays": ["Thu"] }]);
    let pattern =
        json!({ "child": "chloe", "lines": lines, "turn": "every", "from": "2015-05-28", "to": "2015-07-03" });
    let request = Uuid::new_v4().to_string();
    let day = json!({ "request": request, "child": "chloe", "day": "2015-05-28", "want": "booked" });
    let mut cell = day.clone();
    cell["activity"] = json!("garderie-soir");
    match route.rsplit('/').next().unwrap() {
        "{abonnement}" => Some(pattern),
        "cost" => Some(json!({ "pattern": pattern, "siblings": [] })),
        "undo" => Some(json!({ "request": request, "from": "2015-05-28", "to": "2015-05-28" })),
        "absences" => Some(json!({
            "request": request, "child": "chloe", "from": "2015-05-28", "to": "2015-05-28", "reason": "angine",
            "proof": "none",
        })),
        "dossier" => Some(json!({
            "adds": [], "changes": [{ "place": "fiche.chantal.note", "was": "", "now": "Après 18 h" }], "ends": [],
        })),
        "checks" => Some(json!({ "place": "fiche.chantal.town", "value": "ORLÉANS", "reason": "illisible" })),
        "{child}" => Some(json!({
            "version": 1, "first_name": "Chloé", "born": "2009-05-04", "class": "GS", "school": "", "pai": false,
            "weeks": "all", "from": "2014-09-01", "to": "2015-07-03",
            "enrolments": [{ "activity": "basket", "from": null, "to": null }],
        })),
        "families" => Some(json!({
            "request": request, "last_name": "PETIT", "first_name": "Ada", "role": "MÈRE", "address_1": "1 rue Basse",
            "postal_code": "45600", "town": "JUMEX", "mel": "ada@mail.example",
        })),
        "wishes" => Some(json!({ "digest": false, "reminder": true })),
        "identifiant" => Some(json!({ "identifiant": "la.lune", "password": "pas le bon mot" })),
        "mel" => Some(json!({ "mel": "x@example.fr", "password": "pas le bon mot" })),
        "password" => Some(json!({ "password": "pas le bon mot", "new_password": "une phrase toute neuve" })),
        "deletion" | "recovery-codes" => Some(json!({ "password": "pas le bon mot" })),
        "agents" => Some(json!({ "request": request, "mel": "x@example.fr", "role": "reader" })),
        "{day}" => Some(json!({ "days": [{ "day": "2015-05-28", "dishes": ["Soupe"] }], "version": 1 })),
        "{news}" => Some(json!({
            "title": "Grève", "paragraphs": ["Demain."], "day": "2015-05-28", "from": null, "to": null, "version": 0,
        })),
        "acceptance" => Some(json!({ "version": 2 })),
        "{account}" => Some(json!({ "role": "reader", "version": 1 })),
        "attendance" => Some(json!({
            "day": "2015-05-26", "activity": "cantine-maternelle", "child": "lou", "family": "devret",
            "presence": "present", "arrived": null, "left": null, "version": 1,
        })),
        "present" => Some(json!({
            "day": "2015-05-26", "activity": "cantine-maternelle",
            "children": [{ "child": "lou", "family": "devret", "version": 1 }],
        })),
        "{closing}" => Some(closing()),
        "write-off" => Some(json!({ "reason": "prescribed", "note": "délibération" })),
        "credit-note" => Some(json!({ "request": request, "reason": "grève" })),
        "invoices" => Some(json!({
            "request": request, "lines": [{ "label": "Badge perdu", "quantity": 1, "price": "5,00" }],
        })),
        "situations" => Some(json!({
            "request": request, "version": 1, "from": "2015-06-01", "quotient": "812", "outside": false,
            "source": "attestation montrée au guichet", "document": null,
        })),
        "corrections" => Some(json!({ "request": request, "period": "2015-04", "difference": -100 })),
        "payments" => Some(json!({ "request": request, "day": "2015-05-20", "means": "cheque", "amount": "65,10" })),
        "tickets" => Some(json!({ "request": request, "activity": "theatre", "child": null, "quantity": 10 })),
        "online-payments" => Some(json!({ "request": request, "invoice": "2015-00042", "anyway": false })),
        "{attempt}" => Some(json!({ "paid": true, "amount": "65,10", "reason": "vu sur le relevé" })),
        "{period}" => Some(json!({ "action": "draft" })),
        "documents" => Some(tests::storage::Sheet::of_family("caf_statement", vec![1]).request(Uuid::new_v4())),
        "decision" => Some(json!({ "decision": "accept", "version": 1, "reason": null, "valid_until": "2016-08-31" })),
        "second-factor" => Some(json!({ "code": "000000" })),
        "{invitation}" => Some(json!({ "request": request })),
        "archives" => Some(json!({ "request": request })),
        "erasure" => Some(json!({ "name": "DEVRET" })),
        "{family}" if route.contains("/erasures/") => Some(json!({ "action": "accept", "reason": null })),
        "notes" => Some(json!({ "request": request, "text": "Rappeler la mère après 17 h 30." })),
        "bookings" => Some(cell),
        "days" => Some(day),
        "invitations" => {
            Some(json!({ "request": request, "mel": "x@example.fr", "first_name": "X", "last_name": "Y" }))
        }
        _ => None,
    }
}

fn closing() -> Value {
    json!({
        "opens": false, "from": "2015-05-28", "to": "2015-05-28", "activities": ["cantine-maternelle"],
        "name": "Grève",
    })
}

pub(crate) const SOME_ID: &str = "0b6f4f3c-2f43-4a55-9a41-00000000000a";

/// A path whose abonnement and closing have an id.
pub(crate) fn with_ids(path: &str) -> String {
    let path = path.replace("{abonnement}", SOME_ID).replace("{closing}", SOME_ID).replace("{attempt}", SOME_ID);
    let path = path.replace("{abonnement}", SOME_ID).replace("{closing}", SOME_ID).replace("{document}", SOME_ID);
    let path = path.replace("{account}", "0123456789abcdef0123456789abcdef").replace("{session}", SOME_ID);
    let path = path.replace("{adult}", "marc").replace("{news}", "greve").replace("{rules}", "reglement-periscolaire");
    let path = path.replace("{activity}", "cantine-maternelle").replace("{day}", "2015-05-28");
    let path = path.replace("{number}", "2015-00042").replace("{period}", "2015-04").replace("{year}", "2014");
    path.replace("{child}", "chloe")
        .replace("{archive}", SOME_ID)
        .replace("{invitation}", SOME_ID)
        .replace("{note}", SOME_ID)
        .replace("{request}", SOME_ID)
}

/// The routes that need a session.
pub(crate) fn routes_with_a_session() -> impl Iterator<Item = &'static str> {
    ROUTES.iter().filter(|(_, needs)| *needs != Needs::Nothing).map(|(route, _)| *route)
}

async fn call(person: &Person, route: &str, organisation: &str, family: &str) -> Answer {
    let (method, path) = route.split_once(' ').unwrap();
    let path = path.replace("{organisation}", organisation).replace("{family}", family);
    let path = with_ids(&path);
    let query = match route {
        "GET /api/organisations/{organisation}/search" => "?q=de",
        "GET /api/organisations/{organisation}/closings/preview" => "?from=2015-06-01&to=2015-06-01",
        _ => "",
    };
    let method: Method = method.parse().unwrap();
    let body = match method {
        Method::GET | Method::DELETE => None,
        _ => Some(good_body(route).unwrap_or_else(|| json!({})).to_string()),
    };
    person.send(method, &format!("{path}{query}"), body).await
}

#[tokio::test]
async fn every_route_refuses_every_wrong_caller() {
    let town = Town::at(TUESDAY).await;
    let chantal = people::chantal(&town).await;
    let other_family = people::second_family(&town).await;
    let other_organisation = people::other_organisation(&town).await;
    let other_agent = people::agent(&town, people::OTHER_ADMINISTRATOR).await;
    let (reader, treasurer) =
        (people::agent(&town, people::READER).await, people::agent(&town, people::TREASURER).await);
    let expired = chantal.other_tab();
    expired.set_cookie(Some(&world::session_token(&town, &chantal, -3600, -1800).await));
    let tampered = chantal.other_tab();
    tampered.set_cookie(Some(&world::tampered(&chantal.cookie().unwrap())));
    let ended = world::ended_session(&town).await;
    let overdue = world::overdue_session(&town).await;
    let sheet = tests::storage::Sheet::of_family("caf_statement", tests::paper::pdf(100));
    chantal.send_sheet_as("/api/organisations/jumex/families/devret", &sheet, SOME_ID.parse().unwrap()).await;
    let before = world::bookings_and_outbox(&town).await;
    let mut faults = Vec::new();
    for (route, needs) in ROUTES.iter().filter(|(_, needs)| *needs != Needs::Nothing) {
        let mut refused = |who: &'static str, answer: Answer, status: u16| {
            let given = answer.status.as_u16();
            let wrong = (given != status).then(|| format!("{route} by {who}: {given}, not {status}: {}", answer.body));
            faults.extend(wrong);
        };
        refused("nobody", call(&town.stranger(), route, "jumex", "devret").await, 401);
        refused("a tampered token", call(&tampered, route, "jumex", "devret").await, 401);
        refused("an ended session", call(&ended, route, "jumex", "devret").await, 401);
        let renewable = ["DELETE /api/session", "POST /api/session/renew"].contains(route);
        if !renewable {
            refused("an expired token", call(&expired, route, "jumex", "devret").await, 401);
            refused("an overdue session", call(&overdue, route, "jumex", "devret").await, 401);
        }
        if matches!(needs, Needs::Session) {
            continue;
        }
        if needs.a_family() {
            refused("another family", call(&other_family, route, "jumex", "devret").await, 404);
        }
        refused("another organisation", call(&other_organisation, route, "jumex", "devret").await, 404);
        refused("another organisation's agent", call(&other_agent, route, "jumex", "devret").await, 404);
        refused("its own family elsewhere", call(&chantal, route, people::OTHER_ORGANISATION, "devret").await, 404);
        if !matches!(
            needs,
            Needs::Family | Needs::ChangeWeek | Needs::Organisation | Needs::Adult | Needs::AnAdult | Needs::Buy
        ) {
            refused("a parent", call(&chantal, route, "jumex", "devret").await, 404);
        }
        for (who, agent) in [("a reader", &reader), ("a treasurer", &treasurer)] {
            match needs {
                Needs::ChangeWeek
                | Needs::Invite
                | Needs::Adult
                | Needs::Desk
                | Needs::Administer
                | Needs::AdministerFamily => refused(who, call(agent, route, "jumex", "devret").await, 403),
                Needs::Bill | Needs::BillFamily | Needs::Buy | Needs::Note if who == "a reader" => {
                    refused(who, call(agent, route, "jumex", "devret").await, 403);
                }
                Needs::AnAdult => refused(who, call(agent, route, "jumex", "devret").await, 404),
                // What a treasurer may do is tried elsewhere: here nothing is to change.
                Needs::Bill | Needs::BillFamily | Needs::Buy | Needs::Note => {}
                // Nothing of the demo is printed yet, nor certified, and a PDF has no small picture.
                _ if ["/file", "{year}", "/preview"].iter().any(|end| route.ends_with(end)) => {}
                _ => assert!(call(agent, route, "jumex", "devret").await.status.is_success(), "{route} by {who}"),
            }
        }
        if needs.a_family() {
            refused("an agent, of no family", call(&reader, route, "jumex", "nobody").await, role_or_404(*needs));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
    world::assert_unchanged(&before, &world::bookings_and_outbox(&town).await);
}

/// An agent whose role is too low is told so before the family is looked at.
fn role_or_404(needs: Needs) -> u16 {
    if matches!(needs, Needs::Family | Needs::SeeFamily) { 404 } else { 403 }
}

#[tokio::test]
async fn nobody_learns_what_a_body_or_a_query_should_be() {
    let town = Town::at(TUESDAY).await;
    let stranger = town.stranger();
    let mut faults = Vec::new();
    for route in routes_with_a_session() {
        let (method, path) = route.split_once(' ').unwrap();
        let path = with_ids(&path.replace("{organisation}", "jumex").replace("{family}", "devret"));
        for body in ["", "{", "[]", r#"{"surplus":1}"#] {
            let body = (method != "GET").then(|| body.to_owned());
            let address = format!("{path}?day=2015-02-30&search=&activity=%00");
            let answer = stranger.send(method.parse().unwrap(), &address, body.clone()).await;
            if answer.status.as_u16() != 401 {
                faults.push(format!("{route} {body:?}: {} {}", answer.status, answer.code()));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[tokio::test]
async fn an_expired_session_cannot_be_renewed_nor_one_signed_by_another_key() {
    let town = Town::at(TUESDAY).await;
    let overdue = world::overdue_session(&town).await;
    assert_eq!(overdue.post("/api/session/renew", json!({})).await.code(), "no-session");
    let chantal = people::chantal(&town).await;
    let expired = chantal.other_tab();
    expired.set_cookie(Some(&world::session_token(&town, &chantal, -3600, -1800).await));
    assert_eq!(expired.week("jumex", "devret", "2015-05-28").await.code(), "session-expired");
    assert_eq!(expired.post("/api/session/renew", json!({})).await.status.as_u16(), 204);
    expired.week("jumex", "devret", "2015-05-28").await.ok();
    let forged = chantal.other_tab();
    forged.set_cookie(Some(&world::forged_token(&chantal.cookie().unwrap())));
    assert_eq!(forged.week("jumex", "devret", "2015-05-28").await.code(), "no-session");
}

#[tokio::test]
async fn another_site_cannot_change_anything() {
    let town = Town::at(TUESDAY).await;
    let chantal = people::chantal(&town).await;
    for site in [Some("cross-site"), Some("same-site"), Some("none"), None] {
        let mut page = chantal.other_tab();
        page.fetch_site = site;
        let answer = page.click("devret", "chloe", "garderie-soir", "2015-05-28", "booked").await;
        assert_eq!((answer.status.as_u16(), answer.code()), (403, "cross-site"), "{site:?}");
    }
}

#[tokio::test]
async fn guessing_is_slowed_down_the_same_for_known_and_unknown_names() {
    let town = Town::at(TUESDAY).await;
    for name in [people::CHANTAL.0, "personne.inconnue"] {
        let stranger = town.stranger();
        for attempt in 0..5 {
            let answer = stranger.sign_in(name, "pas le bon mot").await;
            assert_eq!(answer.code(), "bad-credentials", "{name}, try {attempt}");
        }
        let answer = stranger.sign_in(name, "pas le bon mot").await;
        assert_eq!((answer.status.as_u16(), answer.code()), (429, "too-many-tries"), "{name}");
        assert!(answer.body["retry_after"].as_u64().is_some_and(|seconds| (1..=61).contains(&seconds)));
    }
    let right = town.stranger().sign_in(people::CHANTAL.0, people::CHANTAL.1).await;
    assert_eq!(right.code(), "too-many-tries", "the right password waits too");
}

#[tokio::test]
async fn an_address_that_tries_many_names_is_slowed_down_too() {
    let town = Town::at(TUESDAY).await;
    let stranger = town.stranger();
    for attempt in 0..30 {
        let answer = stranger.sign_in(&format!("nom.{attempt}"), "pas le bon mot").await;
        assert_eq!(answer.code(), "bad-credentials", "try {attempt}");
    }
    assert_eq!(stranger.sign_in("encore.un", "pas le bon mot").await.code(), "too-many-tries");
}

#[tokio::test]
async fn a_request_that_did_not_come_through_the_site_is_refused() {
    let town = Town::at(TUESDAY).await;
    let chantal = people::chantal(&town).await;
    let route = "GET /api/organisations/{organisation}/information";
    for secret in [None, Some("guessed")] {
        let mut event = json!({
            "version": "2.0", "routeKey": route, "rawPath": "/api/organisations/jumex/information",
            "rawQueryString": "", "headers": {}, "isBase64Encoded": false,
            "cookies": [format!("__Host-session={}", chantal.cookie().unwrap())],
            "pathParameters": { "organisation": "jumex" },
            "requestContext": {
                "accountId": "1", "apiId": "1", "domainName": "x", "domainPrefix": "x", "requestId": "1",
                "routeKey": route, "stage": "$default", "time": "", "timeEpoch": 0,
                "http": {
                    "method": "GET", "path": "/api/organisations/jumex/information", "protocol": "HTTP/1.1",
                    "sourceIp": "127.0.0.1", "userAgent": "x",
                },
            },
        });
        if let Some(secret) = secret {
            event["headers"]["x-origin-secret"] = json!(secret);
        }
        let answer = town.portal.invoke("information", event).await.unwrap();
        assert_eq!(answer["statusCode"], 403, "{answer}");
        assert!(answer["body"].as_str().unwrap().contains("not-through-the-site"), "{answer}");
    }
}
