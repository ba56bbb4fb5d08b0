//! Errors as RFC 9457 problem details: a status, a stable code, a French sentence; the inner cause is logged, never sent.

use lambda_http::http::StatusCode;
use serde::Serialize;
use serde_json::{Map, Value, json};

/// One field of a body that cannot be taken, and why, in French.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// The field's name in the body.
    pub field: String,
    /// A French sentence that says what to do.
    pub detail: String,
}

/// A request that was refused or failed.
#[derive(Debug)]
pub struct ApiError {
    /// The HTTP status.
    pub status: StatusCode,
    /// Stable; pages decide by it.
    pub code: &'static str,
    /// A French sentence for the person.
    pub detail: String,
    /// The fields concerned.
    pub errors: Vec<FieldError>,
    /// Further members of the problem.
    pub extra: Map<String, Value>,
    /// Logged once at the edge, never sent; holds no personal data.
    pub cause: Option<String>,
}

impl ApiError {
    /// A refusal with its code and sentence.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, detail: detail.into(), errors: Vec::new(), extra: Map::new(), cause: None }
    }

    /// 400: the request cannot be read at all.
    pub fn malformed(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed", detail)
    }

    /// 422: the request can be read, and one field cannot be taken.
    pub fn invalid(field: &str, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        let mut error = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", detail.clone());
        error.errors.push(FieldError { field: field.to_owned(), detail });
        error
    }

    /// 401: nobody is signed in.
    pub fn no_session() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "no-session", "Votre session est terminée. Connectez-vous pour continuer.")
    }

    /// 401: the token of the session has run out; the page renews it and repeats its request.
    pub fn session_expired() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "session-expired", "Votre session doit être renouvelée.")
    }

    /// 404: it does not exist, or not for this person; the two cannot be told apart.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "Cette page ou cet élément n’existe pas.")
    }

    /// 403: an agent of this organisation whose role does not allow it.
    pub fn role_too_low() -> Self {
        Self::new(StatusCode::FORBIDDEN, "role-too-low", "Votre rôle ne permet pas cette action.")
    }

    /// 403: what is grave asks an agent for the second factor once more; the page asks for it and repeats its request.
    pub fn second_factor_again() -> Self {
        let detail = "Confirmez d’abord que c’est vous : le code à six chiffres de votre application.";
        Self::new(StatusCode::FORBIDDEN, "second-factor-again", detail)
    }

    /// 409: others were faster every time.
    pub fn busy() -> Self {
        let detail = "Plusieurs personnes changent la même chose en même temps. Rien n’a été enregistré : recommencez.";
        Self::new(StatusCode::CONFLICT, "conflict-busy", detail)
    }

    /// 409: what the person looked at is no more as it was.
    pub fn changed_meanwhile() -> Self {
        let detail = "Ce que vous voyez vient de changer. Rien n’a été enregistré : relisez, puis recommencez.";
        Self::new(StatusCode::CONFLICT, "changed-meanwhile", detail)
    }

    /// 500: our fault; the person learns nothing of the inside.
    pub fn internal(cause: impl Into<String>) -> Self {
        let detail = "Le service ne répond pas comme il le devrait. Réessayez dans quelques instants.";
        let mut error = Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", detail);
        error.cause = Some(cause.into());
        error
    }

    /// 503: the store refuses for now.
    pub fn unavailable(cause: impl Into<String>) -> Self {
        let detail = "Le service est très demandé. Rien n’a été enregistré : réessayez dans quelques instants.";
        let mut error = Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", detail);
        error.cause = Some(cause.into());
        error
    }

    /// Adds a member to the problem.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.extra.insert(name.to_owned(), value.into());
        self
    }

    /// The problem as it is sent.
    pub fn body(&self) -> Value {
        let title = self.status.canonical_reason().unwrap_or("Error");
        let mut body = json!({
            "type": format!("urn:preau:problem:{}", self.code),
            "title": title,
            "status": self.status.as_u16(),
            "code": self.code,
            "detail": self.detail,
        });
        if let Some(members) = body.as_object_mut() {
            if !self.errors.is_empty() {
                members.insert("errors".to_owned(), json!(self.errors));
            }
            members.extend(self.extra.clone());
        }
        body
    }
}
