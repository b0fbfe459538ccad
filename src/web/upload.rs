//! A file that is sent from a page of ours. It stays in memory: what people upload is personal, and a temporary file would
//! outlive a crash.

use rocket::{
    Data, Request,
    data::{FromData, Outcome, ToByteUnit},
    form::{self, DataField, Form, FromForm, FromFormField, ValueField},
    http::Status,
};

use crate::base::Error;
use crate::web::form::is_ours;
use crate::web::reply::{fail, fail_as};

/// The field `file` of a form that carries our token.
pub(crate) struct PageFile {
    /// As the browser calls it.
    pub name: String,
    pub bytes: Vec<u8>,
}

/// A file as the body of an API call.
pub(crate) struct BodyFile(pub Vec<u8>);

/// What a file may be sent as: text, a workbook, or bytes that tell themselves what they are.
const KINDS: [&str; 3] =
    ["text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/octet-stream"];

struct Bytes {
    name: String,
    bytes: Vec<u8>,
}

#[rocket::async_trait]
impl<'r> FromFormField<'r> for Bytes {
    fn from_value(field: ValueField<'r>) -> form::Result<'r, Self> {
        Ok(Self { name: String::new(), bytes: field.value.as_bytes().to_vec() })
    }

    async fn from_data(field: DataField<'r, '_>) -> form::Result<'r, Self> {
        let limit = field.request.limits().get("file").unwrap_or_else(|| 1.mebibytes());
        let name = field.file_name.map(|name| name.dangerous_unsafe_unsanitized_raw().as_str().to_owned());
        let bytes = field.data.open(limit).into_bytes().await?;
        if !bytes.is_complete() {
            return Err((None, Some(limit)).into());
        }
        Ok(Self { name: name.unwrap_or_default(), bytes: bytes.into_inner() })
    }
}

#[derive(FromForm)]
struct Upload {
    #[field(name = "_csrf")]
    token: Option<String>,
    file: Option<Bytes>,
}

#[rocket::async_trait]
impl<'r> FromData<'r> for PageFile {
    type Error = Error;

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r, Self, Error> {
        if !request.content_type().is_some_and(|kind| kind.is_form_data()) {
            return fail_as(request, Status::UnsupportedMediaType, Error::refused("error.media_type"));
        }
        let upload = match Form::<Upload>::from_data(request, data).await {
            Outcome::Success(form) => form.into_inner(),
            Outcome::Error((Status::PayloadTooLarge, _)) => {
                return fail_as(request, Status::PayloadTooLarge, Error::refused("error.too_large"));
            }
            Outcome::Error(_) | Outcome::Forward(_) => return fail(request, Error::invalid("", "invalid.unreadable")),
        };
        match is_ours(request, upload.token.as_deref().unwrap_or_default()).await {
            Ok(true) => {
                let Bytes { name, bytes } = upload.file.unwrap_or(Bytes { name: String::new(), bytes: Vec::new() });
                Outcome::Success(Self { name, bytes })
            }
            Ok(false) => fail_as(request, Status::Forbidden, Error::refused("error.csrf")),
            Err(e) => fail(request, e),
        }
    }
}

#[rocket::async_trait]
impl<'r> FromData<'r> for BodyFile {
    type Error = Error;

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r, Self, Error> {
        let kind = request.content_type().map(|kind| format!("{}/{}", kind.top(), kind.sub()));
        if !kind.is_some_and(|kind| KINDS.contains(&kind.as_str())) {
            return fail_as(request, Status::UnsupportedMediaType, Error::refused("error.media_type"));
        }
        let limit = request.limits().get("file").unwrap_or_else(|| 1.mebibytes());
        match data.open(limit).into_bytes().await {
            Ok(bytes) if bytes.is_complete() => Outcome::Success(Self(bytes.into_inner())),
            Ok(_) => fail_as(request, Status::PayloadTooLarge, Error::refused("error.too_large")),
            Err(_) => fail(request, Error::invalid("", "invalid.unreadable")),
        }
    }
}
