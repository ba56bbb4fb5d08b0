//! The roll of a day: tiles that nothing moves, classes, many at once and taken back, hours, and a colleague's mark.

use serde_json::{Value, json};
use tests::activity::canteen;
use tests::town::{TUESDAY, instant};
use tests::village::{Shape, VILLAGE, Village, child_id, family_id};
use tests::{Person, Town};

use crate::accessibility;
use crate::agents_page;
use crate::window::Window;

const DOWN: &str = "\u{e015}";
const SPACE: &str = " ";
const ESCAPE: &str = "\u{e00c}";
const FAMILIES: usize = 6;
/// The second factor of the demo's administrator.
const ISABELLES_KEY: &str = "CSO2Z6YHIXPFS7FFQHQSKTXQW3EORPC4";

/// Counts what is sent, and how many requests are under way at once at most.
const COUNT: &str = "(() => { window.sent = 0; window.most = 0; let now = 0; const real = window.fetch;
    window.fetch = async (path, given) => {
        if (given?.method !== 'PUT') return real(path, given);
        window.sent += 1; now += 1; window.most = Math.max(window.most, now);
        try { return await real(path, given); } finally { now -= 1; }
    }; return 1; })()";

/// A village of six children, three of CP and three of CE1, who eat at the canteen; its roll, and an agent of it elsewhere.
async fn village(town: &Town, window: &Window, width: u32, height: u32) -> Person {
    let bookings: String =
        (0..FAMILIES).map(|family| format!("{};cantine;2015-05-26;\n", child_id(family, 0))).collect();
    let activities = canteen().to_string();
    let shape = Shape {
        families: FAMILIES,
        classes: &["CP", "CE1"],
        activities: &activities,
        bookings: &bookings,
        ..Shape::default()
    };
    let village = Village::build(town, town.table(), instant(TUESDAY), &shape).await;
    agents_page::works_in_the_village(town).await;
    agents_page::sign_in(window).await;
    window.size(width, height).await;
    window.go(&format!("/presences.html?organisation={VILLAGE}")).await;
    window.until("document.querySelectorAll('#roll .tile').length === 6").await;
    village.agent().await
}

fn tile(family: usize) -> String {
    format!("[data-child={}] .tile", child_id(family, 0))
}

/// What the page says of a child, once nothing is on its way.
async fn seen(window: &Window, family: usize, presence: &str) {
    let child = format!("document.querySelector('[data-child={}]')", child_id(family, 0));
    window.until(&format!("{child}.dataset.seen === {presence:?} && !('pending' in {child}.dataset)")).await;
}

/// How many there are of each, as the foot has it.
async fn counts(window: &Window) -> String {
    window.text("#counts").await.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a screen reader calls the buttons of the page.
async fn names(window: &Window) -> Vec<String> {
    let tree = window.dev_tools("Accessibility.getFullAXTree", json!({})).await;
    let nodes = tree["nodes"].as_array().unwrap().iter().filter(|node| node["role"]["value"] == "button");
    let name = |node: &Value| node["name"]["value"].as_str().unwrap_or_default().replace('\u{a0}', " ");
    nodes.map(|node| name(node).split_whitespace().collect::<Vec<_>>().join(" ").replace(" ,", ",")).collect()
}

async fn tap(window: &Window, family: usize) {
    window.press(&tile(family)).await;
}

/// Where the tiles stand, and how large they are.
async fn places(window: &Window) -> Value {
    let boxes = "[...document.querySelectorAll('.tile')].map((one) => { const box = one.getBoundingClientRect();
        return [box.x, box.y, box.width, box.height].map(Math.round); })";
    window.value(boxes).await
}

/// What the roll says of a child of the village, to the agent elsewhere.
async fn kept(agent: &Person, family: usize) -> Value {
    let roll = agent.get(&format!("/api/organisations/{VILLAGE}/attendance?day=2015-05-26&activity=cantine")).await;
    let children = roll.ok()["children"].clone();
    children.as_array().unwrap().iter().find(|row| row["child"] == child_id(family, 0)).unwrap().clone()
}

