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

void ParcelJoiner::drop(const QByteArray &sender)
{
    m_openBytes -= m_open.take(sender).bytes.size();
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
        m_open.insert(sender, {parcel, 0, {}});
    }
    const auto open = m_open.find(sender);
    if (open == m_open.end())
        return std::nullopt;
    if (open->parcel != parcel || open->next != index || m_openBytes + body.size() > MaxOpenBytes) {
        drop(sender);
        return std::nullopt;
    }
    open->bytes += body;
    ++open->next;
    m_openBytes += body.size();
    if (open->next < count)
        return std::nullopt;
    m_openBytes -= open->bytes.size();
    return m_open.take(sender).bytes;
}

} // namespace Tidegate
