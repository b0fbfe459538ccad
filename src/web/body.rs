//! JSON bodies of the API: the declared type only, no unknown field, no stray character.

use rocket::{
    Data, Request,
    data::{FromData, Outcome, ToByteUnit},
    http::Status,
};
use serde::de::DeserializeOwned;

use crate::base::{Error, FieldError};
use crate::web::form::is_stray;
use crate::web::reply::{fail, fail_as};

/// The body of an API call.
#[derive(Debug)]
pub(crate) struct Body<T> {
    pub value: T,
    /// SHA-256 of the bytes as they came, to tell a repeated command from another one.
    pub hash: String,
}

fn has_stray(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::String(text) => text.contains(is_stray),
        serde_json::Value::Array(items) => items.iter().any(has_stray),
        serde_json::Value::Object(fields) => {
            fields.iter().any(|(name, value)| name.contains(is_stray) || has_stray(value))
        }
        serde_json::Value::Null | serde_json::Value::Bool(_) | serde_json::Value::Number(_) => false,
    }
}

/// Lines end as those of a form do, and the mark that a file begins with is no part of its text.
fn end_lines_alike(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::String(text) if text.contains("\r\n") || text.starts_with('\u{FEFF}') => {
            *text = text.trim_start_matches('\u{FEFF}').replace("\r\n", "\n");
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(end_lines_alike),
        serde_json::Value::Object(fields) => fields.values_mut().for_each(end_lines_alike),
        serde_json::Value::String(_)
        | serde_json::Value::Null
        | serde_json::Value::Bool(_)
        | serde_json::Value::Number(_) => {}
    }
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T, FieldError> {
    let mut value: serde_json::Value = serde_json::from_str(text)
        .map_err(|e| FieldError::new("", "invalid.json").with("line", e.line()).with("column", e.column()))?;
    end_lines_alike(&mut value);
    if let serde_json::Value::Object(fields) = &value
        && let Some((name, _)) = fields.iter().find(|(_, value)| has_stray(value))
    {
        return Err(FieldError::new(name.clone(), "invalid.control"));
    }
    serde_path_to_error::deserialize(value).map_err(|e| {
        let (path, told) = (e.path().to_string(), e.inner().to_string());
        let quoted = |told: &str| told.split('`').nth(1).unwrap_or_default().to_owned();
        if told.starts_with("missing field") {
            FieldError::new(quoted(&told), "invalid.required")
        } else if told.starts_with("unknown field") {
            FieldError::new(quoted(&told), "invalid.unknown_field")
        } else if told.starts_with("unknown variant") {
            FieldError::new(path, "invalid.choice")
        } else {
            FieldError::new(path, "invalid.unreadable")
        }
    })
}

#[rocket::async_trait]
impl<'r, T: DeserializeOwned + Send> FromData<'r> for Body<T> {
    type Error = Error;

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r, Self, Error> {
        if !request.content_type().is_some_and(|kind| kind.is_json()) {
            return fail_as(request, Status::UnsupportedMediaType, Error::refused("error.media_type"));
        }
        let limit = request.limits().get("json").unwrap_or_else(|| 1.mebibytes());
        let text = match data.open(limit).into_string().await {
            Ok(text) if text.is_complete() => text.into_inner(),
            Ok(_) => return fail_as(request, Status::PayloadTooLarge, Error::refused("error.too_large")),
            Err(_) => return fail(request, Error::invalid("", "invalid.unreadable")),
        };
        let hash = crate::access::hex(ring::digest::digest(&ring::digest::SHA256, text.as_bytes()).as_ref());
        match parse(&text) {
            Ok(value) => Outcome::Success(Self { value, hash }),
            Err(e) => fail(request, Error::Invalid(vec![e])),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its shape matters here")]
    struct Order {
        headcount: i32,
        place: String,
    }

    #[test]
    fn an_error_names_the_field() {
        let code = |text: &str| {
            let e = parse::<Order>(text).unwrap_err();
            (e.field.to_string(), e.code.to_string())
        };
        let pair = |field: &str, code: &str| (field.to_owned(), code.to_owned());
        assert_eq!(code(r#"{"place":"上高"}"#), pair("headcount", "invalid.required"));
        assert_eq!(code(r#"{"headcount":1,"place":"上高","x":1}"#), pair("x", "invalid.unknown_field"));
        assert_eq!(code(r#"{"headcount":"1","place":"上高"}"#), pair("headcount", "invalid.unreadable"));
        assert_eq!(code("{\"headcount\":1,\"place\":\"\\u0000\"}"), pair("place", "invalid.control"));
        assert_eq!(code("{"), pair("", "invalid.json"));
    }
}
