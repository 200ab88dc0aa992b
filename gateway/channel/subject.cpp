// SPDX-License-Identifier: MIT
#include "channel/subject.h"

namespace Tidegate {

namespace {

bool isPlain(char c)
{
    return uchar(c) > 0x20 && uchar(c) != 0x7f && c != '.' && c != '*' && c != '>' && c != '%';
}

} // namespace

QByteArray makeSubject(std::initializer_list<QByteArrayView> tokens)
{
    QByteArray subject;
    for (const QByteArrayView token : tokens) {
        if (!subject.isEmpty())
            subject += '.';
        for (const char c : token) {
            if (isPlain(c)) {
                subject += c;
            } else {
                static const char Hex[] = "0123456789abcdef";
                subject += '%';
                subject += Hex[uchar(c) >> 4];
                subject += Hex[uchar(c) & 0xf];
            }
        }
        if (token.isEmpty())
            subject += '%'; // an empty token must stay a level of its own
    }
    return subject;
}

} // namespace Tidegate
