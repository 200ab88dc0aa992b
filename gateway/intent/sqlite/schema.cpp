// SPDX-License-Identifier: MIT
#include "intent/sqlite/schema.h"

namespace Tidegate {

namespace {

// The same in the log and the inbox (rows.h binds them in this order). Short columns first: what filters look at lies
// in the row's first page even when payload spills over. channel is the first of channels, and channels is NULL when
// there is no other.
const char RowColumns[] = "site TEXT NOT NULL, id TEXT NOT NULL, channel TEXT, channels TEXT, "
                          "reasons TEXT NOT NULL, name TEXT NOT NULL, status INTEGER NOT NULL, "
                          "inserted_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, user_id TEXT NOT NULL, "
                          "connection_id TEXT NOT NULL, backend_code TEXT NOT NULL, backend_message TEXT NOT NULL, "
                          "history TEXT NOT NULL, meta TEXT NOT NULL, payload TEXT NOT NULL";

QStringList firstSchema()
{
    const QString columns = QString::fromLatin1(RowColumns);
    return {
        QStringLiteral("CREATE TABLE meta(key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID"),
        QStringLiteral("CREATE TABLE intents(seq INTEGER PRIMARY KEY, %1)").arg(columns),
        // Each of these ends in seq by itself, so they answer "after this seq, in order" without a sort.
        QStringLiteral("CREATE INDEX intents_by_site ON intents(site)"),
        QStringLiteral("CREATE INDEX intents_by_channel ON intents(site, channel)"),
        QStringLiteral("CREATE INDEX intents_by_insertion ON intents(inserted_at)"),
        QStringLiteral("CREATE TABLE intent_channels(site TEXT NOT NULL, channel TEXT NOT NULL, seq INTEGER NOT NULL, "
                       "PRIMARY KEY(site, channel, seq)) WITHOUT ROWID"),
        QStringLiteral("CREATE TABLE inbox(position INTEGER PRIMARY KEY, %1, UNIQUE(site, id))").arg(columns),
        QStringLiteral("CREATE TABLE intent_keys(first_seq INTEGER PRIMARY KEY, keys BLOB NOT NULL)"),
    };
}

//! Operators look for what was not accepted; those rows are few, so the index costs the others nothing.
QStringList searchSchema()
{
    return {QStringLiteral("CREATE INDEX intents_not_acked ON intents(status) WHERE status <> 1")};
}

} // namespace

std::vector<Migration> sqliteSchema()
{
    return {{1, firstSchema()}, {2, searchSchema()}};
}

} // namespace Tidegate
