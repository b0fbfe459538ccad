//! What pages and API share: texts, the frame of a page, forms, bodies, replies, errors, headers.

pub(crate) mod assets;
pub(crate) mod body;
pub(crate) mod form;
pub(crate) mod frame;
pub(crate) mod headers;
pub(crate) mod html;
pub(crate) mod idempotency;
pub(crate) mod lexicon;
pub(crate) mod photo;
pub(crate) mod preferences;
pub(crate) mod qr;
pub(crate) mod query;
pub(crate) mod reason;
pub(crate) mod reply;
pub(crate) mod scripts;
pub(crate) mod sent;
pub(crate) mod settings;
pub(crate) mod todo;
pub(crate) mod unlisted;
pub(crate) mod upload;

pub(crate) use assets::{css_href as style_href, script_href};
pub(crate) use body::Body;
pub(crate) use form::{FormView, Nothing, PageForm};
pub(crate) use frame::{Page, Spoken};
pub(crate) use html::{Html, back, go};
pub(crate) use idempotency::IdempotencyKey;
pub use lexicon::{Lexicon, Locale, Texts, keys as lexicon_keys};
pub(crate) use photo::Photo;
pub(crate) use qr::Qr;
pub(crate) use query::{Once, Paging};
pub(crate) use reason::{Reason, ReasonPage, one_line, perhaps_in, told_in};
pub(crate) use scripts::{Live, Script, Scripted};
pub(crate) use sent::{Shown, Tools, on};
pub use settings::Settings;
pub(crate) use todo::Todo;
pub(crate) use unlisted::Unlisted;
pub(crate) use upload::{BodyFile, PageUpload, UploadRoom, file_name};

/// The texts of this storey.
pub(crate) const TEXTS: Texts = Texts { zh: include_str!("texts/zh-CN.ftl"), en: include_str!("texts/en.ftl") };
