// SPDX-License-Identifier: MIT
#include "wire/jsontext.h"

#include <charconv>

namespace Tidegate::Json {

namespace {

bool needsEscape(char c)
{
    return uchar(c) < 0x20 || c == '"' || c == '\\';
}

void appendEscaped(QByteArray &out, char c)
{
    switch (c) {
    case '"':
        out += "\\\"";
        return;
    case '\\':
        out += "\\\\";
        return;
    case '\n':
        out += "\\n";
        return;
    case '\r':
        out += "\\r";
        return;
    case '\t':
        out += "\\t";
        return;
    default:
        static const char Hex[] = "0123456789abcdef";
        out += "\\u00";
        out += Hex[uchar(c) >> 4];
        out += Hex[uchar(c) & 0xf];
    }
}

template <typename Number>
void appendDigits(QByteArray &out, Number number)
{
    char digits[20]; // the longest 64-bit number with its sign
    const auto written = std::to_chars(std::begin(digits), std::end(digits), number);
    out.append(digits, written.ptr - digits);
}

} // namespace

void appendNumber(QByteArray &out, qint64 number)
{
    appendDigits(out, number);
}

void appendNumber(QByteArray &out, quint64 number)
{
    appendDigits(out, number);
}

void appendString(QByteArray &out, QByteArrayView text)
{
    out += '"';
    const char *run = text.data();
    const char *const end = run + text.size();
    for (const char *at = run; at != end; ++at) {
        if (!needsEscape(*at))
            continue;
        out.append(run, at - run);
        appendEscaped(out, *at);
        run = at + 1;
    }
    out.append(run, end - run);
    out += '"';
}

void appendStringArray(QByteArray &out, const QByteArrayList &texts)
{
    out += '[';
    for (qsizetype i = 0; i < texts.size(); ++i) {
        if (i)
            out += ',';
        appendString(out, texts[i]);
    }
    out += ']';
}

} // namespace Tidegate::Json
