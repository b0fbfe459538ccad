//! Public notices as rows: what lay open of each claim, and until when.

use chrono::NaiveDate;
use entities::{
    claim, claim_line, notice,
    values::{Fen, LineStatus, NoticeId, NoticeStatus},
};

use crate::demo::calendar::{YEAR, at};
use crate::demo::classes::{Plan, Seat, Teller, count};
use crate::notices::{Shown, item, list_hash, masked_name, masked_number, rows};

/// The notice of a claim whose lines are told with who they are for; over, or still open.
pub(super) fn tell(
    teller: &mut Teller<'_>,
    plan: &Plan<'_>,
    claim: &claim::Model,
    lines: &[(&claim_line::Model, &Seat)],
    (starts_on, last_day): (NaiveDate, NaiveDate),
    status: NoticeStatus,
) {
    let shown = |(line, seat): &(&claim_line::Model, &Seat)| Shown {
        line: line.id,
        name: masked_name(&seat.name),
        number: masked_number(&seat.id_number),
        item: item(&line.occupation, line.level, line.kind, line.tranche),
        fen: line.fen,
    };
    let live = lines.iter().filter(|(line, _)| line.status != LineStatus::Refused);
    let mut list: Vec<Shown> = live.map(shown).collect();
    list.sort_by_key(|shown| shown.line);
    let id = NoticeId::new();
    teller.rows.notice.push(notice::Model {
        id,
        number: teller.series.notice(YEAR),
        claim_id: claim.id,
        organisation_id: claim.organisation_id,
        area_code: claim.area_code.clone(),
        round: 1,
        title: plan.offer.class_title.to_owned(),
        institution: plan.school.name.clone(),
        list_hash: list_hash(&list),
        lines: count(list.len()),
        total_fen: list.iter().fold(Fen(0), |sum, shown| sum + shown.fen),
        starts_on,
        last_day,
        status,
        published_at: at(starts_on, 9, 50),
        ended_at: (status != NoticeStatus::Open).then(|| at(crate::demo::calendar::after(last_day, 1), 0, 5)),
        version: if status == NoticeStatus::Open { 1 } else { 2 },
    });
    teller.rows.notice_line.extend(rows(id, list));
}
