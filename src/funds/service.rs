//! The verbs of the ledger. Each is one posting, written with the balances that it moves or not at all.

use entities::{
    posting, pot,
    values::{ClaimId, ClassId, Fen, PostingId, PotAccount, PotId},
};
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel};
use validator::Validate;

use crate::access::{Actor, Can};
use crate::areas::{Atlas, prefix};
use crate::base::{Error, Refusal, Result, money};
use crate::data::{Audit, Work, bulk};
use crate::funds::forms::NewGrant;
use crate::funds::rights::GrantFunds;
use crate::funds::{rules, store};

/// One double entry before it is posted.
#[derive(Clone, Copy, Debug)]
struct Entry<'a> {
    pot: PotId,
    debit: PotAccount,
    credit: PotAccount,
    fen: Fen,
    cause: &'a str,
    class: Option<ClassId>,
    claim: Option<ClaimId>,
    document_no: Option<&'a str>,
    /// What is said when the account that it leaves holds too little.
    short: &'static str,
}

impl Entry<'_> {
    /// What waits behind one account of the pot and goes on to the next.
    const fn between(pot: PotId, debit: PotAccount, credit: PotAccount, fen: Fen) -> Self {
        Self { pot, debit, credit, fen, cause: "", class: None, claim: None, document_no: None, short: "pot.short" }
    }

    fn row(&self, work: &Work, by: Option<&Actor>) -> posting::Model {
        posting::Model {
            id: PostingId::new(),
            pot_id: self.pot,
            at: work.now,
            debit: self.debit,
            credit: self.credit,
            fen: self.fen,
            cause: self.cause.to_owned(),
            class_id: self.class,
            claim_id: self.claim,
            posted_by: by.map(|actor| actor.account),
            document_no: self.document_no.map(str::to_owned),
        }
    }
}

/// Posts an entry and moves the pot's balances with it, so that they are always the sums of the postings. Nothing is
/// posted for nothing.
///
/// # Errors
/// The entry's refusal, with `available` and `wanted` in yuan.
async fn post(work: &Work, by: Option<&Actor>, entry: Entry<'_>) -> Result<()> {
    if entry.fen == Fen(0) {
        return Ok(());
    }
    if entry.fen < Fen(0) || !rules::PATHS.contains(&(entry.debit, entry.credit)) {
        return Err(Error::internal(format!("no posting: {entry:?}")));
    }
    move_money(work, &entry).await?;
    posting::Entity::insert(entry.row(work, by).into_active_model()).exec_without_returning(work.db()).await?;
    Ok(())
}

/// Moves the balances of the pot by an entry.
///
/// # Errors
/// As of [`post`].
async fn move_money(work: &Work, entry: &Entry<'_>) -> Result<()> {
    if !store::move_balances(work.db(), entry.pot, entry.debit, entry.credit, entry.fen).await? {
        let pot = by_id(work.db(), entry.pot).await?;
        let left = match entry.debit {
            PotAccount::Appropriation => pot.granted_fen,
            PotAccount::Available => pot.available_fen,
            PotAccount::Reserved => pot.reserved_fen,
            PotAccount::Payable => pot.payable_fen,
            PotAccount::Paid => pot.paid_fen,
        };
        return Err(Refusal { code: entry.short, args: Vec::new() }
            .with("available", money::yuan(left))
            .with("wanted", money::yuan(entry.fen))
            .into());
    }
    Ok(())
}

/// The pot that pays in an area and year: of the area itself or the nearest above it; of several sources the one that has
/// most left.
///
/// # Errors
/// `pot.none`.
pub(crate) async fn pot_for(db: &impl ConnectionTrait, area: &str, year: i32) -> Result<pot::Model> {
    store::of_year(db, &rules::upwards(area), year)
        .await?
        .into_iter()
        .max_by_key(|pot| (prefix(&pot.area_code).len(), pot.available_fen, std::cmp::Reverse(pot.id)))
        .ok_or_else(|| Error::refused("pot.none"))
}

/// # Errors
/// `NotFound`.
pub(crate) async fn by_id(db: &impl ConnectionTrait, id: PotId) -> Result<pot::Model> {
    store::by_id(db, id).await?.ok_or(Error::NotFound("pot"))
}

/// What is still reserved in a pot for a class, from the postings themselves.
pub(crate) async fn reserved_for(db: &impl ConnectionTrait, pot: PotId, class: ClassId) -> Result<Fen> {
    Ok(rules::reserved_by(&store::of_class(db, pot, class).await?))
}

