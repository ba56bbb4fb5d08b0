//! The desk: a day closed and taken back, homes, quotients.

use domain::role::Role;
use serde_json::json;
use tests::activity::canteen;
use tests::town::{TUESDAY, instant};
use tests::village::{REVIEWED, Shape, VILLAGE, Village, child_id, family_id, path};
use tests::{Person, Town};
use uuid::Uuid;

use crate::agents_page;
use crate::paths::wait_for_mail;
use crate::window::Window;

/// 2 June 2015, 8 h in Paris: May can be invoiced.
const JUNE: &str = "2015-06-02T06:00:00Z";

#[tokio::test]
async fn a_day_is_closed_families_are_told_and_it_is_taken_back() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    agents_page::sign_in(&window).await;
    window.go("/fermetures.html").await;
    window.until("document.querySelector('#closing').checkVisibility()").await;
    window.press("#save").await;
    window.until("document.activeElement.id === 'from'").await;
    window.press("input[name=activity][value=cantine-maternelle]").await;
    window.type_into("#from", "vendredi 29 mai").await;
    window.type_into("#name", "Grève").await;
    window.press("#save").await;
    window.until("document.querySelector('#confirm').open").await;
    let asked = window.text("#confirm-what").await.replace('\u{a0}', " ");
    assert!(asked.contains("Fermer Cantine maternelle, vendredi 29 mai 2015 (Grève)"), "{asked}");
    // Nobody says yes without knowing how many children and families it concerns.
    let before = |text: &str, word: &str| {
        let (before, _) = text.split_once(word).unwrap_or_else(|| panic!("{word} in {text}"));
        before.rsplit([' ', '(']).next().unwrap().parse::<u32>().unwrap()
    };
    let bookings = before(&asked, " inscription");
    assert!(before(&asked, " enfant") > 0 && before(&asked, " famille") > 0, "{asked}");
    window.press("#confirm-yes").await;
    window.until("document.querySelector('[data-closing]') !== null").await;
    let outcome = window.text("#outcome").await.replace('\u{a0}', " ");
    assert_eq!(before(&outcome, " inscription"), bookings, "{outcome}");
    let mail = wait_for_mail(&town, "pasdemail@qis.fr").await;
    assert!(mail.contains("Cantine maternelle : vendredi 29 mai"), "{mail}");
    window.press("[data-closing] button[data-lift]").await;
    window.until("document.querySelector('#confirm').open").await;
    window.press("#confirm-yes").await;
    window.until("document.querySelector('[data-closing]') === null").await;
    window.close().await;
}

#[tokio::test]
async fn a_child_is_given_a_second_home() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    agents_page::sign_in(&window).await;
    window.go("/enfant.html?organisation=jumex&famille=devret&enfant=lou").await;
    window.until("document.querySelector('#second-home')?.checkVisibility()").await;
    let choose = |weeks: &str| format!("document.querySelector('#weeks').value = {weeks:?}");
    window.value(&choose("even")).await;
    window.press("#save").await;
    window.until("document.querySelector('#said').innerText.startsWith('C’est enregistré')").await;
    window.press("#second-home summary").await;
    window.type_into("#other", "morel").await;
    window.until("document.querySelector('#homes a') !== null").await;
    window.picture("enfant-deuxieme-foyer-1280", 1280).await;
    window.size(1280, 900).await;
    crate::accessibility::clean(&window, "second home").await;
    window.press("#homes a").await;
    window
        .until(
            "document.querySelector('#title').innerText.includes('MOREL') && !document.querySelector('#child').hidden",
        )
        .await;
    assert_eq!(window.value("document.querySelector('#first_name').value").await, "Lou");
    // The other weeks only: every day would have two homes.
    window.press("#save").await;
    window.until("document.querySelector('#child').innerText.includes('un seul foyer')").await;
    window.value(&choose("odd")).await;
    window.press("#save").await;
    window.until("document.querySelector('#said').innerText.startsWith('C’est enregistré')").await;
    window.until("document.querySelector('#also').innerText.startsWith('Cet enfant a un autre foyer')").await;
    window.close().await;
}

#[tokio::test]
async fn a_quotient_is_set_from_a_day_with_its_source() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    agents_page::sign_in(&window).await;
    window.go("/dossier.html?organisation=jumex&famille=devret").await;
    window.until("document.querySelector('#to-situation a')?.checkVisibility()").await;
    window.press("#to-situation a").await;
    window.until("document.querySelector('#situation')?.checkVisibility()").await;
    assert_eq!(window.text("#title").await, "Quotient et résidence de la famille DEVRET");
    window.press("#save").await;
    window.until("document.activeElement.id === 'from'").await;
    window.type_into("#from", "1er septembre 2015").await;
    window.type_into("#quotient", "1 050,4").await;
    window.press("#save").await;
    window.until("document.activeElement.id === 'source'").await;
    window.type_into("#source", "attestation CAF montrée au guichet").await;
    window.press("#save").await;
    window.hears("C’est enregistré").await;
    let first = window.text("#situations li:first-child").await;
    assert!(first.starts_with("À partir du 1er septembre 2015"), "{first}");
    assert!(first.contains("attestation CAF montrée au guichet"), "{first}");
    let shown = window.text("#situations li:first-child").await.replace(['\u{202f}', '\u{a0}'], " ");
    assert!(shown.contains("quotient 1 050,40, dans la commune"), "{shown}");
    assert!(!window.text("#now").await.contains("1 050"), "not in force yet");
    window.picture("situation-1280", 1280).await;
    window.picture("situation-360", 360).await;
    window.close().await;
}

