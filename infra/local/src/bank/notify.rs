//! Tells the portal that something happened to a payment, as each provider does.

use chrono::Utc;
use hmac::{Hmac, KeyInit, Mac};
use payments::outside::Letter;
use sha2::Sha256;

use super::Bank;
use super::operation::{Dialect, Operation};

impl Bank {
    /// Sends a notification; a portal that does not take it is not told again.
    pub(super) async fn notify(&self, operation: &Operation) {
        let (kind, body) = match operation.dialect {
            Dialect::Payfip => ("application/x-www-form-urlencoded", format!("idOp={}", operation.id)),
            Dialect::Card => ("application/json", serde_json::json!({ "session": operation.id }).to_string()),
        };
        let signature = self.signature(&body);
        let headers = [("content-type", kind), ("payment-signature", signature.as_str())];
        let headers = if operation.dialect == Dialect::Card { &headers[..] } else { &headers[..1] };
        let letter = Letter { method: "POST", url: &operation.notification, headers, body };
        if let Err(error) = self.outside.send(letter).await {
            tracing::warn!(%error, "une notification de paiement n’est pas arrivée");
        }
    }

    /// `t=…,v1=…`: the HMAC of the time and the body.
    fn signature(&self, body: &str) -> String {
        let time = Utc::now().timestamp();
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.keys.notification_key.as_bytes()) else {
            return String::new(); // HMAC takes keys of every length
        };
        mac.update(format!("{time}.{body}").as_bytes());
        let hex: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        format!("t={time},v1={hex}")
    }
}
