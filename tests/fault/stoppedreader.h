// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

namespace Tidegate {

//! A client with a tiny receive buffer that reads only when told to. Blocking; waits are bounded.
class StoppedReader
{
public:
    StoppedReader() = default;
    ~StoppedReader();
    Q_DISABLE_COPY_MOVE(StoppedReader)

    //! Sends \p request and reads until \p lastText has come; then it stops.
    bool open(quint16 port, const QByteArray &request, const QByteArray &lastText);
    void send(const QByteArray &bytes);
    //! Reads until \p text has come.
    bool readUntil(const QByteArray &text);
    //! Reads everything until the peer ends the connection.
    bool readToEnd();

    const QByteArray &received() const { return m_received; }
    void forget() { m_received.clear(); }

private:
    bool readSome();

    int m_descriptor = -1;
    QByteArray m_received;
    bool m_hasTimedOut = false;
};

} // namespace Tidegate
