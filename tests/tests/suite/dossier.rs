//! The dossier: two parents and a nounou, what waits for an agent, health under seal, families made at the desk.

use serde_json::{Value, json};
use store::keys;
use store::records::FamilyRecord;
use tests::town::TUESDAY;
use tests::{Answer, Person, Town};
use uuid::Uuid;

use crate::{people, world};

/// The address of something of the guide's family.
pub(crate) fn path(rest: &str) -> String {
    format!("/api/organisations/jumex/families/devret/{rest}")
}

pub(crate) async fn save(person: &Person, body: Value) -> Answer {
    person.put(&path("dossier"), body).await
}

fn change(place: &str, was: &str, now: &str) -> Value {
    json!({ "changes": [{ "place": place, "was": was, "now": now }] })
}

/// The guide's new nounou, who may fetch Chloé only.
pub(crate) fn nounou() -> Value {
    let text = |field: &str, now: &str| json!({ "place": format!("fiche.nounou.{field}"), "was": "", "now": now });
    json!({
        "adds": ["nounou"],
        "changes": [
            text("role", "NOUNOU"), text("last_name", "Poppins"), text("first_name", "Mary"),
            text("mobile", "0611223344"), text("mel", "mary@nounou.example"),
            { "place": "collects.nounou.chloe", "was": "", "now": "allowed" },
        ],
    })
}

/// A family made at the desk.
pub(crate) fn family() -> Value {
    json!({
        "request": Uuid::new_v4().to_string(), "last_name": "Petit", "first_name": "Ada", "role": "MÈRE",
        "address_1": "1 rue Basse", "postal_code": "45600", "town": "Jumex", "mel": "ada@mail.example",
    })
}

fn fiche<'a>(dossier: &'a Value, id: &str) -> &'a Value {
    let fiches = dossier["fiches"].as_array().unwrap();
    fiches.iter().find(|fiche| fiche["id"] == id).unwrap_or_else(|| panic!("no {id} in {fiches:?}"))
}

async fn dossier(person: &Person) -> Value {
    person.get(&path("dossier")).await.ok()
}

async fn billed(town: &Town) -> Vec<String> {
    let key = keys::family(&"jumex".parse().unwrap(), &"devret".parse().unwrap());
    let record: FamilyRecord = town.table().get(&key).await.unwrap().unwrap();
    record.family.invoice_address()
}

#[tokio::test]
async fn the_guides_fiche_stands_there_to_the_letter() {
    let town = Town::at(TUESDAY).await;
    let seen = dossier(&people::chantal(&town).await).await;
    let values = &fiche(&seen, "chantal")["values"];
    for (field, text) in [
        ("role", "MÈRE"),
        ("last_name", "DEVRET"),
        ("first_name", "Chantal"),
        ("address_1", "Chemin de la lune"),
        ("postal_code", "45600"),
        ("town", "JUMEX"),
        ("mobile", "06 07 89 70 15"),
        ("work_phone", "04 76 89 10 11"),
        ("work_mobile", "04 76 89 10 11"),
        ("mel", "pasdemail@qis.fr"),
    ] {
        assert_eq!(values[field], text, "{field}");
    }
    assert_eq!(values.get("phone").or(values.get("note")).or(values.get("emergency")), None, "empty in the guide");
    assert_eq!(seen["billing"], "chantal");
    let all = json!({ "chloe": "allowed", "lou": "allowed", "gaetan": "allowed" });
    assert_eq!(fiche(&seen, "chantal")["collects"], all);
    assert_eq!(billed(&town).await, ["Chantal DEVRET", "Chemin de la lune", "45600 JUMEX"]);
}

