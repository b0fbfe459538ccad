//! Columns of many rows as arrays: PostgreSQL takes a thousand rows so in one statement that binds one value a column.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{JsonValue, Value};
use sqlx::{Arguments, postgres::PgArguments};
use uuid::Uuid;

use crate::base::{Error, Result};

/// One arm for each kind of value that a column of ours may have.
macro_rules! kinds {
    ($($kind:ident: $held:ty $(= $plain:path)?),* $(,)?) => {
        /// One column of the rows so far.
        pub(super) enum Array {
            $($kind(Vec<Option<$held>>),)*
        }

        impl Array {
            /// The first of values that are all of one kind.
            ///
            /// # Errors
            /// `Internal`: no column is of that kind.
            pub(super) fn with(value: Value, room: usize) -> Result<Self> {
                let mut array = match value {
                    $(Value::$kind(_) => Self::$kind(Vec::with_capacity(room)),)*
                    _ => return Err(Error::internal("no column is of this kind")),
                };
                array.push(value)?;
                Ok(array)
            }

            /// # Errors
            /// `Internal`: the value is of another kind.
            pub(super) fn push(&mut self, value: Value) -> Result<()> {
                match (self, value) {
                    $((Self::$kind(values), Value::$kind(value)) => values.push(value$(.map($plain))?),)*
                    _ => return Err(Error::internal("values of one column are of two kinds")),
                }
                Ok(())
            }

            /// # Errors
            /// `Internal`: the driver cannot encode it.
            pub(super) fn bind(self, to: &mut PgArguments) -> Result<()> {
                match self {
                    $(Self::$kind(values) => to.add(values),)*
                }
                .map_err(Error::internal)
            }
        }
    };
}

kinds! {
    Bool: bool,
    Int: i32,
    BigInt: i64,
    String: String,
    Bytes: Vec<u8>,
    ChronoDate: NaiveDate,
    ChronoDateTimeUtc: DateTime<Utc>,
    Uuid: Uuid,
    Json: JsonValue = unboxed,
}

/// The driver takes no array of boxes.
#[expect(clippy::boxed_local, reason = "JSON comes in a box")]
fn unboxed(value: Box<JsonValue>) -> JsonValue {
    *value
}
