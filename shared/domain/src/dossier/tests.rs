//! Two parents, a nounou and an agent at one dossier.

use chrono::{DateTime, Utc};

use super::*;
use crate::day::parse_day;
use crate::family::{Child, Custody};
use crate::id::FicheId;

pub(super) fn id(text: &str) -> FicheId {
    text.parse().unwrap()
}

pub(super) fn at() -> DateTime<Utc> {
    "2015-05-26T06:03:00Z".parse().unwrap()
}

fn adult(role: &str, first_name: &str, details: &[(Field, &str)]) -> Adult {
    let mut adult = Adult { account: Some(first_name.to_lowercase().parse().unwrap()), ..Adult::default() };
    for (field, text) in [(Field::Role, role), (Field::FirstName, first_name), (Field::LastName, "DEVRET")] {
        adult.keep(field, text.to_owned());
    }
    details.iter().for_each(|(field, text)| adult.keep(*field, (*text).to_owned()));
    adult
}

/// The guide's dossier.
pub(super) fn devret() -> Dossier {
    let address = [(Field::Address1, "Chemin de la lune"), (Field::PostalCode, "45600"), (Field::Town, "JUMEX")];
    let chantal = adult("MÈRE", "Chantal", &[&address[..], &[(Field::Mobile, "06 07 89 70 15")]].concat());
    let marc = adult("PÈRE", "Marc", &address);
    let child = |id: &str, name: &str| Child::named(id.parse().unwrap(), name, Custody::ALWAYS);
    Dossier {
        fiches: vec![Fiche { id: id("chantal"), adult: chantal }, Fiche { id: id("marc"), adult: marc }],
        billing: Some(id("chantal")),
        children: vec![child("chloe", "Chloé"), child("lou", "Lou")],
        ..Dossier::default()
    }
}

pub(super) fn parent(fiche: &str) -> Author {
    Author::Adult { fiche: Some(id(fiche)), said: fiche.to_owned() }
}

fn agent() -> Author {
    Author::Agent { said: "Anne".to_owned() }
}

fn change(place: &str, was: &str, now: &str) -> Change {
    Change { place: place.parse().unwrap(), was: was.to_owned(), now: now.to_owned() }
}

fn changes(changes: &[(&str, &str, &str)]) -> Save {
    Save { changes: changes.iter().map(|(place, was, now)| change(place, was, now)).collect(), ..Save::default() }
}

fn saved(dossier: &Dossier, author: &Author, save: &Save) -> Result<Dossier, Refusal> {
    decide(dossier, &DossierRules::default(), author, save, at())
}

fn text(dossier: &Dossier, place: &str) -> String {
    dossier.text(&DossierRules::default(), &place.parse().unwrap()).unwrap()
}

fn details(refusal: &Refusal) -> Vec<(String, &str)> {
    refusal.faults.iter().map(|fault| (fault.place.to_string(), fault.detail.as_str())).collect()
}

fn nounou() -> Save {
    Save {
        adds: vec![id("nounou")],
        changes: vec![
            change("fiche.nounou.role", "", "nounou"),
            change("fiche.nounou.last_name", "", "Poppins"),
            change("fiche.nounou.first_name", "", "Mary"),
            change("fiche.nounou.mobile", "", "06.11.22.33.44"),
            change("collects.nounou.chloe", "", "allowed"),
        ],
        ends: Vec::new(),
    }
}

#[test]
fn a_mobile_and_a_new_nounou_are_saved_at_once() {
    let mut save = nounou();
    save.changes.push(change("fiche.chantal.mobile", "06 07 89 70 15", "0607897016"));
    let next = saved(&devret(), &parent("chantal"), &save).unwrap();
    assert_eq!(text(&next, "fiche.chantal.mobile"), "06 07 89 70 16");
    assert_eq!(text(&next, "fiche.nounou.role"), "NOUNOU");
    assert_eq!(
        (text(&next, "collects.nounou.chloe").as_str(), text(&next, "collects.nounou.lou").as_str()),
        ("allowed", "")
    );
    assert!(next.fiches[2].adult.written_by_family);
    assert_eq!(saved(&next, &parent("chantal"), &save).unwrap(), next, "sent again, it changes nothing");
}

#[test]
fn one_wrong_field_saves_nothing_and_every_fault_is_told() {
    let save = changes(&[
        ("fiche.chantal.phone", "", "04 76 89"),
        ("fiche.chantal.mobile", "06 07 89 70 15", "06 07 89 70 16"),
        ("fiche.chantal.town", "JUMEX", ""),
        ("fiche.marc.emergency", "", "yes"),
    ]);
    let refusal = saved(&devret(), &parent("chantal"), &save).unwrap_err();
    assert_eq!(
        details(&refusal),
        [
            ("fiche.chantal.phone".to_owned(), "Il manque des chiffres : un numéro en compte dix."),
            ("fiche.marc.phone".to_owned(), "Cette personne est à appeler en cas d’urgence : il faut un numéro."),
            ("fiche.chantal.town".to_owned(), "Les factures vont à cette adresse. Écrivez la ville."),
        ]
    );
}

