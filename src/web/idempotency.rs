//! The `Idempotency-Key` header: the same key with the same body gets the first answer again.

use rocket::{
    Request,
    request::{FromRequest, Outcome},
};

/// A command's key, where the caller sent one: 1 to 128 visible characters.
#[derive(Clone, Debug)]
pub(crate) struct IdempotencyKey(pub Option<String>);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for IdempotencyKey {
    type Error = crate::base::Error;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        match request.headers().get_one("Idempotency-Key") {
            None => Outcome::Success(Self(None)),
            Some(key) if (1..=128).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic()) => {
                Outcome::Success(Self(Some(key.to_owned())))
            }
            Some(_) => Outcome::Error((
                rocket::http::Status::UnprocessableEntity,
                crate::base::Error::invalid("Idempotency-Key", "invalid.length"),
            )),
        }
    }
}
