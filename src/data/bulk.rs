//! Writing many rows at a time. The text of the statement is made once for all pieces of a size, and while one piece is
//! written the next is laid out: a year of a province comes in so.

use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DbBackend, EntityTrait, Iden, IntoActiveModel, Iterable, Statement, Value,
};

use crate::base::{Error, Result};

/// Rows of one statement: many enough to save hops, few enough that what they bind stays in the cache of a processor.
const ROWS: usize = 100;

/// Writes rows as they are.
///
/// # Errors
/// Of the database; earlier pieces then stand until the transaction is taken back.
pub(crate) async fn insert<E>(db: &impl ConnectionTrait, rows: Vec<E::Model>) -> Result<()>
where
    E: EntityTrait,
    E::ActiveModel: ActiveModelTrait<Entity = E>,
    E::Model: IntoActiveModel<E::ActiveModel>,
{
    let backend = db.get_database_backend();
    let columns: Vec<E::Column> = E::Column::iter().collect();
    let mut rows = rows.into_iter();
    let mut text = (0, String::new());
    let mut piece = lay_out::<E>(&mut rows, &columns)?;
    while !piece.is_empty() {
        let count = piece.len() / columns.len().max(1);
        if text.0 != count {
            text = (count, statement::<E>(backend, &columns, count));
        }
        let write = db.execute_raw(Statement::from_sql_and_values(backend, text.1.as_str(), piece));
        let (written, next) = tokio::join!(biased; write, async { lay_out::<E>(&mut rows, &columns) });
        written?;
        piece = next?;
    }
    Ok(())
}

/// The values of the next rows, one row after the other.
fn lay_out<E>(rows: &mut impl Iterator<Item = E::Model>, columns: &[E::Column]) -> Result<Vec<Value>>
where
    E: EntityTrait,
    E::ActiveModel: ActiveModelTrait<Entity = E>,
    E::Model: IntoActiveModel<E::ActiveModel>,
{
    let mut values = Vec::with_capacity(rows.size_hint().0.min(ROWS) * columns.len());
    for row in rows.take(ROWS) {
        let mut row = row.into_active_model();
        for column in columns {
            values.push(row.take(*column).into_value().ok_or_else(|| Error::internal("a row lacks a value"))?);
        }
    }
    Ok(values)
}

fn statement<E: EntityTrait>(backend: DbBackend, columns: &[E::Column], rows: usize) -> String {
    use std::fmt::Write;
    let names: Vec<String> = columns.iter().map(|column| format!("\"{}\"", column.unquoted())).collect();
    let mut text = format!("INSERT INTO \"{}\" ({}) VALUES ", E::default().table_name(), names.join(", "));
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..columns.len() {
            text.push_str(if column == 0 { "" } else { ", " });
            match backend {
                DbBackend::Postgres => drop(write!(text, "${}", row * columns.len() + column + 1)),
                _ => text.push('?'),
            }
        }
        text.push(')');
    }
    text
}