#[test]
fn different_fields_merge_and_the_same_field_is_told() {
    let read = devret();
    let first = saved(&read, &parent("marc"), &changes(&[("fiche.chantal.mobile", "06 07 89 70 15", "0611111111")]));
    let first = first.unwrap();
    let other_field = changes(&[("fiche.chantal.note", "", "Après 18 h")]);
    let merged = saved(&first, &parent("chantal"), &other_field).unwrap();
    assert_eq!(
        (text(&merged, "fiche.chantal.mobile").as_str(), text(&merged, "fiche.chantal.note").as_str()),
        ("06 11 11 11 11", "Après 18 h")
    );
    let same_field =
        changes(&[("fiche.chantal.mobile", "06 07 89 70 15", "0622222222"), ("fiche.chantal.note", "", "x")]);
    let refusal = saved(&first, &parent("chantal"), &same_field).unwrap_err();
    let theirs =
        Meanwhile { place: "fiche.chantal.mobile".parse().unwrap(), theirs: Some("06 11 11 11 11".to_owned()) };
    assert_eq!(refusal, Refusal { faults: Vec::new(), changed: vec![theirs] });
    // Both typed the same: nobody needs to be asked.
    let agreed = changes(&[("fiche.chantal.mobile", "06 07 89 70 15", "06 11 11 11 11")]);
    assert_eq!(saved(&first, &parent("chantal"), &agreed).unwrap(), first);
}

#[test]
fn a_fiche_that_ended_meanwhile_is_told_and_not_written_again() {
    let with = saved(&devret(), &parent("chantal"), &nounou()).unwrap();
    let without = Save { ends: vec![id("nounou")], ..Save::default() };
    let ended = saved(&with, &parent("marc"), &without).unwrap();
    let stale = changes(&[("fiche.nounou.mobile", "06 11 22 33 44", "06 11 22 33 55")]);
    let refusal = saved(&ended, &parent("chantal"), &stale).unwrap_err();
    assert_eq!(refusal.changed[0].theirs, None);
    assert_eq!(saved(&ended, &parent("marc"), &without).unwrap(), ended, "ended twice is ended once");
}

#[test]
fn the_billing_address_is_exactly_one_and_has_to_be_whole() {
    let moved = saved(&devret(), &parent("chantal"), &changes(&[("billing", "chantal", "marc")])).unwrap();
    assert_eq!(moved.billed().unwrap().lines, ["Marc DEVRET", "Chemin de la lune", "45600 JUMEX"]);
    let nobody = saved(&devret(), &parent("chantal"), &changes(&[("billing", "chantal", "nounou")])).unwrap_err();
    assert_eq!(nobody.faults[0].place, Place::Billing);
    let mut save = nounou();
    save.changes.push(change("billing", "chantal", "nounou"));
    let places: Vec<String> = saved(&devret(), &parent("marc"), &save)
        .unwrap_err()
        .faults
        .iter()
        .map(|fault| fault.place.to_string())
        .collect();
    assert_eq!(places, ["fiche.nounou.address_1", "fiche.nounou.postal_code", "fiche.nounou.town"]);
}

#[test]
fn a_fiche_with_an_account_or_the_billing_address_is_not_ended() {
    for fiche in ["chantal", "marc"] {
        let save = Save { ends: vec![id(fiche)], ..Save::default() };
        assert!(saved(&devret(), &parent("chantal"), &save).is_err(), "{fiche}");
    }
}

#[test]
fn hidden_coordinates_are_neither_changed_nor_told_by_a_refusal() {
    let hide = changes(&[("fiche.marc.hidden", "", "yes")]);
    assert!(saved(&devret(), &parent("chantal"), &hide).is_err(), "only Marc decides");
    let hidden = saved(&devret(), &parent("marc"), &hide).unwrap();
    let guess = changes(&[("fiche.marc.address_1", "", "x"), ("fiche.marc.mobile", "", "0611111111")]);
    let refusal = saved(&hidden, &parent("chantal"), &guess).unwrap_err();
    assert_eq!((refusal.faults.len(), refusal.changed.len()), (2, 0));
    assert!(refusal.faults.iter().all(|fault| fault.detail.contains("masquées")));
    // Invoices show the payer's address to whoever reads them.
    assert!(saved(&devret(), &parent("chantal"), &changes(&[("fiche.chantal.hidden", "", "yes")])).is_err());
}

