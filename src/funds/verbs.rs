//! The verbs by which classes and claims move the money of a pot. Each is one posting.

use entities::{
    posting,
    values::{ClaimId, ClassId, Fen, PotAccount, PotId},
};
use sea_orm::ConnectionTrait;

use crate::access::Actor;
use crate::base::Result;
use crate::data::Work;
use crate::funds::ledger::{About, Entry, post, post_many};
use crate::funds::{rules, store};

/// What is still reserved in a pot for a class, from the postings themselves.
pub(crate) async fn reserved_for(db: &impl ConnectionTrait, pot: PotId, class: ClassId) -> Result<Fen> {
    Ok(rules::reserved_by(&store::of_class(db, pot, class).await?))
}

/// Every posting about a claim, in the order in which they were made; for callers who may see the claim.
///
/// # Errors
/// Of the database.
pub(crate) async fn of_claim(
    db: &impl ConnectionTrait,
    pot: PotId,
    class: ClassId,
    claim: ClaimId,
) -> Result<Vec<posting::Model>> {
    let mut rows = store::of_class(db, pot, class).await?;
    rows.retain(|row| row.claim_id == Some(claim));
    rows.sort_unstable_by_key(|row| row.id);
    Ok(rows)
}

/// What of it was reserved in the name of a claim: all that a claim has which its class did not foresee.
pub(crate) async fn reserved_under(
    db: &impl ConnectionTrait,
    pot: PotId,
    class: ClassId,
    claims: &[ClaimId],
) -> Result<Fen> {
    let postings = store::of_class(db, pot, class).await?;
    Ok(rules::reserved_by(postings.iter().filter(|row| row.claim_id.is_some_and(|claim| claims.contains(&claim)))))
}

/// available -> reserved, when a class is approved.
///
/// # Errors
/// `pot.short` (args available, wanted: yuan).
pub(crate) async fn reserve(by: &Actor, work: &Work, pot: PotId, class: ClassId, fen: Fen) -> Result<()> {
    let entry = Entry {
        cause: "class_approved",
        about: About::class(class),
        ..Entry::between(pot, PotAccount::Available, PotAccount::Reserved, fen)
    };
    post(work, Some(by), entry).await
}

/// available -> reserved again, for a claim whose class holds less than it asks for: it was released when an earlier claim
/// was rejected or a line refused.
///
/// # Errors
/// `pot.short` (args available, wanted: yuan).
pub(crate) async fn hold(by: &Actor, work: &Work, pot: PotId, class: ClassId, claim: ClaimId, fen: Fen) -> Result<()> {
    let entry = Entry {
        cause: "claim_submitted",
        about: About::claim(class, claim),
        ..Entry::between(pot, PotAccount::Available, PotAccount::Reserved, fen)
    };
    post(work, Some(by), entry).await
}

/// reserved -> available: a class cancelled, seats that nobody qualified on, a line refused.
///
/// # Errors
/// `pot.not_reserved`.
pub(crate) async fn release(
    by: Option<&Actor>,
    work: &Work,
    pot: PotId,
    about: About,
    fen: Fen,
    cause: &'static str,
) -> Result<()> {
    let entry = Entry {
        cause,
        about,
        short: "pot.not_reserved",
        ..Entry::between(pot, PotAccount::Reserved, PotAccount::Available, fen)
    };
    post(work, by, entry).await
}

/// Releases what is reserved for a class beyond so much.
///
/// # Errors
/// Of the database.
pub(crate) async fn release_beyond(
    by: Option<&Actor>,
    work: &Work,
    pot: PotId,
    class: ClassId,
    kept: Fen,
    cause: &'static str,
) -> Result<()> {
    let reserved = reserved_for(work.db(), pot, class).await?;
    release(by, work, pot, About::class(class), (reserved - kept).max(Fen(0)), cause).await
}

/// reserved -> payable, at the second approval.
///
/// # Errors
/// `pot.not_reserved`.
pub(crate) async fn owe(by: &Actor, work: &Work, pot: PotId, class: ClassId, claim: ClaimId, fen: Fen) -> Result<()> {
    let entry = Entry {
        cause: "claim_confirmed",
        about: About::claim(class, claim),
        short: "pot.not_reserved",
        ..Entry::between(pot, PotAccount::Reserved, PotAccount::Payable, fen)
    };
    post(work, Some(by), entry).await
}

/// payable -> reserved: what was owed is only reserved again, because a line fell or the claim went back.
///
/// # Errors
/// `pot.not_owed`.
pub(crate) async fn restore(
    by: &Actor,
    work: &Work,
    pot: PotId,
    class: ClassId,
    claim: ClaimId,
    fen: Fen,
) -> Result<()> {
    let entry = Entry {
        cause: "claim_reopened",
        about: About::claim(class, claim),
        short: "pot.not_owed",
        ..Entry::between(pot, PotAccount::Payable, PotAccount::Reserved, fen)
    };
    post(work, Some(by), entry).await
}

