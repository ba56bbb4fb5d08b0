//! The people of the demo, signed in.

use serde_json::json;
use tests::{Person, Town};

/// Identifiant and password.
pub(crate) type Parent = (&'static str, &'static str);
/// Identifiant, password and the key of the second factor.
pub(crate) type Agent = (&'static str, &'static str, &'static str);

pub(crate) const CHANTAL: Parent = ("chantal.devret", "marelle du mardi");
const MARC: Parent = ("marc.devret", "velo bleu du papa");
const HELENE: Parent = ("helene.berthier", "tarte aux pommes");
const NADIA: Parent = ("nadia.vasseur", "poterie du samedi");
pub(crate) const READER: Agent = ("luc.petit", "lire sans toucher", "FUXMAQ7ND7AF5GKK3PQ36NFF7HB45JPQ");
pub(crate) const DESK: Agent = ("anne.marchand", "accueil de la mairie", "JUNTWXE5T5YZON7KNSYL5AYIOM5KRNOP");
pub(crate) const TREASURER: Agent = ("yves.colin", "caisse de la regie", "6IJ5IMJWVR3UT7I5RNEQYJ2QRD5437FB");
pub(crate) const ADMINISTRATOR: Agent = ("isabelle.fabre", "clef sous le preau", "CSO2Z6YHIXPFS7FFQHQSKTXQW3EORPC4");
pub(crate) const OTHER_ADMINISTRATOR: Agent =
    ("gilles.perrot", "lavoir et tilleuls", "AXUYGBEBR3BLNC6MW4LJB6C2CLXD6ZXT");
pub(crate) const SECOND_FAMILY: &str = "berthier";
pub(crate) const OTHER_ORGANISATION: &str = "aubray";
/// What the child of the parents who live apart does in June 2015.
pub(crate) const APART_ACTIVITY: &str = "garderie-soir";

pub(crate) async fn parent(town: &Town, (name, password): Parent) -> Person {
    let person = town.stranger();
    person.sign_in(name, password).await.ok();
    person
}

pub(crate) async fn chantal(town: &Town) -> Person {
    parent(town, CHANTAL).await
}

pub(crate) async fn marc(town: &Town) -> Person {
    parent(town, MARC).await
}

pub(crate) async fn second_family(town: &Town) -> Person {
    parent(town, HELENE).await
}

pub(crate) async fn other_organisation(town: &Town) -> Person {
    parent(town, NADIA).await
}

pub(crate) struct Apart {
    pub(crate) person: Person,
    pub(crate) family: &'static str,
}

/// Sophie has Tom in even weeks, Julien in odd ones.
pub(crate) async fn apart(town: &Town) -> (Apart, Apart, &'static str) {
    let sophie = parent(town, ("sophie.morel", "semaines paires")).await;
    let julien = parent(town, ("julien.garnier", "semaines impaires")).await;
    (Apart { person: sophie, family: "morel" }, Apart { person: julien, family: "garnier" }, "tom")
}

/// The code an authenticator app shows now.
pub(crate) fn code(key: &str) -> String {
    secret::totp_code(key, chrono::Utc::now()).unwrap()
}

pub(crate) async fn agent(town: &Town, (name, password, key): Agent) -> Person {
    let person = town.stranger();
    let body = json!({ "name": name, "password": password, "code": code(key) });
    let answer = person.post("/api/session", body.clone()).await;
    if answer.code() == "second-factor-wrong" {
        // This step's code was used a moment ago: the next one is taken already, for clocks that differ.
        let next = secret::totp_code(key, chrono::Utc::now() + chrono::TimeDelta::seconds(30)).unwrap();
        let body = json!({ "name": name, "password": password, "code": next });
        person.post("/api/session", body).await.ok();
    } else {
        answer.ok();
    }
    person
}

/// The token in the link of a mail to somebody, to that page.
pub(crate) async fn token_to(town: &Town, to: &str, page: &str) -> String {
    let mail = town.mail_to(to, page).await;
    let (_, rest) = mail.text.split_once(&format!("{page}#")).unwrap();
    rest.split_whitespace().next().unwrap().to_owned()
}
