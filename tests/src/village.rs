//! A village of one's own beside the demo: as many families as a test wants, and its own rules.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::chain::Chain;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use domain::day::paris_day;
use domain::invoice::Period;
use domain::moment::Moment;
use domain::role::Role;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use store::keys;
use store::records::{MembershipRecord, PeriodRecord, SessionRecord, SigningKeyRecord, StaffRecord};
use store::{Table, Transaction, Version};
use tempfile::TempDir;
use uuid::Uuid;

use crate::person::Person;
use crate::town::Town;

/// What a village is like.
pub struct Shape<'a> {
    /// Its identifier.
    pub id: &'a str,
    /// How many families.
    pub families: usize,
    /// How many children each.
    pub children: usize,
    /// The schools its children go to, family by family in turn; none where there are none.
    pub schools: &'a [&'a str],
    /// Its `activities.toml`.
    pub activities: &'a str,
    /// Its `calendar.toml`.
    pub calendar: &'a str,
    /// Its `[billing]`, when it invoices.
    pub billing: &'a str,
    /// Further lines of its `adults.csv`, after the header `family;adult;role;first_name;last_name;mel`.
    pub adults: &'a str,
    /// Lines of its `bookings.csv`, after the header `child;activity;day;paid`.
    pub bookings: &'a str,
}

impl Default for Shape<'_> {
    fn default() -> Self {
        Self {
            id: VILLAGE,
            families: 1,
            children: 1,
            schools: &[],
            activities: "",
            calendar: "school_weekdays = [\"lundi\", \"mardi\", \"jeudi\", \"vendredi\"]\n",
            billing: "",
            adults: "",
            bookings: "",
        }
    }
}

/// The identifier of a village, unless its shape says another.
pub const VILLAGE: &str = "village";

/// It invoices each month by itself.
pub const AUTOMATIC: &str = "[billing]\nseller = [\"Commune de Village\", \"99000 VILLAGE\"]\nautomatic = true\n";
/// It invoices when an agent does.
pub const REVIEWED: &str = "[billing]\nseller = [\"Commune de Village\", \"99000 VILLAGE\"]\n";

/// A loaded village.
pub struct Village {
    table: Table,
    signing: SigningKeyRecord,
    claims: Value,
    stranger: Person,
}

impl Village {
    /// Writes a folder, loads it into a table as an import does, and learns how sessions are signed.
    pub async fn build(town: &Town, table: Table, now: DateTime<Utc>, shape: &Shape<'_>) -> Self {
        load(&table, now, shape).await;
        Self::beside(town, table).await
    }

    /// Learns how sessions are signed; loads nothing.
    pub async fn beside(town: &Town, table: Table) -> Self {
        let signing: Vec<SigningKeyRecord> = town.table().query(&keys::signing_keys()).await.unwrap();
        let someone = town.stranger();
        someone.sign_in("chantal.devret", "marelle du mardi").await.ok();
        let token = someone.cookie().unwrap();
        let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
        let claims = serde_json::from_slice(&payload).unwrap();
        Self { table, signing: signing.last().unwrap().clone(), claims, stranger: town.stranger() }
    }

    /// The adult of a family, with an account and an open session.
    pub async fn adult(&self, family: usize) -> Person {
        let (account, session) = self.enter(false).await;
        let membership = MembershipRecord {
            account: account.parse().unwrap(),
            organisation: VILLAGE.parse().unwrap(),
            family: family_id(family).parse().unwrap(),
            adult: "adulte".to_owned(),
            said: format!("Adulte FAMILLE {family}"),
            version: Version::FIRST,
        };
        self.table.write(Chain::new().put_new(&membership)).await.unwrap();
        self.signed(&account, &session)
    }

    /// An agent of the village who works at its desk.
    pub async fn agent(&self) -> Person {
        self.agent_as(Role::Desk).await
    }

    /// An agent of the village.
    pub async fn agent_as(&self, role: Role) -> Person {
        self.agent_of(VILLAGE, role).await
    }

    /// An agent of any organisation.
    pub async fn agent_of(&self, organisation: &str, role: Role) -> Person {
        let (account, session) = self.enter(true).await;
        let staff = StaffRecord {
            account: account.parse().unwrap(),
            organisation: organisation.parse().unwrap(),
            role,
            said: "Agente du village".to_owned(),
            version: 1,
        };
        self.table.write(Chain::new().put_new(&staff.role_record()).put_new(&staff)).await.unwrap();
        self.signed(&account, &session)
    }

    async fn enter(&self, agent: bool) -> (String, String) {
        let (account, session) = (Uuid::new_v4().simple().to_string(), Uuid::new_v4().simple().to_string());
        let record = SessionRecord {
            account: account.parse().unwrap(),
            session: session.clone(),
            since: Utc::now(),
            agent,
            expires: Utc::now().timestamp() + 3600,
            device: None,
            proved: None,
            renewed: None,
        };
        self.table.write(Chain::new().put_new(&record)).await.unwrap();
        (account, session)
    }

