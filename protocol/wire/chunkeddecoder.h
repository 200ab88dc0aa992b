// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

namespace Tidegate::Http {

//! A chunked body (RFC 9112 section 7.1) in any chunking. Strict CRLF; extensions and trailers are checked and dropped.
//! Any one thread; holds at most MaxLineBytes beside what it appends to the caller's body.
class ChunkedDecoder
{
public:
    enum class Status : quint8 {
        NeedsMore,
        Done,
        Invalid,  //!< answer 400 and close
        TooLarge, //!< the body would exceed the limit; answer 413 and close
    };
    static constexpr qsizetype MaxLineBytes = 1024;        //!< one chunk-size or trailer line
    static constexpr qsizetype MaxTrailerBytes = 8 * 1024; //!< all trailer lines together

    explicit ChunkedDecoder(quint64 maxBodyBytes)
        : m_maxBodyBytes(maxBodyBytes)
    {
    }

    struct Progress
    {
        Status status = Status::NeedsMore;
        qsizetype usedBytes = 0; //!< when Done, the next request begins here
    };
    //! Appends decoded bytes to \p body. Once the status is not NeedsMore it stays and no further byte is used.
    Progress feed(QByteArrayView bytes, QByteArray &body);

private:
    enum class State : quint8 { Size, Data, DataEnd, Trailer };

    qsizetype takeLine(QByteArrayView bytes);
    qsizetype takeData(QByteArrayView bytes, QByteArray &body);
    void lineEnded(QByteArrayView line);
    void sizeLineEnded(QByteArrayView line);
    void trailerLineEnded(QByteArrayView line);

    QByteArray m_line;
    const quint64 m_maxBodyBytes;
    quint64 m_bodyBytes = 0;
    quint64 m_chunkLeft = 0;
    qsizetype m_trailerBytes = 0;
    State m_state = State::Size;
    Status m_status = Status::NeedsMore;
};

} // namespace Tidegate::Http
