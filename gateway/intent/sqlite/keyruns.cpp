// SPDX-License-Identifier: MIT
#include "intent/sqlite/keyruns.h"

#include <QtEndian>

#include <sqlite3.h>

namespace Tidegate {

namespace {

constexpr qsizetype KeyBytes = 16;
// Bounds the blob that erase() and trimming touch.
constexpr qsizetype MaxRunBytes = 1024 * KeyBytes;

const char ZeroKey[KeyBytes] = {};

quint64 runEnd(quint64 first, qsizetype bytes)
{
    return first + quint64(bytes / KeyBytes);
}

} // namespace

Result<KeyRuns> KeyRuns::prepare(sqlite3 *handle)
{
    auto insert = Statement::prepare(handle, "INSERT INTO intent_keys(first_seq, keys) VALUES(?1, ?2)");
    if (!insert)
        return insert.error();
    auto find = Statement::prepare(handle, "SELECT first_seq, length(keys) FROM intent_keys WHERE first_seq <= ?1 "
                                           "ORDER BY first_seq DESC LIMIT 1");
    if (!find)
        return find.error();
    auto trim = Statement::prepare(handle, "DELETE FROM intent_keys WHERE first_seq < ?1 "
                                           "AND first_seq + length(keys) / 16 <= ?1");
    if (!trim)
        return trim.error();
    KeyRuns runs;
    runs.m_handle = handle;
    runs.m_insert = *std::move(insert);
    runs.m_find = *std::move(find);
    runs.m_trim = *std::move(trim);
    return runs;
}

Result<void> KeyRuns::add(quint64 seq, IntentKey key)
{
    const bool extends = !m_run.isEmpty() && seq == runEnd(m_runFirst, m_run.size()) && m_run.size() < MaxRunBytes;
    if (!extends) {
        if (auto flushed = flush(); !flushed)
            return flushed;
        m_runFirst = seq;
    }
    char bytes[KeyBytes];
    qToBigEndian(key.high, bytes);
    qToBigEndian(key.low, bytes + 8);
    m_run.append(bytes, KeyBytes);
    return {};
}

Result<void> KeyRuns::flush()
{
    if (m_run.isEmpty())
        return {};
    m_insert.bindInteger(1, qint64(m_runFirst));
    m_insert.bindBlob(2, m_run);
    auto stored = m_insert.run();
    m_run.clear();
    return stored;
}

Result<void> KeyRuns::erase(quint64 seq)
{
    if (!m_run.isEmpty() && seq >= m_runFirst && seq < runEnd(m_runFirst, m_run.size())) {
        m_run.replace(qsizetype(seq - m_runFirst) * KeyBytes, KeyBytes, ZeroKey, KeyBytes);
        return {};
    }
    return eraseStored(seq);
}

Result<void> KeyRuns::eraseStored(quint64 seq)
{
    m_find.bindInteger(1, qint64(seq));
    const bool found = m_find.next();
    const quint64 first = found ? quint64(m_find.integer(0)) : 0;
    const qsizetype bytes = found ? qsizetype(m_find.integer(1)) : 0;
    if (auto read = m_find.finish(); !read)
        return read;
    if (!found || seq >= runEnd(first, bytes))
        return {}; // trimmed before
    sqlite3_blob *blob = nullptr;
    int code = sqlite3_blob_open(m_handle, "main", "intent_keys", "keys", qint64(first), 1, &blob);
    if (code == SQLITE_OK)
        code = sqlite3_blob_write(blob, ZeroKey, KeyBytes, int((seq - first) * KeyBytes));
    if (code != SQLITE_OK) {
        const Error error = sqliteError(m_handle, "cannot erase a key");
        sqlite3_blob_close(blob);
        return error;
    }
    if (sqlite3_blob_close(blob) != SQLITE_OK)
        return sqliteError(m_handle, "cannot erase a key");
    return {};
}

Result<void> KeyRuns::trimBelow(quint64 seq)
{
    m_trim.bindInteger(1, qint64(seq));
    return m_trim.run();
}

Result<std::vector<IntentKey>> loadKeys(sqlite3 *handle, quint64 firstSeq, quint64 headSeq)
{
    auto runs = Statement::prepare(handle, "SELECT first_seq, keys FROM intent_keys ORDER BY first_seq");
    if (!runs)
        return runs.error();
    std::vector<IntentKey> keys(headSeq >= firstSeq ? headSeq - firstSeq + 1 : 0);
    while (runs->next()) {
        const quint64 runFirst = quint64(runs->integer(0));
        const QByteArray run = runs->bytes(1);
        for (qsizetype at = 0; at + KeyBytes <= run.size(); at += KeyBytes) {
            const quint64 seq = runEnd(runFirst, at);
            if (seq >= firstSeq && seq <= headSeq)
                keys[seq - firstSeq] = {qFromBigEndian<quint64>(run.constData() + at),
                                        qFromBigEndian<quint64>(run.constData() + at + 8)};
        }
    }
    if (auto read = runs->finish(); !read)
        return read.error();
    return keys;
}

} // namespace Tidegate
