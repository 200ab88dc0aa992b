// SPDX-License-Identifier: MIT
#include "wire/jsonwalk.h"

#include <algorithm>
#include <cctype>
#include <cstring>

namespace Tidegate {

using namespace simdjson;

namespace {

bool isSpace(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

QByteArrayView trimmedRight(QByteArrayView text)
{
    while (!text.isEmpty() && isSpace(text.back()))
        text.chop(1);
    return text;
}

QByteArrayView trimmed(QByteArrayView text)
{
    text = trimmedRight(text);
    while (!text.isEmpty() && isSpace(text.front()))
        text = text.sliced(1);
    return text;
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool skipDigits(const char *&at, const char *end)
{
    const char *const begin = at;
    while (at != end && isDigit(*at))
        ++at;
    return at != begin;
}

//! RFC 8259 section 6.
bool isNumber(QByteArrayView token)
{
    const char *at = token.begin();
    const char *const end = token.end();
    if (at != end && *at == '-')
        ++at;
    if (at != end && *at == '0')
        ++at;
    else if (!skipDigits(at, end))
        return false;
    if (at != end && *at == '.' && (++at, !skipDigits(at, end)))
        return false;
    if (at != end && (*at == 'e' || *at == 'E')) {
        ++at;
        if (at != end && (*at == '+' || *at == '-'))
            ++at;
        if (!skipDigits(at, end))
            return false;
    }
    return at == end;
}

//! Length of the escape at \p at, 0 when it is none.
qsizetype escapeLength(const char *at, const char *end)
{
    if (end - at < 2)
        return 0;
    if (at[1] != 'u')
        return std::strchr("\"\\/bfnrt", at[1]) && at[1] ? 2 : 0;
    if (end - at < 6)
        return 0;
    return std::all_of(at + 2, at + 6, [](char c) { return std::isxdigit(uchar(c)); }) ? 6 : 0;
}

//! Validates the escapes of the string that opens at \p begin; end of the string behind its quote, or null. simdjson's
//! first stage has already refused bad UTF-8, control characters and open strings.
const char *closedString(const char *begin, const char *end)
{
    const char *at = begin + 1;
    while (at != end && *at != '"') {
        if (*at != '\\') {
            ++at;
            continue;
        }
        const qsizetype length = escapeLength(at, end);
        if (length == 0)
            return nullptr;
        at += length;
    }
    return at == end ? nullptr : at + 1;
}

} // namespace

bool JsonWalk::open(QByteArrayView text, ondemand::document &document)
{
    const auto size = size_t(text.size());
    if (m_buffer.size() < size + SIMDJSON_PADDING)
        m_buffer.resize(std::max(size, KeptBytes) + SIMDJSON_PADDING);
    if (m_parser.capacity() < size && m_parser.allocate(std::max(size, KeptBytes)) != SUCCESS)
        return false;
    std::copy(text.begin(), text.end(), m_buffer.begin());
    std::fill_n(m_buffer.begin() + text.size(), SIMDJSON_PADDING, '\0');
    m_size = text.size();
    return m_parser.iterate(m_buffer.data(), size, m_buffer.size()).get(document) == SUCCESS;
}

void JsonWalk::release()
{
    if (m_buffer.size() <= KeptBytes + SIMDJSON_PADDING)
        return;
    m_buffer = {};
    m_parser = ondemand::parser();
}

bool JsonWalk::isAtEnd(ondemand::document &document)
{
    const char *next = nullptr;
    return document.current_location().get(next) == OUT_OF_BOUNDS;
}

bool JsonWalk::walkAny(QByteArrayView text, JsonSlice &root, int levels)
{
    const int depth = depthThatLeaves(levels) + 1;
    ondemand::document document;
    if (!open(text, document))
        return false;
    const QByteArrayView whole = trimmed(QByteArrayView(m_buffer.data(), m_size));
    if (whole.isEmpty())
        return false;
    root = {whole, jsonKindOf(whole.front())};
    if (root.kind == JsonKind::Object) {
        return walkObject(text, [depth](const JsonSlice &, Value value) {
            JsonSlice slice;
            return readValue(value, depth, slice);
        });
    }
    if (root.kind != JsonKind::Array)
        return readScalar(whole, root);
    ondemand::array array;
    if (document.get_array().get(array) != SUCCESS)
        return false;
    for (auto result : array) {
        Value element;
        JsonSlice slice;
        if (result.get(element) != SUCCESS || !readValue(element, depth, slice))
            return false;
    }
    return isAtEnd(document);
}

QByteArray JsonWalk::line(QByteArrayView text, int levels)
{
    JsonSlice root;
    QByteArray line = walkAny(text, root, levels) ? jsonInOneLine(root.text) : QByteArray();
    release();
    return line;
}

JsonKind JsonWalk::kindOf(Value value)
{
    return jsonKindOf(value.raw_json_token().front());
}

bool JsonWalk::readValue(Value value, int depth, JsonSlice &slice)
{
    const std::string_view token = value.raw_json_token();
    switch (jsonKindOf(token.front())) {
    case JsonKind::Object:
        return readMembers(value, depth, slice, [depth](const JsonSlice &, Value member) {
            JsonSlice ignored;
            return readValue(member, depth + 1, ignored);
        });
    case JsonKind::Array:
        return readElements(value, depth, slice, [depth](Value element) {
            JsonSlice ignored;
            return readValue(element, depth + 1, ignored);
        });
    case JsonKind::String: {
        // Has to be consumed here: on-demand's own skipping takes a string before a colon for a key and goes on.
        ondemand::raw_json_string consumed;
        if (value.get_raw_json_string().get(consumed) != SUCCESS)
            return false;
        [[fallthrough]];
    }
    default:
        return readScalar(trimmedRight(QByteArrayView(token.data(), qsizetype(token.size()))), slice);
    }
}

bool JsonWalk::readKey(ondemand::field &field, JsonSlice &key)
{
    // On-demand has seen the quote and the colon; the key ends within the text because every string is closed.
    const char *const begin = field.key().raw() - 1;
    const char *const end = closedString(begin, reinterpret_cast<const char *>(field.value().raw_json_token().data()));
    if (!end)
        return false;
    key = {QByteArrayView(begin, end), JsonKind::String};
    return true;
}

bool JsonWalk::readScalar(QByteArrayView token, JsonSlice &slice)
{
    if (token.isEmpty())
        return false;
    slice = {token, jsonKindOf(token.front())};
    switch (slice.kind) {
    case JsonKind::String:
        return closedString(token.begin(), token.end()) == token.end();
    case JsonKind::True:
        return token == "true";
    case JsonKind::False:
        return token == "false";
    case JsonKind::Null:
        return token == "null";
    case JsonKind::Number:
        return isNumber(token);
    default:
        return false;
    }
}

bool JsonWalk::closeContainer(Value &value, const char *begin, char bracket, JsonSlice &slice)
{
    // The walk stands on the next token now; only whitespace lies between it and our bracket.
    const char *next = nullptr;
    if (value.current_location().get(next) != SUCCESS)
        return false;
    QByteArrayView text = trimmedRight(QByteArrayView(begin, next));
    if (text.isEmpty() || text.back() != bracket)
        return false;
    slice = {text, jsonKindOf(*begin)};
    return true;
}

} // namespace Tidegate
