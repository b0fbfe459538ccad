//! What became of certificates of 上高县 after they were handed out: one that was revoked, one that a wish to revoke waits for,
//! one that was lost and issued anew. The services' own verbs say it.

use entities::values::{ReplaceReason, Role};

use crate::base::{Error, Result};
use crate::certificates;
use crate::data::Work;
use crate::demo::doubts::actor;
use crate::demo::fill::Ground;
use crate::demo::offices::Office;
use crate::demo::store;

/// # Errors
/// As of the services; `Internal` where no certificate is left that nobody has claimed for.
pub(super) async fn tell(work: &Work, ground: &Ground, office: &Office) -> Result<()> {
    let clerk = actor(office.clerk, Role::CountyClerk, office.county);
    let checker = actor(office.checker, Role::CountyChecker, office.county);
    let few = || Error::internal("上高县 has too few certificates");
    let mut some = store::unclaimed(work.db(), office.county).await?.into_iter();
    let (revoked, doubted, lost) =
        (some.next().ok_or_else(few)?, some.next().ok_or_else(few)?, some.next().ok_or_else(few)?);
    let by = clerk.prove()?;
    let wish = certificates::ask_revocation(&by, work, &revoked, "冒名顶替，已核实").await?;
    certificates::approve_revocation(&checker.prove()?, work, wish.id).await?;
    certificates::ask_revocation(&by, work, &doubted, "签到与照片不符，正在核实").await?;
    certificates::replace(&clerk.prove()?, work, &ground.vault, &lost, ReplaceReason::Lost).await?;
    Ok(())
}