/// payable -> reserved -> available: what was owed for a line that fell is free.
///
/// # Errors
/// `pot.not_owed`.
pub(crate) async fn give_up(
    by: Option<&Actor>,
    work: &Work,
    pot: PotId,
    class: ClassId,
    claim: ClaimId,
    fen: Fen,
) -> Result<()> {
    let entry = Entry {
        cause: "claim_reopened",
        about: About::claim(class, claim),
        short: "pot.not_owed",
        ..Entry::between(pot, PotAccount::Payable, PotAccount::Reserved, fen)
    };
    post(work, by, entry).await?;
    release(by, work, pot, About::claim(class, claim), fen, "line_refused").await
}

/// payable -> paid for many claims of one pot at once, under the number of their batch: a posting a claim.
///
/// # Errors
/// `pot.not_owed`.
pub(crate) async fn pay(
    by: &Actor,
    work: &Work,
    pot: PotId,
    paid: &[(ClassId, ClaimId, Fen)],
    batch: &str,
) -> Result<()> {
    let entry = Entry {
        cause: "claim_paid",
        document_no: Some(batch),
        short: "pot.not_owed",
        ..Entry::between(pot, PotAccount::Payable, PotAccount::Paid, Fen(0))
    };
    let parts: Vec<(About, Fen)> =
        paid.iter().map(|(class, claim, fen)| (About::claim(*class, *claim), *fen)).collect();
    post_many(work, by, entry, &parts).await
}

#[cfg(test)]
mod tests {
    use entities::{
        pot,
        values::{AccountId, Role},
    };
    use sea_orm::{EntityTrait, IntoActiveModel};

    use super::*;
    use crate::base::{Clock, Error};
    use crate::data::Database;
    use crate::funds::recovery::{claim_back, give_back, recover, write_off};
    use crate::funds::rules::Sum;
    use crate::funds::service::{by_id, pot_for};

    fn officer() -> Actor {
        Actor {
            account: AccountId::new(),
            name: "罗建军".into(),
            role: Role::FinanceOfficer,
            area: "360923".into(),
            organisation: None,
            person: None,
            holder: None,
            behalf: None,
            locale: "zh-CN".into(),
            confirmed_at: None,
            session: String::new(),
        }
    }

    /// A migrated database of its own in a folder that goes with it.
    async fn database() -> (Database, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let database =
            Database::open(&format!("sqlite://{}/funds.db?mode=rwc", folder.path().display())).await.unwrap();
        database.migrate().await.unwrap();
        (database, folder)
    }

    async fn begin(database: &Database) -> Work {
        Work::begin(database, &Clock::System).await.unwrap()
    }

    async fn pot(work: &Work, area: &str, source: &str, fen: i64) -> PotId {
        let id = PotId::new();
        let row = pot::Model {
            id,
            source: source.into(),
            year: 2016,
            area_code: area.into(),
            granted_fen: Fen(0),
            available_fen: Fen(0),
            reserved_fen: Fen(0),
            payable_fen: Fen(0),
            paid_fen: Fen(0),
            recoverable_fen: Fen(0),
            recovered_fen: Fen(0),
            written_off_fen: Fen(0),
            returned_fen: Fen(0),
            version: 1,
            closed_at: None,
            closed_by: None,
        };
        pot::Entity::insert(row.into_active_model()).exec_without_returning(work.db()).await.unwrap();
        let entry = Entry::between(id, PotAccount::Appropriation, PotAccount::Available, Fen(fen));
        post(work, None, entry).await.unwrap();
        id
    }

    /// The model: what a verb does to the balances, or that it cannot be.
    fn told(pot: &Sum, verb: u64, fen: Fen) -> Option<Sum> {
        let (mut next, none) = (*pot, Fen(0));
        let (from, to) = match verb {
            0 | 1 => (&mut next.available, &mut next.reserved),
            2 => (&mut next.reserved, &mut next.available),
            3 => (&mut next.reserved, &mut next.payable),
            4 => (&mut next.payable, &mut next.reserved),
            5 | 6 => (&mut next.payable, &mut next.paid),
            7 => (&mut next.paid, &mut next.recoverable),
            8 => (&mut next.recoverable, &mut next.recovered),
            9 => (&mut next.recoverable, &mut next.written_off),
            _ => (&mut next.recovered, &mut next.available),
        };
        (*from, *to) = (*from - fen, *to + fen);
        let short = *from < none;
        if verb == 10 {
            next.returned = next.returned + fen;
        }
        (!short).then_some(next)
    }

