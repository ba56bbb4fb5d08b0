//! Writes rows in transactions: what a row stands for and its mark, together or not at all.

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use domain::account::{AGENT_INVITATION_LIFE, INVITATION_LIFE};
use domain::dossier::Adult;
use domain::family::Family;
use domain::id::{ChildId, OrganisationId};
use domain::moment::Moment;
use domain::role::Role;
use store::keys::{self, Key};
use store::records::{
    AdultRecord, DirectoryRecord, FamilyRecord, ImportedRecord, InvitationRecord, Inviter, Message, OrganisationEntry,
    OrganisationRecord, OutboxRecord, Seat,
};
use store::{Items, StoreError, Table, Transaction, Version};

use super::fingerprints::Fingerprints;
use super::notices;
use super::pieces::{Content, Piece, adult_names};
use super::report::Report;
use super::{LoadError, again, pause};
use crate::folder::{AdultRow, FamilyRow};

/// Rows of at most four actions each, so that a transaction stays within 100.
const ROWS: usize = 25;

/// Where and when rows are written.
struct Destination<'a> {
    table: &'a Table,
    organisation: &'a OrganisationId,
    /// The children the folder knows; others were made at the desk.
    children: HashSet<&'a ChildId>,
    /// How long the invitation of an adult works.
    invitation_life: TimeDelta,
    moment: Moment,
}