#[tokio::test]
async fn the_other_parent_sees_the_nounou_and_a_repeat_changes_nothing() {
    let town = Town::at(TUESDAY).await;
    let (chantal, marc) = (people::chantal(&town).await, people::marc(&town).await);
    let mut body = nounou();
    let mobile = json!({ "place": "fiche.chantal.mobile", "was": "06 07 89 70 15", "now": "06.07.89.70.16" });
    body["changes"].as_array_mut().unwrap().push(mobile);
    save(&chantal, body.clone()).await.ok();
    let before = world::everything(&town).await;
    save(&chantal, body).await.ok();
    world::assert_unchanged(&before, &world::everything(&town).await);
    let seen = dossier(&marc).await;
    assert_eq!(fiche(&seen, "chantal")["values"]["mobile"], "06 07 89 70 16");
    assert_eq!(fiche(&seen, "nounou")["values"]["mobile"], "06 11 22 33 44");
    assert_eq!(fiche(&seen, "nounou")["collects"], json!({ "chloe": "allowed" }));
    assert_eq!(seen["saved"], "Chantal DEVRET, mardi 26 mai 2015 à 8\u{a0}h\u{a0}03");
    // A nounou who was written down gets no mail of the family.
    let agent = people::agent(&town, people::DESK).await;
    let closing =
        json!({ "opens": false, "from": "2015-05-29", "to": "2015-05-29", "activities": [], "name": "Grève" });
    agent.put(&format!("/api/organisations/jumex/closings/{}", Uuid::new_v4()), closing).await.ok();
    town.mail_to("marc.devret@mail.example", "Grève").await;
    town.outbox_is_quiet().await;
    assert!(town.portal.mails().unwrap().iter().all(|mail| !mail.to.contains("nounou.example")));
}

#[tokio::test]
async fn one_fault_saves_nothing_and_each_is_told_at_its_place() {
    let town = Town::at(TUESDAY).await;
    let chantal = people::chantal(&town).await;
    let before = world::everything(&town).await;
    let mut body = nounou();
    body["changes"][3]["now"] = json!("06 11");
    body["changes"].as_array_mut().unwrap().push(json!({ "place": "fiche.chantal.town", "was": "JUMEX", "now": "" }));
    let answer = save(&chantal, body).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (422, "invalid"));
    let places: Vec<&str> =
        answer.body["errors"].as_array().unwrap().iter().map(|error| error["field"].as_str().unwrap()).collect();
    assert_eq!(places, ["fiche.nounou.mobile", "fiche.chantal.town"]);
    world::assert_unchanged(&before, &world::everything(&town).await);
}

#[tokio::test]
async fn two_parents_who_save_at_once_lose_nothing() {
    let town = Town::at(TUESDAY).await;
    let (chantal, marc) = (people::chantal(&town).await, people::marc(&town).await);
    dossier(&chantal).await;
    for round in 0..5 {
        let (before, after) = (format!("Note {round}"), format!("Note {}", round + 1));
        let was = |text: &str| if round == 0 { String::new() } else { text.to_owned() };
        let hers = change("fiche.chantal.note", &was(&before), &after);
        let his = change("fiche.marc.note", &was(&before), &after);
        let (hers, his) = tokio::join!(save(&chantal, hers), save(&marc, his));
        hers.ok();
        his.ok();
    }
    let seen = dossier(&marc).await;
    assert_eq!(fiche(&seen, "chantal")["values"]["note"], "Note 5");
    assert_eq!(fiche(&seen, "marc")["values"]["note"], "Note 5");
    // The same field: one is first, the other is told what stands there now.
    let (one, other) = tokio::join!(
        save(&chantal, change("fiche.marc.note", "Note 5", "Hers")),
        save(&marc, change("fiche.marc.note", "Note 5", "His"))
    );
    let (taken, refused) = if one.status.is_success() { ("Hers", other) } else { ("His", one) };
    assert_eq!((refused.status.as_u16(), refused.code()), (409, "changed-meanwhile"));
    assert_eq!(refused.body["changed"], json!([{ "place": "fiche.marc.note", "theirs": taken }]));
}

#[tokio::test]
async fn invoices_go_to_the_one_address_that_was_chosen() {
    let town = Town::at(TUESDAY).await;
    let chantal = people::chantal(&town).await;
    save(&chantal, change("fiche.marc.address_2", "", "Bâtiment B")).await.ok();
    assert_eq!(billed(&town).await[0], "Chantal DEVRET");
    save(&chantal, change("billing", "chantal", "marc")).await.ok();
    assert_eq!(billed(&town).await, ["Marc DEVRET", "Chemin de la lune", "Bâtiment B", "45600 JUMEX"]);
    save(&chantal, change("fiche.marc.address_2", "Bâtiment B", "")).await.ok();
    assert_eq!(billed(&town).await, ["Marc DEVRET", "Chemin de la lune", "45600 JUMEX"], "it follows the fiche");
}

