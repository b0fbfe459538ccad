//! The one error of the house. Its `code` is the text key and the API's `code`; its HTTP status is decided in `web`.

use std::{borrow::Cow, fmt, sync::Arc};

use sea_orm::{ConnAcquireErr, DbErr, SqlErr};
use validator::ValidationErrors;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Named values that a text may quote, for instance `("left", "2")`.
pub type Args = Vec<(&'static str, String)>;

/// Why a request was not fulfilled. It is `Clone` because a failed commit is told to everybody who shared it.
#[derive(Clone, thiserror::Error)]
pub enum Error {
    #[error("sign in first")]
    Unauthenticated,
    #[error("not allowed")]
    Forbidden,
    /// The password was typed too long ago for this.
    #[error("type the password again first")]
    NotFresh,
    /// Not there, or out of the caller's sight: the two are told alike.
    #[error("no such {0}")]
    NotFound(&'static str),
    #[error("invalid input")]
    Invalid(Vec<FieldError>),
    /// A rule said no.
    #[error("refused: {0}")]
    Refused(Refusal),
    /// The row moved on since the caller read it.
    #[error("changed meanwhile")]
    Stale,
    /// Seconds to wait.
    #[error("too many attempts")]
    TooMany(u64),
    /// The queue is full or the work took too long; nothing was done.
    #[error("busy")]
    Busy,
    /// The commit was not confirmed: it may or may not have happened.
    #[error("outcome unknown")]
    Lost,
    #[error("{0}")]
    Internal(Arc<dyn std::error::Error + Send + Sync>),
}

/// A rule's no: the code names the fact, the arguments fill its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub code: &'static str,
    pub args: Args,
}

/// What is wrong with one field of the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    pub field: Cow<'static, str>,
    pub code: Cow<'static, str>,
    pub args: Args,
}

impl Refusal {
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.args.push((name, value.to_string()));
        self
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

impl FieldError {
    pub fn new(field: impl Into<Cow<'static, str>>, code: impl Into<Cow<'static, str>>) -> Self {
        Self { field: field.into(), code: code.into(), args: Args::new() }
    }

    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.args.push((name, value.to_string()));
        self
    }
}

impl Error {
    pub fn refused(code: &'static str) -> Self {
        Refusal { code, args: Args::new() }.into()
    }

    pub fn invalid(field: impl Into<Cow<'static, str>>, code: impl Into<Cow<'static, str>>) -> Self {
        Self::Invalid(vec![FieldError::new(field, code)])
    }

    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(Arc::from(cause.into()))
    }

    /// The stable name of what happened, `noun.fact`; also the key of its text.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unauthenticated => "error.unauthenticated",
            Self::Forbidden => "error.forbidden",
            Self::NotFresh => "error.step_up_required",
            Self::NotFound(_) => "error.not_found",
            Self::Invalid(_) => "error.invalid",
            Self::Refused(refusal) => refusal.code,
            Self::Stale => "error.stale",
            Self::TooMany(_) => "error.too_many",
            Self::Busy => "error.busy",
            Self::Lost => "error.lost",
            Self::Internal(_) => "error.internal",
        }
    }

    /// True for a key that stood already: a second insert of the same natural key.
    pub fn is_duplicate(&self) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.code == "error.duplicate")
    }
}

/// Shows no row values: the debug text of a database error carries the values that were bound, personal data included.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => write!(f, "Refused({refusal:?})"),
            Self::Invalid(fields) => write!(f, "Invalid({fields:?})"),
            other => write!(f, "{}: {other}", other.code()),
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<DbErr> for Error {
    fn from(e: DbErr) -> Self {
        match e.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(_)) => Self::refused("error.duplicate"),
            // All connections were in use for as long as one waits for them; nothing was asked of the database.
            None if matches!(e, DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)) => Self::Busy,
            _ => Self::internal(e),
        }
    }
}

impl From<ValidationErrors> for Error {
    fn from(errors: ValidationErrors) -> Self {
        let mut fields: Vec<FieldError> = errors
            .field_errors()
            .iter()
            .flat_map(|(field, errors)| {
                errors.iter().map(|e| FieldError {
                    field: field.to_string().into(),
                    code: format!("invalid.{}", e.code).into(),
                    args: ["min", "max"]
                        .into_iter()
                        .filter_map(|name| e.params.get(name).map(|value| (name, value.to_string())))
                        .collect(),
                })
            })
            .collect();
        fields.sort_by(|a, b| a.field.cmp(&b.field));
        Self::Invalid(fields)
    }
}
