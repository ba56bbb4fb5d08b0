//! PayFiP’s web service: three SOAP operations, with the fields and codes that PayFiP publishes.

use crate::outside::{Letter, Outside, Unanswered};
use domain::online::{PayfipMode, Report, Said, payfip_instant, payfip_said};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{Opened, Order, Trouble};

const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";
const SERVICE: &str = "http://securite.service.tpa.cp.finances.gouv.fr/services/mas_securite/contrat_paiement_securise/PaiementSecuriseService";

/// PayFiP for one client.
pub(crate) struct Payfip<'a> {
    pub(super) outside: &'a Outside,
    /// `https://www.payfip.gouv.fr/tpa`.
    pub(super) url: &'a str,
    pub(super) client: &'a str,
    pub(super) mode: PayfipMode,
}

#[derive(Serialize)]
#[serde(rename = "soapenv:Envelope")]
struct Envelope<B> {
    #[serde(rename = "@xmlns:soapenv")]
    soap: &'static str,
    #[serde(rename = "@xmlns:pai")]
    service: &'static str,
    #[serde(rename = "soapenv:Body")]
    body: B,
}

#[derive(Serialize)]
enum Call<'a> {
    #[serde(rename = "pai:creerPaiementSecurise")]
    Create { arg0: Payment<'a> },
    #[serde(rename = "pai:recupererDetailPaiementSecurise")]
    Ask { arg0: Asked<'a> },
    #[serde(rename = "pai:recupererDetailClient")]
    Client { arg0: AskedClient<'a> },
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(rename = "$value")]
    call: Call<'a>,
}

#[derive(Serialize)]
struct Payment<'a> {
    exer: i32,
    mel: &'a str,
    montant: u64,
    numcli: &'a str,
    objet: &'a str,
    refdet: &'a str,
    saisie: &'a str,
    urlnotif: &'a str,
    urlredirect: &'a str,
}

#[derive(Serialize)]
struct Asked<'a> {
    #[serde(rename = "idOp")]
    id: &'a str,
}

#[derive(Serialize)]
struct AskedClient<'a> {
    #[serde(rename = "numCli")]
    client: &'a str,
}

/// What comes back: the answer of the operation, or a fault.
#[derive(Deserialize)]
struct Answer<R> {
    #[serde(rename = "Body")]
    body: AnswerBody<R>,
}

#[derive(Deserialize)]
struct AnswerBody<R> {
    #[serde(
        rename = "creerPaiementSecuriseResponse",
        alias = "recupererDetailPaiementSecuriseResponse",
        alias = "recupererDetailClientResponse"
    )]
    response: Option<Returned<R>>,
    #[serde(rename = "Fault")]
    fault: Option<Fault>,
}

#[derive(Deserialize)]
struct Returned<R> {
    #[serde(rename = "return")]
    value: R,
}

#[derive(Deserialize)]
struct Fault {
    detail: Option<FaultDetail>,
}

#[derive(Deserialize)]
struct FaultDetail {
    #[serde(rename = "FonctionnelleErreur")]
    functional: Option<Functional>,
}

#[derive(Deserialize)]
struct Functional {
    code: String,
}