#[tokio::test]
async fn hidden_coordinates_stay_with_their_owner_and_the_town_hall() {
    let town = Town::at(TUESDAY).await;
    let (chantal, marc) = (people::chantal(&town).await, people::marc(&town).await);
    save(&marc, change("fiche.marc.hidden", "", "yes")).await.ok();
    let seen = chantal.get(&path("dossier")).await;
    assert!(!seen.body.to_string().contains("06 12 34 56 78"), "{}", seen.body);
    assert_eq!(fiche(&seen.body, "marc")["kept_from_you"], json!(true));
    let guess = save(&chantal, change("fiche.marc.mobile", "06 12 34 56 78", "06 12 34 56 79")).await;
    assert_eq!(guess.status.as_u16(), 422, "{}", guess.body);
    let agent = people::agent(&town, people::READER).await;
    for who in [&marc, &agent] {
        assert_eq!(fiche(&dossier(who).await, "marc")["values"]["mobile"], "06 12 34 56 78");
    }
}

#[tokio::test]
async fn what_is_to_be_checked_waits_and_an_agent_answers() {
    let town = Town::at(TUESDAY).await;
    let (marc, agent) = (people::marc(&town).await, people::agent(&town, people::DESK).await);
    save(&marc, change("fiche.marc.address_1", "Chemin de la lune", "2 rue du Four")).await.ok();
    let waiting = dossier(&marc).await;
    assert_eq!(fiche(&waiting, "marc")["values"]["address_1"], "2 rue du Four", "the family reads its own word");
    assert_eq!(
        (&waiting["waiting"][0]["was"], &waiting["waiting"][0]["now"]),
        (&json!("Chemin de la lune"), &json!("2 rue du Four"))
    );
    assert_eq!(
        fiche(&dossier(&agent).await, "marc")["values"]["address_1"],
        "Chemin de la lune",
        "nothing has changed yet"
    );
    let list = agent.get("/api/organisations/jumex/checks").await.ok();
    assert_eq!((&list["families"][0]["id"], &list["families"][0]["fields"]), (&json!("devret"), &json!(1)));
    let answer =
        |value: &str, reason: Value| json!({ "place": "fiche.marc.address_1", "value": value, "reason": reason });
    let no = answer("2 rue du Four", json!("Le justificatif est au nom d’un autre."));
    agent.put(&path("checks"), no).await.ok();
    let told = dossier(&marc).await;
    assert_eq!(told["declined"][0]["reason"], "Le justificatif est au nom d’un autre.");
    assert_eq!(fiche(&told, "marc")["values"]["address_1"], "Chemin de la lune");
    assert_eq!(agent.get("/api/organisations/jumex/checks").await.ok()["families"], json!([]));
    save(&marc, change("fiche.marc.address_1", "Chemin de la lune", "3 rue du Four")).await.ok();
    let stale = agent.put(&path("checks"), answer("2 rue du Four", Value::Null)).await;
    assert_eq!((stale.status.as_u16(), stale.code()), (409, "changed-meanwhile"));
    agent.put(&path("checks"), answer("3 rue du Four", Value::Null)).await.ok();
    assert_eq!(fiche(&dossier(&agent).await, "marc")["values"]["address_1"], "3 rue du Four");
}

#[tokio::test]
async fn health_lies_under_seal_and_the_family_sees_who_has_read_it() {
    let town = Town::at(TUESDAY).await;
    let (chantal, marc) = (people::chantal(&town).await, people::marc(&town).await);
    let health = json!({ "changes": [
        { "place": "child.chloe.allergies", "was": "", "now": "Arachides et kiwi" },
        { "place": "child.chloe.diet", "was": "", "now": "no_pork" },
    ] });
    save(&chantal, health).await.ok();
    let written = world::everything(&town).await;
    assert!(written.values().all(|item| !item.contains("Arachides") && !item.contains("no_pork")), "sealed");
    assert_eq!(written.keys().filter(|(pk, _)| pk == "HEALTH#jumex#chloe").count(), 1);
    let seen = marc.get(&path("health")).await.ok();
    assert_eq!(seen["children"][0]["values"], json!({ "allergies": "Arachides et kiwi", "diet": "no_pork" }));
    assert_eq!(seen["readings"], json!([]), "a family reads its own");
    for agent in [people::READER, people::TREASURER] {
        let agent = people::agent(&town, agent).await;
        assert_eq!(agent.get(&path("health")).await.status.as_u16(), 403);
        let kept = agent.get(&path("dossier")).await;
        assert!(!kept.body.to_string().contains("Arachides"));
    }
    let agent = people::agent(&town, people::DESK).await;
    agent.get(&path("dossier")).await.ok();
    assert_eq!(marc.get(&path("health")).await.ok()["readings"], json!([]), "the dossier alone shows no health");
    agent.get(&path("health")).await.ok();
    let readings = marc.get(&path("health")).await.ok()["readings"].clone();
    assert_eq!(readings[0]["at"], "mardi 26 mai 2015 à 8\u{a0}h\u{a0}03");
    assert!(readings[0]["by"].as_str().unwrap().contains("Anne MARCHAND"), "{readings}");
    // No reading without its trace: when the trace cannot be written, nothing is told.
    town.wire.cut_after("dossier", 0, tests::Fault::LostRequest);
    let cut = agent.get(&path("health")).await;
    town.wire.mend();
    assert!(cut.status.is_server_error() && !cut.body.to_string().contains("Arachides"), "{}", cut.body);
    // The planning knows only that something asks for care.
    let stranger = people::second_family(&town).await;
    assert_eq!(stranger.get(&path("health")).await.status.as_u16(), 404);
}

