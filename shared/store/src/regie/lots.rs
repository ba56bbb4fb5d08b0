//! Tickets that count once they are paid follow the account, in the very transaction that changes it.

use super::Account;
use crate::Transaction;
use crate::records::LotRecord;
use domain::family::Family;
use domain::organisation::Organisation;
use domain::wallet::Counts;

/// Adds the lots whose tickets count, or count no more, with an account as it is to be: as many as the transaction still
/// holds, so it comes last; the others follow with the next payment.
///
/// Lots that still wait are written whatever becomes of them: of two payments at once the second reads again, so that
/// none is decided on an account that misses the other.
pub fn follow_lots(transaction: &mut Transaction, account: &Account, organisation: &Organisation, family: &Family) {
    let ledger = account.ledger(organisation, family);
    let following = account.lots.iter().filter_map(|record| {
        let (before, mut next) = (&record.lot, record.clone());
        next.lot.follow(ledger.is_paid(before.id.as_str()));
        let waits = before.counts == Counts::AtPayment && !before.paid;
        (waits || next.lot != *before).then_some(next)
    });
    for record in following.take(transaction.room()) {
        let read = record.version;
        transaction.put_over(&LotRecord { version: read + 1, ..record }, read);
    }
}