#[derive(Deserialize)]
struct Created {
    #[serde(rename = "idOp")]
    id: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Detail {
    dattrans: Option<String>,
    heurtrans: Option<String>,
    #[serde(rename = "idOp")]
    id: Option<String>,
    montant: Option<String>,
    numauto: Option<String>,
    numcli: Option<String>,
    refdet: Option<String>,
    resultrans: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Client {
    #[serde(rename = "libelleN1")]
    first: Option<String>,
    #[serde(rename = "libelleN2")]
    second: Option<String>,
    #[serde(rename = "libelleN3")]
    third: Option<String>,
}

/// What PayFiP answered, once it can be read.
#[derive(Debug)]
enum Heard<R> {
    Value(R),
    /// The code of a functional fault.
    Fault(String),
}

impl Payfip<'_> {
    pub(super) async fn open(&self, order: &Order<'_>) -> Result<Opened, Trouble> {
        let payment = Payment {
            exer: order.year,
            mel: order.mel,
            montant: order.cents,
            numcli: self.client,
            objet: order.object,
            refdet: order.reference,
            saisie: self.mode.letter(),
            urlnotif: order.notification,
            urlredirect: order.back,
        };
        match self.call::<Created>(Call::Create { arg0: payment }).await? {
            Heard::Value(Created { id }) => {
                let query = form_urlencoded::Serializer::new(String::new()).append_pair("idop", &id).finish();
                Ok(Opened { address: format!("{}/paiementws.web?{query}", self.url), handle: id })
            }
            Heard::Fault(code) => Err(Trouble::Refused(code)),
        }
    }

    pub(super) async fn ask(&self, handle: &str) -> Result<Report, Trouble> {
        match self.call::<Detail>(Call::Ask { arg0: Asked { id: handle } }).await? {
            Heard::Value(detail) => Ok(report(detail, handle, self.client)),
            Heard::Fault(code) => Ok(Report::bare(payfip_said(&code), &code)),
        }
    }

    pub(super) async fn name(&self) -> Result<String, Trouble> {
        match self.call::<Client>(Call::Client { arg0: AskedClient { client: self.client } }).await? {
            Heard::Value(Client { first, second, third }) => {
                let names = [first, second, third].into_iter().flatten();
                Ok(names.filter(|name| !name.trim().is_empty()).collect::<Vec<_>>().join(", "))
            }
            Heard::Fault(code) => Err(Trouble::Refused(code)),
        }
    }

    async fn call<R: DeserializeOwned>(&self, call: Call<'_>) -> Result<Heard<R>, Trouble> {
        let body = written(call)?;
        let url = format!("{}/services/securite", self.url);
        let headers = [("content-type", "text/xml; charset=utf-8"), ("soapaction", "\"\"")];
        let answer = self.outside.send(Letter { method: "POST", url: &url, headers: &headers, body }).await?;
        // A fault comes with 500: what counts is what is written.
        read(&String::from_utf8_lossy(&answer.body))
    }
}

fn written(call: Call) -> Result<String, Trouble> {
    let envelope = Envelope { soap: SOAP, service: SERVICE, body: Body { call } };
    quick_xml::se::to_string(&envelope).map_err(|error| Trouble::Refused(error.to_string()))
}

fn read<R: DeserializeOwned>(text: &str) -> Result<Heard<R>, Trouble> {
    let answer: Answer<R> = quick_xml::de::from_str(text).map_err(|error| Unanswered::unreadable(&error))?;
    let functional = |fault: Fault| fault.detail?.functional;
    match answer.body {
        AnswerBody { response: Some(Returned { value }), .. } => Ok(Heard::Value(value)),
        AnswerBody { fault: Some(fault), .. } => match functional(fault) {
            Some(Functional { code }) => Ok(Heard::Fault(code)),
            None => Err(Trouble::Refused("a technical fault".to_owned())),
        },
        _ => Err(Trouble::Refused("an empty body".to_owned())),
    }
}

/// An answer about another operation or another client has no reference of ours.
fn report(detail: Detail, handle: &str, client: &str) -> Report {
    let ours = detail.id.as_deref().is_none_or(|id| id == handle)
        && detail.numcli.as_deref().is_none_or(|numcli| numcli == client);
    let code = detail.resultrans.unwrap_or_default();
    let said = match payfip_said(&code) {
        // These two are words of faults alone.
        Said::NotYet | Said::NotKnown => Said::Unheard,
        said => said,
    };
    Report {
        said,
        code,
        cents: detail.montant.and_then(|text| text.parse().ok()),
        reference: detail.refdet.filter(|_| ours),
        at: detail.dattrans.zip(detail.heurtrans).and_then(|(date, time)| payfip_instant(&date, &time)),
        proof: detail.numauto,
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use domain::online::{Expected, State, Verdict, judge};
    use proptest::prelude::*;
    use proptest::sample::{Index, select};

    use super::*;

    fn payment(mel: &str) -> Call<'_> {
        Call::Create {
            arg0: Payment {
                exer: 2015,
                mel,
                montant: 6510,
                numcli: "012345",
                objet: "Facture 2015 00042",
                refdet: "F201500042",
                saisie: "W",
                urlnotif: "https://portail.example.fr/api/n?a=1&b=2",
                urlredirect: "https://portail.example.fr/paiement.html",
            },
        }
    }

    #[test]
    fn a_payment_is_written_as_the_service_wants_it_and_nothing_gets_out_of_its_field() {
        let text = written(payment("a@b.fr</mel><montant>1</montant>")).unwrap();
        let tree: Answer<serde_json::Value> = quick_xml::de::from_str(&text).unwrap();
        assert!(tree.body.fault.is_none());
        for part in [
            "<soapenv:Body><pai:creerPaiementSecurise><arg0><exer>2015</exer>",
            "<montant>6510</montant><numcli>012345</numcli>",
            "b.fr&lt;/mel",
            "n?a=1&amp;b=2</urlnotif>",
            &format!("xmlns:pai=\"{SERVICE}\""),
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }

    const DETAIL: &str = r#"<?xml version="1.0"?>
      <S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>
      <ns2:recupererDetailPaiementSecuriseResponse xmlns:ns2="http://x"><return xmlns:r="http://y">
        <r:dattrans>26052015</r:dattrans><r:exer>2015</r:exer><r:heurtrans>0803</r:heurtrans><r:idOp>abc</r:idOp>
        <r:mel>a@b.fr</r:mel><r:montant>6510</r:montant><r:numauto>12</r:numauto><r:numcli>012345</r:numcli>
        <r:objet>x</r:objet><r:refdet>F201500042</r:refdet><r:resultrans>P</r:resultrans><r:saisie>W</r:saisie>
      </return></ns2:recupererDetailPaiementSecuriseResponse></S:Body></S:Envelope>"#;

    fn reported(text: &str, handle: &str) -> Report {
        match read::<Detail>(text).unwrap() {
            Heard::Value(detail) => report(detail, handle, "012345"),
            Heard::Fault(code) => panic!("{code}"),
        }
    }

    #[test]
    fn a_paid_answer_is_read_whatever_its_prefixes() {
        let report = reported(DETAIL, "abc");
        assert_eq!((report.said, report.cents), (Said::PaidByCard, Some(6510)));
        assert_eq!(report.reference.as_deref(), Some("F201500042"));
        assert_eq!(report.at.unwrap().to_rfc3339(), "2015-05-26T06:03:00+00:00");
        assert_eq!(report.proof.as_deref(), Some("12"));
    }

    #[test]
    fn an_answer_about_another_operation_has_no_reference_of_ours() {
        assert_eq!(reported(DETAIL, "other").reference, None);
        assert_eq!(reported(&DETAIL.replace("012345", "999999"), "abc").reference, None);
        assert_eq!(reported(&DETAIL.replace(">P<", ">P5<"), "abc").said, Said::Unheard, "a word of faults alone");
        assert_eq!(reported(&DETAIL.replace("6510", "65,10"), "abc").cents, None);
    }

    /// What is changed in an answer: some of it, and what stands in its place.
    fn changes() -> impl Strategy<Value = Vec<(Index, usize, String)>> {
        const WORDS: [&str; 24] = [
            "",
            " ",
            "<",
            ">",
            "/",
            "&",
            "&amp;",
            "&x;",
            "&#54;",
            "<r:montant>6510</r:montant>",
            "<montant>1</montant>",
            "</return>",
            "<return>",
            "<r:resultrans>P</r:resultrans>",
            "<![CDATA[6510]]>",
            "<!--",
            "-->",
            "<?x?>",
            "<!DOCTYPE a [<!ENTITY x \"P\">]>",
            "P",
            "V",
            "0",
            "-",
            "99999999999999999999",
        ];
        let word = prop_oneof![
            3 => select(WORDS.to_vec()).prop_map(str::to_owned),
            1 => ".{0,3}".prop_map(|word: String| word),
            1 => select(vec!["<a>", "x", "&#65;"]).prop_map(|word| word.repeat(2_000)),
        ];
        prop::collection::vec((any::<Index>(), 0..12_usize, word), 1..5)
    }

    fn changed(good: &str, changes: &[(Index, usize, String)]) -> String {
        changes.iter().fold(good.to_owned(), |text, (at, over, word)| {
            let letters: Vec<char> = text.chars().collect();
            let at = at.index(letters.len() + 1);
            let rest = letters.get(at + over..).unwrap_or_default();
            letters[..at].iter().copied().chain(word.chars()).chain(rest.iter().copied()).collect()
        })
    }

    /// An answer is read or is none; it makes a payment only where it still says the sum, the reference and that it is paid.
    fn hold(text: &str) {
        let Ok(heard) = read::<Detail>(text) else { return };
        let report = match heard {
            Heard::Value(detail) => report(detail, "abc", "012345"),
            Heard::Fault(code) => Report::bare(payfip_said(&code), &code),
        };
        let expected = Expected { cents: 6510, reference: "F201500042" };
        if judge(State::Sent, expected, &report, TimeDelta::minutes(1)) == Verdict::Pay {
            let said: String = text.replace("&#54;", "6").replace("<![CDATA[", "").replace("]]>", "");
            assert!(["6510<", "F201500042<"].iter().all(|word| said.contains(word)), "{text}");
            assert!(["P<", "V<"].iter().any(|word| said.contains(word)), "{text}");
        }
    }

    proptest! {
        #[test]
        fn property_no_change_of_an_answer_pays_what_it_does_not_say(changes in changes()) {
            hold(&changed(DETAIL, &changes));
        }

        #[test]
        fn property_any_text_is_an_answer_or_none(text in "\\PC{0,200}") {
            hold(&text);
        }
    }

    #[test]
    fn what_was_once_found_is_an_answer_or_none() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
        let files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        for path in &files {
            let text = String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned();
            hold(&text);
            if path.file_name().unwrap().to_string_lossy().starts_with("unread-") {
                assert!(read::<Detail>(&text).is_err(), "{}", path.display());
            }
        }
        assert!(!files.is_empty());
    }

    #[test]
    fn a_functional_fault_gives_its_code_and_anything_else_is_no_answer() {
        let fault = |detail: &str| {
            format!(
                r#"<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body><S:Fault>
                <faultcode>S:Server</faultcode><faultstring>x</faultstring><detail>{detail}</detail>
                </S:Fault></S:Body></S:Envelope>"#
            )
        };
        let functional = "<ns1:FonctionnelleErreur xmlns:ns1=\"http://z\"><code>P5</code><libelle>x</libelle>\
             <severite>2</severite></ns1:FonctionnelleErreur>";
        assert!(matches!(read::<Detail>(&fault(functional)), Ok(Heard::Fault(code)) if code == "P5"));
        assert!(read::<Detail>(&fault("<ns1:TechIndisponibiliteErreur xmlns:ns1=\"http://z\"/>")).is_err());
        for other in ["", "<html>502</html>", "not xml", "<S:Envelope xmlns:S=\"x\"><S:Body/></S:Envelope>"] {
            assert!(read::<Detail>(other).is_err(), "{other}");
        }
    }
}
