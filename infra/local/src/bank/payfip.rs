//! PayFiP's three SOAP operations, as strict about their fields as the published rules.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use chrono::Utc;
use domain::day::in_paris;
use quick_xml::escape::escape;
use serde::Deserialize;

use super::Till;
use super::operation::{Dialect, Operation, Outcome};

const SERVICE: &str = "http://securite.service.tpa.cp.finances.gouv.fr/services/mas_securite/contrat_paiement_securise/PaiementSecuriseService";
const ANSWERS: &str = "http://securite.service.tpa.cp.finances.gouv.fr/reponse";

#[derive(Deserialize)]
struct Envelope {
    #[serde(rename = "Body")]
    body: Body,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    #[serde(rename = "creerPaiementSecurise")]
    create: Option<Argument<Payment>>,
    #[serde(rename = "recupererDetailPaiementSecurise")]
    ask: Option<Argument<Asked>>,
    #[serde(rename = "recupererDetailClient")]
    client: Option<Argument<AskedClient>>,
}

#[derive(Deserialize)]
struct Argument<T> {
    arg0: T,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Payment {
    exer: String,
    mel: String,
    montant: String,
    numcli: String,
    objet: String,
    refdet: String,
    saisie: String,
    urlnotif: String,
    urlredirect: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    #[serde(rename = "idOp")]
    id: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AskedClient {
    #[serde(rename = "numCli")]
    client: String,
}

/// Answers one call.
pub(super) async fn serve(State(bank): Till, text: String) -> Response {
    let Ok(Envelope { body }) = quick_xml::de::from_str(&text) else { return fault("X0", "message illisible") };
    match body {
        Body { create: Some(Argument { arg0 }), .. } => match cents(&arg0) {
            Some(cents) => {
                let operation = bank.keep(operation(arg0, cents));
                answer("creerPaiementSecuriseResponse", &[("idOp", operation.id)])
            }
            None => fault("X1", "champ refusé"),
        },
        Body { ask: Some(Argument { arg0 }), .. } => match bank.find(&arg0.id) {
            None => fault("P1", "IdOp incorrect"),
            Some(operation) if operation.expired() => fault("P1", "IdOp expiré"),
            Some(operation) => detail(&operation),
        },
        Body { client: Some(Argument { arg0 }), .. } if is_client(&arg0.client) => answer(
            "recupererDetailClientResponse",
            &[("libelleN1", "REGIE PERISCOLAIRE".to_owned()), ("libelleN2", format!("CLIENT {}", arg0.client))],
        ),
        _ => fault("X2", "opération ou client inconnu"),
    }
}

/// The amount of a payment whose fields are all as the rules want them.
fn cents(payment: &Payment) -> Option<u64> {
    let plain = |text: &str, most: usize, blank: bool| {
        (1..=most).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || (blank && byte == b' '))
    };
    let digits = |text: &str, many: usize| text.len() == many && text.bytes().all(|byte| byte.is_ascii_digit());
    let sound = digits(&payment.exer, 4)
        && (6..=80).contains(&payment.mel.len())
        && payment.mel.contains('@')
        && is_client(&payment.numcli)
        && plain(&payment.objet, 100, true)
        && plain(&payment.refdet, 30, false)
        && ["T", "X", "W"].contains(&payment.saisie.as_str())
        && [&payment.urlnotif, &payment.urlredirect].iter().all(|url| url.starts_with("http") && url.len() <= 250);
    let cents = payment.montant.parse().ok().filter(|cents| (100..=10_000_000).contains(cents));
    cents.filter(|_| sound)
}

fn is_client(text: &str) -> bool {
    text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn operation(payment: Payment, cents: u64) -> Operation {
    Operation {
        id: secret::id(),
        dialect: Dialect::Payfip,
        cents,
        reference: payment.refdet,
        object: payment.objet,
        mel: payment.mel,
        payfip: (payment.numcli, payment.exer, payment.saisie),
        notification: payment.urlnotif,
        back: payment.urlredirect,
        once: None,
        opened: Utc::now(),
        outcome: None,
    }
}

fn detail(operation: &Operation) -> Response {
    let Some((outcome, at)) = operation.outcome else { return fault("P5", "résultat pas encore connu") };
    let code = match outcome {
        Outcome::Paid | Outcome::OtherAmount => "P",
        Outcome::Debit => "V",
        Outcome::Refused => "R",
        Outcome::Cancelled => "A",
        Outcome::Odd => "Q",
    };
    let (at, (client, year, mode)) = (in_paris(at), operation.payfip.clone());
    let fields = [
        ("dattrans", at.format("%d%m%Y").to_string()),
        ("exer", year),
        ("heurtrans", at.format("%H%M").to_string()),
        ("idOp", operation.id.clone()),
        ("mel", operation.mel.clone()),
        ("montant", operation.taken().to_string()),
        ("numauto", "000042".to_owned()),
        ("numcli", client),
        ("objet", operation.object.clone()),
        ("refdet", operation.reference.clone()),
        ("resultrans", code.to_owned()),
        ("saisie", mode),
    ];
    answer("recupererDetailPaiementSecuriseResponse", &fields)
}

fn answer(operation: &str, fields: &[(&str, String)]) -> Response {
    let fields: String = fields.iter().map(|(name, value)| format!("<r:{name}>{}</r:{name}>", escape(value))).collect();
    let body = format!(
        "<ns:{operation} xmlns:ns=\"{SERVICE}\"><return xmlns:r=\"{ANSWERS}\">{fields}</return></ns:{operation}>"
    );
    soap(StatusCode::OK, &body)
}

fn fault(code: &str, said: &str) -> Response {
    let body = format!(
        "<S:Fault><faultcode>S:Server</faultcode>\
         <faultstring>fr.gouv.finances.cp.tpa.webservice.exceptions.FonctionnelleErreur</faultstring>\
         <detail><f:FonctionnelleErreur xmlns:f=\"{SERVICE}\"><code>{code}</code><descriptif>{said}</descriptif>\
         <libelle>{said}</libelle><severite>2</severite></f:FonctionnelleErreur></detail></S:Fault>"
    );
    soap(StatusCode::INTERNAL_SERVER_ERROR, &body)
}

fn soap(status: StatusCode, body: &str) -> Response {
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <S:Envelope xmlns:S=\"http://schemas.xmlsoap.org/soap/envelope/\"><S:Body>{body}</S:Body></S:Envelope>"
    );
    (status, [(CONTENT_TYPE, "text/xml; charset=utf-8")], text).into_response()
}
