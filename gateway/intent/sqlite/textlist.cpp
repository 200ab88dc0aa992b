// SPDX-License-Identifier: MIT
#include "intent/sqlite/textlist.h"

#include <sqlite3.h>

namespace Tidegate {

namespace {

class Cursor
{
public:
    explicit Cursor(QByteArrayView text)
        : m_at(text.data())
        , m_end(text.data() + text.size())
    {
    }
    bool atEnd() const { return m_at == m_end; }
    bool take(char c)
    {
        if (atEnd() || *m_at != c)
            return false;
        ++m_at;
        return true;
    }
    std::optional<QByteArray> takeString();

private:
    bool takeEscape(QByteArray &out);

    const char *m_at;
    const char *m_end;
};

bool Cursor::takeEscape(QByteArray &out)
{
    if (atEnd())
        return false;
    switch (const char c = *m_at++) {
    case '"':
    case '\\':
        out += c;
        return true;
    case 'n':
        out += '\n';
        return true;
    case 'r':
        out += '\r';
        return true;
    case 't':
        out += '\t';
        return true;
    case 'u': {
        if (m_end - m_at < 4)
            return false;
        bool ok = false;
        const ushort unit = QByteArray::fromRawData(m_at, 4).toUShort(&ok, 16);
        m_at += 4;
        out += char(unit);
        return ok && unit < 0x20;
    }
    default:
        return false;
    }
}

std::optional<QByteArray> Cursor::takeString()
{
    if (!take('"'))
        return std::nullopt;
    QByteArray out;
    while (!atEnd()) {
        const char *run = m_at;
        while (m_at != m_end && *m_at != '"' && *m_at != '\\')
            ++m_at;
        out.append(run, m_at - run);
        if (take('"'))
            return out;
        if (!take('\\') || !takeEscape(out))
            return std::nullopt;
    }
    return std::nullopt;
}

QByteArrayView valueBytes(sqlite3_value *value)
{
    const void *data = sqlite3_value_blob(value);
    return {static_cast<const char *>(data), qsizetype(sqlite3_value_bytes(value))};
}

void listHas(sqlite3_context *context, int, sqlite3_value **arguments)
{
    const auto list = parseTextList(valueBytes(arguments[0]));
    const QByteArrayView wanted = valueBytes(arguments[1]);
    const bool has =
        list && std::any_of(list->begin(), list->end(), [&](const QByteArray &text) { return text == wanted; });
    sqlite3_result_int(context, has ? 1 : 0);
}

} // namespace

std::optional<QByteArrayList> parseTextList(QByteArrayView json)
{
    Cursor cursor(json);
    if (!cursor.take('['))
        return std::nullopt;
    QByteArrayList texts;
    if (cursor.take(']'))
        return cursor.atEnd() ? std::optional(texts) : std::nullopt;
    do {
        auto text = cursor.takeString();
        if (!text)
            return std::nullopt;
        texts.append(*std::move(text));
    } while (cursor.take(','));
    if (!cursor.take(']') || !cursor.atEnd())
        return std::nullopt;
    return texts;
}

bool registerListHas(sqlite3 *handle)
{
    return sqlite3_create_function(handle, "list_has", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY,
                                   nullptr, listHas, nullptr, nullptr) == SQLITE_OK;
}

} // namespace Tidegate
