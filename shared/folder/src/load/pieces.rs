//! The rows of a folder but its bookings, each with its fingerprint.

use secret::sha256;
use store::keys::{self, Key};

use crate::folder::{Administrator, AdultRow, FamilyRow, MenuRow, Notices, OrganisationFolder};
use domain::day::Week;
use domain::id::OrganisationId;
use domain::notice::News;
use domain::organisation::Organisation;

/// A row to be kept, with the hash of what it says.
pub(super) struct Piece<'a> {
    /// Its name among the rows of its organisation.
    pub(super) row: String,
    /// A hash of what it says.
    pub(super) fingerprint: String,
    /// What it says.
    pub(super) content: Content<'a>,
}

/// What a row says.
pub(super) enum Content<'a> {
    /// The organisation with its calendar and activities.
    Organisation(&'a Organisation),
    /// A family with its children, custody and enrolments.
    Family(&'a FamilyRow),
    /// An adult of a family.
    Adult(&'a FamilyRow, &'a AdultRow),
    /// Who administers first.
    Administrator(&'a Administrator),
    /// The rules and the legal part.
    Published(&'a Notices),
    /// A piece of news.
    News(&'a str, &'a News),
    /// The menus of a canteen in a week.
    Menu(&'a MenuRow),
}

impl Content<'_> {
    /// The item that has to be read before it is changed.
    pub(super) fn read_first(&self, organisation: &OrganisationId) -> Option<Key> {
        match self {
            Self::Organisation(_) => Some(keys::organisation(organisation)),
            Self::Administrator(_) | Self::Published(_) => None,
            Self::News(id, _) => Some(keys::news(organisation, id)),
            Self::Menu(menu) => Some(keys::menu(organisation, Week::of(menu.monday), &menu.activity)),
            Self::Family(row) => Some(keys::family(organisation, &row.family.id)),
            Self::Adult(row, adult) => Some(keys::adult(organisation, &row.family.id, &adult.reference)),
        }
    }
}

/// All rows of a folder but its bookings. Its administrator comes last: no invitation before there is something to see.
pub(super) fn of(folder: &OrganisationFolder) -> Result<Vec<Piece<'_>>, serde_json::Error> {
    let organisation = &folder.organisation;
    let mut pieces = vec![piece("organisation".to_owned(), organisation, Content::Organisation(organisation))?];
    for row in &folder.families {
        let name = format!("family/{}", row.family.id);
        // The entry by which agents find a family names its adults.
        pieces.push(piece(name, &(&row.family, adult_names(row)), Content::Family(row))?);
    }
    for row in &folder.families {
        for adult in &row.adults {
            let name = format!("adult/{}/{}", row.family.id, adult.reference);
            pieces.push(piece(name, adult, Content::Adult(row, adult))?);
        }
    }
    let notices = &folder.notices;
    if *notices != Notices::default() {
        let says = (&notices.rules, &notices.legal);
        pieces.push(piece("published".to_owned(), &says, Content::Published(notices))?);
    }
    for (id, news) in &notices.news {
        pieces.push(piece(format!("news/{id}"), news, Content::News(id, news))?);
    }
    for menu in &notices.menus {
        pieces.push(piece(format!("menu/{}/{}", menu.activity, menu.monday), menu, Content::Menu(menu))?);
    }
    let administrator = &folder.administrator;
    // A name corrected later is no reason for a second invitation; another mél is.
    pieces.push(piece("administrator".to_owned(), &administrator.mel, Content::Administrator(administrator))?);
    Ok(pieces)
}

fn piece<'a>(row: String, says: &impl serde::Serialize, content: Content<'a>) -> Result<Piece<'a>, serde_json::Error> {
    Ok(Piece { row, fingerprint: sha256(&serde_json::to_string(says)?), content })
}

/// `Chantal DEVRET`, for each adult.
pub(super) fn adult_names(row: &FamilyRow) -> Vec<String> {
    row.adults.iter().map(|adult| format!("{} {}", adult.first_name, adult.last_name)).collect()
}
