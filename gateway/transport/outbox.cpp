// SPDX-License-Identifier: MIT
#include "transport/outbox.h"

#include "transport/bytestream.h"

namespace Tidegate {

void Outbox::append(const QByteArray &bytes, qsizetype sent)
{
    Q_ASSERT(sent == 0 || isEmpty());
    if (sent == bytes.size())
        return;
    m_buffers.push_back(bytes);
    m_bytes += bytes.size() - sent;
    m_offset += sent;
}

void Outbox::clear()
{
    m_buffers = {};
    m_first = 0;
    m_offset = 0;
    m_bytes = 0;
}

void Outbox::dropUnsent()
{
    if (isEmpty())
        return;
    m_buffers = {m_buffers[m_first]};
    m_first = 0;
    m_bytes = m_buffers.front().size() - m_offset;
}

Outbox::Flush Outbox::flush(ByteStream &stream)
{
    constexpr size_t MaxPieces = 64;
    while (m_bytes > 0) {
        QByteArrayView pieces[MaxPieces];
        size_t count = 0;
        for (size_t i = m_first; i < m_buffers.size() && count < MaxPieces; ++i) {
            QByteArrayView piece = m_buffers[i];
            if (i == m_first)
                piece = piece.sliced(m_offset);
            pieces[count++] = piece;
        }
        const qint64 written = stream.write(pieces, count);
        if (written < 0)
            return Flush::Failed;
        consume(qsizetype(written));
        if (written == 0)
            return Flush::Blocked; // a short write alone says little: TLS takes a record at a time
    }
    return Flush::Drained;
}

void Outbox::consume(qsizetype written)
{
    m_bytes -= written;
    if (m_bytes == 0) {
        clear();
        return;
    }
    while (written > 0) {
        QByteArray &front = m_buffers[m_first];
        const qsizetype left = front.size() - m_offset;
        if (written < left) {
            m_offset += written;
            return;
        }
        written -= left;
        front = {};
        ++m_first;
        m_offset = 0;
    }
    // Amortised: the sent half is dropped only once it outweighs what is left.
    if (m_first > 32 && m_first * 2 > m_buffers.size()) {
        m_buffers.erase(m_buffers.begin(), m_buffers.begin() + qsizetype(m_first));
        m_first = 0;
    }
}

} // namespace Tidegate
