//! `information.toml`: what it says is kept, and what an agent has written since is left.

use domain::day::Week;
use folder::{FolderError, load};
use store::records::{MenuRecord, NewsRecord, PublishedRecord};
use store::{Record, Transaction, keys};

use crate::table::{Store, moment};
use crate::village::{Village, day};

const INFORMATION: &str = r#"
[legal]
dpo_mel = "dpo@bourg.example"
[[news]]
id = "greve"
title = "Grève"
day = 2026-09-08
paragraphs = ["La cantine **ferme**."]
[[rules]]
id = "reglement"
title = "Règlement"
version = 3
day = 2026-09-01
paragraphs = ["Un.", "Deux."]
[[menu]]
activity = "cantine"
day = 2026-09-08
dishes = ["Tarte"]
[[menu]]
activity = "cantine"
day = 2026-09-07
dishes = ["Soupe", "Pomme"]
allergens = "Lait"
"#;

fn village() -> Village {
    Village::new().write("information.toml", INFORMATION.as_bytes())
}

async fn news(store: &Store) -> NewsRecord {
    store.table.get(&keys::news(&"bourg".parse().unwrap(), "greve")).await.unwrap().unwrap()
}

async fn menu(store: &Store) -> MenuRecord {
    let (bourg, cantine) = ("bourg".parse().unwrap(), "cantine".parse().unwrap());
    store.table.get(&keys::menu(&bourg, Week::of(day("2026-09-07")), &cantine)).await.unwrap().unwrap()
}

#[tokio::test]
async fn news_menus_by_week_rules_and_the_legal_part_are_kept() {
    let store = Store::new().await;
    load(&store.table, &village().read().unwrap(), moment()).await.unwrap();
    assert_eq!(news(&store).await.news.unwrap().text, "La cantine **ferme**.");
    let days: Vec<_> = menu(&store).await.days.into_iter().map(|menu| (menu.day, menu.dishes.len())).collect();
    assert_eq!(days, [(day("2026-09-07"), 2), (day("2026-09-08"), 1)]);
    let key = keys::published(&"bourg".parse().unwrap());
    let published: PublishedRecord = store.table.get(&key).await.unwrap().unwrap();
    assert_eq!((published.rules[0].version, published.rules[0].text.as_str()), (3, "Un.\n\nDeux."));
    assert_eq!(published.legal.dpo_mel.as_deref(), Some("dpo@bourg.example"));
}

#[tokio::test]
async fn what_an_agent_wrote_or_took_away_is_left_and_named() {
    let store = Store::new().await;
    load(&store.table, &village().read().unwrap(), moment()).await.unwrap();
    let edited = Some("Anne".to_owned());
    let taken = NewsRecord { news: None, edited: edited.clone(), version: 2, ..news(&store).await };
    let written = MenuRecord { days: Vec::new(), edited, version: 2, ..menu(&store).await };
    let mut transaction = Transaction::of_system();
    transaction.put_over(&taken, 1);
    transaction.put_over(&written, 1);
    store.table.write(transaction).await.unwrap();
    let changed = village().change("information.toml", "\"Tarte\"", "\"Quiche\"").change(
        "information.toml",
        "title = \"Grève\"",
        "title = \"Grève de jeudi\"",
    );
    let report = load(&store.table, &changed.read().unwrap(), moment()).await.unwrap();
    assert_eq!(report.edited, ["news/greve", "menu/cantine/2026-09-07"]);
    assert!(report.to_string().contains("actualité greve ; menu cantine, semaine du 2026-09-07"), "{report}");
    assert_eq!((news(&store).await.news, news(&store).await.version), (None, 2));
    assert_eq!((menu(&store).await.days.len(), menu(&store).await.key()), (0, written.key()));
}

#[tokio::test]
async fn an_unwritten_row_follows_the_folder() {
    let store = Store::new().await;
    load(&store.table, &village().read().unwrap(), moment()).await.unwrap();
    let changed = village().change("information.toml", "\"Tarte\"", "\"Quiche\"");
    let report = load(&store.table, &changed.read().unwrap(), moment()).await.unwrap();
    assert_eq!((report.changed, report.edited.len()), (1, 0));
    assert_eq!(menu(&store).await.days[1].dishes, ["Quiche"]);
}

#[test]
fn faults_are_told_by_line() {
    let told = |from: &str, to: &str| -> String {
        let read = village().change("information.toml", from, to).read();
        read.map(|_| ()).unwrap_err().iter().map(FolderError::to_string).collect()
    };
    let unknown = told("activity = \"cantine\"\nday = 2026-09-08", "activity = \"autre\"\nday = 2026-09-08");
    assert!(unknown.contains("l’activité « autre » n’est pas dans activities.toml"), "{unknown}");
    let twice = told("day = 2026-09-07", "day = 2026-09-08");
    assert!(twice.contains("le menu du 2026-09-08 est déjà écrit"), "{twice}");
    let dateless = told("title = \"Grève\"\nday = 2026-09-08", "title = \"Grève\"");
    assert!(dateless.starts_with("information.toml, ligne 4 : « day »"), "{dateless}");
    let misspelt = told("allergens", "allergenes");
    assert!(misspelt.contains("la clé « allergenes » est inconnue"), "{misspelt}");
}
