//! `second-factor`: takes a lost second factor away from an agent whom nobody else can help, and tells and keeps it.

use std::process::ExitCode;

use aws_config::BehaviorVersion;
use chrono::Utc;
use clap::Parser;
use domain::id::OrganisationId;
use folder::reset_second_factor;
use store::Table;

/// Remet à zéro le second facteur d’un agent qui a tout perdu et que personne d’autre ne peut aider : le seul qui
/// administre. Un mél le lui dit, et la page Sécurité le garde.
#[derive(Debug, Parser)]
struct Arguments {
    /// La table ; région et droits viennent de la configuration AWS habituelle
    #[arg(long, value_name = "NOM")]
    table: String,
    /// L’organisation
    organisation: OrganisationId,
    /// L’identifiant ou le mél de l’agent
    name: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let table = Table::with(aws_sdk_dynamodb::Client::new(&config), &arguments.table);
    match reset_second_factor(&table, &arguments.organisation, &arguments.name, Utc::now()).await {
        Ok(said) => {
            println!("Le second facteur de {said} est remis à zéro ; un mél le lui dit.");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("Rien n’a changé : {error}");
            ExitCode::from(1)
        }
    }
}
