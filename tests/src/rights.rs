//! Every call that writes for a caller is made twice more before: by somebody who loses the right just before it is
//! written, and by an agent whose role is lowered then. Whatever scenario runs, each of its calls is such a trial.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, LazyLock, Mutex, PoisonError, Weak};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::id::{AccountId, OrganisationId};
use reqwest::Method;
use serde_json::Value;
use store::keys;

use crate::Town;
use crate::contract::CONTRACT;
use crate::person::Person;
use crate::wire::Wire;

type Item = HashMap<String, AttributeValue>;

/// How a right is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Loss {
    /// The session has ended.
    Session,
    /// The memberships and the role of the organisation are removed.
    Removed,
    /// The role allows less.
    Lowered,
}

/// The trials of a town.
pub struct Rights {
    wire: Wire,
    client: Client,
    table: String,
    functions: HashMap<String, String>,
    spared: &'static [&'static str],
    tried: Mutex<BTreeSet<String>>,
    faults: Mutex<BTreeSet<String>>,
}

/// By the origin of the town, whose port another may have once the test that watches is over.
static WATCHED: LazyLock<Mutex<HashMap<String, Weak<Rights>>>> = LazyLock::new(Mutex::default);

impl Rights {
    /// As long as this is kept, every call of anybody signed in to this town is tried, those to spared routes apart.
    /// `functions` says which function answers a route.
    pub fn watch(town: &Town, functions: HashMap<String, String>, spared: &'static [&'static str]) -> Arc<Self> {
        let rights = Arc::new(Self {
            wire: town.wire.clone(),
            client: town.client(),
            table: town.portal.table_name().to_owned(),
            functions,
            spared,
            tried: Mutex::default(),
            faults: Mutex::default(),
        });
        let mut watched = WATCHED.lock().unwrap_or_else(PoisonError::into_inner);
        watched.insert(town.origin(), Arc::downgrade(&rights));
        rights
    }

    /// The routes that were about to write when the right was lost.
    pub fn tried(&self) -> BTreeSet<String> {
        self.tried.lock().unwrap().clone()
    }

    /// The calls that were answered otherwise than by a refusal, or wrote something.
    pub fn faults(&self) -> BTreeSet<String> {
        self.faults.lock().unwrap().clone()
    }

    /// Who watches the town of this origin.
    pub(crate) fn of(origin: &str) -> Option<Arc<Self>> {
        WATCHED.lock().unwrap_or_else(PoisonError::into_inner).get(origin).and_then(Weak::upgrade)
    }

    /// Makes the call of somebody signed in as it would be made, each time with the right lost in the middle of it.
    pub(crate) async fn try_without(&self, person: &Person, method: &Method, path: &str, body: Option<&String>) {
        let Some((route, cookie)) = CONTRACT.route(method.as_str(), path).zip(person.cookie()) else { return };
        if self.spared.contains(&route.as_str()) || CONTRACT.is_public(&route) {
            return;
        }
        let (account, session) = claims(&cookie);
        let organisation = path.strip_prefix("/api/organisations/").and_then(|rest| rest.split('/').next());
        let organisation = organisation.and_then(|id| id.parse::<OrganisationId>().ok());
        let losses: &[(Loss, usize)] = match (&organisation, body) {
            (Some(_), _) => &[(Loss::Removed, 0), (Loss::Lowered, 0)],
            // A try of a password is written first, then what it was for.
            (None, Some(_)) if path.starts_with("/api/account") => &[(Loss::Session, 0), (Loss::Session, 1)],
            (None, _) => &[(Loss::Session, 0)],
        };
        for (loss, after) in losses {
            let items = self.items(&account).await;
            let lost: Vec<Item> = items
                .into_iter()
                .filter(|item| granted(item, &account, &session, organisation.as_ref(), *loss))
                .collect();
            if lost.is_empty() {
                continue;
            }
            self.wire.before_write(&self.functions[&route], *after, self.lose(lost.clone(), *loss));
            let answer = person.raw(method, path, body.cloned()).await;
            let since = self.wire.since();
            for item in lost {
                self.put(item).await;
            }
            let Some(since) = since else { continue };
            self.tried.lock().unwrap().insert(route.clone());
            let (status, text) = answer.unwrap();
            if !(400..500).contains(&status) || since.written > 0 {
                let text: String = text.chars().take(120).collect();
                self.faults.lock().unwrap().insert(format!("{route}, {loss:?}: {status}, {since:?} {text}"));
            }
        }
    }

    async fn items(&self, account: &AccountId) -> Vec<Item> {
        let query = self.client.query().table_name(&self.table).consistent_read(true);
        let query = query.key_condition_expression("pk = :pk");
        let pk = AttributeValue::S(keys::account(account).pk);
        query.expression_attribute_values(":pk", pk).send().await.unwrap().items.unwrap_or_default()
    }

    fn lose(&self, items: Vec<Item>, loss: Loss) -> impl Future<Output = ()> + Send + 'static {
        let (client, table) = (self.client.clone(), self.table.clone());
        async move {
            for item in items {
                if loss == Loss::Lowered {
                    client.put_item().table_name(&table).set_item(Some(lowered(item))).send().await.unwrap();
                } else {
                    let key = ["pk", "sk"].map(|name| (name.to_owned(), item[name].clone()));
                    client.delete_item().table_name(&table).set_key(Some(key.into())).send().await.unwrap();
                }
            }
        }
    }

    async fn put(&self, item: Item) {
        self.client.put_item().table_name(&self.table).set_item(Some(item)).send().await.unwrap();
    }
}

/// Whether an item of the account grants what is lost.
fn granted(item: &Item, account: &AccountId, session: &str, organisation: Option<&OrganisationId>, loss: Loss) -> bool {
    let sk = item["sk"].as_s().unwrap().as_str();
    match (loss, organisation) {
        (Loss::Session, _) | (_, None) => sk == keys::session(account, session).sk,
        // A membership allows all or nothing: only a role can be lowered.
        (Loss::Lowered, Some(organisation)) => sk == keys::role(account, organisation).sk,
        (_, Some(organisation)) => {
            let memberships = keys::memberships(account, organisation);
            sk == keys::role(account, organisation).sk || (memberships.from.as_str()..=&memberships.to).contains(&sk)
        }
    }
}

/// A reader's role.
fn lowered(mut item: Item) -> Item {
    let read: u64 = item.get("version").map_or(0, |version| version.as_n().unwrap().parse().unwrap());
    item.insert("version".to_owned(), AttributeValue::N((read + 1).to_string()));
    if let Some(role) = item.get_mut("role") {
        *role = AttributeValue::S("reader".to_owned());
    }
    item
}

fn claims(token: &str) -> (AccountId, String) {
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    let claims: Value = serde_json::from_slice(&payload).unwrap();
    (claims["sub"].as_str().unwrap().parse().unwrap(), claims["sid"].as_str().unwrap().to_owned())
}
