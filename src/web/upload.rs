//! A file that is sent from a page of ours. It stays in memory: what people upload is personal, and a temporary file would
//! outlive a crash.

use rocket::{
    Data, Request,
    data::{FromData, Outcome, ToByteUnit},
    form::{self, DataField, Form, FromForm, FromFormField, Options, ValueField},
    http::Status,
};

use crate::base::Error;
use crate::web::form::{PageForm, is_ours, is_stray};
use crate::web::reply::{fail, fail_as};

/// The field `file` of a form that carries our token.
pub(crate) struct PageFile {
    pub bytes: Vec<u8>,
}

struct Bytes(Vec<u8>);

#[rocket::async_trait]
impl<'r> FromFormField<'r> for Bytes {
    fn from_value(field: ValueField<'r>) -> form::Result<'r, Self> {
        Ok(Self(field.value.as_bytes().to_vec()))
    }

    async fn from_data(field: DataField<'r, '_>) -> form::Result<'r, Self> {
        let limit = field.request.limits().get("file").unwrap_or_else(|| 1.mebibytes());
        let bytes = field.data.open(limit).into_bytes().await?;
        if bytes.is_complete() { Ok(Self(bytes.into_inner())) } else { Err((None, Some(limit)).into()) }
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
            Ok(true) => Outcome::Success(Self { bytes: upload.file.map(|file| file.0).unwrap_or_default() }),
            Ok(false) => fail_as(request, Status::Forbidden, Error::refused("error.csrf")),
            Err(e) => fail(request, e),
        }
    }
}

/// The field `file` of a form that carries our token, with the fields beside it.
pub(crate) struct PageUpload<T> {
    pub form: PageForm<T>,
    pub file: Vec<u8>,
    /// As the sender calls it.
    pub file_name: String,
}

/// Everything of a form with a file, as it came.
#[derive(Default)]
struct Sent {
    pairs: Vec<(String, String)>,
    file: Vec<u8>,
    file_name: String,
    too_large: bool,
}

#[rocket::async_trait]
impl<'r> FromForm<'r> for Sent {
    type Context = Self;

    fn init(_: Options) -> Self {
        <Self as Default>::default()
    }

    fn push_value(sent: &mut Self, field: ValueField<'r>) {
        sent.pairs.push((field.name.source().as_str().to_owned(), field.value.replace("\r\n", "\n")));
    }

    async fn push_data(sent: &mut Self, field: DataField<'r, '_>) {
        let limit = field.request.limits().get("file").unwrap_or_else(|| 1.mebibytes());
        let name = field.file_name.map(|name| name.dangerous_unsafe_unsanitized_raw().as_str()).unwrap_or_default();
        let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
        sent.file_name = name.chars().filter(|c| !is_stray(*c)).take(100).collect();
        match field.data.open(limit).into_bytes().await {
            Ok(bytes) if bytes.is_complete() => sent.file = bytes.into_inner(),
            Ok(_) | Err(_) => sent.too_large = true,
        }
    }

    fn finalize(sent: Self) -> form::Result<'r, Self> {
        Ok(sent)
    }
}

#[rocket::async_trait]
impl<'r, T: FromForm<'r> + Send> FromData<'r> for PageUpload<T> {
    type Error = Error;

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r, Self, Error> {
        if !request.content_type().is_some_and(|kind| kind.is_form_data()) {
            return fail_as(request, Status::UnsupportedMediaType, Error::refused("error.media_type"));
        }
        let too_large = || fail_as(request, Status::PayloadTooLarge, Error::refused("error.too_large"));
        let sent = match Form::<Sent>::from_data(request, data).await {
            Outcome::Success(form) => form.into_inner(),
            Outcome::Error((Status::PayloadTooLarge, _)) => return too_large(),
            Outcome::Error(_) | Outcome::Forward(_) => return fail(request, Error::invalid("", "invalid.unreadable")),
        };
        if sent.too_large {
            return too_large();
        }
        match PageForm::sent(request, sent.pairs).await {
            Ok(Some(form)) => Outcome::Success(Self { form, file: sent.file, file_name: sent.file_name }),
            Ok(None) => fail_as(request, Status::Forbidden, Error::refused("error.csrf")),
            Err(e) => fail(request, e),
        }
    }
}