#[tokio::test]
async fn the_roll_says_whom_a_child_must_not_be_handed_to() {
    let town = Town::at(TUESDAY).await;
    let (agent, chantal) = (people::agent(&town, people::DESK).await, people::chantal(&town).await);
    let between = save(&chantal, change("collects.marc.lou", "allowed", "not_allowed")).await;
    assert_eq!(between.status.as_u16(), 422, "not by the other parent");
    save(&agent, change("collects.marc.lou", "allowed", "not_allowed")).await.ok();
    save(&chantal, change("child.lou.diet", "", "no_meat")).await.ok();
    let roll = "/api/organisations/jumex/attendance?day=2015-05-26&activity=cantine-maternelle";
    let seen = agent.get(roll).await.ok();
    let lou = seen["children"].as_array().unwrap().iter().find(|line| line["child"] == "lou").unwrap();
    assert_eq!((&lou["barred"], &lou["care"]), (&json!(["Marc DEVRET"]), &json!(true)));
}

#[tokio::test]
async fn an_agent_makes_a_family_and_a_child_that_books() {
    let town = Town::at(TUESDAY).await;
    let agent = people::agent(&town, people::DESK).await;
    let asked = family();
    let made = agent.post("/api/organisations/jumex/families", asked.clone()).await;
    assert_eq!(made.status.as_u16(), 201, "{}", made.body);
    let again = agent.post("/api/organisations/jumex/families", asked).await;
    assert_eq!(again.body["id"], made.body["id"], "one request, one family");
    let family = made.body["id"].as_str().unwrap();
    let of_family = |rest: &str| format!("/api/organisations/jumex/families/{family}/{rest}");
    let empty = agent.get(&of_family("dossier")).await.ok();
    let child = Uuid::new_v4().simple().to_string();
    let kept = |version: &Value, weeks: &str| {
        json!({
            "version": version, "first_name": "Zoé", "born": "2010-02-03", "class": "Petite section", "school": "",
            "pai": false, "weeks": weeks, "from": null, "to": null,
            "enrolments": [{ "activity": "garderie-soir", "from": "2015-05-01", "to": null }],
        })
    };
    let after = agent.put(&of_family(&format!("children/{child}")), kept(&empty["version"], "all")).await.ok();
    assert_eq!(after["children"][0]["activities"], json!(["Garderie soir"]));
    let stale = agent.put(&of_family(&format!("children/{child}")), kept(&empty["version"], "odd")).await;
    assert_eq!((stale.status.as_u16(), stale.code()), (409, "changed-meanwhile"));
    agent.put(&of_family(&format!("children/{child}")), kept(&after["version"], "even")).await.ok();
    let found = agent.get("/api/organisations/jumex/search?q=zoe%20petit").await.ok();
    assert_eq!(found["hits"][0]["family"]["id"], family);
    // Week 22 is even, week 23 is odd.
    agent.click(family, &child, "garderie-soir", "2015-05-28", "booked").await.ok();
    let refused = agent.click(family, &child, "garderie-soir", "2015-06-04", "booked").await;
    assert_eq!(refused.code(), "other-family");
    let invented = agent.put(&of_family("children/chloe"), kept(&after["version"], "all")).await;
    assert_eq!(invented.status.as_u16(), 404, "a child of another family is not taken by its name");
}

