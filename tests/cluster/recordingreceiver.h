// SPDX-License-Identifier: MIT
#pragma once

#include "cluster/clusterbus.h"

#include <QByteArrayList>
#include <QList>

namespace Tidegate {

//! Keeps what a bus told it.
class RecordingReceiver final : public BusReceiver
{
public:
    void busMessage(const QByteArray &pattern, const BusMessage &message) override
    {
        heard += pattern + " <- " + message.subject + ' ' + message.payload;
        messages.append(message);
    }
    void busNoResponders(const QByteArray &reply) override { unanswered += reply; }
    void busStateChanged(BusState state) override { states.append(state); }

    QByteArrayList heard;
    QList<BusMessage> messages;
    QByteArrayList unanswered;
    QList<BusState> states;
};

} // namespace Tidegate
