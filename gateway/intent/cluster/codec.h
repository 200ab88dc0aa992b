// SPDX-License-Identifier: MIT
#pragma once

#include "backend/backendevent.h"
#include "intent/submission.h"
#include "wire/result.h"

#include <QDataStream>
#include <QIODevice>

// How nodes of one deployment write the engine's values to each other. All nodes run the same program version; Version
// tells when they do not. Decoding believes nothing: a stream whose status is not Ok afterwards was damaged.

namespace Tidegate::NodeCodec {

constexpr quint8 Version = 1;

void write(QDataStream &out, const Intent &intent);
void read(QDataStream &in, Intent &intent);
void write(QDataStream &out, const std::vector<IntentPtr> &intents);
void read(QDataStream &in, std::vector<IntentPtr> &intents);
void write(QDataStream &out, const BackendContext &context);
void read(QDataStream &in, BackendContext &context);
void write(QDataStream &out, const IntentSubmission &submission);
void read(QDataStream &in, IntentSubmission &submission);
void write(QDataStream &out, const std::vector<IntentOutcome> &outcomes);
void read(QDataStream &in, std::vector<IntentOutcome> &outcomes);
void write(QDataStream &out, const BackendEvent &event);
void read(QDataStream &in, BackendEvent &event);
void write(QDataStream &out, const Error &error);
void read(QDataStream &in, Error &error);

//! One message: \p fill writes its body behind the version and \p kind.
template <typename Fill>
QByteArray encode(quint8 kind, Fill fill)
{
    QByteArray bytes;
    QDataStream out(&bytes, QIODevice::WriteOnly);
    out.setVersion(QDataStream::Qt_6_4);
    out << Version << kind;
    fill(out);
    return bytes;
}

//! \p read gets the kind and the body; what is left over, or missing, is damage.
template <typename Read>
Result<void> decode(const QByteArray &bytes, Read read)
{
    QDataStream in(bytes);
    in.setVersion(QDataStream::Qt_6_4);
    quint8 version = 0;
    quint8 kind = 0;
    in >> version >> kind;
    if (version != Version)
        return Error{ErrorCode::Unsupported, QStringLiteral("a node of another version (%1)").arg(version)};
    read(kind, in);
    if (in.status() != QDataStream::Ok || !in.atEnd())
        return Error{ErrorCode::InvalidSyntax, QStringLiteral("a damaged message")};
    return {};
}

} // namespace Tidegate::NodeCodec