/// Writes the rows whose fingerprint is new, and counts them all.
pub(super) async fn write_all(
    table: &Table,
    organisation: &OrganisationId,
    pieces: &[Piece<'_>],
    known: &Fingerprints,
    moment: Moment,
    report: &mut Report,
) -> Result<(), LoadError> {
    let rows = pieces.iter().filter_map(|piece| match &piece.content {
        Content::Family(row) => Some(&row.family.children),
        _ => None,
    });
    let children = rows.flatten().map(|child| &child.id).collect();
    let said = pieces.iter().find_map(|piece| match &piece.content {
        Content::Organisation(organisation) => Some(organisation.dossier.invitation_life()),
        _ => None,
    });
    let invitation_life = said.unwrap_or(INVITATION_LIFE);
    let destination = Destination { table, organisation, children, invitation_life, moment };
    let same = |piece: &&Piece| known.get(&piece.row) == Some(piece.fingerprint.as_str());
    let (same, differing): (Vec<&Piece>, Vec<&Piece>) = pieces.iter().partition(same);
    let changed = differing.iter().filter(|piece| known.get(&piece.row).is_some()).count();
    for chunk in differing.chunks(ROWS) {
        report.edited.extend(destination.write(chunk).await?);
    }
    report.unchanged += same.len();
    report.changed += changed;
    report.created += differing.len() - changed;
    Ok(())
}

impl Destination<'_> {
    /// Reads what is there, decides, writes; again when others were faster. The rows that an agent has written over.
    async fn write(&self, pieces: &[&Piece<'_>]) -> Result<Vec<String>, LoadError> {
        let marks = pieces.iter().map(|piece| keys::imported(self.organisation, &piece.row));
        let first = pieces.iter().filter_map(|piece| piece.content.read_first(self.organisation));
        let read: Vec<Key> = marks.chain(first).collect();
        for attempt in 0.. {
            let mut items = self.table.batch_get(&read).await?;
            let invited = self.invited(pieces, &items)?;
            if !invited.is_empty() {
                items.merge(self.table.batch_get(&invited).await?);
            }
            let transaction = self.transaction(pieces, &items)?;
            if transaction.is_empty() || again(self.table.write(transaction).await)?.is_none() {
                return notices::edited(self.organisation, pieces, &items);
            }
            pause(attempt).await?;
        }
        Ok(Vec::new())
    }

    /// Where the invitations lie that are due.
    fn invited(&self, pieces: &[&Piece<'_>], items: &Items) -> Result<Vec<Key>, StoreError> {
        let mut due = Vec::new();
        for piece in pieces {
            match &piece.content {
                Content::Adult(row, says) => {
                    let family = &row.family.id;
                    let before: Option<AdultRecord> =
                        items.get(&keys::adult(self.organisation, family, &says.reference))?;
                    let (_, mel) = merged(row, says, before.map(|record| record.adult));
                    due.extend(mel.map(|mel| keys::family_invitation(self.organisation, family, &mel)));
                }
                Content::Administrator(administrator) => {
                    due.push(keys::agent_invitation(self.organisation, &administrator.mel));
                }
                _ => {}
            }
        }
        due.sort();
        due.dedup();
        Ok(due)
    }

    fn transaction(&self, pieces: &[&Piece<'_>], items: &Items) -> Result<Transaction, StoreError> {
        let mut transaction = Transaction::of_system();
        for piece in pieces {
            let mark: Option<ImportedRecord> = items.get(&keys::imported(self.organisation, &piece.row))?;
            if mark.as_ref().is_some_and(|mark| mark.fingerprint == piece.fingerprint) {
                continue;
            }
            let record = self.mark(piece);
            match mark {
                None => transaction.put_new(&record),
                Some(_) => transaction.put(&record),
            };
            self.content(&mut transaction, &piece.content, items)?;
        }
        Ok(transaction)
    }

    fn mark(&self, piece: &Piece) -> ImportedRecord {
        ImportedRecord {
            organisation: self.organisation.clone(),
            row: piece.row.clone(),
            fingerprint: piece.fingerprint.clone(),
        }
    }

    fn content(&self, transaction: &mut Transaction, content: &Content, items: &Items) -> Result<(), StoreError> {
        match content {
            Content::Organisation(organisation) => {
                let before: Option<OrganisationRecord> = items.get(&keys::organisation(self.organisation))?;
                let read = before.as_ref().map(|record| record.version);
                let decided = before.map(|record| record.decided).unwrap_or_default();
                let entry = OrganisationEntry { organisation: self.organisation.clone() };
                let organisation = (*organisation).clone();
                let version = read.map_or(Version::FIRST, |read| read + 1);
                let record = OrganisationRecord { organisation, decided, version };
                transaction.put_over(&record, read);
                transaction.put(&entry);
            }
            Content::Family(row) => self.family(transaction, row, items)?,
            Content::Adult(row, adult) => self.adult(transaction, row, adult, items)?,
            Content::Published(said) => {
                transaction.put(&notices::published(self.organisation, said));
            }
            Content::News(id, news) => notices::news(self.organisation, transaction, id, news, items)?,
            Content::Menu(menu) => notices::menu(self.organisation, transaction, menu, items)?,
            Content::Administrator(administrator) => {
                let until = self.moment.wall + AGENT_INVITATION_LIFE;
                let message = Message::AgentInvitation {
                    organisation: self.organisation.clone(),
                    role: Role::Administrator,
                    until: Some(until.timestamp()),
                };
                let mail = self.mail(message, &administrator.mel);
                let seat = Seat::Staff { role: Role::Administrator };
                self.invite(transaction, &mail, seat, until, items)?;
            }
        }
        Ok(())
    }

    /// The mail of an invitation, which puts those sent to the same mél before out of force.
    fn invite(
        &self,
        transaction: &mut Transaction,
        mail: &OutboxRecord,
        seat: Seat,
        until: DateTime<Utc>,
        items: &Items,
    ) -> Result<(), StoreError> {
        let key = InvitationRecord::key_of(self.organisation, &seat, &mail.to);
        let before: Option<InvitationRecord> = items.get(&key)?;
        // Two adults of a family share a mél: it signs in to one account, and the first one is invited.
        let taken = before.as_ref().is_some_and(|known| known.works(self.moment.wall) && known.seat != seat);
        if taken || transaction.touches(&key) {
            return Ok(());
        }
        let by = Inviter { account: None, said: String::new() };
        let place = (self.organisation, seat, mail.to.as_str());
        InvitationRecord::sent(place, &mail.id, by, self.moment.wall, until).replace(transaction, before.as_ref());
        transaction.put_new(mail);
        Ok(())
    }

    fn mail(&self, message: Message, to: &str) -> OutboxRecord {
        OutboxRecord::pending(secret::id(), message, to.to_owned(), self.moment.wall)
    }

    fn family(&self, transaction: &mut Transaction, row: &FamilyRow, items: &Items) -> Result<(), StoreError> {
        let organisation = self.organisation.clone();
        let before: Option<FamilyRecord> = items.get(&keys::family(&organisation, &row.family.id))?;
        let version = before.as_ref().map_or(0, |record| record.version);
        // Another name is another place in the agents' table.
        if let Some(old) = before.as_ref().map(|before| &before.family.name).filter(|old| **old != row.family.name) {
            transaction.delete(&keys::listed(&organisation, old, &row.family.id));
            transaction.delete(&keys::awaited(&organisation, old, &row.family.id));
        }
        let family = match before {
            None => row.family.clone(),
            Some(before) => self.over(&before.family, row),
        };
        let entry = DirectoryRecord {
            organisation: organisation.clone(),
            family: family.id.clone(),
            name: family.name.clone(),
            adults: adult_names(row),
            children: family.children.iter().map(|child| child.first_name.clone()).collect(),
        };
        let record = FamilyRecord { organisation, family, version: version + 1 };
        transaction.put_over(&record, version);
        transaction.put(&entry);
        Ok(())
    }

    /// The family as the folder has it, with what was learnt of it elsewhere.
    fn over(&self, before: &Family, row: &FamilyRow) -> Family {
        let mut family = row.family.clone();
        for child in &mut family.children {
            if let Some(known) = before.child(&child.id) {
                (child.care, child.barred) = (known.care, known.barred.clone());
            }
        }
        // What an agent has set from a day on stays.
        let by_agent = before.situations.iter().filter(|known| known.by_agent).cloned();
        let priced_by = by_agent.fold(family.priced_by(), |all, set| all.with(set));
        let mut family = family.pricing_by(priced_by);
        let made_here = before.children.iter().filter(|child| !self.children.contains(&child.id));
        family.children.extend(made_here.cloned());
        // A folder without addresses does not take away the one the family wrote.
        if family.billed.as_ref().is_none_or(|billed| billed.lines.len() < 2) {
            family.billed = before.billed.clone().or(family.billed);
        }
        family
    }

    /// Keeps the account of an adult and whether it was invited: the folder says nothing of these.
    fn adult(
        &self,
        transaction: &mut Transaction,
        row: &FamilyRow,
        says: &AdultRow,
        items: &Items,
    ) -> Result<(), StoreError> {
        let (organisation, family) = (self.organisation.clone(), row.family.id.clone());
        let before: Option<AdultRecord> = items.get(&keys::adult(&organisation, &family, &says.reference))?;
        let version = before.as_ref().map_or(0, |record| record.version);
        let (adult, invite) = merged(row, says, before.map(|record| record.adult));
        let until = self.moment.wall + self.invitation_life;
        let message = Message::FamilyInvitation {
            organisation: organisation.clone(),
            family: family.clone(),
            adult: says.reference.clone(),
            until: Some(until.timestamp()),
        };
        let seat = Seat::Family { family: family.clone(), adult: says.reference.clone() };
        let record =
            AdultRecord { organisation, family, reference: says.reference.clone(), adult, version: version + 1 };
        transaction.put_over(&record, version);
        if let Some(mel) = invite {
            self.invite(transaction, &self.mail(message, &mel), seat, until, items)?;
        }
        Ok(())
    }
}

/// The adult as it shall be, and where an invitation goes when one is due.
fn merged(row: &FamilyRow, says: &AdultRow, before: Option<Adult>) -> (Adult, Option<String>) {
    let mut adult = says.fiche(&row.family.children);
    let Adult { mel, account, invited, written_by_family, mut details, mut collects, .. } = before.unwrap_or_default();
    details.append(&mut adult.details);
    collects.append(&mut adult.collects);
    let mel = adult.mel.or(mel);
    let due = says.invite && !invited && account.is_none();
    let invite = mel.clone().filter(|_| due);
    let invited = invited || invite.is_some();
    (Adult { mel, account, invited, written_by_family, details, collects, ..adult }, invite)
}