/// appropriation -> available: a document grants money, to the pot of its source, year and area.
///
/// # Errors
/// `Invalid`; `pot.document_used` when that document granted to that pot before.
pub(crate) async fn grant(by: &Can<GrantFunds>, work: &Work, atlas: &Atlas, new: &NewGrant) -> Result<PotId> {
    new.validate()?;
    if !by.scope().covers(&new.area_code) || !atlas.exists(&new.area_code, work.today()) {
        return Err(Error::invalid("area_code", "invalid.area"));
    }
    let source = new.source.trim();
    let pot = if let Some(pot) = store::by_key(work.db(), source, new.year, &new.area_code).await? {
        pot
    } else {
        let empty = pot::Model {
            id: PotId::new(),
            source: source.to_owned(),
            year: new.year,
            area_code: new.area_code.clone(),
            granted_fen: Fen(0),
            available_fen: Fen(0),
            reserved_fen: Fen(0),
            payable_fen: Fen(0),
            paid_fen: Fen(0),
            version: 1,
        };
        pot::Entity::insert(empty.clone().into_active_model()).exec_without_returning(work.db()).await?;
        empty
    };
    credit(by, work, &pot, new.amount_fen, &new.document_no).await?;
    Ok(pot.id)
}

/// The same for a pot that stands.
///
/// # Errors
/// `NotFound`; `Invalid`; `pot.document_used`.
pub(crate) async fn top_up(by: &Can<GrantFunds>, work: &Work, id: PotId, fen: Fen, document_no: &str) -> Result<()> {
    let pot = store::visible(work.db(), &by.scope(), id).await?.ok_or(Error::NotFound("pot"))?;
    if !(2..=64).contains(&document_no.trim().chars().count()) {
        return Err(Error::invalid("document_no", "invalid.length"));
    }
    credit(by, work, &pot, fen, document_no).await
}

async fn credit(by: &Can<GrantFunds>, work: &Work, pot: &pot::Model, fen: Fen, document_no: &str) -> Result<()> {
    if !(Fen(1)..=money::MOST).contains(&fen) {
        return Err(Error::invalid("amount_fen", "invalid.range"));
    }
    let document_no = document_no.trim();
    // A second click, or two colleagues with one paper in hand, must not grant the same money twice.
    if store::is_granted_by(work.db(), pot.id, document_no).await? {
        return Err(Refusal { code: "pot.document_used", args: Vec::new() }.with("document", document_no).into());
    }
    let entry = Entry {
        cause: "grant",
        document_no: Some(document_no),
        ..Entry::between(pot.id, PotAccount::Appropriation, PotAccount::Available, fen)
    };
    post(work, Some(by.actor()), entry).await?;
    let detail = serde_json::json!({ "amount_fen": fen, "document_no": document_no });
    work.record(Audit::of("grant", "pot", pot.id).by_actor(Some(by.actor())).area(&pot.area_code).detail(detail));
    Ok(())
}

