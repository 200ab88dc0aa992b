// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArrayView>

namespace Tidegate {

//! Checks UTF-8 (RFC 3629) that arrives in pieces: no overlong forms, no surrogates, nothing above U+10FFFF.
//! Any thread; holds three bytes of state and no text.
class Utf8Validator
{
public:
    //! False as soon as no continuation could make the text valid; stays false until reset().
    bool feed(QByteArrayView piece);
    //! The text so far is valid and does not end inside a character.
    bool isComplete() const { return m_missing == 0; }
    void reset() { *this = {}; }

    static bool isValid(QByteArrayView text)
    {
        Utf8Validator validator;
        return validator.feed(text) && validator.isComplete();
    }

private:
    static constexpr quint8 Invalid = 0xff;

    bool startCharacter(uchar lead);
    bool continueCharacter(uchar byte);

    quint8 m_missing = 0; //!< continuation bytes the current character still needs, or Invalid
    quint8 m_lowest = 0;  //!< range of the next continuation byte; narrower after E0, ED, F0 and F4
    quint8 m_highest = 0;
};

} // namespace Tidegate
