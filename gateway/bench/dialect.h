// SPDX-License-Identifier: MIT
#pragma once

#include "bench/target.h"

#include <QByteArrayList>

namespace Tidegate::Bench {

//! How one connection begins.
struct Opening
{
    QByteArray request;          //!< HTTP request head, written as soon as the socket is connected
    QByteArray greeting;         //!< bytes written once the upgrade is accepted
    QByteArray readyMark;        //!< text in the answer that says the client takes part; empty = the upgrade says so
    QByteArrayList refusalMarks; //!< texts that say it was refused
    QByteArrayList faultMarks;   //!< texts that, once it takes part, mean that the server refused something
    bool isWebSocket = true;     //!< false: the response body is the stream (server-sent events)
};

//! What the load tool has to know of a protocol: a few byte strings. Port; pure. Messages carry a Marker, which must
//! appear once in what each receiver gets of it.
class Dialect
{
public:
    virtual ~Dialect() = default;

    virtual Opening subscriber() const = 0;
    virtual Opening publisher() const = 0;
    //! A client that was away and has seen everything up to \p position, as a client of this dialect would say it.
    //! \p position is what lastPosition() found. Both only if hasPositions().
    virtual Opening returningSubscriber(const QByteArray &position) const = 0;
    //! The newest position in what a subscriber received, or empty.
    virtual QByteArray lastPosition(const QByteArray &received) const = 0;

    //! Frames that publish messages \p first to \p first + \p count - 1 at once; each is padded by \p payloadBytes.
    virtual QByteArray publication(const QByteArray &run, quint32 first, int count, int payloadBytes) const = 0;
    //! What the server sends to the publisher itself names each number once (an acknowledgement or an echo).
    virtual bool acknowledges() const = 0;
    //! A returning subscriber can say what it has seen, and receives the rest whole.
    virtual bool hasPositions() const = 0;
};

} // namespace Tidegate::Bench
