// SPDX-License-Identifier: MIT
#include "document/transactionwindow.h"

#include <algorithm>

namespace Tidegate {

namespace {

//! Cursors are compared as texts: "08" and " 8" name no transaction.
std::optional<quint64> seqOf(const QByteArray &cursor)
{
    bool isNumber = false;
    const quint64 seq = cursor.toULongLong(&isNumber);
    if (!isNumber || QByteArray::number(seq) != cursor)
        return {};
    return seq;
}

} // namespace

void TransactionWindow::restore(std::vector<TransactionRecord> records, const DocumentLimits &limits, qint64 nowMs)
{
    for (TransactionRecord &record : records)
        add(std::move(record));
    trim(limits, nowMs);
}

void TransactionWindow::push(TransactionRecord record, const DocumentLimits &limits, qint64 nowMs)
{
    add(std::move(record));
    trim(limits, nowMs);
}

void TransactionWindow::add(TransactionRecord record)
{
    m_bytes += record.byteSize();
    if (!record.idempotencyId.isEmpty())
        m_seqByIdempotency.insert(record.idempotencyId, record.seq);
    m_records.push_back(std::move(record));
}

void TransactionWindow::trim(const DocumentLimits &limits, qint64 nowMs)
{
    const auto isOver = [&] {
        return qsizetype(m_records.size()) > limits.windowCount || m_bytes > limits.windowBytes ||
               (limits.windowAgeMs > 0 && nowMs - m_records.front().atMs > limits.windowAgeMs);
    };
    while (!m_records.empty() && isOver()) {
        const TransactionRecord &oldest = m_records.front();
        m_bytes -= oldest.byteSize();
        if (m_seqByIdempotency.value(oldest.idempotencyId) == oldest.seq)
            m_seqByIdempotency.remove(oldest.idempotencyId);
        m_records.pop_front();
    }
}

std::optional<std::vector<TransactionRecord>> TransactionWindow::after(const QByteArray &cursor, quint64 newest) const
{
    const std::optional<quint64> seq = seqOf(cursor);
    if (!seq)
        return {};
    // Whoever knows the newest one misses nothing, whatever is kept.
    if (*seq == newest)
        return std::vector<TransactionRecord>();
    const quint64 oldest = m_records.empty() ? newest + 1 : m_records.front().seq;
    const bool isBeginning = *seq == 0 && oldest == 1;
    if (*seq > newest || (*seq < oldest && !isBeginning))
        return {};
    const auto begin =
        std::upper_bound(m_records.begin(), m_records.end(), *seq,
                         [](quint64 value, const TransactionRecord &record) { return value < record.seq; });
    return std::vector<TransactionRecord>(begin, m_records.end());
}

const TransactionRecord *TransactionWindow::findByIdempotency(const QByteArray &id) const
{
    const auto known = m_seqByIdempotency.constFind(id);
    if (known == m_seqByIdempotency.constEnd())
        return nullptr;
    const auto found = std::lower_bound(m_records.begin(), m_records.end(), *known,
                                        [](const TransactionRecord &record, quint64 seq) { return record.seq < seq; });
    return found == m_records.end() ? nullptr : &*found;
}

} // namespace Tidegate
