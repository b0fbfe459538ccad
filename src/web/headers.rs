//! Headers that every answer carries, errors and pictures included.

use rocket::{
    Request, Response,
    fairing::{Fairing, Info, Kind},
    http::Header,
};

use crate::access::guard;
use crate::web::live;

/// No script, no inline style, no foreign origin, no frame around us.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; \
                      frame-ancestors 'none'; base-uri 'none'";
/// A page of work that goes on runs a script of ours, which asks this server how far it is.
const LIVE_POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; \
                           img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
/// The API's reading room is a script from this server that styles itself inline; it holds no session.
const DOCS_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                           connect-src 'self'; frame-ancestors 'none'; base-uri 'none'";

pub(crate) struct SecurityHeaders {
    /// Tells browsers to come over TLS only.
    pub secure: bool,
}

#[rocket::async_trait]
impl Fairing for SecurityHeaders {
    fn info(&self) -> Info {
        Info { name: "security headers", kind: Kind::Response }
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        let docs = request.uri().path().starts_with("/docs");
        let mut set = |name: &'static str, value: &'static str| {
            response.set_header(Header::new(name, value));
        };
        let policy = match docs {
            true => DOCS_POLICY,
            false if live::is_scripted(request) => LIVE_POLICY,
            false => POLICY,
        };
        set("Content-Security-Policy", policy);
        set("X-Content-Type-Options", "nosniff");
        set("X-Frame-Options", "DENY");
        set("Referrer-Policy", "same-origin");
        set("Cross-Origin-Opener-Policy", "same-origin");
        set("Cross-Origin-Resource-Policy", "same-origin");
        set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), interest-cohort=()");
        if self.secure {
            set("Strict-Transport-Security", "max-age=31536000");
        }
        response.remove_header("Server");
        if guard::token_of(request).is_some() && !request.uri().path().starts_with("/static/") {
            response.set_header(Header::new("Cache-Control", "no-store"));
        }
        // Bodies leave in pieces of 4 KiB unless told otherwise; a page is larger than that.
        response.set_max_chunk_size(65_536);
    }
}
