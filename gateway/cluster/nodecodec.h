// SPDX-License-Identifier: MIT
#pragma once

#include "wire/result.h"

#include <QByteArray>
#include <QDataStream>
#include <QIODevice>

#include <optional>

// How nodes of one deployment write to each other. All nodes run the same program version; Version tells when they do
// not. Decoding believes nothing: a stream whose status is not Ok afterwards was damaged.

namespace Tidegate::NodeCodec {

constexpr quint8 Version = 1;

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

//! Answers: what was asked for, or why not.
QByteArray encodeError(const Error &error);

template <typename Write>
QByteArray encodeAnswer(Write write)
{
    return encode(0, [&write](QDataStream &out) {
        out << true;
        write(out);
    });
}

template <typename T, typename Read>
Result<T> decodeAnswer(const Result<QByteArray> &answer, Read readValue)
{
    if (!answer)
        return answer.error();
    T value{};
    std::optional<Error> refusal;
    const auto decoded = decode(*answer, [&](quint8, QDataStream &in) {
        bool isAnswer = false;
        in >> isAnswer;
        if (isAnswer) {
            readValue(in, value);
        } else {
            refusal.emplace();
            read(in, *refusal);
        }
    });
    if (!decoded)
        return decoded.error();
    if (refusal)
        return *refusal;
    return value;
}

} // namespace Tidegate::NodeCodec
