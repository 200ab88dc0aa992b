// SPDX-License-Identifier: MIT
#include "session/mesh/subjectcounts.h"

namespace Tidegate::Mesh {

SubjectCounts::Counts &SubjectCounts::Counts::operator+=(const Counts &other)
{
    published += other.published;
    publishedBytes += other.publishedBytes;
    requested += other.requested;
    delivered += other.delivered;
    deliveredBytes += other.deliveredBytes;
    refused += other.refused;
    return *this;
}

void SubjectCounts::add(QByteArrayView subject, const Counts &counts)
{
    const qsizetype dot = subject.indexOf('.');
    const QByteArrayView prefix = dot < 0 ? subject : subject.first(dot);
    const std::lock_guard lock(m_mutex);
    // A view of the subject's bytes as the key, so that counting does not allocate.
    const QByteArray key = QByteArray::fromRawData(prefix.data(), prefix.size());
    if (const auto known = m_table.find(key); known != m_table.end())
        *known += counts;
    else if (counts.refused > 0 || prefix.size() > MaxPrefixBytes || m_table.size() >= MaxPrefixes)
        m_table[QByteArrayLiteral("*")] += counts;
    else
        m_table.insert(prefix.toByteArray(), counts);
}

void SubjectCounts::addTo(Table &table) const
{
    const std::lock_guard lock(m_mutex);
    for (auto each = m_table.cbegin(); each != m_table.cend(); ++each)
        table[each.key()] += each.value();
}

} // namespace Tidegate::Mesh
