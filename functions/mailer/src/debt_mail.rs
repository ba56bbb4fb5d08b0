//! The mail that reminds of invoices that are not paid: what is still owed of them when it leaves.

use domain::day::long_date;
use domain::id::{FamilyId, OrganisationId};
use domain::money::signed_euros;
use lambda::Error;
use mail::Template;
use store::keys;
use store::records::{FamilyRecord, OrganisationRecord};
use store::regie::Account;

use crate::MailerApp;
use crate::content::{Content, content_of};

/// What the mail says; `None` when everything was paid meanwhile.
pub(crate) async fn content(
    app: &MailerApp,
    organisation: &OrganisationId,
    family: &FamilyId,
    numbers: &[String],
) -> Result<Option<Content>, Error> {
    let wanted = [keys::organisation(organisation), keys::family(organisation, family)];
    let span = keys::account_of_family(organisation, family);
    let (items, lying) = tokio::join!(app.table.batch_get(&wanted), app.table.query_mixed(&span));
    let items = items?;
    let (known, home): (Option<OrganisationRecord>, Option<FamilyRecord>) =
        (items.get(&wanted[0])?, items.get(&wanted[1])?);
    let Some((known, home)) = known.zip(home) else { return Ok(None) };
    let (organisation, account) = (&known.organisation, Account::of(&lying?)?);
    let ledger = account.ledger(organisation, &home.family);
    let told = account.invoices.iter().filter(|invoice| numbers.contains(&invoice.number));
    let open: Vec<(i64, String)> = told
        .map(|invoice| (invoice, ledger.owed_of(&invoice.number)))
        .filter(|(_, owed)| *owed > 0)
        .map(|(invoice, owed)| {
            let (number, issued, due) = (&invoice.number, long_date(invoice.issued), long_date(invoice.due));
            (owed, format!("– Facture {number} du {issued}, à payer avant le {due} : {}", signed_euros(owed)))
        })
        .collect();
    if open.is_empty() {
        return Ok(None);
    }
    let lines: Vec<&str> = open.iter().map(|(_, line)| line.as_str()).collect();
    let how = organisation.billing.as_ref().map(|billing| billing.how_to_pay.join("\n")).unwrap_or_default();
    let origin = &app.public_origin;
    let words = vec![
        ("family", home.family.name.clone()),
        ("lines", lines.join("\n")),
        ("amount", signed_euros(open.iter().map(|(owed, _)| owed).sum())),
        ("how", how),
        ("link", format!("{origin}/factures.html?organisation={}&famille={}", organisation.id, home.family.id)),
    ];
    Ok(Some(content_of(Template::DebtReminder, organisation, words, None)))
}
