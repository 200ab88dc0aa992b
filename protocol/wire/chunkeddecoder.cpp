// SPDX-License-Identifier: MIT
#include "wire/chunkeddecoder.h"

#include "wire/httpheaders.h"

#include <algorithm>
#include <utility>

namespace Tidegate::Http {

ChunkedDecoder::Progress ChunkedDecoder::feed(QByteArrayView bytes, QByteArray &body)
{
    qsizetype used = 0;
    while (m_status == Status::NeedsMore && used < bytes.size()) {
        const QByteArrayView rest = bytes.sliced(used);
        used += m_state == State::Data ? takeData(rest, body) : takeLine(rest);
    }
    return {m_status, used};
}

qsizetype ChunkedDecoder::takeData(QByteArrayView bytes, QByteArray &body)
{
    const auto used = qsizetype(qMin(quint64(bytes.size()), m_chunkLeft));
    body.append(bytes.first(used));
    m_chunkLeft -= quint64(used);
    if (m_chunkLeft == 0)
        m_state = State::DataEnd;
    return used;
}

qsizetype ChunkedDecoder::takeLine(QByteArrayView bytes)
{
    const qsizetype lf = bytes.indexOf('\n');
    const qsizetype used = lf < 0 ? bytes.size() : lf + 1;
    if (m_line.size() + used > MaxLineBytes) {
        m_status = Status::Invalid;
        return used;
    }
    m_line.append(bytes.first(used));
    if (lf < 0)
        return used;
    const QByteArray line = std::exchange(m_line, {});
    if (line.endsWith("\r\n"))
        lineEnded(QByteArrayView(line).chopped(2));
    else
        m_status = Status::Invalid;
    return used;
}

void ChunkedDecoder::lineEnded(QByteArrayView line)
{
    switch (m_state) {
    case State::Size:
        sizeLineEnded(line);
        break;
    case State::Trailer:
        trailerLineEnded(line);
        break;
    case State::DataEnd:
    case State::Data:
        if (!line.isEmpty())
            m_status = Status::Invalid;
        m_state = State::Size;
    }
}

void ChunkedDecoder::sizeLineEnded(QByteArrayView line)
{
    constexpr qsizetype MaxSizeDigits = 16;
    const qsizetype semicolon = line.indexOf(';');
    const QByteArrayView digits = semicolon < 0 ? line : line.first(semicolon);
    const bool isHex = std::all_of(digits.begin(), digits.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    });
    if (digits.isEmpty() || digits.size() > MaxSizeDigits || !isHex || !isFieldValue(line)) {
        m_status = Status::Invalid;
        return;
    }
    m_chunkLeft = digits.toByteArray().toULongLong(nullptr, 16);
    if (m_chunkLeft > m_maxBodyBytes - m_bodyBytes) {
        m_status = Status::TooLarge;
        return;
    }
    m_bodyBytes += m_chunkLeft;
    m_state = m_chunkLeft == 0 ? State::Trailer : State::Data;
}

// Trailers are checked because what follows them is the next request; their values have no meaning here.
void ChunkedDecoder::trailerLineEnded(QByteArrayView line)
{
    if (line.isEmpty()) {
        m_status = Status::Done;
        return;
    }
    const qsizetype colon = line.indexOf(':');
    m_trailerBytes += line.size();
    if (colon < 0 || !isToken(line.first(colon)) || !isFieldValue(line) || m_trailerBytes > MaxTrailerBytes)
        m_status = Status::Invalid;
}

} // namespace Tidegate::Http
