//! The one file that a PDF may carry: the data of an invoice (Factur-X 1.0, profile MINIMUM), as our own invoices do.

use lopdf::{Dictionary, Object};
use roxmltree::{Document, Node, ParsingOptions};

use super::Refusal;

/// The name that Factur-X gives it.
const NAME: &[u8] = b"factur-x.xml";
/// What it may hold, in bytes: ours hold two thousand.
pub(super) const LARGEST: u64 = 64 * 1024;

const RSM: &str = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100";
const RAM: &str = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100";
const UDT: &str = "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100";
const PROFILE: &str = "urn:factur-x.eu:1p0:minimum";

/// Whether a file that is carried says it is the data of an invoice.
pub(super) fn is_named(specification: &Dictionary) -> bool {
    let named = |key: &[u8]| specification.get(key).and_then(Object::as_str).ok();
    let utf16 = || [0xfe, 0xff].into_iter().chain(NAME.iter().flat_map(|byte| [0, *byte])).collect::<Vec<u8>>();
    let is_name = |name: &[u8]| name == NAME || name == utf16();
    [b"F".as_slice(), b"UF"].iter().all(|key| named(key).is_none_or(is_name)) && named(b"UF").or(named(b"F")).is_some()
}

/// What an element holds.
enum Inside {
    /// Elements in this order, each with whether it may be missing.
    Elements(&'static [(Element, bool)]),
    /// A text that this holds for, and the attribute it may have.
    Text(fn(&str) -> bool, &'static str),
}

struct Element {
    space: &'static str,
    name: &'static str,
    inside: Inside,
}

const fn text(space: &'static str, name: &'static str, holds: fn(&str) -> bool, attribute: &'static str) -> Element {
    Element { space, name, inside: Inside::Text(holds, attribute) }
}

const fn group(space: &'static str, name: &'static str, elements: &'static [(Element, bool)]) -> Element {
    Element { space, name, inside: Inside::Elements(elements) }
}

const fn ram(name: &'static str, elements: &'static [(Element, bool)]) -> Element {
    group(RAM, name, elements)
}

/// The profile MINIMUM, as its schema has it: what may be missing is marked.
const INVOICE: Element = group(
    RSM,
    "CrossIndustryInvoice",
    &[
        (
            group(
                RSM,
                "ExchangedDocumentContext",
                &[
                    (
                        ram("BusinessProcessSpecifiedDocumentContextParameter", &[(text(RAM, "ID", words, ""), false)]),
                        true,
                    ),
                    (
                        ram(
                            "GuidelineSpecifiedDocumentContextParameter",
                            &[(text(RAM, "ID", |said| said == PROFILE, ""), false)],
                        ),
                        false,
                    ),
                ],
            ),
            false,
        ),
        (
            group(
                RSM,
                "ExchangedDocument",
                &[
                    (text(RAM, "ID", words, ""), false),
                    (text(RAM, "TypeCode", digits, ""), false),
                    (ram("IssueDateTime", &[(text(UDT, "DateTimeString", date, "format"), false)]), false),
                ],
            ),
            false,
        ),
        (
            group(
                RSM,
                "SupplyChainTradeTransaction",
                &[
                    (
                        ram(
                            "ApplicableHeaderTradeAgreement",
                            &[
                                (text(RAM, "BuyerReference", words, ""), true),
                                (
                                    ram(
                                        "SellerTradeParty",
                                        &[
                                            (text(RAM, "Name", words, ""), false),
                                            (LEGAL, true),
                                            (
                                                ram(
                                                    "PostalTradeAddress",
                                                    &[(text(RAM, "CountryID", words, ""), false)],
                                                ),
                                                true,
                                            ),
                                            (
                                                ram(
                                                    "SpecifiedTaxRegistration",
                                                    &[(text(RAM, "ID", words, "schemeID"), false)],
                                                ),
                                                true,
                                            ),
                                        ],
                                    ),
                                    false,
                                ),
                                (
                                    ram("BuyerTradeParty", &[(text(RAM, "Name", words, ""), false), (LEGAL, true)]),
                                    false,
                                ),
                                (
                                    ram(
                                        "BuyerOrderReferencedDocument",
                                        &[(text(RAM, "IssuerAssignedID", words, ""), false)],
                                    ),
                                    true,
                                ),
                            ],
                        ),
                        false,
                    ),
                    (ram("ApplicableHeaderTradeDelivery", &[]), false),
                    (
                        ram(
                            "ApplicableHeaderTradeSettlement",
                            &[
                                (text(RAM, "InvoiceCurrencyCode", words, ""), false),
                                (
                                    ram(
                                        "SpecifiedTradeSettlementHeaderMonetarySummation",
                                        &[
                                            (text(RAM, "TaxBasisTotalAmount", amount, ""), false),
                                            (text(RAM, "TaxTotalAmount", amount, "currencyID"), true),
                                            (text(RAM, "GrandTotalAmount", amount, ""), false),
                                            (text(RAM, "DuePayableAmount", amount, ""), false),
                                        ],
                                    ),
                                    false,
                                ),
                            ],
                        ),
                        false,
                    ),
                ],
            ),
            false,
        ),
    ],
);

const LEGAL: Element = ram("SpecifiedLegalOrganization", &[(text(RAM, "ID", words, "schemeID"), false)]);

fn words(text: &str) -> bool {
    !text.trim().is_empty() && text.len() <= 1000
}

fn digits(text: &str) -> bool {
    (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn date(text: &str) -> bool {
    text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn amount(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (whole, cents) = text.split_once('.').unwrap_or((text, "0"));
    let number = |part: &str| (1..=12).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    number(whole) && number(cents)
}

/// The data of an invoice, whole and nothing else.
pub(super) fn hold(content: &[u8]) -> Result<(), Refusal> {
    const OTHER: Refusal = Refusal::Active("it carries a file that is no invoice's data");
    let xml = std::str::from_utf8(content).map_err(|_| OTHER)?;
    let options = ParsingOptions { allow_dtd: false, nodes_limit: 500, ..ParsingOptions::default() };
    let document = Document::parse_with_options(xml, options).map_err(|_| OTHER)?;
    let alone = document.root().children().all(|node| node.is_element());
    if alone && holds(document.root_element(), &INVOICE) { Ok(()) } else { Err(OTHER) }
}

fn holds(node: Node, element: &Element) -> bool {
    if !node.has_tag_name((element.space, element.name)) {
        return false;
    }
    match &element.inside {
        Inside::Text(holds, attribute) => {
            let plain = node.children().all(|child| child.is_text());
            let known = node.attributes().all(|found| found.name() == *attribute && words(found.value()));
            plain && known && holds(node.text().unwrap_or_default())
        }
        Inside::Elements(elements) => {
            let blank = |child: &Node| child.is_text() && child.text().unwrap_or_default().trim().is_empty();
            let mut children = node.children().filter(|child| !blank(child)).peekable();
            let all = elements.iter().all(|(element, optional)| {
                children.next_if(|child| child.is_element() && holds(*child, element)).is_some() || *optional
            });
            all && children.next().is_none() && node.attributes().next().is_none()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn invoice(profile: &str, more: &str) -> String {
        format!(
            r#"<?xml version="1.0" encoding="UTF-8"?>
<rsm:CrossIndustryInvoice xmlns:rsm="{RSM}" xmlns:ram="{RAM}" xmlns:udt="{UDT}">
<rsm:ExchangedDocumentContext><ram:GuidelineSpecifiedDocumentContextParameter><ram:ID>{profile}</ram:ID>
</ram:GuidelineSpecifiedDocumentContextParameter></rsm:ExchangedDocumentContext>
<rsm:ExchangedDocument><ram:ID>2015-00042</ram:ID><ram:TypeCode>380</ram:TypeCode>
<ram:IssueDateTime><udt:DateTimeString format="102">20150202</udt:DateTimeString></ram:IssueDateTime>
</rsm:ExchangedDocument><rsm:SupplyChainTradeTransaction><ram:ApplicableHeaderTradeAgreement>
<ram:SellerTradeParty><ram:Name>Commune de Jumex</ram:Name></ram:SellerTradeParty>
<ram:BuyerTradeParty><ram:Name>Chantal DEVRET</ram:Name></ram:BuyerTradeParty></ram:ApplicableHeaderTradeAgreement>
<ram:ApplicableHeaderTradeDelivery/><ram:ApplicableHeaderTradeSettlement>
<ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode><ram:SpecifiedTradeSettlementHeaderMonetarySummation>
<ram:TaxBasisTotalAmount>65.10</ram:TaxBasisTotalAmount><ram:GrandTotalAmount>65.10</ram:GrandTotalAmount>
<ram:DuePayableAmount>65.10</ram:DuePayableAmount>{more}</ram:SpecifiedTradeSettlementHeaderMonetarySummation>
</ram:ApplicableHeaderTradeSettlement></rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>"#
        )
    }

    #[test]
    fn the_data_of_an_invoice_are_taken_and_nothing_else_is() {
        assert_eq!(hold(invoice(PROFILE, "").as_bytes()), Ok(()));
        for other in [
            invoice("urn:cen.eu:en16931:2017", ""),
            invoice(PROFILE, "<ram:More/>"),
            invoice(PROFILE, "text"),
            invoice(PROFILE, "<?run this?>"),
            invoice(PROFILE, "").replace("65.10", "65,10"),
            invoice(PROFILE, "").replace("<ram:TypeCode>380</ram:TypeCode>", ""),
            invoice(PROFILE, "").replace("?>\n", "?>\n<!DOCTYPE a [<!ENTITY b \"c\">]>\n"),
            invoice(PROFILE, "").replace(RAM, "urn:another"),
            "<html/>".to_owned(),
            "MZ".to_owned(),
        ] {
            assert!(matches!(hold(other.as_bytes()), Err(Refusal::Active(_))), "{other}");
        }
    }
}
