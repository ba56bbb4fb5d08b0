//! JSON as it comes in: each name once, nothing that cannot be written, letters composed, whole numbers whole.

use std::collections::HashSet;

use domain::text::entered;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Number, Value};

/// Why a body is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unread {
    /// It is no JSON.
    Syntax,
    /// An object has a name twice: two readers would take two different values.
    Twice,
    /// A text holds a control character.
    Unwritable,
}

impl Unread {
    /// What is told, in French.
    pub(super) fn sentence(self) -> &'static str {
        match self {
            Self::Syntax => "La demande n’est pas lisible : ce n’est pas du JSON.",
            Self::Twice => "La demande nomme deux fois le même champ.",
            Self::Unwritable => "La demande contient des caractères qui ne s’écrivent pas.",
        }
    }
}

/// The largest whole number that is told from its neighbours in every reader of JSON.
const LARGEST_WHOLE: f64 = 9_007_199_254_740_991.0;

/// Reads a body. Texts are as [`entered`] has them, but for what is secret: a password is kept as it was typed. A whole
/// number is one however it is written: JSON does not tell `3` from `3.0`.
pub(super) fn read(body: &[u8]) -> Result<Value, Unread> {
    let told = |error: serde_json::Error| if error.is_data() { Unread::Twice } else { Unread::Syntax };
    serde_json::from_slice::<EachNameOnce>(body).map_err(told)?;
    let mut value: Value = serde_json::from_slice(body).map_err(told)?;
    if has_control_characters(&value) {
        return Err(Unread::Unwritable);
    }
    compose(&mut value);
    Ok(value)
}

fn compose(value: &mut Value) {
    match value {
        Value::String(text) => *text = entered(text),
        Value::Array(items) => items.iter_mut().for_each(compose),
        Value::Object(members) => {
            let open = |name: &str| !matches!(name, "password" | "new_password");
            members.iter_mut().filter(|(name, _)| open(name)).for_each(|(_, item)| compose(item));
        }
        Value::Number(number) => {
            if let Some(whole) = whole(number) {
                *number = whole.into();
            }
        }
        Value::Null | Value::Bool(_) => {}
    }
}

/// What a number that is written with a point, or with an exponent, is as a whole one.
fn whole(number: &Number) -> Option<i64> {
    let float = number.as_f64().filter(|float| number.is_f64() && float.abs() <= LARGEST_WHOLE)?;
    (float.fract() == 0.0).then(|| format!("{float:.0}").parse().ok()).flatten()
}

fn has_control_characters(value: &Value) -> bool {
    match value {
        Value::String(text) => text.chars().any(char::is_control),
        Value::Array(items) => items.iter().any(has_control_characters),
        Value::Object(members) => {
            members.iter().any(|(name, item)| name.chars().any(char::is_control) || has_control_characters(item))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Passes over JSON whose objects have each name once.
struct EachNameOnce;

impl<'de> Deserialize<'de> for EachNameOnce {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for EachNameOnce {
    type Value = Self;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON with each name once")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self, A::Error> {
        while items.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self, A::Error> {
        let mut names = HashSet::new();
        while let Some((name, _)) = members.next_entry::<String, Self>()? {
            if !names.insert(name) {
                return Err(A::Error::custom("a name twice"));
            }
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_name_twice_is_refused_wherever_it_stands_and_however_it_is_escaped() {
        for body in [
            r#"{"a":1,"a":2}"#,
            r#"{"a":1,"\u0061":2}"#,
            r#"{"x":{"a":1,"b":null,"a":1}}"#,
            r#"[{"x":[{"a":true,"a":true}]}]"#,
        ] {
            assert_eq!(read(body.as_bytes()), Err(Unread::Twice), "{body}");
        }
        let twins = read(br#"[{"a":1},{"a":-2.5,"b":{"a":"1"}}]"#);
        assert_eq!(twins, Ok(json!([{ "a": 1 }, { "a": -2.5, "b": { "a": "1" } }])), "the same name elsewhere");
        for body in ["", "{", "1e999", "{\"a\":1,}", "nul", "{} {}", &"[".repeat(100_000)] {
            assert_eq!(read(body.as_bytes()), Err(Unread::Syntax), "{}", body.len());
        }
    }

    #[test]
    fn texts_are_composed_turn_nothing_round_and_passwords_stay_as_typed() {
        let body =
            json!({ "name": "Chloe\u{301}", "notes": ["\u{202e}fdp.exe\u{2066}"], "password": "e\u{301}\u{202e}" });
        let taken = json!({ "name": "Chloé", "notes": ["fdp.exe"], "password": "e\u{301}\u{202e}" });
        assert_eq!(read(body.to_string().as_bytes()), Ok(taken));
        assert_eq!(read(br#"{"name":"\u0007"}"#), Err(Unread::Unwritable));
    }

    #[test]
    fn a_whole_number_is_one_however_it_is_written_and_another_is_none() {
        for (written, whole) in [
            ("3", 3),
            ("3.0", 3),
            ("-3.00", -3),
            ("3e2", 300),
            ("-0.0", 0),
            ("9007199254740991.0", 9_007_199_254_740_991),
        ] {
            let taken = read(format!("[{written}]").as_bytes()).unwrap();
            assert_eq!(taken[0].as_i64(), Some(whole), "{written}");
        }
        for written in ["3.5", "1e300", "9007199254740993.0", "0.1"] {
            let taken = read(format!("[{written}]").as_bytes()).unwrap();
            assert_eq!(taken[0].as_i64(), None, "{written}");
        }
        assert_eq!(read(b"[9007199254740993]").unwrap()[0].as_i64(), Some(9_007_199_254_740_993), "as it stands");
    }
}
