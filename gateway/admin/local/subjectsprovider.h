// SPDX-License-Identifier: MIT
#pragma once

#include "admin/local/provider.h"
#include "session/mesh/counters.h"
#include "session/mesh/subjectcounts.h"

#include <functional>

namespace Tidegate::Admin {

//! What went through the mesh, by the first token of the subject.
class SubjectsProvider final : public TableProvider
{
public:
    using Counts = std::function<Mesh::SubjectCounts::Table()>;

    //! \p counts: those of all shards, on any thread.
    SubjectsProvider(const Mesh::DialectCounters &dialect, Counts counts)
        : m_dialect(dialect)
        , m_counts(std::move(counts))
    {
    }

    QString resource() const override { return QStringLiteral("subjects"); }
    qint64 revision() const override;

private:
    void collect(Answer<TablePtr> done) override;

    const Mesh::DialectCounters &m_dialect;
    const Counts m_counts;
};

} // namespace Tidegate::Admin