#[test]
fn between_parents_only_the_town_hall_forbids_and_lifts() {
    let forbid = changes(&[("collects.marc.chloe", "", "not_allowed")]);
    assert!(saved(&devret(), &parent("chantal"), &forbid).unwrap_err().faults[0].detail.contains("justice"));
    let forbidden = saved(&devret(), &agent(), &forbid).unwrap();
    let lift = changes(&[("collects.marc.chloe", "not_allowed", "allowed")]);
    assert!(saved(&forbidden, &parent("marc"), &lift).is_err());
    assert!(saved(&forbidden, &agent(), &lift).is_ok());
}

fn rules() -> DossierRules {
    let consents = vec![ConsentText { id: "photo".to_owned(), version: 2, text: "Photos".to_owned() }];
    DossierRules { checked: [Field::Address1].into(), billing_checked: true, consents, invitation_days: None }
}

#[test]
fn what_is_to_be_checked_waits_with_both_values_and_an_agent_decides() {
    let rules = rules();
    let save = |dossier: &Dossier, author: &Author, was: &str, now: &str| {
        decide(dossier, &rules, author, &changes(&[("fiche.marc.address_1", was, now)]), at())
    };
    let place: Place = "fiche.marc.address_1".parse().unwrap();
    let asked = save(&devret(), &parent("marc"), "Chemin de la lune", "2 rue du Four").unwrap();
    assert_eq!(asked.text(&rules, &place).as_deref(), Some("Chemin de la lune"), "nothing changes before the agent");
    assert_eq!(
        parent("chantal").sees(&asked, &rules, &place).as_deref(),
        Some("2 rue du Four"),
        "the family sees its word"
    );
    let waiting = &asked.waiting[&place];
    assert_eq!((waiting.was.as_str(), waiting.now.as_str()), ("Chemin de la lune", "2 rue du Four"));
    let back = save(&asked, &parent("marc"), "2 rue du Four", "Chemin de la lune").unwrap();
    assert!(back.waiting.is_empty(), "taken back");
    let day = parse_day("2015-05-27").unwrap();
    let accepted = resolve(&asked, &rules, &place, "2 rue du Four", None, day).unwrap();
    assert_eq!(accepted.text(&rules, &place).as_deref(), Some("2 rue du Four"));
    let refused = resolve(&asked, &rules, &place, "2 rue du Four", Some("Justificatif illisible"), day).unwrap();
    assert_eq!(refused.text(&rules, &place).as_deref(), Some("Chemin de la lune"));
    assert_eq!(refused.declined[&place].reason, "Justificatif illisible");
    let other = resolve(&asked, &rules, &place, "3 rue du Four", None, day).unwrap_err();
    assert_eq!(other.changed[0].theirs.as_deref(), Some("2 rue du Four"), "the family changed its mind");
    let by_agent = save(&asked, &agent(), "Chemin de la lune", "4 rue du Four").unwrap();
    assert!(by_agent.waiting.is_empty() && by_agent.text(&rules, &place).as_deref() == Some("4 rue du Four"));
    let mut empty = devret();
    empty.fiches[1].adult.keep(Field::Address1, String::new());
    assert!(save(&empty, &parent("marc"), "", "2 rue du Four").unwrap().waiting.is_empty(), "nothing to compare with");
}

#[test]
fn a_consent_holds_for_its_version_and_is_asked_again() {
    let rules = rules();
    let save = changes(&[("consent.chloe.photo", "", "given")]);
    let given = decide(&devret(), &rules, &parent("marc"), &save, at()).unwrap();
    let place: Place = "consent.chloe.photo".parse().unwrap();
    assert_eq!(given.text(&rules, &place).as_deref(), Some("given"));
    let consent = given.consents.values().next().unwrap().values().next().unwrap();
    assert_eq!((consent.version, consent.by.as_str(), consent.day.to_string().as_str()), (2, "marc", "2015-05-26"));
    let mut newer = rules.clone();
    newer.consents[0].version = 3;
    assert_eq!(given.text(&newer, &place).as_deref(), Some(""), "a new text is a new question");
}

#[test]
fn health_is_changed_only_where_it_was_read_and_never_says_why_one_eats_so() {
    let diet = changes(&[("child.chloe.diet", "", "no_pork"), ("child.chloe.allergies", "", "Arachides")]);
    let refusal = saved(&devret(), &parent("chantal"), &diet).unwrap_err();
    assert_eq!(refusal.changed.len(), 2, "not read, not written");
    let mut read = devret();
    read.health.insert("chloe".parse().unwrap(), Health::default());
    let next = saved(&read, &parent("chantal"), &diet).unwrap();
    assert_eq!(text(&next, "child.chloe.diet"), "no_pork");
    assert!(next.children[0].care && !next.children[1].care, "staff are told that there is something, not what");
    let religion = changes(&[("child.chloe.diet", "", "halal")]);
    assert!(saved(&read, &parent("chantal"), &religion).is_err());
}