#[tokio::test]
async fn parents_who_live_apart_share_a_childs_health_and_its_custody_never_doubles() {
    let town = Town::at(TUESDAY).await;
    let (sophie, julien, tom) = people::apart(&town).await;
    let of = |family: &str, rest: &str| format!("/api/organisations/jumex/families/{family}/{rest}");
    let allergic = json!({ "changes": [{ "place": "child.tom.allergies", "was": "", "now": "Lait" }] });
    sophie.person.put(&of("morel", "dossier"), allergic).await.ok();
    let seen = julien.person.get(&of("garnier", "health")).await.ok();
    assert_eq!(seen["children"][0]["values"]["allergies"], "Lait");
    let agent = people::agent(&town, people::DESK).await;
    let dossier = agent.get(&of("garnier", "dossier")).await.ok();
    assert_eq!(dossier["children"][0]["care"], json!(true), "the other home is told to take care too");
    let kept = json!({
        "version": dossier["version"], "first_name": "Tom", "born": "", "class": "CP", "school": "", "pai": true,
        "weeks": "all", "from": null, "to": null, "enrolments": [],
    });
    let child = of("garnier", &format!("children/{tom}"));
    let doubled = agent.put(&child, kept.clone()).await;
    assert_eq!(doubled.status.as_u16(), 422, "{}", doubled.body);
    let mut odd = kept;
    odd["weeks"] = json!("odd");
    agent.put(&child, odd).await.ok();
    let other = agent.get(&of("morel", "dossier")).await.ok();
    assert_eq!((&other["children"][0]["class"], &other["children"][0]["pai"]), (&json!("CP"), &json!(true)));
}

#[tokio::test]
async fn a_child_comes_to_a_second_home_and_never_to_a_third() {
    let town = Town::at(TUESDAY).await;
    let agent = people::agent(&town, people::DESK).await;
    let made = agent.post("/api/organisations/jumex/families", family()).await;
    let fresh = made.body["id"].as_str().unwrap();
    let of = |family: &str, rest: &str| format!("/api/organisations/jumex/families/{family}/{rest}");
    let kept = |version: &Value, weeks: &str, home: &str| {
        json!({
            "version": version, "first_name": "Lou", "born": "", "class": "CP", "school": "", "pai": false,
            "weeks": weeks, "from": null, "to": null, "enrolments": [], "home": home,
        })
    };
    let child = of(fresh, "children/lou");
    let version = agent.get(&of(fresh, "dossier")).await.ok()["version"].clone();
    let unknown = agent.put(&child, kept(&version, "odd", "nobody")).await;
    assert_eq!(unknown.status.as_u16(), 404);
    let elsewhere = agent.put(&child, kept(&version, "odd", "morel")).await;
    assert_eq!(elsewhere.status.as_u16(), 404, "that family does not have the child");
    // The first home answers for every day still.
    let doubled = agent.put(&child, kept(&version, "odd", "devret")).await;
    assert_eq!(doubled.status.as_u16(), 422, "{}", doubled.body);
    let devret = agent.get(&of("devret", "dossier")).await.ok();
    let lou = devret["children"].as_array().unwrap().iter().find(|one| one["id"] == "lou").unwrap();
    let mut even = kept(&devret["version"], "even", "devret");
    even["enrolments"] = lou["kept"]["enrolments"].clone();
    even.as_object_mut().unwrap().remove("home");
    agent.put(&of("devret", "children/lou"), even).await.ok();
    let after = agent.put(&child, kept(&version, "odd", "devret")).await.ok();
    assert_eq!(after["children"][0]["kept"]["also"], json!(["devret"]));
    let devret = agent.get(&of("devret", "dossier")).await.ok();
    let lou = devret["children"].as_array().unwrap().iter().find(|one| one["id"] == "lou").unwrap();
    assert_eq!(lou["kept"]["also"], json!([fresh]), "each home knows of the other");
    let third = of("morel", "children/lou");
    let version = agent.get(&of("morel", "dossier")).await.ok()["version"].clone();
    let refused = agent.put(&third, kept(&version, "odd", "devret")).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (409, "two-homes"));
    // A stranger to the desk takes no child.
    let chantal = people::chantal(&town).await;
    let taken = chantal.put(&of("devret", "children/tom"), kept(&json!(1), "odd", "morel")).await;
    assert!(taken.status.is_client_error(), "{}", taken.body);
}
