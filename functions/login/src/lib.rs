//! stub

use shared::lambda::{Error, Function, Start};

/// Starts the function.
pub async fn start(_start: Start) -> Result<Function, Error> {
    Ok(Function::events(|_| async { Ok(serde_json::Value::Null) }))
}
