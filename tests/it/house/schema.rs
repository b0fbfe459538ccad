//! Every step of the schema goes up, down, and up again.

use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, DbBackend, Statement};

use crate::support::db;

async fn shape(connection: &impl ConnectionTrait) -> Vec<String> {
    let sql = match connection.get_database_backend() {
        DbBackend::Sqlite => {
            "SELECT type || ' ' || name || ' ' || coalesce(sql, '') AS line FROM sqlite_master WHERE name NOT LIKE 'seaql%' AND \
             name NOT LIKE 'sqlite%' ORDER BY 1"
        }
        _ => {
            "SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable AS line FROM \
             information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE 'seaql%' UNION ALL SELECT \
             indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename NOT LIKE 'seaql%' UNION ALL SELECT \
             tgrelid::regclass || ' ' || tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1"
        }
    };
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    connection.query_all_raw(statement).await.unwrap().iter().map(|row| row.try_get("", "line").unwrap()).collect()
}

#[rocket::async_test]
async fn every_step_goes_up_and_down_and_up_again() {
    let database = db::empty_database().await;
    let connection = sea_orm::Database::connect(&database.url).await.unwrap();
    Migrator::up(&connection, None).await.unwrap();
    let first = shape(&connection).await;
    assert!(first.len() > 30);
    for _ in 0..Migrator::migrations().len() {
        Migrator::down(&connection, Some(1)).await.unwrap();
    }
    assert_eq!(shape(&connection).await, Vec::<String>::new());
    Migrator::up(&connection, None).await.unwrap();
    assert_eq!(shape(&connection).await, first);
    connection.close().await.unwrap();
}
