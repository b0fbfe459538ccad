//! Forms of pages: read strictly, tied to the visitor, shown again with what was typed and what is wrong with it.

use std::collections::BTreeMap;

use rocket::{
    Data, Request,
    data::{FromData, Outcome, ToByteUnit},
    form::{self, Contextual, Form, FromForm, Strict, ValueField, error::ErrorKind},
    http::{RawStr, Status},
    request,
};

use crate::base::error::{Error, FieldError};
use crate::web::frame::{Page, page_of};
use crate::web::reply::{fail, fail_as};

/// The hidden field that proves that the form came from a page of ours.
const TOKEN: &str = "_csrf";

/// The fields of a form as typed, and what is wrong with them.
#[derive(Clone, Debug, Default)]
pub(crate) struct FormView {
    values: BTreeMap<String, String>,
    errors: Vec<(String, String)>,
    /// How fields that are wrong are called.
    names: BTreeMap<String, String>,
}

impl FormView {
    pub(crate) fn value(&self, field: &str) -> &str {
        self.values.get(field).map_or("", String::as_str)
    }

    /// Whether a box is ticked or a choice made.
    pub(crate) fn is(&self, field: &str, value: impl std::fmt::Display) -> bool {
        self.values.get(field).is_some_and(|typed| *typed == value.to_string())
    }

    pub(crate) fn error(&self, field: &str) -> String {
        self.errors.iter().find(|(name, _)| name == field).map(|(_, text)| text.clone()).unwrap_or_default()
    }

    pub(crate) fn errors(&self) -> &[(String, String)] {
        &self.errors
    }

    /// What is wrong, for the top of the page: far from its field each fault says which one it is of.
    pub(crate) fn summary(&self, page: &Page) -> Vec<(String, String)> {
        let told = |(field, text): &(String, String)| match self.names.get(field) {
            Some(name) => (field.clone(), page.say2("form-error-of", "field", name, "message", text)),
            None => (field.clone(), text.clone()),
        };
        self.errors.iter().map(told).collect()
    }

    /// Says how the fields that are wrong are called on the page.
    pub(crate) fn named(mut self, name: impl Fn(&str) -> Option<String>) -> Self {
        let names = self.errors.iter().filter_map(|(field, _)| Some((field.clone(), name(field)?)));
        self.names = names.collect();
        self
    }

    pub(crate) fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// Fills a field of a fresh form.
    pub(crate) fn with(mut self, field: &str, value: impl std::fmt::Display) -> Self {
        self.values.insert(field.to_owned(), value.to_string());
        self
    }

    /// Whether the field came, empty or not.
    pub(crate) fn has(&self, field: &str) -> bool {
        self.values.contains_key(field)
    }

    /// Takes fields out whose names answer to that.
    pub(crate) fn without(mut self, of: impl Fn(&str) -> bool) -> Self {
        self.values.retain(|name, _| !of(name));
        self
    }

    /// Tells what was wrong; an error that no form can mend is passed on.
    pub(crate) fn told(mut self, page: &Page, error: Error) -> Result<Self, Error> {
        match error {
            Error::Invalid(fields) => {
                for e in fields {
                    // What the API takes in fen, a page takes in yuan, under the name without the unit.
                    let yuan = e.field.strip_suffix("_fen").filter(|yuan| self.has(yuan));
                    self.errors.push((yuan.unwrap_or(&e.field).to_owned(), page.explain(&e.code, &e.args)));
                }
            }
            Error::Refused(_) | Error::Stale | Error::TooMany(_) => {
                self.errors.push((String::new(), page.sorry(&error)));
            }
            other => return Err(other),
        }
        Ok(self)
    }

    /// The same for a form of one box, which takes what a service says of several fields.
    pub(crate) fn told_at(self, page: &Page, field: &str, error: Error) -> Result<Self, Error> {
        let mut view = self.told(page, error)?;
        for (name, _) in &mut view.errors {
            field.clone_into(name);
        }
        Ok(view)
    }
}

/// A form that was sent from a page of ours.
#[derive(Debug)]
pub(crate) struct PageForm<T> {
    input: Result<T, Vec<FieldError>>,
    pub view: FormView,
}

/// What was typed, or what is wrong with it.
type Input<T> = Result<T, Error>;

impl<T> PageForm<T> {
    /// The typed input and the view to show again.
    pub(crate) fn open(self) -> (Input<T>, FormView) {
        (self.input.map_err(Error::Invalid), self.view)
    }
}

/// A form without fields of its own: a button.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Nothing;

#[rocket::async_trait]
impl<'r> FromForm<'r> for Nothing {
    type Context = ();
    fn init(_: form::Options) {}
    fn push_value((): &mut (), _: ValueField<'r>) {}
    async fn push_data((): &mut (), _: form::DataField<'r, '_>) {}
    fn finalize((): ()) -> form::Result<'r, Self> {
        Ok(Self)
    }
}

/// Where a browser says that the request comes from. Old browsers say nothing; the form's token answers for them.
fn foreign(request: &Request<'_>) -> bool {
    let headers = request.headers();
    if let Some(site) = headers.get_one("Sec-Fetch-Site") {
        return !matches!(site, "same-origin" | "none");
    }
    match (headers.get_one("Origin"), headers.get_one("Host")) {
        (Some(origin), Some(host)) => origin.split_once("://").map(|(_, rest)| rest) != Some(host),
        (Some(_), None) => true,
        (None, _) => false,
    }
}

