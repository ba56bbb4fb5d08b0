//! A request that comes again is answered with what it has made; one that asks for something else makes nothing and says so.

use serde_json::{Value, json};
use tests::town::TUESDAY;
use tests::{Answer, Person, Town};
use uuid::Uuid;

use crate::people;

const DEVRET: &str = "/api/organisations/jumex/families/devret";

fn invoice(request: &Uuid, price: &str) -> Value {
    json!({ "request": request, "lines": [{ "label": "Badge perdu", "quantity": 1, "price": price }] })
}

fn payment(request: &Uuid, amount: &str) -> Value {
    json!({ "request": request, "day": "2015-05-20", "means": "cheque", "amount": amount })
}

async fn post(person: &Person, rest: &str, body: Value) -> Answer {
    person.post(&format!("{DEVRET}/{rest}"), body).await
}

/// The documents and receipts of the family, by number.
async fn made(person: &Person) -> Vec<String> {
    let account = person.get(&format!("{DEVRET}/invoices")).await.ok();
    let of = |list: &str, name: &str| -> Vec<String> {
        account[list].as_array().unwrap().iter().map(|one| one[name].as_str().unwrap().to_owned()).collect()
    };
    [of("invoices", "number"), of("payments", "receipt")].concat()
}

#[tokio::test]
async fn an_invoice_is_no_credit_note_and_a_payment_no_other_one() {
    let town = Town::at(TUESDAY).await;
    let treasurer = people::agent(&town, people::TREASURER).await;
    let (first, second, third) = (Uuid::new_v4(), Uuid::new_v4(), Uuid::new_v4());
    let charged = post(&treasurer, "invoices", invoice(&first, "12,50")).await.ok();
    let noted = json!({ "request": second, "reason": "grève" });
    let note = post(&treasurer, "invoices/2015-00042/credit-note", noted.clone()).await.ok();
    let paid = post(&treasurer, "payments", payment(&third, "5,00")).await.ok();
    let before = made(&treasurer).await;

    assert_eq!(post(&treasurer, "invoices", invoice(&first, "12,50")).await.ok(), charged);
    assert_eq!(post(&treasurer, "invoices/2015-00042/credit-note", noted).await.ok(), note);
    assert_eq!(post(&treasurer, "payments", payment(&third, "5,00")).await.ok(), paid);
    let credit = |request: &Uuid| json!({ "request": request, "reason": "grève" });
    for (rest, body) in [
        ("invoices/2015-00042/credit-note", credit(&first)),
        ("invoices/2014-00311/credit-note", credit(&second)),
        ("invoices/0000-00000/credit-note", credit(&second)),
        ("invoices", invoice(&second, "12,50")),
        ("invoices", invoice(&first, "12,51")),
        ("corrections", json!({ "request": first, "period": "2015-04", "difference": -100 })),
        ("payments", payment(&third, "5,01")),
    ] {
        let answer = post(&treasurer, rest, body.clone()).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (409, "changed-meanwhile"), "{rest} {body}");
    }
    assert_eq!(made(&treasurer).await, before);
}