async fn marks(agent: &Person, family: usize, presence: &str) {
    let note = json!({
        "day": "2015-05-26", "activity": "cantine", "child": child_id(family, 0), "family": family_id(family),
        "presence": presence, "arrived": null, "left": null, "version": kept(agent, family).await["version"],
    });
    agent.put(&format!("/api/organisations/{VILLAGE}/attendance"), note).await.ok();
}

#[tokio::test]
async fn a_class_is_called_on_a_tablet_beside_a_colleague() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    let colleague = village(&town, &window, 1024, 768).await;
    let tabs = window.value("[...document.querySelectorAll('#classes button')].map((one) => one.innerText)").await;
    let tabs: Vec<String> =
        tabs.as_array().unwrap().iter().map(|tab| tab.as_str().unwrap().replace(['\n', '\u{a0}'], " ")).collect();
    assert_eq!(tabs, ["Tous 6 restent", "CP 3 restent", "CE1 3 restent"]);
    window.press("[data-class='class CP']").await;
    window.until("document.querySelectorAll('.tile').length === 3").await;
    assert_eq!(window.text("#title").await, "Cantine, CP");
    let before = places(&window).await;
    // A tap: present; a second: absent; a third: nothing. The word stands beside the colour, and nothing moves.
    for (presence, word, pressed) in
        [("present", "Présent", "true"), ("absent_unexcused", "Absent", "false"), ("no", "", "false")]
    {
        tap(&window, 0).await;
        seen(&window, 0, presence).await;
        let shown = window.text(&format!("{} .word", tile(0))).await;
        assert!(shown.contains(word) && (shown.contains("pas encore") == word.is_empty()), "{shown}");
        let said = format!("document.querySelector({:?}).getAttribute('aria-pressed')", tile(0));
        assert_eq!(window.value(&said).await, json!(pressed));
        assert_eq!(places(&window).await, before, "a mark moves nothing");
    }
    assert_eq!(kept(&colleague, 0).await["presence"], Value::Null);
    // Taps that follow each other faster than the answers: never two requests at once, and the last tap is what is kept.
    window.value(COUNT).await;
    let twice = format!(
        "(() => {{ const one = document.querySelector({:?}); one.click(); one.click(); return 1; }})()",
        tile(0)
    );
    window.value(&twice).await;
    seen(&window, 0, "absent_unexcused").await;
    assert_eq!(window.value("window.most").await, json!(1));
    assert_eq!(kept(&colleague, 0).await["presence"], "absent_unexcused");
    // A colleague has marked one meanwhile: it is said in words, who and what, and stays as it is.
    marks(&colleague, 2, "absent_unexcused").await;
    tap(&window, 2).await;
    window.until("document.querySelector('#slot').innerText.includes('Agente du village a noté')").await;
    let said = window.text("#slot").await;
    assert!(said.contains("« absent » à 8 h 03. Votre « présent » n’a pas été pris."), "{said}");
    assert_eq!(places(&window).await, before, "the news move nothing");
    accessibility::clean_at(&window, "a colleague's mark", &[(1024, 768)]).await;
    seen(&window, 2, "absent_unexcused").await;
    assert_eq!(kept(&colleague, 2).await["presence"], "absent_unexcused");
    window.press("#slot .button").await;
    // The one who is left, by one request, which is taken back of exactly that one.
    window.value("window.sent = 0").await;
    assert_eq!(window.text("#all-present").await, "Le dernier qui reste : présent");
    window.press("#all-present").await;
    seen(&window, 4, "present").await;
    window.until("document.querySelector('[data-class=\"class CP\"]').innerText.includes('finie')").await;
    assert_eq!(window.value("window.sent").await, json!(1), "one request");
    assert_eq!(window.text("#undo").await, "Défaire : 1 présent en CP");
    window.press("#undo").await;
    seen(&window, 4, "no").await;
    assert_eq!(window.value("window.sent").await, json!(2));
    assert_eq!(kept(&colleague, 0).await["presence"], "absent_unexcused");
    assert_eq!(kept(&colleague, 4).await["presence"], Value::Null);
    // All of them, in another class; then the mark before is next to be taken back.
    window.press("[data-class=all]").await;
    window.until("document.querySelectorAll('.tile').length === 6").await;
    assert_eq!(window.text("#all-present").await, "Les 4 qui restent : présents");
    assert_eq!(counts(&window).await, "6 attendus · 0 présent · 2 absents · 4 restent");
    assert_eq!(window.text("#undo").await, "Défaire : Enfant 0, absent");
    window.press("#undo").await;
    seen(&window, 0, "no").await;
    assert_eq!(window.value("document.querySelector('#undo').checkVisibility()").await, json!(false));
    accessibility::clean_at(&window, "the roll", &[(1024, 768), (768, 1024), (1280, 800)]).await;
    window.close().await;
}

