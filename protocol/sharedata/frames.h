// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

#include <variant>

// What a ShareData client may say (ShareData spec section 3). Values; ids are UTF-8.

namespace Tidegate::ShareData {

struct Subscribe
{
    QByteArray documentId;
    QByteArray since; //!< newest transaction the client knows; empty = it does not ask for a replay
};

struct Unsubscribe
{
    QByteArray documentId;
};

struct Proof
{
    QByteArray json;      //!< the object with the fields of the spec and no others, compact
    QByteArray purpose;   //!< of these
    QByteArray signature; //!< of these
};

struct Propose
{
    QByteArray documentId;
    QByteArray functionId;
    QByteArray correlationId; //!< the JSON string as it was sent, so that the echo equals it in every case
    QByteArray proposedData;  //!< JSON text in one line
    Proof proof;
    QByteArray idempotencyKey; //!< ours; other clients do not send it. Empty = none
};

struct Ping
{
    QByteArray correlationId; //!< as in Propose
};

using ClientFrame = std::variant<Subscribe, Unsubscribe, Propose, Ping>;

// What a frame weighs while it waits for its answer.
inline qsizetype byteSize(const Subscribe &frame)
{
    return frame.documentId.size() + frame.since.size();
}
inline qsizetype byteSize(const Unsubscribe &frame)
{
    return frame.documentId.size();
}
inline qsizetype byteSize(const Propose &frame)
{
    return frame.documentId.size() + frame.functionId.size() + frame.correlationId.size() + frame.proposedData.size() +
           frame.proof.json.size() + frame.proof.purpose.size() + frame.proof.signature.size() +
           frame.idempotencyKey.size();
}
inline qsizetype byteSize(const Ping &frame)
{
    return frame.correlationId.size();
}
inline qsizetype byteSize(const ClientFrame &frame)
{
    return std::visit([](const auto &each) { return byteSize(each); }, frame);
}

//! Why a message is none of these; the connection ends after it.
struct InvalidMessage
{
    QByteArray text; //!< for a person
};

} // namespace Tidegate::ShareData
