//! What follows in 上高县 from the case that was decided: a warning and a rectification, proposed by the clerk and put in force
//! by the supervisor; and the scores of both schools of the county.

use entities::values::{CaseId, SanctionKind};

use crate::access::Actor;
use crate::base::Result;
use crate::data::Work;
use crate::demo::calendar::{YEAR, day};
use crate::demo::doubts::actor;
use crate::demo::offices::Office;
use crate::risk;
use crate::sanctions::{self, Confirmation, Proposal};

/// Punishes, and keeps what the schools then stand at.
///
/// # Errors
/// As of the services.
pub(super) async fn tell(work: &Work, office: &Office, supervisor: &Actor, case: CaseId) -> Result<()> {
    let clerk = actor(work.db(), office.clerk).await?;
    let warning = Proposal {
        kind: SanctionKind::Warn,
        reason: "两次课的人数超过教室座位，照样计了出勤。".to_owned(),
        mend: None,
        due_on: None,
        starts_on: None,
        ends_on: None,
    };
    let rectify = Proposal {
        kind: SanctionKind::Rectify,
        reason: "教室坐不下全班。".to_owned(),
        mend: Some("换到能坐下全班的教室，在门口贴出座位数。".to_owned()),
        due_on: Some(day(YEAR + 1, 1, 26)),
        ..warning.clone()
    };
    for (proposal, paper) in [(warning, "上人社罚〔2016〕3号"), (rectify, "上人社改〔2016〕5号")] {
        let id = sanctions::propose(&clerk.prove()?, work, case, &proposal).await?;
        let paper = Confirmation { document_no: paper.to_owned(), version: None };
        sanctions::confirm(&supervisor.prove()?, work, id, &paper).await?;
    }
    for school in &office.schools {
        risk::keep(Some(&supervisor.prove()?), work, school.id).await?;
    }
    Ok(())
}
