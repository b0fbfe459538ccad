//! What everybody may read and nobody should keep: no search engine lists it, no cache holds it.

use rocket::{
    Request,
    http::Header,
    response::{self, Responder, Response},
};

/// An answer that is open to all for a while. Its page says the same in its head: `<meta name="robots" …>`.
#[derive(Debug)]
pub(crate) struct Unlisted<R>(pub R);

impl<'r, R: Responder<'r, 'static>> Responder<'r, 'static> for Unlisted<R> {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let mut response: Response<'static> = self.0.respond_to(request)?;
        response.set_header(Header::new("X-Robots-Tag", "noindex, nofollow"));
        response.set_header(Header::new("Cache-Control", "no-store"));
        Ok(response)
    }
}
