//! A file that is sent. It stays in memory: what people upload is personal, and a temporary file would outlive a crash. So
//! only so many are held at once; who comes then waits a little, and is told to come again.

use std::{sync::Arc, time::Duration};

use rocket::{
    Data, Request,
    data::{FromData, Outcome, ToByteUnit},
    form::{self, DataField, Form, FromForm, Options, ValueField},
    http::Status,
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use crate::base::Error;
use crate::web::form::{PageForm, is_stray};
use crate::web::reply::{fail, fail_as};

/// Characters of a file's name that are kept.
const NAME: usize = 100;

/// What a file may be sent as: text, a workbook, or bytes that tell themselves what they are.
const KINDS: [&str; 3] =
    ["text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/octet-stream"];

/// How long somebody waits for room.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a file may be on its way: a sender who went away without a word keeps nobody out for ever.
const SLOWEST: Duration = Duration::from_secs(600);

/// Room for the files that are held in memory.
pub(crate) struct UploadRoom(Arc<Semaphore>);

impl UploadRoom {
    pub(crate) fn new(at_once: usize) -> Self {
        Self(Arc::new(Semaphore::new(at_once)))
    }

    /// A place in it, held as long as the file.
    async fn place(request: &Request<'_>) -> Result<OwnedSemaphorePermit, Error> {
        let room = request.rocket().state::<Self>().ok_or_else(|| Error::internal("there is no room for files"))?;
        let place = timeout(PATIENCE, Arc::clone(&room.0).acquire_owned()).await.map_err(|_| Error::Busy)?;
        place.map_err(Error::internal)
    }
}

/// Whether the sender says himself that it is too much; then nothing of it is read.
fn says_too_large(request: &Request<'_>, limit: &str) -> bool {
    let said = request.headers().get_one("Content-Length").and_then(|length| length.parse::<u64>().ok());
    let most = request.limits().get(limit).unwrap_or_else(|| 1.mebibytes());
    said.is_some_and(|said| said > most.as_u64())
}

/// A file as its sender calls it: without a path, which is nobody's business, and without what no name has.
pub(crate) fn file_name(told: &str) -> String {
    let name = told.rsplit(['/', '\\']).next().unwrap_or_default();
    name.chars().filter(|c| !is_stray(*c)).take(NAME).collect()
}

/// A file as the body of an API call.
pub(crate) struct BodyFile {
    pub bytes: Vec<u8>,
    _place: OwnedSemaphorePermit,
}

/// The field `file` of a form that carries our token, with the fields beside it.
pub(crate) struct PageUpload<T> {
    pub form: PageForm<T>,
    pub file: Vec<u8>,
    /// As the sender calls it.
    pub file_name: String,
    _place: OwnedSemaphorePermit,
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
        sent.file_name = file_name(name);
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
        if says_too_large(request, "data-form") {
            return too_large();
        }
        let place = match UploadRoom::place(request).await {
            Ok(place) => place,
            Err(e) => return fail(request, e),
        };
        let sent = match timeout(SLOWEST, Form::<Sent>::from_data(request, data)).await {
            Ok(Outcome::Success(form)) => form.into_inner(),
            Ok(Outcome::Error((Status::PayloadTooLarge, _))) => return too_large(),
            Ok(Outcome::Error(_) | Outcome::Forward(_)) | Err(_) => {
                return fail(request, Error::invalid("", "invalid.unreadable"));
            }
        };
        if sent.too_large {
            return too_large();
        }
        match PageForm::sent(request, sent.pairs).await {
            Ok(Some(form)) => {
                Outcome::Success(Self { form, file: sent.file, file_name: sent.file_name, _place: place })
            }
            Ok(None) => fail_as(request, Status::Forbidden, Error::refused("error.csrf")),
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
        let too_large = || fail_as(request, Status::PayloadTooLarge, Error::refused("error.too_large"));
        if says_too_large(request, "file") {
            return too_large();
        }
        let place = match UploadRoom::place(request).await {
            Ok(place) => place,
            Err(e) => return fail(request, e),
        };
        let limit = request.limits().get("file").unwrap_or_else(|| 1.mebibytes());
        match timeout(SLOWEST, data.open(limit).into_bytes()).await {
            Ok(Ok(bytes)) if bytes.is_complete() => Outcome::Success(Self { bytes: bytes.into_inner(), _place: place }),
            Ok(Ok(_)) => too_large(),
            Ok(Err(_)) | Err(_) => fail(request, Error::invalid("", "invalid.unreadable")),
        }
    }
}