#[tokio::test]
async fn a_roll_is_called_on_a_phone_and_by_keyboard() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    let colleague = village(&town, &window, 360, 740).await;
    let small = "[...document.querySelectorAll('#roll .tile, #classes button, #all-present, #activities button')]
        .filter((one) => one.checkVisibility()).map((one) => one.getBoundingClientRect())
        .filter((box) => box.height < 44 || box.width < 44).length";
    assert_eq!(window.value(small).await, json!(0), "targets under 44 pixels");
    let wide = "document.documentElement.scrollWidth <= document.documentElement.clientWidth";
    assert_eq!(window.value(wide).await, json!(true));
    tap(&window, 0).await;
    seen(&window, 0, "present").await;
    assert_eq!(counts(&window).await, "6 attendus 1 présent 0 absent 5 restent");
    // Arrows lead from tile to tile, Space marks, and a reader hears the child, its state and how many are left.
    window.value(&format!("document.querySelector({:?}).focus() ?? 1", tile(0))).await;
    window.keys(DOWN).await;
    window.keys(SPACE).await;
    seen(&window, 1, "present").await;
    window.hears("Enfant 0, présent. 4 restent sur 6.").await;
    let focused = "document.activeElement.closest('[data-child]')?.dataset.child";
    assert_eq!(window.value(focused).await, json!(child_id(1, 0)), "the focus stays");
    let heard = names(&window).await;
    assert!(heard.iter().any(|name| name == "Enfant 0 FAMILLE 1, CE1, Présent"), "{heard:?}");
    assert!(heard.iter().any(|name| name == "Enfant 0 FAMILLE 2, CP, pas encore pointé"), "{heard:?}");
    // What is refused goes back to what it was, and is said.
    tests::village::freeze(&town.table(), VILLAGE, &family_id(3), "2015-05").await;
    window.value("window.scrollTo(0, document.body.scrollHeight) ?? 1").await;
    tap(&window, 3).await;
    window.until("document.querySelector('#slot').innerText.includes('Ce mois est facturé')").await;
    seen(&window, 3, "no").await;
    let in_sight = "(({ top, bottom }) => top >= 0 && bottom <= innerHeight)(document.querySelector('.news').getBoundingClientRect())";
    assert_eq!(window.value(in_sight).await, json!(true), "it is read wherever one has scrolled to");
    assert_eq!(kept(&colleague, 3).await["presence"], Value::Null);
    accessibility::clean_at(&window, "a refusal", &[(360, 740)]).await;
    window.press("#slot .button").await;
    // The classes are a strip; the other settings wait behind a word.
    window.press("[data-class='class CE1']").await;
    window.until("document.querySelectorAll('.tile').length === 3").await;
    window.client.refresh().await.unwrap();
    window.until("document.querySelector('#title').innerText === 'Cantine, CE1'").await;
    window.press("#change").await;
    window.type_into("#filter", "famille 5").await;
    window.until("[...document.querySelectorAll('.tile')].filter((one) => one.checkVisibility()).length === 1").await;
    accessibility::clean_at(&window, "the roll", &[(360, 740), (320, 640)]).await;
    assert_eq!(window.value(wide).await, json!(true));
    window.close().await;
}

