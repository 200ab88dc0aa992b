// SPDX-License-Identifier: MIT
#pragma once

#include "transport/link.h"

#include <functional>

namespace Tidegate {

//! Remembers what it was told to send.
class FakeLink final : public Link
{
public:
    LinkId id() const override { return idValue; }
    Framing framing() const override { return framingValue; }
    const Peer &peer() const override { return m_peer; }
    void appendFrame(QByteArray &bytes, QByteArrayView text) override
    {
        bytes += framePrefix;
        bytes += text;
    }
    void sendEncoded(const QByteArray &bytes, SendKind, SendTime time) override
    {
        writes.append(bytes);
        times.append(time);
        if (const auto act = onSend) // it may replace itself
            act();
    }
    void close(CloseReason, quint16, QByteArrayView) override {}
    void giveUp() override { hasGivenUp = true; }
    void setReadingPaused(bool) override {}
    qsizetype queuedBytes() const override { return 0; }
    bool keepsUp() override { return isKeepingUp; }

    QByteArray text() const { return writes.join(); }

    QByteArrayList writes;
    QList<SendTime> times; //!< of each write
    std::function<void()> onSend;
    LinkId idValue;
    Framing framingValue = Framing::Raw;
    QByteArray framePrefix;
    bool isKeepingUp = true;
    bool hasGivenUp = false;

private:
    Peer m_peer;
};

} // namespace Tidegate