    async fn do_it(
        by: &Actor,
        work: &Work,
        pot: PotId,
        (class, claim): (ClassId, ClaimId),
        verb: u64,
        fen: Fen,
    ) -> Result<()> {
        let about = About::claim(class, claim);
        match verb {
            0 => reserve(by, work, pot, class, fen).await,
            1 => hold(by, work, pot, class, claim, fen).await,
            2 => release(Some(by), work, pot, About::class(class), fen, "class_cancelled").await,
            3 => owe(by, work, pot, class, claim, fen).await,
            4 => restore(by, work, pot, class, claim, fen).await,
            5 => pay(by, work, pot, &[(class, claim, fen)], "B-1").await,
            6 => pay(by, work, pot, &[(class, claim, fen)], "B-2").await,
            7 => claim_back(by, work, pot, about, fen).await,
            8 => recover(by, work, pot, about, fen, "R-1").await,
            9 => write_off(by, work, pot, about, fen).await,
            _ => give_back(by, work, pot, about, fen).await,
        }
    }

    /// What the postings make of the pot, account by account.
    fn summed(postings: &[posting::Model]) -> Sum {
        use PotAccount::{Appropriation, Available, Paid, Payable, Recoverable, Recovered, Reserved, WrittenOff};
        let of = |side: fn(&posting::Model) -> PotAccount, account| -> Fen {
            postings.iter().filter(|row| side(row) == account).map(|row| row.fen).sum()
        };
        let balance = |account| of(|row| row.credit, account) - of(|row| row.debit, account);
        Sum {
            granted: Fen(0) - balance(Appropriation),
            available: balance(Available),
            reserved: balance(Reserved),
            payable: balance(Payable),
            paid: balance(Paid),
            recoverable: balance(Recoverable),
            recovered: balance(Recovered),
            written_off: balance(WrittenOff),
            returned: postings.iter().filter(|row| row.debit == Recovered).map(|row| row.fen).sum(),
        }
    }

