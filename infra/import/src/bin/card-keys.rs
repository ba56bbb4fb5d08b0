//! `card-keys`: gives the keys of an organisation's card provider to the table, from standard input.

use std::io::Read;
use std::process::ExitCode;

use aws_config::BehaviorVersion;
use clap::Parser;
use domain::id::OrganisationId;
use store::records::CardKeysRecord;
use store::{Table, Transaction};

/// Donne à la table les clés d’une organisation chez son prestataire de cartes, lues sur l’entrée standard : la clé de
/// l’API sur la première ligne, celle des notifications sur la seconde.
#[derive(Debug, Parser)]
struct Arguments {
    /// La table ; région et droits viennent de la configuration AWS habituelle
    #[arg(long, value_name = "NOM")]
    table: String,
    /// L’organisation
    organisation: OrganisationId,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut text = String::new();
    let keys = std::io::stdin().read_to_string(&mut text).ok().and_then(|_| two_lines(&text));
    let Some((api_key, notification_key)) = keys else {
        eprintln!("Donnez deux lignes sur l’entrée standard : la clé de l’API, puis celle des notifications.");
        return ExitCode::from(2);
    };
    let record = CardKeysRecord { organisation: arguments.organisation, api_key, notification_key };
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let table = Table::with(aws_sdk_dynamodb::Client::new(&config), &arguments.table);
    let mut transaction = Transaction::of_system();
    transaction.put(&record);
    match table.write(transaction).await {
        Ok(()) => {
            println!("Les clés de {} sont dans la table.", record.organisation);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("La table ne les a pas prises ({error}).");
            ExitCode::from(1)
        }
    }
}

/// Two keys, each at least long enough to be one, and nothing else.
fn two_lines(text: &str) -> Option<(String, String)> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let sound = |line: &str| line.len() >= 16 && line.bytes().all(|byte| byte.is_ascii_graphic());
    match lines.as_slice() {
        [api, notification] if sound(api) && sound(notification) => {
            Some(((*api).to_owned(), (*notification).to_owned()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::two_lines;

    #[test]
    fn two_keys_and_nothing_else_are_taken() {
        let (one, two) = ("sk_0123456789abcdef", "whsec_0123456789abcdef");
        assert_eq!(two_lines(&format!("{one}\r\n{two}\n")), Some((one.to_owned(), two.to_owned())));
        for wrong in
            ["", one, &format!("{one}\n{two}\n{two}"), &format!("short\n{two}"), &format!("{one}\nwith blank {two}")]
        {
            assert_eq!(two_lines(wrong), None, "{wrong:?}");
        }
    }
}
