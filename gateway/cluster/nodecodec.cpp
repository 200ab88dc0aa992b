// SPDX-License-Identifier: MIT
#include "cluster/nodecodec.h"

namespace Tidegate::NodeCodec {

void write(QDataStream &out, const Error &error)
{
    out << quint8(error.code) << error.text << error.retryable;
}

void read(QDataStream &in, Error &error)
{
    quint8 code = 0;
    in >> code >> error.text >> error.retryable;
    if (code > quint8(ErrorCode::Internal))
        in.setStatus(QDataStream::ReadCorruptData);
    error.code = ErrorCode(code);
}

QByteArray encodeError(const Error &error)
{
    return encode(0, [&error](QDataStream &out) {
        out << false;
        write(out, error);
    });
}

} // namespace Tidegate::NodeCodec
