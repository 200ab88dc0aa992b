// SPDX-License-Identifier: MIT
#pragma once

#include "wire/result.h"

#include <QByteArray>

namespace Tidegate {

//! What crosses between gateways: a subject with bytes, and where an answer is awaited. A value.
struct BusMessage
{
    QByteArray subject;
    QByteArray payload;
    QByteArray reply; //!< empty = nobody waits
};

enum class BusState : quint8 {
    Alone,     //!< there are no others by configuration
    Connected, //!< others hear what is published
    Lost,      //!< they do not now; it is being tried again
};

//! The owner's end. Called on the thread that owns the bus, never from inside a call to it.
class BusReceiver
{
public:
    virtual ~BusReceiver() = default;
    //! Somebody else's message for one subscribed \p pattern; a message that matches several comes once for each.
    virtual void busMessage(const QByteArray &pattern, const BusMessage &message) = 0;
    //! Nobody anywhere, this gateway left out, hears what was published with \p reply.
    virtual void busNoResponders(const QByteArray &reply) = 0;
    virtual void busStateChanged(BusState state) = 0;
};

//! The way to other gateways and back ends that share our subjects. Patterns and subjects are valid by the callers'
//! grammar. Own messages never come back. Per subscribed pattern, messages of one publisher keep their order. At most
//! once: what is lost with a connection stays lost. One owner thread; no call blocks.
class ClusterBus
{
public:
    virtual ~ClusterBus() = default;

    //! Before any other call; borrowed.
    virtual void open(BusReceiver &receiver) = 0;
    //! A pattern is subscribed once: the owner counts. It survives the loss of a connection.
    virtual void subscribe(const QByteArray &pattern) = 0;
    virtual void unsubscribe(const QByteArray &pattern) = 0;
    //! Kept while the connection is lost, up to a bound in bytes; Unavailable beyond it.
    virtual Result<void> publish(const BusMessage &message) = 0;
    virtual BusState state() const = 0;
};

} // namespace Tidegate
