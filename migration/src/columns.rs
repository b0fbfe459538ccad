//! What the steps share: words, keys, indexes, and guards that hold on both databases.

use sea_orm_migration::{
    prelude::*,
    schema::{string_len, string_len_null},
    sea_orm::{ConnectionTrait, DatabaseBackend},
};

/// A word of a fixed list.
pub(crate) fn word(name: &'static str) -> ColumnDef {
    string_len(name, 32)
}

pub(crate) fn word_null(name: &'static str) -> ColumnDef {
    string_len_null(name, 32)
}

/// `table.column` points to `target.id`.
pub(crate) fn to(table: &'static str, column: &'static str, target: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().name(format!("{table}_{column}")).from(table, column).to(target, "id").to_owned()
}

/// An index; `on` is the table with its columns, and a condition where it is partial.
pub(crate) async fn index(m: &SchemaManager<'_>, name: &str, on: &str) -> Result<(), DbErr> {
    m.get_connection().execute_unprepared(&format!("CREATE INDEX {name} ON {on}")).await.map(drop)
}

pub(crate) async fn unique(m: &SchemaManager<'_>, name: &str, on: &str) -> Result<(), DbErr> {
    m.get_connection().execute_unprepared(&format!("CREATE UNIQUE INDEX {name} ON {on}")).await.map(drop)
}

/// Rows of `table` are written once: the database itself refuses to change or delete them.
pub(crate) async fn append_only(m: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    let db = m.get_connection();
    for verb in ["UPDATE", "DELETE"] {
        let name = format!("{table}_no_{}", verb.to_lowercase());
        let statement = match db.get_database_backend() {
            DatabaseBackend::Sqlite => format!(
                "CREATE TRIGGER {name} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            ),
            _ => format!(
                "CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $$ \
                 BEGIN RAISE EXCEPTION '{table} is append-only'; END $$ LANGUAGE plpgsql; \
                 CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
            ),
        };
        db.execute_unprepared(&statement).await?;
    }
    Ok(())
}

/// Takes the guard of [`append_only`] away.
pub(crate) async fn stop_guarding(m: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    let db = m.get_connection();
    for verb in ["update", "delete"] {
        let name = format!("{table}_no_{verb}");
        let statement = match db.get_database_backend() {
            DatabaseBackend::Sqlite => format!("DROP TRIGGER {name}"),
            _ => format!("DROP TRIGGER {name} ON {table}; DROP FUNCTION {name}()"),
        };
        db.execute_unprepared(&statement).await?;
    }
    Ok(())
}

/// The database itself refuses an event, such as `INSERT ON assessment`, under a condition on `NEW` and on other rows.
pub(crate) async fn refuse(
    m: &SchemaManager<'_>,
    name: &str,
    event: &str,
    condition: &str,
    says: &str,
) -> Result<(), DbErr> {
    let db = m.get_connection();
    let statement = match db.get_database_backend() {
        DatabaseBackend::Sqlite => {
            format!("CREATE TRIGGER {name} BEFORE {event} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{says}'); END")
        }
        _ => format!(
            "CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $$ \
             BEGIN IF {condition} THEN RAISE EXCEPTION '{says}'; END IF; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; \
             RETURN NEW; END $$ LANGUAGE plpgsql; \
             CREATE TRIGGER {name} BEFORE {event} FOR EACH ROW EXECUTE FUNCTION {name}()"
        ),
    };
    db.execute_unprepared(&statement).await.map(drop)
}

/// Takes the guard of [`refuse`] away.
pub(crate) async fn allow(m: &SchemaManager<'_>, name: &str, table: &str) -> Result<(), DbErr> {
    let db = m.get_connection();
    let statement = match db.get_database_backend() {
        DatabaseBackend::Sqlite => format!("DROP TRIGGER {name}"),
        _ => format!("DROP TRIGGER {name} ON {table}; DROP FUNCTION {name}()"),
    };
    db.execute_unprepared(&statement).await.map(drop)
}

/// Rows in force of one key never hold at once: of `key`, the columns that make it, written as one text. Two who write at
/// the same time wait for each other.
pub(crate) async fn no_overlap(m: &SchemaManager<'_>, table: &str, key: &str) -> Result<(), DbErr> {
    let db = m.get_connection();
    let of = |row: &str| {
        key.split(' ')
            .map(|column| format!("coalesce(CAST({row}.{column} AS text), '')"))
            .collect::<Vec<_>>()
            .join(" || '/' || ")
    };
    let held = "NEW.status = 'in_force' AND (NEW.valid_to IS NULL OR NEW.valid_to > NEW.valid_from)";
    let other = format!(
        "EXISTS (SELECT 1 FROM {table} x WHERE x.id <> NEW.id AND x.status = 'in_force' AND {} = {} \
         AND (NEW.valid_to IS NULL OR x.valid_from < NEW.valid_to) AND (x.valid_to IS NULL OR (NEW.valid_from < x.valid_to \
         AND x.valid_to > x.valid_from)))",
        of("x"),
        of("NEW")
    );
    let name = format!("{table}_overlap");
    if db.get_database_backend() == DatabaseBackend::Sqlite {
        for verb in ["INSERT", "UPDATE"] {
            db.execute_unprepared(&format!(
                "CREATE TRIGGER {name}_{} BEFORE {verb} ON {table} WHEN {held} AND {other} \
                 BEGIN SELECT RAISE(ABORT, 'two of {table} hold at once'); END",
                verb.to_lowercase()
            ))
            .await?;
        }
        return Ok(());
    }
    db.execute_unprepared(&format!(
        "CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $$ BEGIN IF {held} THEN \
         PERFORM pg_advisory_xact_lock(hashtext('{name}')); \
         IF {other} THEN RAISE EXCEPTION 'two of {table} hold at once'; END IF; END IF; RETURN NEW; END $$ LANGUAGE plpgsql; \
         CREATE TRIGGER {name} BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
    ))
    .await
    .map(drop)
}

/// Takes the guard of [`no_overlap`] away.
pub(crate) async fn may_overlap(m: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    let db = m.get_connection();
    let name = format!("{table}_overlap");
    let statement = match db.get_database_backend() {
        DatabaseBackend::Sqlite => format!("DROP TRIGGER {name}_insert; DROP TRIGGER {name}_update"),
        _ => format!("DROP TRIGGER {name} ON {table}; DROP FUNCTION {name}()"),
    };
    db.execute_unprepared(&statement).await.map(drop)
}