/// Whether a form with that token was sent from a page that we made for this very visitor.
///
/// # Errors
/// Of the database, which knows the visitor.
pub(crate) async fn is_ours(request: &Request<'_>, token: &str) -> Result<bool, Error> {
    let page = page_of(request).await?;
    #[expect(deprecated, reason = "ring's replacement is not public; the function itself is sound")]
    let same = ring::constant_time::verify_slices_are_equal(token.as_bytes(), page.csrf.as_bytes()).is_ok();
    Ok(same && !foreign(request))
}

/// Characters that nobody types into a form: controls, marks that turn the direction of text, the sign of lost bytes.
pub(crate) fn is_stray(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t'))
        || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FFFD}' | '\u{FEFF}')
}

type Pairs = Vec<(String, String)>;

/// Decodes a form body; `None` when it is not UTF-8.
fn decode(text: &str) -> Option<Pairs> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = RawStr::new(name).url_decode().ok()?.into_owned();
            let value = RawStr::new(value).url_decode().ok()?.replace("\r\n", "\n");
            Some((name, value))
        })
        .collect()
}

fn wrong(pairs: &[(String, String)]) -> Vec<FieldError> {
    let mut errors = Vec::new();
    for (i, (name, value)) in pairs.iter().enumerate() {
        if pairs.iter().take(i).any(|(other, _)| other == name) {
            errors.push(FieldError::new(name.clone(), "invalid.repeated"));
        }
        if value.contains(is_stray) || name.contains(is_stray) {
            errors.push(FieldError::new(name.clone(), "invalid.control"));
        }
    }
    errors
}

fn code_of(kind: &ErrorKind<'_>) -> String {
    match kind {
        ErrorKind::Missing => "invalid.required".into(),
        ErrorKind::Unexpected => "invalid.unknown_field".into(),
        ErrorKind::Duplicate => "invalid.repeated".into(),
        ErrorKind::Int(_) | ErrorKind::Float(_) => "invalid.number".into(),
        ErrorKind::Validation(code) if code.starts_with("invalid.") => code.to_string(),
        _ => "invalid.unreadable".into(),
    }
}

fn parse<'r, T: FromForm<'r>>(pairs: &'r [(String, String)]) -> Result<T, Vec<FieldError>> {
    // An empty box says nothing: what must be said is then missing, what may be left out is left out.
    let said = pairs.iter().filter(|(_, value)| !value.trim().is_empty());
    let fields = said.map(|(name, value)| ValueField::from((name.as_str(), value.as_str())));
    let Ok(form) = Form::<Contextual<'r, Strict<T>>>::parse_iter(fields) else {
        return Err(vec![FieldError::new("", "invalid.unreadable")]);
    };
    match form.value {
        Some(value) => Ok(value.into_inner()),
        None => Err(form
            .context
            .errors()
            .map(|e| {
                let field = e.name.as_ref().map(ToString::to_string).unwrap_or_default();
                FieldError::new(field, code_of(&e.kind))
            })
            .collect()),
    }
}

impl<'r, T: FromForm<'r>> PageForm<T> {
    /// The fields of a form as they came; `None` when it was not sent from a page that we made for this visitor.
    ///
    /// # Errors
    /// Of the database, which knows the visitor.
    pub(crate) async fn sent(request: &'r Request<'_>, pairs: Pairs) -> Result<Option<Self>, Error> {
        let (token, pairs): (Pairs, Pairs) = pairs.into_iter().partition(|(name, _)| name == TOKEN);
        if !is_ours(request, token.first().map_or("", |(_, value)| value.as_str())).await? {
            return Ok(None);
        }
        let pairs: &'r [(String, String)] = request::local_cache!(request, pairs);
        let errors = wrong(pairs);
        let mut view = FormView::default();
        for (name, value) in pairs {
            view.values.insert(name.clone(), value.clone());
        }
        let input = if errors.is_empty() { parse(pairs) } else { Err(errors) };
        Ok(Some(Self { input, view }))
    }
}

#[rocket::async_trait]
impl<'r, T: FromForm<'r> + Send> FromData<'r> for PageForm<T> {
    type Error = Error;

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r, Self, Error> {
        if !request.content_type().is_some_and(|kind| kind.is_form()) {
            return fail_as(request, Status::UnsupportedMediaType, Error::refused("error.media_type"));
        }
        let limit = request.limits().get("form").unwrap_or_else(|| 256.kibibytes());
        let text = match data.open(limit).into_string().await {
            Ok(text) if text.is_complete() => text.into_inner(),
            Ok(_) => return fail_as(request, Status::PayloadTooLarge, Error::refused("error.too_large")),
            Err(_) => return fail(request, Error::invalid("", "invalid.unreadable")),
        };
        let Some(pairs) = decode(&text) else { return fail(request, Error::invalid("", "invalid.unreadable")) };
        match Self::sent(request, pairs).await {
            Ok(Some(form)) => Outcome::Success(form),
            Ok(None) => fail_as(request, Status::Forbidden, Error::refused("error.csrf")),
            Err(e) => fail(request, e),
        }
    }
}
