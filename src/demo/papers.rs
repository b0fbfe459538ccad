//! What became of certificates of 上高县 after they were handed out: one that was revoked, one that a wish to revoke waits for,
//! one that was lost and issued anew. The services' own verbs say it.

use entities::values::{PersonId, ReplaceReason};

use crate::base::{Error, Result};
use crate::certificates;
use crate::data::Work;
use crate::demo::doubts::actor;
use crate::demo::fill::Ground;
use crate::demo::offices::Office;
use crate::demo::store;

/// `trainee` keeps the own certificate as it is.
///
/// # Errors
/// As of the services; `Internal` where there are too few certificates.
pub(super) async fn tell(work: &Work, ground: &Ground, office: &Office, trainee: PersonId) -> Result<()> {
    let clerk = actor(work.db(), office.clerk).await?;
    let checker = actor(work.db(), office.checker).await?;
    let some = store::paid_for(work.db(), office.county, trainee, 3).await?;
    let [revoked, doubted, lost] = some.as_slice() else {
        return Err(Error::internal("上高县 has too few certificates"));
    };
    let by = clerk.prove()?;
    let wish = certificates::ask_revocation(&by, work, revoked, "冒名顶替，已核实").await?;
    certificates::approve_revocation(&checker.prove()?, work, wish.id).await?;
    certificates::ask_revocation(&by, work, doubted, "签到与照片不符，正在核实").await?;
    certificates::replace(&clerk.prove()?, work, &ground.vault, lost, ReplaceReason::Lost).await?;
    Ok(())
}