    #[rocket::async_test]
    async fn whatever_is_asked_of_a_pot_it_is_what_the_model_and_its_postings_say() {
        let (database, _folder) = database().await;
        let (work, by) = (begin(&database).await, officer());
        let pot = pot(&work, "360923", "就业补助资金", 10_000).await;
        let ids = (ClassId::new(), ClaimId::new());
        let mut model = Sum { granted: Fen(10_000), available: Fen(10_000), ..Sum::default() };
        // A walk that never ends early: each step is one of the verbs with an amount that is sometimes too much.
        let (mut state, mut refused, mut done) = (2016_u64, [0; 11], [0; 11]);
        for _ in 0..1_200 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let (verb, fen) = ((state >> 33) % 11, Fen(i64::try_from((state >> 40) % 1_500).unwrap()));
            // Written off money does not come back, so it leaves by small sums.
            let fen = if verb == 9 { Fen(fen.0 % 5) } else { fen };
            let n = usize::try_from(verb).unwrap();
            let outcome = do_it(&by, &work, pot, ids, verb, fen).await;
            match (outcome, told(&model, verb, fen)) {
                (Ok(()), Some(next)) => (model, done[n]) = (next, done[n] + 1),
                (Err(e), None) => {
                    assert!(e.code().starts_with("pot."), "{e:?}");
                    refused[n] += 1;
                }
                (outcome, told) => panic!("verb {verb} of {fen:?}: {outcome:?}, the model says {told:?}"),
            }
            let row = by_id(work.db(), pot).await.unwrap();
            assert_eq!(Sum::from(&row), model);
            assert_eq!(model.available, model.comes_to());
        }
        let mut postings = store::of_class(work.db(), pot, ids.0).await.unwrap();
        assert_eq!(reserved_for(work.db(), pot, ids.0).await.unwrap(), model.reserved);
        postings.push(posting::Model {
            debit: PotAccount::Appropriation,
            credit: PotAccount::Available,
            fen: Fen(10_000),
            ..postings[0].clone()
        });
        assert_eq!(summed(&postings), model);
        assert!(done.iter().all(|n| *n > 10) && refused.iter().all(|n| *n > 2), "{done:?} done, {refused:?} refused");
    }

    #[rocket::async_test]
    async fn a_closed_year_pays_what_it_owes_and_takes_nothing_new() {
        let (database, _folder) = database().await;
        let (work, by) = (begin(&database).await, officer());
        let pot = pot(&work, "360923", "就业补助资金", 1_000).await;
        let (class, claim) = (ClassId::new(), ClaimId::new());
        let about = About::claim(class, claim);
        reserve(&by, &work, pot, class, Fen(600)).await.unwrap();
        owe(&by, &work, pot, class, claim, Fen(400)).await.unwrap();
        pay(&by, &work, pot, &[(class, claim, Fen(300))], "B-1").await.unwrap();
        claim_back(&by, &work, pot, about, Fen(90)).await.unwrap();
        recover(&by, &work, pot, about, Fen(50), "R-1").await.unwrap();
        assert!(store::close(work.db(), pot, work.now, by.account).await.unwrap());
        assert!(!store::close(work.db(), pot, work.now, by.account).await.unwrap());
        let code = |outcome: Result<()>| outcome.unwrap_err().code().to_owned();
        assert_eq!(code(reserve(&by, &work, pot, class, Fen(1)).await), "pot.closed");
        assert_eq!(code(give_back(&by, &work, pot, about, Fen(1)).await), "pot.closed");
        assert_eq!(pot_for(work.db(), "360923", 2016).await.unwrap_err().code(), "pot.none");
        pay(&by, &work, pot, &[(class, claim, Fen(100))], "B-2").await.unwrap();
        recover(&by, &work, pot, about, Fen(20), "R-2").await.unwrap();
        write_off(&by, &work, pot, about, Fen(20)).await.unwrap();
        release(Some(&by), &work, pot, About::class(class), Fen(100), "class_closed").await.unwrap();
        hold(&by, &work, pot, class, claim, Fen(50)).await.unwrap();
        let row = by_id(work.db(), pot).await.unwrap();
        assert_eq!((row.available_fen, row.recovered_fen, row.written_off_fen), (Fen(450), Fen(70), Fen(20)));
    }

    #[rocket::async_test]
    async fn a_pot_that_is_short_says_what_it_has_and_what_was_wanted() {
        let (database, _folder) = database().await;
        let (work, by) = (begin(&database).await, officer());
        let pot = pot(&work, "360923", "就业补助资金", 100_000).await;
        let refused = reserve(&by, &work, pot, ClassId::new(), Fen(100_001)).await.unwrap_err();
        let Error::Refused(refusal) = refused else { panic!("{refused:?}") };
        assert_eq!(refusal.code, "pot.short");
        assert_eq!(refusal.args, vec![("available", "1,000.00".to_owned()), ("wanted", "1,000.01".to_owned())]);
        assert!(reserve(&by, &work, pot, ClassId::new(), Fen(100_000)).await.is_ok());
    }

    #[rocket::async_test]
    async fn nothing_is_posted_for_nothing_and_nothing_for_less_than_nothing() {
        let (database, _folder) = database().await;
        let (work, by) = (begin(&database).await, officer());
        let pot = pot(&work, "360923", "就业补助资金", 100).await;
        let count = async || {
            store::postings(work.db(), &by_id(work.db(), pot).await.unwrap(), None, None, 9).await.unwrap().len()
        };
        let before = count().await;
        reserve(&by, &work, pot, ClassId::new(), Fen(0)).await.unwrap();
        release(None, &work, pot, About::class(ClassId::new()), Fen(0), "class_closed").await.unwrap();
        assert!(matches!(reserve(&by, &work, pot, ClassId::new(), Fen(-1)).await, Err(Error::Internal(_))));
        let backwards = Entry::between(pot, PotAccount::Paid, PotAccount::Available, Fen(1));
        assert!(matches!(post(&work, None, backwards).await, Err(Error::Internal(_))));
        assert_eq!(count().await, before);
        assert!(matches!(reserve(&by, &work, PotId::new(), ClassId::new(), Fen(1)).await, Err(Error::NotFound(_))));
    }

    #[rocket::async_test]
    async fn the_nearest_pot_pays_and_of_two_sources_the_fuller_one() {
        let (database, _folder) = database().await;
        let work = begin(&database).await;
        let found = async |area: &str, year: i32| pot_for(work.db(), area, year).await.map(|pot| pot.id);
        assert_eq!(found("360923106206", 2016).await.unwrap_err().code(), "pot.none");
        let province = pot(&work, "360000", "就业补助资金", 9_000).await;
        let county = pot(&work, "360923", "就业补助资金", 100).await;
        let neighbour = pot(&work, "360924", "就业补助资金", 5_000).await;
        assert_eq!(found("360923106206", 2016).await.unwrap(), county);
        assert_eq!(found("360924", 2016).await.unwrap(), neighbour);
        assert_eq!(found("360900", 2016).await.unwrap(), province);
        assert_eq!(found("360923106206", 2017).await.unwrap_err().code(), "pot.none");
        let insurance = pot(&work, "360923", "失业保险基金", 101).await;
        assert_eq!(found("360923106206", 2016).await.unwrap(), insurance);
    }
}