#[tokio::test]
async fn a_colleagues_marks_show_by_themselves_and_an_older_reading_overwrites_nothing() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    let colleague = village(&town, &window, 1024, 768).await;
    marks(&colleague, 5, "present").await;
    let before = places(&window).await;
    // The roll is read again when the tab is looked at; its answer is held back until a tap was answered.
    let held = "(() => { const real = window.fetch;
        window.fetch = async (path, given) => {
            const reply = await real(path, given);
            if (given?.method === 'GET') await new Promise((go) => { window.letThrough = go; });
            return reply;
        };
        document.dispatchEvent(new Event('visibilitychange')); return 1; })()";
    window.value(held).await;
    window.until("window.letThrough").await;
    tap(&window, 2).await;
    seen(&window, 2, "present").await;
    window.value("window.letThrough() ?? 1").await;
    seen(&window, 5, "present").await;
    seen(&window, 2, "present").await;
    assert_eq!(window.text("#slot").await, "Agente du village pointe aussi cette activité.");
    assert_eq!(counts(&window).await, "6 attendus · 2 présents · 0 absent · 4 restent");
    assert_eq!(places(&window).await, before, "what others mark moves nothing");
    window.close().await;
}

#[tokio::test]
async fn hours_are_noted_by_a_tap_or_typed_and_a_child_is_added() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    agents_page::sign_in(&window).await;
    window.press("nav a[href^='/presences.html']").await;
    window.until("document.querySelector('#roll [data-child=lou]') !== null").await;
    assert_eq!(window.text("#title").await, "Cantine maternelle");
    assert_eq!(window.text("#when").await, "mardi 26 mai");
    assert_eq!(counts(&window).await, "3 attendus · 0 présent · 0 absent · 3 restent");
    // At the canteen no hour is asked for: there is no such switch.
    assert_eq!(window.value("document.querySelector('#modes').checkVisibility()").await, json!(false));
    window.press("[data-activity=garderie-soir]").await;
    window.until("document.querySelector('#title').innerText === 'Garderie soir'").await;
    window.press("[data-mode=hours]").await;
    window.press("[data-child=lou] .tile").await;
    window.until("document.querySelector('[data-child=lou] .span').textContent !== ''").await;
    window.until("document.querySelector('[data-child=lou]').dataset.seen === 'present'").await;
    let arrived = window.text("[data-child=lou] .span").await;
    assert!(arrived.starts_with("8 h 0") && arrived.ends_with("– …"), "{arrived}");
    // Typed as one writes them, and refused in words where it is no hour.
    window.type_into("#left", "25h").await;
    window.press("#hours button[type=submit]").await;
    window.until("document.querySelector('#hours-said').innerText.includes('Écrivez l’heure')").await;
    window.type_into("#arrived", "16:30").await;
    window.type_into("#left", "1742").await;
    window.press("#hours button[type=submit]").await;
    window.until("document.querySelector('[data-child=lou] .span').textContent.replaceAll('\\u00a0', ' ') === '16 h 30 – 17 h 42'").await;
    window.press("[data-mode=mark]").await;
    // A key has the same as a long press; Escape gives the focus back.
    window.value("document.querySelector('[data-child=tom] .tile').focus() ?? 1").await;
    window.keys("h").await;
    window.until("document.activeElement.id === 'arrived'").await;
    window.keys(ESCAPE).await;
    window.until("document.activeElement.closest('[data-child=tom]') !== null").await;
    window.keys("a").await;
    window.until("document.querySelector('[data-child=tom]').dataset.seen === 'absent_unexcused'").await;
    // At a desk what was done stands in the margin; Ctrl Z takes the last of it back.
    window.until("document.querySelector('#deeds li').innerText.includes('Tom MOREL, absent.')").await;
    let control_z = "document.dispatchEvent(new KeyboardEvent('keydown', { key: 'z', ctrlKey: true, bubbles: true }))";
    window.value(control_z).await;
    window.until("document.querySelector('[data-child=tom]').dataset.seen === 'no'").await;
    window.until("document.querySelector('#deeds li').innerText.includes('Lou DEVRET, présent.')").await;
    // Present without having been expected: found as one types, added by one tap.
    window.press("#open-add").await;
    window.type_into("#child-name", "gaet").await;
    window.until("document.querySelector('[data-add=devret]') !== null").await;
    accessibility::clean(&window, "a child to add").await;
    window.press("[data-add=devret]").await;
    window.until("document.querySelector('#roll [data-child=gaetan]')?.dataset.seen === 'present_unbooked'").await;
    window.until("document.activeElement.closest('[data-child=gaetan]') !== null").await;
    // Tomorrow is not called yet; "back" leads to today again, as it was left.
    window.press("#next-day").await;
    window.until("document.querySelector('#slot').innerText.includes('le jour même ou après')").await;
    window.client.back().await.unwrap();
    window.until("document.querySelector('#when').innerText.includes('mardi 26 mai')").await;
    window.until("document.querySelector('[data-child=lou] .span')?.textContent.includes('17')").await;
    window.close().await;
}