/// Five meals in May 2015, at 0,515 % of the quotient; sums below 1 € are carried. Anne administers the village too.
async fn an_invoiced_may(town: &Town) -> Person {
    let days = ["2015-05-18", "2015-05-19", "2015-05-21", "2015-05-22", "2015-05-26"];
    let bookings: String = days.iter().map(|day| format!("{};cantine;{day};\n", child_id(0, 0))).collect();
    let activities = format!(
        "{}[[tariff]]\nactivity = \"cantine\"\nprices = [{{ rate = \"0,515 %\", most = \"3,60\" }}]\n",
        canteen()
    );
    let billing = format!("{REVIEWED}threshold = \"1,00\"\n");
    let shape = Shape { activities: &activities, billing: &billing, bookings: &bookings, ..Shape::default() };
    let village = Village::build(town, town.table(), instant(JUNE), &shape).await;
    let agent = village.agent_as(Role::Administrator).await;
    let version = agent.get(&path(0, "situations")).await.ok()["version"].clone();
    let four_hundred = json!({
        "request": Uuid::new_v4().to_string(), "version": version, "from": "2015-05-01", "quotient": "400",
        "outside": false, "source": "attestation CAF", "document": null,
    });
    agent.post(&path(0, "situations"), four_hundred).await.ok();
    let run = format!("/api/organisations/{VILLAGE}/runs/2015-05");
    for (action, stage) in [("draft", "review"), ("issue", "done")] {
        agent.put(&run, json!({ "action": action })).await.ok();
        town.until(stage, async || (agent.get(&run).await.ok()["run"]["stage"] == stage).then_some(())).await;
    }
    agents_page::works_in_the_village(town).await;
    agent
}

/// Sets a quotient from a day on, on its page.
async fn set_quotient(window: &Window, from: &str, quotient: &str) {
    window.value("document.querySelector('#said').textContent = ''").await;
    window.type_into("#from", from).await;
    window.type_into("#quotient", quotient).await;
    window.type_into("#source", "attestation CAF montrée au guichet").await;
    window.press("#save").await;
    window.until("document.querySelector('#said').innerText.startsWith('C’est enregistré')").await;
}

/// Makes the correction that is shown of May, which says this; what the page says of it then.
async fn correct_may(window: &Window, sentence: &str, button: &str) -> String {
    window.until("document.querySelector(\"#corrections li[data-period='2015-05'] button\") !== null").await;
    let shown = window.text("#corrections li[data-period='2015-05']").await;
    assert!(shown.contains(sentence), "{shown}");
    let place = "#corrections li[data-period='2015-05'] button";
    assert_eq!(window.text(place).await.lines().next(), Some(button));
    window.press(place).await;
    window
        .until("document.activeElement.id === 'corrected' && document.querySelector('#corrections li') === null")
        .await;
    window.text("#corrected").await
}

#[tokio::test]
async fn an_invoiced_month_is_corrected_from_the_page_of_the_quotient() {
    let town = Town::at(JUNE).await;
    let window = Window::open(&town).await;
    let agent = an_invoiced_may(&town).await;
    agents_page::sign_in(&window).await;
    window.go(&format!("/situation.html?organisation={VILLAGE}&famille={}", family_id(0))).await;
    window.until("document.querySelector('#situation')?.checkVisibility()").await;
    assert!(!window.value("document.querySelector('#months').checkVisibility()").await.as_bool().unwrap());
    // Lower from the 21st on: three meals at 1,03 € instead of 2,06 €.
    set_quotient(&window, "21/05/2015", "200").await;
    let told = correct_may(&window, "Avoir de 3,09 € sur la facture 2015-00001.", "Faire l’avoir").await;
    assert!(told.contains("Avoir 2015-00002") && told.contains("3,09 €") && told.contains("2015-00001"), "{told}");
    // Higher: three meals at 3,09 €.
    set_quotient(&window, "21/05/2015", "600").await;
    window.picture("quotient-correction-1280", 1280).await;
    window.picture("quotient-correction-360", 360).await;
    window.size(1280, 900).await;
    let more = "Facture complémentaire de 6,18 €, qui cite la facture 2015-00001.";
    let told = correct_may(&window, more, "Faire la facture").await;
    assert!(told.contains("Facture 2015-00003 de 6,18 €"), "{told}");
    // Five cents more for the last meal: they wait for the next invoice.
    set_quotient(&window, "26/05/2015", "610").await;
    let small = "sous le seuil de 1,00 €, il est reporté à la prochaine facture.";
    let told = correct_may(&window, small, "Corriger le report").await;
    assert!(told.contains("0,05 €"), "{told}");
    let account = agent.get(&path(0, "invoices")).await.ok();
    let carried = account["carried"].as_str().unwrap().replace('\u{a0}', " ");
    assert_eq!((&account["owed"], carried.as_str()), (&json!(1339), "0,05 €"), "2 × 2,06 € + 3 × 3,09 €");
    assert_eq!(account["invoices"].as_array().unwrap().len(), 3);
    window.close().await;
}
