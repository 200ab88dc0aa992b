// SPDX-License-Identifier: MIT
#pragma once

#include "admin/local/provider.h"
#include "base/eventlog.h"

#include <deque>
#include <mutex>

namespace Tidegate::Admin {

//! The newest lines of the event log. Any thread pushes, any thread reads. Bound: MaxLines and MaxBytes; the oldest go.
class LogTail
{
public:
    static constexpr size_t MaxLines = 5'000;
    static constexpr qsizetype MaxBytes = 4 * 1024 * 1024;

    struct Line
    {
        qint64 number = 0; //!< from 1
        QByteArray json;
    };

    void push(const QByteArray &line);
    //! Number of the newest line; 0 = none yet.
    qint64 newest() const { return m_newest.load(std::memory_order_relaxed); }
    //! Lines after \p number, oldest first, at most \p max of the newest.
    std::vector<Line> after(qint64 number, size_t max = MaxLines) const;

    //! As a row of resource "log".
    static QJsonObject rowOf(const Line &line);

private:
    mutable std::mutex m_mutex;
    std::deque<QByteArray> m_lines;
    qsizetype m_bytes = 0;
    std::atomic<qint64> m_newest = 0;
};

//! Resource "log".
class LogProvider final : public TableProvider
{
public:
    explicit LogProvider(const LogTail &tail)
        : m_tail(tail)
    {
    }
    QString resource() const override { return QStringLiteral("log"); }
    qint64 revision() const override { return m_tail.newest(); }

private:
    void collect(Answer<TablePtr> done) override;

    const LogTail &m_tail;
    QList<QJsonObject> m_rows; //!< parsed so far; the tail's bound
    qint64 m_parsed = 0;
};

} // namespace Tidegate::Admin
