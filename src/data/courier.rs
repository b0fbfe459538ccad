//! Who carries a letter: an SMTP server, by way of lettre.

use std::time::Duration;

use entities::values::MessageId;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Tokio1Executor,
    message::{Mailbox, header::ContentType},
    transport::smtp,
};
use sea_orm::prelude::DateTimeUtc;
use tokio::time::timeout;

use crate::base::{Error, Result};

/// A server that takes longer for one letter is taken for dead.
const PATIENCE: Duration = Duration::from_secs(10);

/// A letter on its way.
#[derive(Clone, Debug)]
pub struct Parcel {
    /// The same at every attempt, so that the receiver's side can tell a letter that came twice.
    pub id: MessageId,
    pub to: String,
    pub subject: String,
    pub body: String,
    pub written_at: DateTimeUtc,
}

/// Why a letter did not go out, in a word; the server's own words may quote an address and are not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undelivered(pub String);

pub trait Courier: Send + Sync + 'static {
    /// Returns once the next station has taken the letter over.
    fn carry(&self, parcel: Parcel) -> impl Future<Output = Result<(), Undelivered>> + Send;
}

/// The mail server of the house.
pub struct Smtp {
    server: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Smtp {
    /// `smtps://user:password@host` or `smtp://…?tls=required`; `from` is an address, with or without a name.
    pub fn open(url: &str, from: &str) -> Result<Self> {
        // The URL holds a password, so the message names only the setting.
        let server = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|_| Error::internal("the mail server's URL cannot be read"))?
            .timeout(Some(PATIENCE))
            .build();
        let from = from.parse().map_err(|_| Error::internal("the sender's address cannot be read"))?;
        Ok(Self { server, from })
    }

    fn seal(&self, parcel: Parcel) -> Option<lettre::Message> {
        lettre::Message::builder()
            .message_id(Some(format!("<{}@{}>", parcel.id, self.from.email.domain())))
            .date(parcel.written_at.into())
            .from(self.from.clone())
            .to(parcel.to.parse().ok()?)
            .subject(parcel.subject)
            .header(ContentType::TEXT_PLAIN)
            .body(parcel.body)
            .ok()
    }
}

impl Courier for Smtp {
    async fn carry(&self, parcel: Parcel) -> Result<(), Undelivered> {
        let letter = self.seal(parcel).ok_or_else(|| Undelivered("address".to_owned()))?;
        match timeout(PATIENCE, self.server.send(letter)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(e)) => Err(Undelivered(in_a_word(&e))),
            Err(_) => Err(Undelivered("timeout".to_owned())),
        }
    }
}

fn in_a_word(e: &smtp::Error) -> String {
    match e.status() {
        Some(code) => code.to_string(),
        None if e.is_timeout() => "timeout".to_owned(),
        None if e.is_tls() => "tls".to_owned(),
        None => "connection".to_owned(),
    }
}
