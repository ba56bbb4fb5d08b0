//! Tickets that count once they are paid follow the account, in the very transaction that changes it.

use super::Account;
use crate::Chain;
use crate::records::LotRecord;
use domain::family::Family;
use domain::organisation::Organisation;
use domain::wallet::Counts;

/// How many lots one transaction follows; the others follow with the next payment.
const MOST: usize = 40;

/// Adds the lots whose tickets count, or count no more, with an account as it is to be.
///
/// Lots that still wait are written whatever becomes of them: of two payments at once the second reads again, so that
/// none is decided on an account that misses the other.
pub fn follow_lots(transaction: Chain, account: &Account, organisation: &Organisation, family: &Family) -> Chain {
    let ledger = account.ledger(organisation, family);
    let following = account.lots.iter().filter_map(|record| {
        let (before, mut next) = (&record.lot, record.clone());
        next.lot.follow(ledger.owed_of(before.id.as_str()) <= 0);
        let waits = before.counts == Counts::AtPayment && !before.paid;
        (waits || next.lot != *before).then_some(next)
    });
    following.take(MOST).fold(transaction, |transaction, record| {
        let read = record.version;
        transaction.put_over(&LotRecord { version: read + 1, ..record }, read)
    })
}
