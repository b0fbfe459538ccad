//! The natural person behind an account: entered with the identity number, or told by the record of the registry.
#![expect(clippy::disallowed_methods, reason = "of whoever acts, and of who acted before")]

use std::collections::HashMap;

use entities::{
    account, holder, person,
    values::{AccountId, HolderId, PersonId},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect, RelationDef,
};

use crate::base::Result;

/// From an account to the record of the person, where it names one, and from there to the holder of the same number.
pub(super) fn by_number() -> [RelationDef; 2] {
    [
        account::Entity::belongs_to(person::Entity).from(account::Column::PersonId).to(person::Column::Id).into(),
        person::Entity::belongs_to(holder::Entity).from(person::Column::IdIndex).to(holder::Column::IdIndex).into(),
    ]
}

/// Who it is: as entered; else the holder of the number in the record; else whoever the record is of, for a holder that is
/// entered later has the same id.
pub(super) fn known(entered: Option<HolderId>, by_number: Option<HolderId>, of: Option<PersonId>) -> Option<HolderId> {
    entered.or(by_number).or(of.map(|person| HolderId(person.0)))
}

#[derive(FromQueryResult)]
struct Row {
    id: AccountId,
    entered: Option<HolderId>,
    by_number: Option<HolderId>,
    person: Option<PersonId>,
}

/// The natural persons behind accounts, disabled ones too. An account that does not stand is left out.
pub(crate) async fn holders_of(
    db: &impl ConnectionTrait,
    accounts: &[AccountId],
) -> Result<HashMap<AccountId, Option<HolderId>>> {
    let mut found = HashMap::with_capacity(accounts.len());
    for ids in accounts.chunks(1_000) {
        let [to_person, to_holder] = by_number();
        let rows = account::Entity::find()
            .select_only()
            .column(account::Column::Id)
            .column_as(account::Column::HolderId, "entered")
            .column_as(account::Column::PersonId, "person")
            .column_as(holder::Column::Id, "by_number")
            .join(JoinType::LeftJoin, to_person)
            .join(JoinType::LeftJoin, to_holder)
            .filter(account::Column::Id.is_in(ids.iter().copied()))
            .into_model::<Row>()
            .all(db)
            .await?;
        found.extend(rows.into_iter().map(|row| (row.id, known(row.entered, row.by_number, row.person))));
    }
    Ok(found)
}
