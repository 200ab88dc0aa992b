// SPDX-License-Identifier: MIT
#include "wire/httpheaders.h"

#include <algorithm>

namespace Tidegate::Http {

namespace {

auto named(QByteArrayView name)
{
    return [name](const auto &header) { return equalsIgnoringCase(header.first, name); };
}

} // namespace

bool equalsIgnoringCase(QByteArrayView a, QByteArrayView b)
{
    return a.size() == b.size() && a.compare(b, Qt::CaseInsensitive) == 0;
}

QByteArray headerValue(const Headers &headers, QByteArrayView name)
{
    const auto found = std::find_if(headers.begin(), headers.end(), named(name));
    return found == headers.end() ? QByteArray() : found->second;
}

qsizetype headerCount(const Headers &headers, QByteArrayView name)
{
    return std::count_if(headers.begin(), headers.end(), named(name));
}

QByteArrayList headerItems(const Headers &headers, QByteArrayView name)
{
    QByteArrayList items;
    for (const auto &[headerName, value] : headers) {
        if (!equalsIgnoringCase(headerName, name))
            continue;
        for (const QByteArray &part : value.split(',')) {
            if (const QByteArray item = part.trimmed(); !item.isEmpty())
                items.append(item);
        }
    }
    return items;
}

bool headerContains(const Headers &headers, QByteArrayView name, QByteArrayView token)
{
    const QByteArrayList items = headerItems(headers, name);
    return std::any_of(items.begin(), items.end(),
                       [token](const QByteArray &item) { return equalsIgnoringCase(item, token); });
}

bool isTokenChar(char c)
{
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
        return true;
    return c != '\0' && QByteArrayView("!#$%&'*+-.^_`|~").contains(c);
}

bool isToken(QByteArrayView text)
{
    return !text.isEmpty() && std::all_of(text.begin(), text.end(), isTokenChar);
}

bool isFieldValue(QByteArrayView text)
{
    return std::none_of(text.begin(), text.end(), [](char c) { return (uchar(c) < 0x20 && c != '\t') || c == 0x7f; });
}

} // namespace Tidegate::Http
