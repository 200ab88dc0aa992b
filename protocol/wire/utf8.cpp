// SPDX-License-Identifier: MIT
#include "wire/utf8.h"

#include <cstring>

namespace Tidegate {

namespace {

const uchar *skipAscii(const uchar *at, const uchar *end)
{
    constexpr quint64 HighBits = 0x8080808080808080;
    while (end - at >= qsizetype(sizeof(quint64))) {
        quint64 word;
        std::memcpy(&word, at, sizeof word);
        if (word & HighBits)
            break;
        at += sizeof word;
    }
    while (at != end && *at < 0x80)
        ++at;
    return at;
}

} // namespace

bool Utf8Validator::feed(QByteArrayView piece)
{
    if (m_missing == Invalid)
        return false;
    const auto *at = reinterpret_cast<const uchar *>(piece.data());
    const uchar *const end = at + piece.size();
    while (at != end) {
        if (m_missing == 0) {
            at = skipAscii(at, end);
            if (at != end && !startCharacter(*at++))
                return false;
        } else if (!continueCharacter(*at++)) {
            return false;
        }
    }
    return true;
}

// The second byte's range is what excludes overlong forms (E0, F0), surrogates (ED) and code points above U+10FFFF
// (F4). RFC 3629 section 4.
bool Utf8Validator::startCharacter(uchar lead)
{
    m_lowest = 0x80;
    m_highest = 0xbf;
    if (lead >= 0xc2 && lead <= 0xdf) {
        m_missing = 1;
    } else if (lead >= 0xe0 && lead <= 0xef) {
        m_missing = 2;
        if (lead == 0xe0)
            m_lowest = 0xa0;
        else if (lead == 0xed)
            m_highest = 0x9f;
    } else if (lead >= 0xf0 && lead <= 0xf4) {
        m_missing = 3;
        if (lead == 0xf0)
            m_lowest = 0x90;
        else if (lead == 0xf4)
            m_highest = 0x8f;
    } else {
        m_missing = Invalid;
    }
    return m_missing != Invalid;
}

bool Utf8Validator::continueCharacter(uchar byte)
{
    if (byte < m_lowest || byte > m_highest) {
        m_missing = Invalid;
        return false;
    }
    --m_missing;
    m_lowest = 0x80;
    m_highest = 0xbf;
    return true;
}

} // namespace Tidegate
