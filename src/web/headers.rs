//! Headers that every answer carries, errors and pictures included.

use rocket::{
    Request, Response,
    fairing::{Fairing, Info, Kind},
    http::Header,
};

use crate::access::guard;
use crate::web::scripts::{self, Script};

/// No script, no inline style, no foreign origin, no frame around us.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; \
                      frame-ancestors 'none'; base-uri 'none'";
/// A page that runs a script of ours, which may ask this server.
const SCRIPT_POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; \
                           img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
/// A page that works without network has a worker besides, and can be installed.
const OFFLINE_POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; worker-src 'self'; \
                              manifest-src 'self'; style-src 'self'; img-src 'self' data:; form-action 'self'; \
                              frame-ancestors 'none'; base-uri 'none'";
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
        let script = scripts::script_of(request);
        let policy = match (docs, script) {
            (true, _) => DOCS_POLICY,
            (false, Script::None) => POLICY,
            (false, Script::Live | Script::Place) => SCRIPT_POLICY,
            (false, Script::Offline) => OFFLINE_POLICY,
        };
        set("Content-Security-Policy", policy);
        set("X-Content-Type-Options", "nosniff");
        set("X-Frame-Options", "DENY");
        set("Referrer-Policy", "same-origin");
        set("Cross-Origin-Opener-Policy", "same-origin");
        set("Cross-Origin-Resource-Policy", "same-origin");
        let powers = match script {
            Script::Place => "camera=(), microphone=(), geolocation=(self), interest-cohort=()",
            Script::None | Script::Live | Script::Offline => {
                "camera=(), microphone=(), geolocation=(), interest-cohort=()"
            }
        };
        set("Permissions-Policy", powers);
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
