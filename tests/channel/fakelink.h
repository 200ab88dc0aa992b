// SPDX-License-Identifier: MIT
#pragma once

#include "transport/link.h"

#include <functional>

namespace Tidegate {

//! Remembers what it was told to send.
class FakeLink final : public Link
{
public:
    LinkId id() const override { return {}; }
    Framing framing() const override { return Framing::Raw; }
    const Peer &peer() const override { return m_peer; }
    void sendText(QByteArrayView text, SendKind) override
    {
        sendEncoded(text.toByteArray(), SendKind::Live, SendTime::TurnEnd);
    }
    void sendEncoded(const QByteArray &bytes, SendKind, SendTime time) override
    {
        writes.append(bytes);
        times.append(time);
        if (onSend)
            onSend();
    }
    void close(CloseReason, quint16, QByteArrayView) override {}
    void setReadingPaused(bool) override {}
    qsizetype queuedBytes() const override { return 0; }

    QByteArray text() const { return writes.join(); }

    QByteArrayList writes;
    QList<SendTime> times; //!< of each write
    std::function<void()> onSend;

private:
    Peer m_peer;
};

} // namespace Tidegate
