//! The invoice in the words of UN/CEFACT's Cross Industry Invoice, profile MINIMUM of Factur-X 1.0.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::{Electronic, Kind};
use crate::{Document, PdfError};
use domain::money::decimal;

const ROOT: &str = "rsm:CrossIndustryInvoice";
const NAMESPACES: [(&str, &str); 3] = [
    ("xmlns:rsm", "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"),
    ("xmlns:ram", "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"),
    ("xmlns:udt", "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100"),
];
const PROFILE: &str = "urn:factur-x.eu:1p0:minimum";
/// The list of SIREN among the lists of identifiers, ISO 6523.
const SIREN: (&str, &str) = ("schemeID", "0002");
/// Year, month, day side by side.
const DATE: (&str, &str) = ("format", "102");
/// Whoever has a SIREN is registered in France.
const COUNTRY: &str = "FR";
const CURRENCY: &str = "EUR";

/// What an invoice says as data; nothing where it names nobody who sells or nobody who buys.
///
/// # Errors
/// None that is known: memory takes what is written.
pub(crate) fn data(document: &Document, electronic: &Electronic) -> Result<Option<Vec<u8>>, PdfError> {
    let (Some(seller), Some(buyer)) = (name(&document.seller), name(&document.payer)) else { return Ok(None) };
    let (code, total) = match electronic.kind {
        Kind::Invoice => ("380", document.total.1),
        Kind::CreditNote => ("381", -document.total.1),
    };
    let issued = document.created.format("%Y%m%d").to_string();
    let (number, siren) = (plain(&electronic.number), plain(&electronic.siren));
    let data = InvoiceData { code, number, issued, seller, siren, buyer, total: decimal(total) };
    write(&data).map(Some).map_err(|error| PdfError::Document(format!("{error:?}")))
}

struct InvoiceData {
    code: &'static str,
    number: String,
    issued: String,
    seller: String,
    siren: String,
    buyer: String,
    total: String,
}

/// The first line of an address.
fn name(lines: &[String]) -> Option<String> {
    lines.first().map(|line| plain(line)).filter(|name| !name.is_empty())
}

/// Without what XML cannot say.
fn plain(text: &str) -> String {
    let said = |letter: &char| !letter.is_control() && !matches!(letter, '\u{fffe}' | '\u{ffff}');
    text.chars().filter(said).collect::<String>().trim().to_owned()
}

type Xml = Writer<Vec<u8>>;

fn write(data: &InvoiceData) -> io::Result<Vec<u8>> {
    let mut xml = Writer::new(Vec::with_capacity(2048));
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    xml.create_element(ROOT).with_attributes(NAMESPACES).write_inner_content(|xml| {
        group(xml, "rsm:ExchangedDocumentContext", |xml| {
            group(xml, "ram:GuidelineSpecifiedDocumentContextParameter", |xml| text(xml, "ram:ID", PROFILE))
        })?;
        group(xml, "rsm:ExchangedDocument", |xml| {
            text(xml, "ram:ID", &data.number)?;
            text(xml, "ram:TypeCode", data.code)?;
            group(xml, "ram:IssueDateTime", |xml| marked(xml, "udt:DateTimeString", DATE, &data.issued))
        })?;
        group(xml, "rsm:SupplyChainTradeTransaction", |xml| {
            group(xml, "ram:ApplicableHeaderTradeAgreement", |xml| parties(xml, data))?;
            xml.create_element("ram:ApplicableHeaderTradeDelivery").write_empty()?;
            group(xml, "ram:ApplicableHeaderTradeSettlement", |xml| {
                text(xml, "ram:InvoiceCurrencyCode", CURRENCY)?;
                group(xml, "ram:SpecifiedTradeSettlementHeaderMonetarySummation", |xml| sums(xml, &data.total))
            })
        })
    })?;
    Ok(xml.into_inner())
}

fn parties(xml: &mut Xml, data: &InvoiceData) -> io::Result<()> {
    group(xml, "ram:SellerTradeParty", |xml| {
        text(xml, "ram:Name", &data.seller)?;
        group(xml, "ram:SpecifiedLegalOrganization", |xml| marked(xml, "ram:ID", SIREN, &data.siren))?;
        group(xml, "ram:PostalTradeAddress", |xml| text(xml, "ram:CountryID", COUNTRY))
    })?;
    group(xml, "ram:BuyerTradeParty", |xml| text(xml, "ram:Name", &data.buyer))
}

/// No invoice of ours has VAT: the total is the same with it and without.
fn sums(xml: &mut Xml, total: &str) -> io::Result<()> {
    text(xml, "ram:TaxBasisTotalAmount", total)?;
    marked(xml, "ram:TaxTotalAmount", ("currencyID", CURRENCY), &decimal(0))?;
    text(xml, "ram:GrandTotalAmount", total)?;
    text(xml, "ram:DuePayableAmount", total)
}

fn group(xml: &mut Xml, name: &str, inner: impl FnOnce(&mut Xml) -> io::Result<()>) -> io::Result<()> {
    xml.create_element(name).write_inner_content(inner).map(|_| ())
}

fn text(xml: &mut Xml, name: &str, words: &str) -> io::Result<()> {
    xml.create_element(name).write_text_content(BytesText::new(words)).map(|_| ())
}

fn marked(xml: &mut Xml, name: &str, mark: (&str, &str), words: &str) -> io::Result<()> {
    xml.create_element(name).with_attribute(mark).write_text_content(BytesText::new(words)).map(|_| ())
}
