//! Columns of many rows as arrays: PostgreSQL takes a thousand rows so in one statement that binds one value a column.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{JsonValue, Value};
use sqlx::{Arguments, postgres::PgArguments};
use uuid::Uuid;

use crate::base::{Error, Result};

/// One column of the rows so far.
pub(super) enum Array {
    Bool(Vec<Option<bool>>),
    Int(Vec<Option<i32>>),
    BigInt(Vec<Option<i64>>),
    Text(Vec<Option<String>>),
    Bytes(Vec<Option<Vec<u8>>>),
    Date(Vec<Option<NaiveDate>>),
    Time(Vec<Option<DateTime<Utc>>>),
    Uuid(Vec<Option<Uuid>>),
    Json(Vec<Option<JsonValue>>),
}

/// Does the same with an array of whatever kind.
macro_rules! each {
    ($array:expr, $values:ident => $lines:expr) => {
        match $array {
            Array::Bool($values) => $lines,
            Array::Int($values) => $lines,
            Array::BigInt($values) => $lines,
            Array::Text($values) => $lines,
            Array::Bytes($values) => $lines,
            Array::Date($values) => $lines,
            Array::Time($values) => $lines,
            Array::Uuid($values) => $lines,
            Array::Json($values) => $lines,
        }
    };
}

impl Array {
    /// The first of values that are all of one kind.
    ///
    /// # Errors
    /// `Internal`: no column is of that kind.
    pub(super) fn with(value: Value, room: usize) -> Result<Self> {
        let mut array = match value {
            Value::Bool(_) => Self::Bool(Vec::with_capacity(room)),
            Value::Int(_) => Self::Int(Vec::with_capacity(room)),
            Value::BigInt(_) => Self::BigInt(Vec::with_capacity(room)),
            Value::String(_) => Self::Text(Vec::with_capacity(room)),
            Value::Bytes(_) => Self::Bytes(Vec::with_capacity(room)),
            Value::ChronoDate(_) => Self::Date(Vec::with_capacity(room)),
            Value::ChronoDateTimeUtc(_) => Self::Time(Vec::with_capacity(room)),
            Value::Uuid(_) => Self::Uuid(Vec::with_capacity(room)),
            Value::Json(_) => Self::Json(Vec::with_capacity(room)),
            _ => return Err(Error::internal("no column is of this kind")),
        };
        array.push(value)?;
        Ok(array)
    }

    /// # Errors
    /// `Internal`: the value is of another kind.
    pub(super) fn push(&mut self, value: Value) -> Result<()> {
        match (self, value) {
            (Self::Bool(values), Value::Bool(value)) => values.push(value),
            (Self::Int(values), Value::Int(value)) => values.push(value),
            (Self::BigInt(values), Value::BigInt(value)) => values.push(value),
            (Self::Text(values), Value::String(value)) => values.push(value),
            (Self::Bytes(values), Value::Bytes(value)) => values.push(value),
            (Self::Date(values), Value::ChronoDate(value)) => values.push(value),
            (Self::Time(values), Value::ChronoDateTimeUtc(value)) => values.push(value),
            (Self::Uuid(values), Value::Uuid(value)) => values.push(value),
            (Self::Json(values), Value::Json(value)) => values.push(value.map(|value| *value)),
            _ => return Err(Error::internal("values of one column are of two kinds")),
        }
        Ok(())
    }

    /// # Errors
    /// `Internal`: the driver cannot encode it.
    pub(super) fn bind(self, to: &mut PgArguments) -> Result<()> {
        each!(self, values => to.add(values)).map_err(Error::internal)
    }
}
