// SPDX-License-Identifier: MIT
#include "cluster/parcels.h"

#include <QDataStream>
#include <QIODevice>

#include <algorithm>

namespace Tidegate {

std::vector<QByteArray> ParcelCutter::cut(const QByteArray &bytes)
{
    const qsizetype count = std::max<qsizetype>(1, (bytes.size() + MaxPartBytes - 1) / MaxPartBytes);
    ++m_last;
    std::vector<QByteArray> parts;
    for (qsizetype i = 0; i < count; ++i) {
        QByteArray part;
        QDataStream out(&part, QIODevice::WriteOnly);
        out.setVersion(QDataStream::Qt_6_4);
        out << m_sender << m_last << quint16(i) << quint16(count);
        part += bytes.mid(i * MaxPartBytes, MaxPartBytes);
        parts.push_back(std::move(part));
    }
    return parts;
}

Result<void> ParcelCutter::publish(ClusterBus &bus, const QByteArray &subject, const QByteArray &bytes,
                                   const QByteArray &reply)
{
    const std::vector<QByteArray> parts = cut(bytes);
    for (const QByteArray &part : parts) {
        const bool isLast = &part == &parts.back();
        if (const auto sent = bus.publish({subject, part, isLast ? reply : QByteArray()}); !sent)
            return sent;
    }
    return {};
}

qsizetype ParcelJoiner::costOf(const QByteArray &sender, const Open &open)
{
    constexpr qsizetype EntryBytes = 128;
    return EntryBytes + 2 * sender.size() + open.bytes.size();
}

void ParcelJoiner::drop(const QByteArray &sender)
{
    if (const auto open = m_open.constFind(sender); open != m_open.constEnd()) {
        m_openBytes -= costOf(sender, *open);
        m_open.erase(open);
    }
}

void ParcelJoiner::dropOldest()
{
    const auto oldest =
        std::min_element(m_open.cbegin(), m_open.cend(), [](const Open &a, const Open &b) { return a.age < b.age; });
    drop(QByteArray(oldest.key()));
}

std::optional<QByteArray> ParcelJoiner::take(const QByteArray &part)
{
    QDataStream in(part);
    in.setVersion(QDataStream::Qt_6_4);
    QByteArray sender;
    quint32 parcel = 0;
    quint16 index = 0;
    quint16 count = 0;
    in >> sender >> parcel >> index >> count;
    if (in.status() != QDataStream::Ok)
        return std::nullopt;
    const QByteArray body = part.sliced(in.device()->pos());
    if (count == 1)
        return body;
    if (index == 0) {
        drop(sender);
        const Open begun{parcel, 0, ++m_lastAge, {}};
        m_openBytes += costOf(sender, begun);
        m_open.insert(sender, begun);
    }
    while (m_openBytes + body.size() > MaxOpenBytes && !m_open.isEmpty())
        dropOldest();
    const auto open = m_open.find(sender);
    if (open == m_open.end())
        return std::nullopt;
    if (open->parcel != parcel || open->next != index) {
        drop(sender);
        return std::nullopt;
    }
    open->bytes += body;
    ++open->next;
    m_openBytes += body.size();
    if (open->next < count)
        return std::nullopt;
    QByteArray whole = open->bytes;
    drop(sender);
    return whole;
}

} // namespace Tidegate
