// SPDX-License-Identifier: MIT
#pragma once

#include "admin/local/provider.h"

#include <QFile>

#include <deque>

namespace Tidegate::Admin {

//! What operators did: one JSON object per line in a file that only this user may read, on disk before the operator is
//! answered. Resource "audit". Bound: MaxEntries; the oldest go.
class AuditTrail final : public TableProvider
{
public:
    static constexpr size_t MaxEntries = 5'000;

    //! Reads what is there; a line that cannot be read is left out. \p path empty = memory only.
    explicit AuditTrail(const QString &path);

    void record(const Operator &who, const CommandCall &call, const Result<CommandOutcome> &outcome, qint64 nowMs);

    QString resource() const override { return QStringLiteral("audit"); }
    qint64 revision() const override { return m_newest; }
    qint64 total() const override { return qint64(m_entries.size()); }

private:
    void collect(Answer<TablePtr> done) override;
    void load();
    void append(const QJsonObject &entry);
    void rewrite();

    QFile m_file;
    std::deque<QJsonObject> m_entries;
    size_t m_linesInFile = 0; //!< may be twice MaxEntries before the file is written anew
    qint64 m_newest = 0;
};

} // namespace Tidegate::Admin
