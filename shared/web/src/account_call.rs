//! A call about a family's money: who calls, the family, its organisation and everything of its account, in one wave.

use std::ops::Deref;

use domain::family::Family;
use domain::id::FamilyPath;
use domain::invoice::Ledger;
use domain::organisation::Organisation;
use store::regie::Account;
use store::{Items, Transaction, keys};

use crate::app::App;
use crate::ask::{FamilyCall, Who};
use crate::{ApiError, Call};

/// A call about a family's account.
#[derive(Debug)]
pub struct AccountCall {
    /// The organisation.
    pub organisation: Organisation,
    /// The family.
    pub family: Family,
    /// Its invoices, payments, tickets, closed months and reminders.
    pub account: Account,
    /// Everything that lies with its account.
    pub lying: Items,
    /// The version of the family that was read.
    version: u64,
    call: FamilyCall,
}

impl AccountCall {
    /// Opens a call about the account of the family of the path; further items are read with it.
    ///
    /// 401 without an open session, 404 where the family is not the caller's to see, 403 where an agent's role is too low.
    pub async fn open(
        app: &App,
        call: &Call,
        who: Who,
        further: impl FnOnce(&FamilyPath) -> Vec<keys::Key>,
    ) -> Result<Self, ApiError> {
        let opening = FamilyCall::open(app, call, who, |at, _| {
            let known = [keys::organisation(&at.organisation), keys::family(&at.organisation, &at.family)];
            known.into_iter().chain(further(at)).collect()
        });
        let reading = async {
            let span = keys::account_of_family(&call.path("organisation")?, &call.path("family")?);
            Ok::<_, ApiError>(app.table.query_mixed(&span).await?)
        };
        let (call, lying) = tokio::join!(opening, reading);
        let call = call?;
        let (organisation, family) = (call.organisation()?.organisation, call.family()?);
        let lying = lying?;
        let account = Account::of(&lying)?;
        Ok(Self { organisation, family: family.family, account, lying, version: family.version, call })
    }

    /// What is paid of what, and what is owed.
    pub fn ledger(&self) -> Ledger<'_> {
        self.account.ledger(&self.organisation, &self.family)
    }

    /// Demands of a transaction that the family is still as it was read.
    pub fn demand_family(&self, transaction: &mut Transaction) {
        transaction.check_version(&keys::family(&self.at.organisation, &self.at.family), self.version);
    }
}

impl Deref for AccountCall {
    type Target = FamilyCall;

    fn deref(&self) -> &FamilyCall {
        &self.call
    }
}