    fn signed(&self, account: &str, session: &str) -> Person {
        let mut claims = self.claims.clone();
        claims["sub"] = json!(account);
        claims["sid"] = json!(session);
        // As long as any, from now: a village may be lived in for longer than a session lasts.
        let lasts = claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
        claims["iat"] = json!(Utc::now().timestamp());
        claims["exp"] = json!(Utc::now().timestamp() + lasts);
        let header = Header { kid: Some(self.signing.id.clone()), ..Header::new(Algorithm::ES256) };
        let private = EncodingKey::from_ec_der(&STANDARD.decode(&self.signing.private).unwrap());
        let person = self.stranger.other_tab();
        person.set_cookie(Some(&jsonwebtoken::encode(&header, &claims, &private).unwrap()));
        person
    }
}

/// Writes a folder and loads it into a table as an import does.
pub async fn load(table: &Table, now: DateTime<Utc>, shape: &Shape<'_>) {
    let folder = folder(shape);
    let read = folder::read(folder.path(), paris_day(now));
    let read = read.unwrap_or_else(|faults| panic!("{faults:#?}"));
    folder::load(table, &read, Moment { business: now, wall: Utc::now() }).await.unwrap();
}

/// Freezes a month of a family, as the invoice that charges it does.
pub async fn freeze(table: &Table, organisation: &str, family: &str, period: &str) {
    let month = PeriodRecord {
        organisation: organisation.parse().unwrap(),
        family: family.parse().unwrap(),
        period: Period::parse(period).unwrap(),
        invoice: None,
        charged: 0,
        given_back: 0,
        carried: 0,
        flats: BTreeSet::new(),
        priced_by: None,
        corrected_by: None,
        lines: Vec::new(),
        returned: Vec::new(),
        version: 1,
    };
    let mut transaction = Transaction::of_system();
    transaction.put_new(&month);
    table.write(transaction).await.unwrap();
}

/// `f0012`.
pub fn family_id(family: usize) -> String {
    format!("f{family:04}")
}

/// `c0012-0`.
pub fn child_id(family: usize, child: usize) -> String {
    format!("c{family:04}-{child}")
}

/// The address of something of a family of the village.
pub fn path(family: usize, rest: &str) -> String {
    format!("/api/organisations/{VILLAGE}/families/{}/{rest}", family_id(family))
}

fn folder(shape: &Shape) -> TempDir {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("organisation.toml", &format!("format = 1\nid = \"{}\"\n{IDENTITY}{}", shape.id, shape.billing));
    write("calendar.toml", shape.calendar);
    write("activities.toml", shape.activities);
    let activities: Vec<&str> = shape
        .activities
        .split("[[activity]]")
        .skip(1)
        .filter_map(|part| part.split("id = \"").nth(1)?.split('"').next())
        .collect();
    let mut files = [
        "family;name;town\n".to_owned(),
        "family;adult;role;first_name;last_name;mel\n".to_owned(),
        "child;first_name;class;school\n".to_owned(),
        "child;family\n".to_owned(),
        "child;activity\n".to_owned(),
    ];
    for family in 0..shape.families {
        let id = family_id(family);
        writeln!(files[0], "{id};FAMILLE {family};99000 VILLAGE").unwrap();
        writeln!(files[1], "{id};adulte;MÈRE;Adulte;FAMILLE {family};{id}@village.example").unwrap();
        for child in 0..shape.children {
            let child_id = child_id(family, child);
            let (class, school) = match shape.schools {
                [] => ("", ""),
                schools => (["CP", "CE1"][family % 2], schools[family % schools.len()]),
            };
            writeln!(files[2], "{child_id};Enfant {child};{class};{school}").unwrap();
            writeln!(files[3], "{child_id};{id}").unwrap();
            for activity in &activities {
                writeln!(files[4], "{child_id};{activity}").unwrap();
            }
        }
    }
    files[1].push_str(shape.adults);
    let names = ["families.csv", "adults.csv", "children.csv", "custody.csv", "enrolments.csv"];
    names.iter().zip(&files).for_each(|(name, text)| write(name, text));
    write("bookings.csv", &format!("child;activity;day;paid\n{}", shape.bookings));
    folder
}

const IDENTITY: &str = r#"name = "Commune de Village"
town = "99000 VILLAGE"
zone = "B"
[contact]
phone = "01 00 00 00 00"
mel = "mairie@village.example"
address = ["Mairie"]
opening_hours = ["Lundi : 9 h – 12 h"]
[administrator]
first_name = "Ada"
last_name = "VILLAGE"
mel = "ada@village.example"
"#;
