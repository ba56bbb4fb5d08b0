//! Demo accounts: made once, with everything that signs them in.

use domain::role::Role;
use folder::{DemoAccount, load, load_demo_accounts, read};
use store::keys;
use store::records::{AdultRecord, CredentialsRecord, MembershipRecord, NameRecord, RoleRecord};

use crate::table::{Store, differing, moment};
use crate::village::{Village, day, demo};

async fn demo_store() -> (Store, Vec<DemoAccount>) {
    let store = Store::new().await;
    for name in ["jumex", "aubray"] {
        let folder = read(&demo(name), day("2026-11-23")).unwrap();
        load(&store.table, &folder, moment()).await.unwrap();
    }
    let accounts = load_demo_accounts(&store.table, &demo("accounts.toml"), moment()).await.unwrap();
    (store, accounts)
}

#[tokio::test]
async fn the_demos_accounts_sign_in_and_are_made_once() {
    let (store, accounts) = demo_store().await;
    let table = &store.table;
    for demo in &accounts {
        let by_name: NameRecord = table.get(&keys::name(&demo.identifiant)).await.unwrap().unwrap();
        let by_mel: NameRecord = table.get(&keys::name(&demo.mel)).await.unwrap().unwrap();
        assert_eq!(by_name.account, by_mel.account);
        let credentials = table.get(&keys::credentials(&by_name.account)).await.unwrap();
        let credentials: CredentialsRecord = credentials.unwrap();
        assert!(secret::password::verify(&demo.password, Some(&credentials.password)).unwrap(), "{}", demo.identifiant);
        for family in &demo.families {
            let key = keys::adult(&family.organisation, &family.family, &family.adult);
            let adult: AdultRecord = table.get(&key).await.unwrap().unwrap();
            assert_eq!(adult.adult.account.as_ref(), Some(&by_name.account));
            let key = keys::membership(&by_name.account, &family.organisation, &family.family);
            let membership: MembershipRecord = table.get(&key).await.unwrap().unwrap();
            assert_eq!(membership.adult, family.adult);
        }
        if let Some(role) = &demo.role {
            let record = table.get(&keys::role(&by_name.account, &role.organisation)).await.unwrap();
            let record: RoleRecord = record.unwrap();
            assert_eq!((record.role, credentials.totp.as_ref()), (role.role, Some(&role.totp)));
            assert!(secret::totp_code(&role.totp, moment().wall).is_some());
        }
    }
    let before = store.contents().await;
    load_demo_accounts(table, &demo("accounts.toml"), moment()).await.unwrap();
    assert_eq!(differing(&before, &store.contents().await), [""; 0]);
}

#[tokio::test]
async fn jumex_has_an_agent_of_each_role_and_a_reload_keeps_the_accounts() {
    let (store, accounts) = demo_store().await;
    let roles: Vec<Role> = accounts.iter().filter_map(|account| account.role.as_ref()).map(|role| role.role).collect();
    assert_eq!(roles[..4], [Role::Reader, Role::Desk, Role::Treasurer, Role::Administrator]);
    let before = store.contents().await;
    let folder = read(&demo("jumex"), day("2026-11-23")).unwrap();
    assert!(load(&store.table, &folder, moment()).await.unwrap().is_unchanged());
    assert_eq!(differing(&before, &store.contents().await), [""; 0]);
}

#[tokio::test]
async fn faults_of_the_file_are_told_by_line() {
    let text = "[[account]]\nidentifiant = \"Eva\"\npassword = \"court\"\nfirst_name = \"Eva\"\nlast_name = \"ROUX\"\n\
                mel = \"eva@mail.example\"\nrole = { organisation = \"bourg\", role = \"chef\", totp = \"AAAA\" }\n";
    let village = Village::new().write("accounts.toml", text.as_bytes());
    let store = Store::new().await;
    let error = load_demo_accounts(&store.table, &village.path("accounts.toml"), moment()).await.unwrap_err();
    let told = error.to_string();
    let places: Vec<&str> = told.lines().filter_map(|line| line.split(" : ").next()).collect();
    assert_eq!(
        places,
        ["accounts.toml, ligne 2", "accounts.toml, ligne 3", "accounts.toml, ligne 7", "accounts.toml, ligne 7"]
    );
    assert!(store.contents().await.is_empty());
}

#[tokio::test]
async fn an_account_of_an_unknown_adult_is_refused() {
    let store = Store::new().await;
    let error = load_demo_accounts(&store.table, &demo("accounts.toml"), moment()).await.unwrap_err();
    let said =
        "Le compte de démonstration « chantal.devret » désigne l’adulte « chantal », inconnu dans « jumex/devret ».";
    assert_eq!(error.to_string(), said);
}
