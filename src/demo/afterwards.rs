//! What happened in 上高县 after it was paid: the checker drew a run, the supervisor one above it and looked at some of it; of
//! what was not in order, and of what the school reported, money is asked back, in every state that it can be in.

use entities::values::{AccountId, ClawbackSource, Fen, LineId, PaidFault, SampleItemId};

use crate::access::Actor;
use crate::base::Result;
use crate::clawbacks::{self, Grounds, NewClawback, NewReceipt};
use crate::data::Work;
use crate::demo::calendar::{TODAY, YEAR, day};
use crate::demo::doubts::actor;
use crate::demo::offices::Office;
use crate::demo::store;
use crate::samples::{self, Assurance, Doubted, NewRun};

/// Lines of which money is asked back because the school said so.
const REPORTED: u64 = 6;

/// Draws, looks, asks back.
///
/// # Errors
/// As of the services.
pub(super) async fn tell(work: &Work, office: &Office, supervisor: AccountId) -> Result<()> {
    let people = People {
        clerk: actor(work.db(), office.clerk).await?,
        checker: actor(work.db(), office.checker).await?,
        finance: actor(work.db(), office.finance).await?,
        supervisor: actor(work.db(), supervisor).await?,
    };
    // In a small year nothing was paid here.
    if store::paid_lines(work.db(), office.county, 1).await?.is_empty() {
        return Ok(());
    }
    let new = NewRun { area_code: office.county.to_owned(), from_on: day(YEAR, 1, 1), to_on: TODAY };
    samples::draw(&people.checker.prove()?, work, &new).await?;
    let run = samples::draw(&people.supervisor.prove()?, work, &new).await?;
    let drawn = store::drawn(work.db(), run).await?;
    if let Some((item, ..)) = drawn.get(1) {
        let seen =
            Assurance { note: Some("签到表、照片和打款记录都对得上。".to_owned()), version: None };
        samples::assure(&people.supervisor.prove()?, work, *item, &seen).await?;
    }
    let found = drawn.first().copied();
    if let Some((item, ..)) = found {
        let doubt = Doubted {
            fault: PaidFault::NotAttended,
            finding: "第三次课的签到是别人代签的，本人在外地打工。".to_owned(),
            version: None,
        };
        samples::doubt(&people.supervisor.prove()?, work, item, &doubt).await?;
    }
    people.ask_back(work, office, found).await
}

struct People {
    clerk: Actor,
    checker: Actor,
    finance: Actor,
    supervisor: Actor,
}

impl People {
    async fn ask_back(&self, work: &Work, office: &Office, found: Option<(SampleItemId, LineId, Fen)>) -> Result<()> {
        if let Some((item, line, fen)) = found {
            let new = NewClawback {
                source: ClawbackSource::Sample,
                item_id: Some(item),
                fault: PaidFault::NotAttended,
                note: "第三次课的签到是别人代签的。".to_owned(),
                ..reported(line, fen)
            };
            clawbacks::request(&self.supervisor.prove()?, work, &new).await?;
        }
        let lines = store::paid_lines(work.db(), office.county, REPORTED + 1).await?;
        let lines = lines.into_iter().filter(|(line, _)| found.is_none_or(|(_, sampled, _)| *line != sampled));
        for (n, (line, fen)) in lines.enumerate() {
            let id = clawbacks::request(&self.clerk.prove()?, work, &reported(line, fen)).await?;
            // One waits and one is rejected; of the others each comes a step further.
            if n == 0 {
                continue;
            }
            let refusal = (n == 1).then_some("核对了名册，没有多报。");
            clawbacks::decide(&self.checker.prove()?, work, id, None, refusal).await?;
            if n < 3 {
                continue;
            }
            clawbacks::bill(&self.finance.prove()?, work, id, None).await?;
            let part = NewReceipt {
                amount_fen: if n == 4 { fen } else { Fen(fen.0 / 2) },
                document_no: format!("银收2016-{n:03}"),
                received_on: TODAY,
            };
            clawbacks::collect(&self.finance.prove()?, work, id, &part).await?;
            if n == 5 {
                let why =
                    Grounds { grounds: "学校已经停办，没有可追的财产。".to_owned(), version: None };
                clawbacks::give_up(&self.supervisor.prove()?, work, id, &why).await?;
            }
        }
        Ok(())
    }
}

/// What a school said itself.
fn reported(line: LineId, fen: Fen) -> NewClawback {
    NewClawback {
        line_id: line,
        amount_fen: fen,
        fault: PaidFault::Overpaid,
        note: "自查发现多报了一个人。".to_owned(),
        source: ClawbackSource::SelfReport,
        item_id: None,
        case_id: None,
    }
}