#[tokio::test]
async fn a_school_is_chosen_and_an_announced_absence_is_excused_and_not_among_the_rest() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    let bookings: String =
        (0..FAMILIES).map(|family| format!("{};cantine;2015-05-26;\n", child_id(family, 0))).collect();
    let activities = canteen().cancelled("{ never = true }").to_string();
    let shape = Shape {
        families: FAMILIES,
        classes: &["CP", "CE1", "CM2"],
        schools: &["École du Bourg", "École du Parc"],
        activities: &activities,
        bookings: &bookings,
        ..Shape::default()
    };
    let village = Village::build(&town, town.table(), instant(TUESDAY), &shape).await;
    let absence = json!({
        "request": uuid::Uuid::new_v4().to_string(), "child": child_id(2, 0), "from": "2015-05-26",
        "to": "2015-05-26", "reason": "angine", "proof": "to_come",
    });
    let declared = village.adult(2).await.post(&tests::village::path(2, "absences"), absence).await.ok();
    assert_eq!(declared["declared"].as_array().unwrap().len(), 1, "{declared}");
    agents_page::works_in_the_village(&town).await;
    agents_page::sign_in(&window).await;
    // A school's row of the day leads to that school's roll.
    window.go(&format!("/aujourdhui.html?organisation={VILLAGE}")).await;
    window.until("document.querySelectorAll('#activities .to-roll').length === 2").await;
    window.press("#activities [data-key='École du Parc'] .to-roll").await;
    window.until("document.querySelectorAll('#roll .tile').length === 3").await;
    assert!(window.text("#when").await.starts_with("École du Parc, "));
    window.go(&format!("/presences.html?organisation={VILLAGE}")).await;
    window.until("document.querySelectorAll('#roll .tile').length === 6").await;
    // Where all are shown, each school has its head.
    let heads = "[...document.querySelectorAll('.section-head')].map((one) => one.firstChild.textContent)";
    assert_eq!(window.value(heads).await, json!(["École du Bourg", "École du Parc"]));
    let choose = "(() => { const one = document.querySelector('#school'); one.value = 'École du Bourg';
        one.dispatchEvent(new Event('change')); return 1; })()";
    window.value(choose).await;
    window.until("document.querySelectorAll('#roll .tile').length === 3").await;
    assert_eq!(counts(&window).await, "3 attendus · 0 présent · 0 absent · 3 restent");
    assert!(window.text("#when").await.starts_with("École du Bourg, "));
    // The family has said why: it is read on the tile, and "all present" leaves the child out.
    assert!(window.text(&format!("{} .words", tile(2))).await.contains("absence annoncée : angine"));
    assert_eq!(window.text("#all-present").await, "2 des 3 qui restent : présents");
    window.press("#all-present").await;
    seen(&window, 0, "present").await;
    seen(&window, 4, "present").await;
    seen(&window, 2, "no").await;
    tap(&window, 2).await;
    tap(&window, 2).await;
    seen(&window, 2, "absent_excused").await;
    assert!(window.text(&format!("{} .words", tile(2))).await.contains("excusé : angine"));
    // It was not accepted: the sheet of the child says otherwise.
    window.value(&format!("document.querySelector({:?}).focus() ?? 1", tile(2))).await;
    window.keys("h").await;
    window.press("[data-excuse=absent_unexcused]").await;
    seen(&window, 2, "absent_unexcused").await;
    assert_eq!(window.value("new URLSearchParams(location.search).get('ecole')").await, "École du Bourg");
    window.client.refresh().await.unwrap();
    window.until("document.querySelectorAll('#roll .tile').length === 3").await;
    window.close().await;
}

