//! The page of one's own data, and the file to take away.

use askama::Template;
use rocket::{
    Route, get,
    http::{ContentType, Header},
    response::Responder,
    routes,
};

use crate::access::Can;
use crate::accounts::Fresh;
use crate::base::{Error, Result};
use crate::mydata::rights::SeeOwnData;
use crate::mydata::service;
use crate::mydata::views::OwnData;
use crate::web::{Html, Page, Tools};

#[derive(Template)]
#[template(path = "mydata/templates/data.html")]
struct DataPage {
    page: Page,
    data: OwnData,
    /// Label and value.
    facts: Vec<(String, String)>,
    /// How many rows of each kind the file holds.
    counts: Vec<(String, usize)>,
}

impl DataPage {
    /// What somebody looked at, in words.
    fn fields(&self, reveal: &crate::reveals::RevealView) -> String {
        let words = reveal.fields.iter().map(|field| self.page.word("reveal-field", field));
        words.collect::<Vec<_>>().join(&self.page.say("person-and"))
    }
}

fn data_page(page: Page, data: OwnData) -> DataPage {
    let or_none = |text: &str| if text.is_empty() { "—".to_owned() } else { text.to_owned() };
    let own = &data.person;
    let facts = [
        ("person-name", own.name.clone()),
        ("person-id_number", own.id_number.clone()),
        ("person-phone", or_none(&own.phone)),
        ("person-bank", or_none(&own.bank_account)),
        ("person-area", page.place(&own.area_code)),
        ("person-address", or_none(&own.address)),
        ("person-household", or_none(own.household_number.as_deref().unwrap_or_default())),
        ("person-status", page.word("person_status", own.status)),
    ];
    let counts = [
        ("mydata-services", data.services.len()),
        ("mydata-seats", data.seats.len()),
        ("mydata-completions", data.completions.len()),
        ("mydata-certificates", data.seats.iter().map(|seat| seat.certificates.len()).sum()),
        ("mydata-claim_lines", data.claim_lines.len()),
        ("mydata-hires", data.hires.len()),
        ("mydata-corrections", data.corrections.len()),
        ("mydata-history", data.history.len()),
        ("mydata-messages", data.messages.len()),
        ("mydata-reveals", data.reveals.len()),
    ];
    DataPage {
        facts: facts.into_iter().map(|(key, value)| (page.say(key), value)).collect(),
        counts: counts.into_iter().map(|(key, count)| (page.say(key), count)).collect(),
        page,
        data,
    }
}

#[get("/my-data")]
async fn show(by: Can<SeeOwnData>, fresh: Fresh, page: Page, tools: Tools<'_>) -> Result<Html<DataPage>> {
    let data = service::own_data(&by, fresh, tools).await?;
    Ok(Html::ok(data_page(page, data)))
}

/// A file to keep.
#[derive(Responder)]
struct Download {
    text: String,
    kind: ContentType,
    disposition: Header<'static>,
}

#[get("/my-data/download")]
async fn download(by: Can<SeeOwnData>, fresh: Fresh, tools: Tools<'_>) -> Result<Download> {
    let data = service::own_data(&by, fresh, tools).await?;
    Ok(Download {
        text: serde_json::to_string_pretty(&data).map_err(Error::internal)?,
        kind: ContentType::JSON,
        disposition: Header::new("Content-Disposition", "attachment; filename=\"my-data.json\""),
    })
}

pub(crate) fn routes() -> Vec<Route> {
    routes![show, download]
}
