//! What a person reads once the portal runs.

use std::path::Path;

use domain::day::{full_date, hour, in_paris};
use preau::{DemoAccount, Portal};

/// Says where to go, with which accounts, and where the mails are.
pub(crate) fn greet(portal: &Portal, kept: Option<&Path>, moved: bool) {
    let origin = portal.origin();
    println!("\nPréau est ouvert : {origin}");
    if moved {
        let paris = in_paris(portal.clock().now().business);
        println!(
            "L’horloge du portail montre {}, {} ; elle avance.",
            full_date(paris.date_naive()),
            hour(paris.time())
        );
    }
    for report in portal.reports() {
        println!("\n{report}");
    }
    if !portal.accounts().is_empty() {
        println!("\nComptes de démonstration (identifiant, mot de passe) :");
        portal.accounts().iter().for_each(say);
        println!("Le second facteur des agents change toutes les 30 s : {origin}/_local/comptes");
    }
    println!("\nMéls envoyés : {origin}/_local/mails");
    if let Some(folder) = kept {
        println!("Données : {}", folder.display());
    }
    println!("Safari refuse les cookies sûrs en http : prenez Firefox, Chrome ou Edge. Ctrl-C arrête tout.");
}

fn say(account: &DemoAccount) {
    let agent = if account.totp_secret.is_some() { " (second facteur)" } else { "" };
    println!("  {:<24} {:<28} {}{agent}", account.identifiant, account.password, account.who);
}
