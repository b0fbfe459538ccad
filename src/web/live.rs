//! Pages of work that goes on: they keep themselves up to date. By a script of ours where there is one, by a refresh where
//! there is none; never by both.

use askama::Template;
use rocket::{
    Request,
    response::{self, Responder},
};

use crate::web::html::Html;

/// Whether a page may run our script; every other page runs none.
struct Scripted(bool);

/// A page that may be at work: `true` while it is. Its template writes [`crate::web::Page::live_href`] into its head.
pub(crate) struct Live<T: Template>(pub Html<T>, pub bool);

impl<'r, T: Template> Responder<'r, 'static> for Live<T> {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        request.local_cache(|| Scripted(self.1));
        self.0.respond_to(request)
    }
}

/// Whether the answer to this request is a page that runs our script.
pub(crate) fn is_scripted(request: &Request<'_>) -> bool {
    request.local_cache(|| Scripted(false)).0
}