/// available -> reserved, when a class is approved.
///
/// # Errors
/// `pot.short` (args available, wanted: yuan).
pub(crate) async fn reserve(by: &Actor, work: &Work, pot: PotId, class: ClassId, fen: Fen) -> Result<()> {
    let entry = Entry {
        cause: "class_approved",
        class: Some(class),
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
        class: Some(class),
        claim: Some(claim),
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
    class: ClassId,
    fen: Fen,
    cause: &'static str,
) -> Result<()> {
    let entry = Entry {
        cause,
        class: Some(class),
        short: "pot.not_reserved",
        ..Entry::between(pot, PotAccount::Reserved, PotAccount::Available, fen)
    };
    post(work, by, entry).await
}

/// reserved -> payable, at the second approval.
///
/// # Errors
/// `pot.not_reserved`.
pub(crate) async fn owe(by: &Actor, work: &Work, pot: PotId, class: ClassId, claim: ClaimId, fen: Fen) -> Result<()> {
    let entry = Entry {
        cause: "claim_confirmed",
        class: Some(class),
        claim: Some(claim),
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
        class: Some(class),
        claim: Some(claim),
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
        class: Some(class),
        claim: Some(claim),
        short: "pot.not_owed",
        ..Entry::between(pot, PotAccount::Payable, PotAccount::Reserved, fen)
    };
    post(work, by, entry).await?;
    release(by, work, pot, class, fen, "line_refused").await
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
    let sum: Fen = paid.iter().map(|(.., fen)| *fen).sum();
    let entry = Entry {
        cause: "claim_paid",
        document_no: Some(batch),
        short: "pot.not_owed",
        ..Entry::between(pot, PotAccount::Payable, PotAccount::Paid, sum)
    };
    if paid.iter().any(|(.., fen)| *fen < Fen(0)) {
        return Err(Error::internal("less than nothing is paid"));
    }
    move_money(work, &entry).await?;
    let rows = paid.iter().filter(|(.., fen)| *fen > Fen(0));
    let rows = rows.map(|(class, claim, fen)| {
        Entry { class: Some(*class), claim: Some(*claim), fen: *fen, ..entry }.row(work, Some(by))
    });
    bulk::insert::<posting::Entity>(work, rows.collect()).await
}

#[cfg(test)]
mod tests {
    use entities::values::{AccountId, Role};

    use super::*;
    use crate::base::Clock;
    use crate::data::Database;

    fn officer() -> Actor {
        Actor {
            account: AccountId::new(),
            name: "罗建军".into(),
            role: Role::FinanceOfficer,
            area: "360923".into(),
            organisation: None,
            person: None,
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
            version: 1,
        };
        pot::Entity::insert(row.into_active_model()).exec_without_returning(work.db()).await.unwrap();
        let entry = Entry::between(id, PotAccount::Appropriation, PotAccount::Available, Fen(fen));
        post(work, None, entry).await.unwrap();
        id
    }

    /// What arrived in an account less what left it.
    fn balance(postings: &[posting::Model], account: PotAccount) -> Fen {
        let sum = |side: fn(&posting::Model) -> PotAccount| -> Fen {
            postings.iter().filter(|row| side(row) == account).map(|row| row.fen).sum()
        };
        sum(|row| row.credit) - sum(|row| row.debit)
    }

    async fn check(work: &Work, pot: PotId, class: ClassId) {
        let row = by_id(work.db(), pot).await.unwrap();
        let postings: Vec<posting::Model> = store::of_class(work.db(), pot, class).await.unwrap();
        let (granted, of_class) = (row.granted_fen, |account| balance(&postings, account));
        assert_eq!(row.available_fen, granted + of_class(PotAccount::Available));
        assert_eq!(row.reserved_fen, of_class(PotAccount::Reserved));
        assert_eq!(row.payable_fen, of_class(PotAccount::Payable));
        assert_eq!(row.paid_fen, of_class(PotAccount::Paid));
        assert_eq!(granted, row.available_fen + row.reserved_fen + row.payable_fen + row.paid_fen);
        assert_eq!(reserved_for(work.db(), pot, class).await.unwrap(), row.reserved_fen);
    }

    #[rocket::async_test]
    async fn whatever_is_asked_of_a_pot_its_balances_stay_the_sums_of_its_postings() {
        let (database, _folder) = database().await;
        let (work, by) = (begin(&database).await, officer());
        let pot = pot(&work, "360923", "就业补助资金", 1_000).await;
        let (class, claim) = (ClassId::new(), ClaimId::new());
        // A walk that never ends early: each step is one of the six verbs with an amount that is sometimes too much.
        let (mut state, mut refused, mut done) = (2016_u64, 0, 0);
        for _ in 0..400 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let fen = Fen(i64::try_from((state >> 40) % 400).unwrap());
            let before = store::by_id(work.db(), pot).await.unwrap();
            let outcome = match (state >> 33) % 6 {
                0 => reserve(&by, &work, pot, class, fen).await,
                1 => hold(&by, &work, pot, class, claim, fen).await,
                2 => release(Some(&by), &work, pot, class, fen, "class_cancelled").await,
                3 => owe(&by, &work, pot, class, claim, fen).await,
                4 => restore(&by, &work, pot, class, claim, fen).await,
                // Paid money does not come back, so it leaves by small sums.
                _ => pay(&by, &work, pot, &[(class, claim, Fen(fen.0 % 5))], "B-2016-000001").await,
            };
            match outcome {
                Ok(()) => done += 1,
                Err(e) => {
                    assert!(e.code().starts_with("pot."), "{e:?}");
                    assert_eq!(store::by_id(work.db(), pot).await.unwrap(), before);
                    refused += 1;
                }
            }
            check(&work, pot, class).await;
        }
        assert!(done > 50 && refused > 50, "{done} done, {refused} refused");
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
        let count =
            async || store::postings(work.db(), &by_id(work.db(), pot).await.unwrap(), None, 9).await.unwrap().len();
        let before = count().await;
        reserve(&by, &work, pot, ClassId::new(), Fen(0)).await.unwrap();
        release(None, &work, pot, ClassId::new(), Fen(0), "class_closed").await.unwrap();
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