#[tokio::test]
async fn a_tap_after_the_sessions_end_is_named_at_the_door_and_offered_again_on_the_roll() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    agents_page::sign_in(&window).await;
    window.go("/presences.html?organisation=jumex").await;
    window.until("document.querySelector('#roll [data-child=lou]') !== null").await;
    window.dev_tools("Network.clearBrowserCookies", json!({})).await;
    window.press("[data-child=lou] .tile").await;
    window.until("location.pathname === '/' && document.querySelector('#untaken')?.checkVisibility()").await;
    assert_eq!(window.text("#untaken-what").await, "Lou DEVRET, Cantine maternelle, mardi 26 mai 2015");
    // A code serves once: another agent of the same town hall comes in.
    let (name, password, key) = ("isabelle.fabre", "clef sous le preau", ISABELLES_KEY);
    window.type_into("#name", name).await;
    window.type_into("#password", password).await;
    window.press("#sign-in").await;
    window.until("document.querySelector('#code').checkVisibility()").await;
    window.type_into("#code", &secret::totp_code(key, chrono::Utc::now()).unwrap()).await;
    window.press("#sign-in").await;
    window.until("document.querySelector('#slot')?.innerText.includes('n’a pas été noté')").await;
    let lou = "document.querySelector('[data-child=lou]').dataset.seen";
    assert_eq!(window.value(lou).await, "no", "it is never sent again by itself");
    assert_eq!(window.text("#slot .button").await, "Présent");
    window.press("#slot .button").await;
    window.until(&format!("{lou} === 'present'")).await;
    window.close().await;
}

#[tokio::test]
async fn thirty_children_fit_on_one_sheet_of_paper() {
    let town = Town::at(TUESDAY).await;
    let window = Window::open(&town).await;
    let bookings: String = (0..30).map(|family| format!("{};cantine;2015-05-26;\n", child_id(family, 0))).collect();
    let activities = canteen().to_string();
    let shape =
        Shape { families: 30, classes: &["CP"], activities: &activities, bookings: &bookings, ..Shape::default() };
    Village::build(&town, town.table(), instant(TUESDAY), &shape).await;
    agents_page::works_in_the_village(&town).await;
    agents_page::sign_in(&window).await;
    window.go(&format!("/presences.html?organisation={VILLAGE}")).await;
    window.until("document.querySelectorAll('#roll .tile').length === 30").await;
    let printed = window.dev_tools("Page.printToPDF", json!({ "preferCSSPageSize": true })).await;
    let pdf = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, printed["data"].as_str().unwrap());
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), pdf.unwrap()).unwrap();
    let read = |command: &str, more: &[&str]| {
        let output = std::process::Command::new(command).arg(file.path()).args(more).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let info = read("pdfinfo", &[]);
    assert!(info.lines().any(|line| line.starts_with("Pages:") && line.ends_with(" 1")), "{info}");
    let text = read("pdftotext", &["-layout", "-"]);
    assert!((0..30).all(|family| text.contains(&format!("FAMILLE {family}"))), "{text}");
    assert!(text.contains("CP") && !text.contains("Défaire"), "{text}");
    window.close().await;
}
