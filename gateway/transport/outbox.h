// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

#include <vector>

namespace Tidegate {

class ByteStream;

//! Bytes waiting for one socket, as shared buffers: the same encoded frame stands in many outboxes and is stored once.
//! An empty outbox owns no memory. The owner watches size() against its budget.
class Outbox
{
public:
    enum class Flush : quint8 { Drained, Blocked, Failed };

    //! The first \p sent bytes are on their way already.
    void append(const QByteArray &bytes, qsizetype sent = 0);
    Flush flush(ByteStream &stream);
    qsizetype size() const { return m_bytes; }
    bool isEmpty() const { return m_bytes == 0; }
    void clear();
    //! Forgets what was not begun. The buffer at the front stays whole: the peer may have half of it.
    void dropUnsent();

private:
    void consume(qsizetype written);

    std::vector<QByteArray> m_buffers;
    size_t m_first = 0;     //!< buffers before this one are sent
    qsizetype m_offset = 0; //!< bytes of m_buffers[m_first] already sent
    qsizetype m_bytes = 0;
};

} // namespace Tidegate
