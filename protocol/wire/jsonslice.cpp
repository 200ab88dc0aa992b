// SPDX-License-Identifier: MIT
#include "wire/jsonslice.h"

#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>

namespace Tidegate {

namespace {

constexpr char32_t Replacement = 0xfffd;

QByteArrayView stringBody(const JsonSlice &string)
{
    return string.text.sliced(1, string.text.size() - 2);
}

char32_t hexUnit(const char *digits)
{
    unsigned unit = 0;
    std::from_chars(digits, digits + 4, unit, 16);
    return unit;
}

bool isHighSurrogate(char32_t unit)
{
    return unit >= 0xd800 && unit < 0xdc00;
}

bool isLowSurrogate(char32_t unit)
{
    return unit >= 0xdc00 && unit < 0xe000;
}

void appendUtf8(QByteArray &out, char32_t point)
{
    if (point < 0x80) {
        out += char(point);
        return;
    }
    if (point < 0x800) {
        out += char(0xc0 | (point >> 6));
    } else {
        if (point < 0x10000) {
            out += char(0xe0 | (point >> 12));
        } else {
            out += char(0xf0 | (point >> 18));
            out += char(0x80 | ((point >> 12) & 0x3f));
        }
        out += char(0x80 | ((point >> 6) & 0x3f));
    }
    out += char(0x80 | (point & 0x3f));
}

//! Reads the escape at \p at (after "\u") and moves \p at behind it, behind both halves of a pair.
char32_t takeUnicodeEscape(const char *&at, const char *end, bool &isLossy)
{
    const char32_t unit = hexUnit(at);
    at += 4;
    if (isHighSurrogate(unit) && end - at >= 6 && at[0] == '\\' && at[1] == 'u') {
        const char32_t low = hexUnit(at + 2);
        if (isLowSurrogate(low)) {
            at += 6;
            return 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
        }
    }
    if (isHighSurrogate(unit) || isLowSurrogate(unit)) {
        isLossy = true;
        return Replacement;
    }
    return unit;
}

char simpleEscape(char letter)
{
    switch (letter) {
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default:
        return letter;
    }
}

QByteArray unescaped(QByteArrayView body, bool &isLossy)
{
    QByteArray text;
    text.reserve(body.size());
    const char *at = body.begin();
    while (at != body.end()) {
        if (*at != '\\') {
            text += *at++;
            continue;
        }
        const char letter = at[1];
        at += 2;
        if (letter == 'u')
            appendUtf8(text, takeUnicodeEscape(at, body.end(), isLossy));
        else
            text += simpleEscape(letter);
    }
    return text;
}

bool hasEscapes(QByteArrayView body)
{
    return body.size() > 0 && std::memchr(body.data(), '\\', size_t(body.size()));
}

qsizetype codePoints(QByteArrayView utf8)
{
    return std::count_if(utf8.begin(), utf8.end(), [](char c) { return (uchar(c) & 0xc0) != 0x80; });
}

bool isSpace(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

const char *endOfString(const char *at)
{
    while (*++at != '"') {
        if (*at == '\\')
            ++at;
    }
    return at + 1;
}

const char *endOfContainer(const char *at)
{
    int depth = 0;
    for (;;) {
        if (*at == '"') {
            at = endOfString(at);
            continue;
        }
        if (*at == '{' || *at == '[')
            ++depth;
        else if (*at == '}' || *at == ']')
            --depth;
        ++at;
        if (depth == 0)
            return at;
    }
}

const char *endOfScalar(const char *at, const char *end)
{
    while (at != end && *at != ',' && *at != '}' && *at != ']' && !isSpace(*at))
        ++at;
    return at;
}

//! Decimal power of the first digit that is not zero, roughly; saturates.
qint64 leadingPower(QByteArrayView number)
{
    constexpr qint64 MaxExponent = 1'000'000'000;
    const char *at = std::find_if(number.begin(), number.end(), [](char c) { return c == 'e' || c == 'E'; });
    const QByteArrayView digits(number.begin(), at);
    qint64 exponent = 0;
    if (at != number.end()) {
        const bool isNegative = *++at == '-';
        at += isNegative || *at == '+';
        if (std::from_chars(at, number.end(), exponent).ec != std::errc() || exponent > MaxExponent)
            exponent = MaxExponent;
        exponent = isNegative ? -exponent : exponent;
    }
    const auto isSignificant = [](char c) { return c >= '1' && c <= '9'; };
    const qsizetype first = std::find_if(digits.begin(), digits.end(), isSignificant) - digits.begin();
    const qsizetype dot = digits.indexOf('.');
    return (dot < 0 ? digits.size() : dot) - first + exponent;
}

} // namespace

JsonKind jsonKindOf(char first)
{
    switch (first) {
    case '{':
        return JsonKind::Object;
    case '[':
        return JsonKind::Array;
    case '"':
        return JsonKind::String;
    case 't':
        return JsonKind::True;
    case 'f':
        return JsonKind::False;
    case 'n':
        return JsonKind::Null;
    default:
        return JsonKind::Number;
    }
}

QByteArray stringValue(const JsonSlice &string, bool *isLossy)
{
    const QByteArrayView body = stringBody(string);
    bool hasLoss = false;
    QByteArray text = hasEscapes(body) ? unescaped(body, hasLoss) : body.toByteArray();
    if (isLossy)
        *isLossy = hasLoss;
    return text;
}

bool stringEquals(const JsonSlice &string, QByteArrayView expected)
{
    const QByteArrayView body = stringBody(string);
    if (!hasEscapes(body))
        return body == expected;
    return stringValue(string) == expected;
}

size_t indexOfName(const JsonSlice &string, std::span<const QByteArrayView> names)
{
    const QByteArrayView body = stringBody(string);
    const QByteArray decoded = hasEscapes(body) ? stringValue(string) : QByteArray();
    const QByteArrayView text = decoded.isNull() ? body : QByteArrayView(decoded);
    return size_t(std::find(names.begin(), names.end(), text) - names.begin());
}

qsizetype stringLength(const JsonSlice &string)
{
    const QByteArrayView body = stringBody(string);
    return hasEscapes(body) ? codePoints(stringValue(string)) : codePoints(body);
}

double numberValue(QByteArrayView number)
{
    double value = 0;
    const auto parsed = std::from_chars(number.begin(), number.end(), value);
    if (parsed.ec == std::errc())
        return value;
    // from_chars does not say whether it left the range upwards or downwards.
    const double magnitude = leadingPower(number) > 0 ? std::numeric_limits<double>::infinity() : 0.0;
    return number.front() == '-' ? -magnitude : magnitude;
}

QByteArray cutToUtf16(const QByteArray &utf8, qsizetype maxUnits)
{
    if (utf8.size() <= maxUnits)
        return utf8;
    qsizetype units = 0;
    for (qsizetype i = 0; i < utf8.size(); ++i) {
        const auto byte = uchar(utf8[i]);
        if ((byte & 0xc0) == 0x80)
            continue;
        units += byte >= 0xf0 ? 2 : 1;
        if (units > maxUnits)
            return utf8.first(i);
    }
    return utf8;
}

QByteArray minified(QByteArrayView json)
{
    // simdjson writes whole registers, so the target needs the same slack as a parse buffer.
    QByteArray out(json.size() + qsizetype(simdjson::SIMDJSON_PADDING), Qt::Uninitialized);
    size_t size = 0;
    if (simdjson::minify(json.data(), size_t(json.size()), out.data(), size) != simdjson::SUCCESS)
        return json.toByteArray();
    out.truncate(qsizetype(size));
    return out;
}

QByteArray jsonInOneLine(QByteArrayView json)
{
    return json.contains('\n') || json.contains('\r') ? minified(json) : json.toByteArray();
}

JsonSliceReader::JsonSliceReader(const JsonSlice &container)
    : m_at(container.text.begin() + 1)
    , m_end(container.text.end() - 1)
{
}

//! Skips whitespace and the one separator that validated text can have here.
void JsonSliceReader::skipTo()
{
    while (m_at != m_end && (isSpace(*m_at) || *m_at == ',' || *m_at == ':'))
        ++m_at;
}

JsonSlice JsonSliceReader::take()
{
    const char *const begin = m_at;
    const JsonKind kind = jsonKindOf(*begin);
    if (kind == JsonKind::String)
        m_at = endOfString(begin);
    else if (kind == JsonKind::Object || kind == JsonKind::Array)
        m_at = endOfContainer(begin);
    else
        m_at = endOfScalar(begin, m_end);
    return {QByteArrayView(begin, m_at), kind};
}

bool JsonSliceReader::nextElement(JsonSlice &element)
{
    skipTo();
    if (m_at == m_end)
        return false;
    element = take();
    return true;
}

bool JsonSliceReader::nextMember(JsonSlice &key, JsonSlice &value)
{
    return nextElement(key) && nextElement(value);
}

} // namespace Tidegate
