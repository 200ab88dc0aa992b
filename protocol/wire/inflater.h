// SPDX-License-Identifier: MIT
#pragma once

#include "wire/result.h"

#include <QByteArray>

#include <memory>
#include <optional>

struct z_stream_s;

namespace Tidegate {

//! Expands messages of permessage-deflate (RFC 7692 section 7.2.2), each on its own: without context takeover. Whether
//! a text is UTF-8 is the caller's to check (Utf8Validator). Any one thread. Owns about 40 KiB, so one serves all links
//! of a thread; what a message expands to is handed out, never kept.
class Inflater
{
public:
    enum class Failure : quint8 {
        TooBig,  //!< more than the limit: close with 1009
        Invalid, //!< not a whole deflated message and nothing else: close with 1007
    };

    Inflater();
    ~Inflater();
    Q_DISABLE_COPY_MOVE(Inflater)

    //! Stops when the result would exceed \p maxBytes, having held little more than that. A failure is forgotten: the
    //! next message begins afresh.
    Result<QByteArray, Failure> inflateMessage(QByteArrayView payload, qint64 maxBytes);

private:
    std::optional<Failure> appendPiece(QByteArray &out, QByteArrayView piece, qint64 maxBytes);
    bool endsWithTail();

    std::unique_ptr<z_stream_s> m_stream;
};

} // namespace Tidegate
