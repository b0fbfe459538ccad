//! Writing many rows at a time, as the database takes them best: SQLite a statement of a hundred rows, PostgreSQL an array a
//! column. While some are written the next are laid out. A year of a province comes in so.

use std::sync::Arc;

use sea_orm::{ActiveModelTrait, DbBackend, EntityTrait, Iden, IntoActiveModel, Iterable, Value, Values};
use sea_query_sqlx::SqlxValues;
use sqlx::{IntoArguments, Sqlite, postgres::PgArguments, sqlite::SqliteArguments};

use crate::base::{Error, Result};
use crate::data::Work;
use crate::data::arrays::Array;
use crate::data::transaction::{Bound, Transaction};

/// Rows of one statement on SQLite: many enough to save hops, few enough that what they bind stays in the cache of a
/// processor.
const ROWS: usize = 100;
/// Rows of one statement on PostgreSQL.
const ROWS_OF_ARRAYS: usize = 1_000;

/// Writes rows as they are.
///
/// # Errors
/// Of the database; earlier pieces then stand until the transaction is taken back.
pub async fn insert<E>(work: &Work, rows: Vec<E::Model>) -> Result<()>
where
    E: EntityTrait,
    E::ActiveModel: ActiveModelTrait<Entity = E>,
    E::Model: IntoActiveModel<E::ActiveModel>,
{
    // Where there is nothing to write no fence is needed either: it may cost a hop.
    if rows.is_empty() {
        return Ok(());
    }
    insert_into::<E>(work.db().bare().await?, rows).await
}

/// As [`insert`], where no fence is needed any more.
pub(in crate::data) async fn insert_into<E>(transaction: &Transaction, rows: Vec<E::Model>) -> Result<()>
where
    E: EntityTrait,
    E::ActiveModel: ActiveModelTrait<Entity = E>,
    E::Model: IntoActiveModel<E::ActiveModel>,
{
    let mut pieces = Pieces::<E> {
        served: transaction.backend() == DbBackend::Postgres,
        columns: E::Column::iter().collect(),
        rows: rows.into_iter(),
        text: (0, "".into()),
    };
    let mut piece = pieces.next()?;
    while let Some((text, bound)) = piece {
        let (written, next) = tokio::join!(biased; transaction.execute(text, bound), async { pieces.next() });
        written?;
        piece = next?;
    }
    Ok(())
}

/// `($1, $2), ($3, $4)`: so many rows of so many values that a statement joins, the first of them bound as `$first`. Each row
/// is found by its key and by nothing else, whatever else the planner may think of.
pub(crate) fn values(rows: usize, width: usize, first: usize) -> String {
    let row = |n: usize| (0..width).map(|at| format!("${}", first + n * width + at)).collect::<Vec<_>>().join(", ");
    (0..rows).map(|n| format!("({})", row(n))).collect::<Vec<_>>().join(", ")
}

/// Rows on their way into a table.
struct Pieces<E: EntityTrait> {
    /// By PostgreSQL.
    served: bool,
    columns: Vec<E::Column>,
    rows: std::vec::IntoIter<E::Model>,
    /// The last text, and for how many rows it is.
    text: (usize, Arc<str>),
}

impl<E> Pieces<E>
where
    E: EntityTrait,
    E::ActiveModel: ActiveModelTrait<Entity = E>,
    E::Model: IntoActiveModel<E::ActiveModel>,
{
    /// The next statement with what it binds.
    fn next(&mut self) -> Result<Option<(Arc<str>, Bound)>> {
        let count = self.rows.len().min(if self.served { ROWS_OF_ARRAYS } else { ROWS });
        if count == 0 {
            return Ok(None);
        }
        // The text for arrays is the same for however many rows.
        let rows_of_text = if self.served { 1 } else { count };
        if self.text.0 != rows_of_text {
            self.text = (rows_of_text, self.statement(rows_of_text).into());
        }
        let bound = if self.served { Bound::Postgres(self.arrays(count)?) } else { Bound::Sqlite(self.values(count)?) };
        Ok(Some((self.text.1.clone(), bound)))
    }

    /// The values of the next row.
    fn row(&mut self) -> Option<impl Iterator<Item = Result<Value>>> {
        let mut row = self.rows.next()?.into_active_model();
        let value = move |column: &E::Column| row.take(*column).into_value();
        Some(self.columns.iter().map(value).map(|value| value.ok_or_else(|| Error::internal("a row lacks a value"))))
    }

    fn values(&mut self, count: usize) -> Result<SqliteArguments> {
        let mut values = Vec::with_capacity(count * self.columns.len());
        for _ in 0..count {
            for value in self.row().into_iter().flatten() {
                values.push(value?);
            }
        }
        Ok(IntoArguments::<Sqlite>::into_arguments(SqlxValues(Values(values))))
    }

    fn arrays(&mut self, count: usize) -> Result<PgArguments> {
        let mut arrays: Vec<Array> = Vec::with_capacity(self.columns.len());
        for _ in 0..count {
            for (at, value) in self.row().into_iter().flatten().enumerate() {
                let value = value?;
                match arrays.get_mut(at) {
                    Some(array) => array.push(value)?,
                    None => arrays.push(Array::with(value, count)?),
                }
            }
        }
        let mut bound = PgArguments::default();
        arrays.into_iter().try_for_each(|array| array.bind(&mut bound))?;
        Ok(bound)
    }

    fn statement(&self, rows: usize) -> String {
        let names: Vec<String> = self.columns.iter().map(|column| format!("\"{}\"", column.unquoted())).collect();
        let into = format!("INSERT INTO \"{}\" ({})", E::default().table_name(), names.join(", "));
        if self.served {
            let arrays: Vec<String> = (1..=names.len()).map(|at| format!("unnest(${at})")).collect();
            return format!("{into} SELECT {}", arrays.join(", "));
        }
        let row = format!("({})", vec!["?"; names.len()].join(", "));
        format!("{into} VALUES {}", vec![row; rows].join(", "))
    }
}
