//! The few pages that run a script of ours: work that goes on keeps itself up to date, a phone may say where it is, a roster
//! is kept without network. Each is allowed what it needs and no more; every other page runs none.

use askama::Template;
use rocket::{
    Request,
    response::{self, Responder},
};

use crate::web::html::Html;

/// What a page runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Script {
    None,
    /// Asks for itself again, see `live.js`. Without it a refresh does the same.
    Live,
    /// Keeps a roster on the device, see `offline.js`. Without it there is the roster of the class.
    Offline,
    /// Asks where the phone is, see `place.js`. Without it the place stays unknown.
    Place,
}

/// What the answer to a request runs.
struct Runs(Script);

/// A page with its script, or a worker: it runs under the policy of its own answer, not under that of its page.
/// The template writes the script's address into its head.
pub(crate) struct Scripted<R>(pub R, pub Script);

impl<'r, R: Responder<'r, 'static>> Responder<'r, 'static> for Scripted<R> {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        request.local_cache(|| Runs(self.1));
        self.0.respond_to(request)
    }
}

/// A page that may be at work: `true` while it is. Its template writes [`crate::web::Page::live_href`] into its head.
pub(crate) struct Live<T: Template>(pub Html<T>, pub bool);

impl<'r, T: Template> Responder<'r, 'static> for Live<T> {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        Scripted(self.0, if self.1 { Script::Live } else { Script::None }).respond_to(request)
    }
}

/// What the answer to this request runs.
pub(crate) fn script_of(request: &Request<'_>) -> Script {
    request.local_cache(|| Runs(Script::None)).0
}
