//! The code of a transfer, by the European Payments Council's guideline EPC069-12.

use qrcodegen::{QrCode, QrCodeEcc};

use crate::{PdfError, Transfer};

const LONGEST_NAME: usize = 70;
const LONGEST_REFERENCE: usize = 140;

/// The dark modules, row by row, without the quiet zone.
pub(crate) fn modules(transfer: &Transfer) -> Result<Vec<Vec<bool>>, PdfError> {
    let code = QrCode::encode_text(&payload(transfer), QrCodeEcc::Medium).map_err(|_| PdfError::Code)?;
    let size = code.size();
    Ok((0..size).map(|y| (0..size).map(|x| code.get_module(x, y)).collect()).collect())
}

/// What the code says.
fn payload(transfer: &Transfer) -> String {
    let short = |text: &str, longest: usize| text.chars().take(longest).collect::<String>();
    let amount = format!("EUR{}.{:02}", transfer.amount / 100, transfer.amount % 100);
    let (name, reference) = (short(&transfer.name, LONGEST_NAME), short(&transfer.reference, LONGEST_REFERENCE));
    // Service tag, version 2 (no BIC within the EEA), UTF-8, credit transfer; no purpose, no structured reference.
    ["BCD", "002", "1", "SCT", "", &name, &transfer.iban, &amount, "", "", &reference].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_payload_is_the_guidelines() {
        let transfer = Transfer {
            name: "Commune de Jumex".to_owned(),
            iban: "FR7630001007941234567890185".to_owned(),
            amount: 6510,
            reference: "2015-00042".to_owned(),
        };
        let expected = "BCD\n002\n1\nSCT\n\nCommune de Jumex\nFR7630001007941234567890185\nEUR65.10\n\n\n2015-00042";
        assert_eq!(payload(&transfer), expected);
        assert!(modules(&transfer).unwrap().len() >= 21);
    }
}
