//! What a reader sees of a notice: everybody as long as it lies open, offices and the claimant also afterwards.

use chrono::NaiveDate;
use entities::{
    notice, notice_line, objection,
    values::{ClaimId, NoticeStatus},
};
use sea_orm::ConnectionTrait;

use crate::access::{Actor, Can};
use crate::base::cells::neutral;
use crate::base::{Error, Result, money};
use crate::claims;
use crate::notices::list::Shown;
use crate::notices::objections;
use crate::notices::rights::{PostNotices, ReadNotices, SeeObjections};
use crate::notices::rules::list_hash;
use crate::notices::store::{self, Which};

/// Notices that are read at once when all are.
const SOME: u64 = 200;

/// A notice with its frozen rows.
pub(super) struct Sheet {
    pub notice: notice::Model,
    pub lines: Vec<notice_line::Model>,
    /// Whether everybody may read it today, and object.
    pub open: bool,
}

/// # Errors
/// `NotFound` for what is not open today, unless the reader may see those that ended.
pub(super) async fn sheet(
    db: &impl ConnectionTrait,
    today: NaiveDate,
    reader: Option<&Actor>,
    number: &str,
) -> Result<Sheet> {
    let (notice, open) = match store::public(db, today, number).await {
        Err(Error::NotFound(_)) => {
            let by = reader.and_then(|reader| reader.prove::<ReadNotices>().ok()).ok_or(Error::NotFound("notice"))?;
            (store::visible(db, &by.scope(), number).await?, false)
        }
        found => (found?, true),
    };
    Ok(Sheet { lines: store::lines(db, notice.id).await?, notice, open })
}

/// What a list shows: everybody what is open, and offices by choice what ended.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    today: NaiveDate,
    reader: Option<&Actor>,
    status: Option<NoticeStatus>,
    which: Which<'_>,
) -> Result<Vec<notice::Model>> {
    let by = reader.and_then(|reader| reader.prove::<ReadNotices>().ok());
    match (by, status) {
        (Some(by), Some(status)) => store::list(db, &by.scope(), status, which).await,
        _ => store::public_list(db, today, which).await,
    }
}

/// Objections to the lines of this notice's claim, for those who may read them.
pub(super) async fn objections_of(
    db: &impl ConnectionTrait,
    reader: Option<&Actor>,
    notice: &notice::Model,
) -> Result<Vec<objection::Model>> {
    let by = reader.and_then(|reader| reader.prove::<SeeObjections>().ok());
    if !by.is_some_and(|by| by.scope().covers(&notice.area_code)) {
        return Ok(Vec::new());
    }
    let mut rows = objections::of_claim(db, notice.claim_id).await?;
    rows.retain(|row| row.notice_id == notice.id);
    Ok(rows)
}

/// A claim's notices, the latest first, and the objections to its lines.
///
/// # Errors
/// `NotFound` out of sight.
pub(super) async fn of_claim(
    by: &Can<ReadNotices>,
    db: &impl ConnectionTrait,
    claim: ClaimId,
) -> Result<(entities::claim::Model, Vec<notice::Model>, Vec<objection::Model>)> {
    let claim = claims::visible(db, &by.scope(), claim).await?;
    let rounds = store::of_claim(db, claim.id).await?;
    let objections = objections::of_claim(db, claim.id).await?;
    Ok((claim, rounds, objections))
}

/// An open list as a file for the county's website: the rows as everybody sees them, under these heads. The mark before it tells
/// spreadsheets that it is UTF-8.
///
/// # Errors
/// `NotFound` out of sight; `notice.ended` for one that nobody may post any more.
pub(super) async fn file(
    by: &Can<PostNotices>,
    db: &impl ConnectionTrait,
    today: NaiveDate,
    number: &str,
    heads: &[String],
) -> Result<Vec<u8>> {
    let notice = store::visible(db, &by.scope(), number).await?;
    if store::public(db, today, number).await.is_err() {
        return Err(Error::refused("notice.ended"));
    }
    let mut file = csv::WriterBuilder::new()
        .quote_style(csv::QuoteStyle::Always)
        .terminator(csv::Terminator::CRLF)
        .from_writer("\u{FEFF}".as_bytes().to_vec());
    file.write_record(heads).map_err(Error::internal)?;
    for line in store::lines(db, notice.id).await? {
        let ordinal = line.ordinal.to_string();
        let yuan = money::yuan(line.fen).replace(',', "");
        let cells = [ordinal.as_str(), &line.masked_name, &line.masked_number, &line.item, &yuan];
        file.write_record(cells.map(|cell| neutral(cell).into_owned())).map_err(Error::internal)?;
    }
    file.into_inner().map_err(|e| Error::internal(e.to_string()))
}

/// Notices whose rows are not those of which their hash was made; all are read, some at a time.
///
/// # Errors
/// Of the database.
pub(crate) async fn broken(db: &impl ConnectionTrait) -> Result<Vec<notice::Model>> {
    let (mut broken, mut after) = (Vec::new(), None);
    loop {
        let some = store::all_after(db, after, SOME).await?;
        let Some(last) = some.last() else { return Ok(broken) };
        after = Some(last.id);
        let mut lists = store::lines_of(db, some.iter().map(|row| row.id)).await?;
        for row in some {
            let list: Vec<Shown> = lists.remove(&row.id).unwrap_or_default().iter().map(Shown::from).collect();
            if list_hash(&list) != row.list_hash {
                broken.push(row);
            }
        }
    }
}
