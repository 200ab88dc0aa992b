// SPDX-License-Identifier: MIT
#include "wire/ssewriter.h"

#include <algorithm>

namespace Tidegate::Sse {

namespace {

bool isLineEnd(char c)
{
    return c == '\r' || c == '\n';
}

bool isField(QByteArrayView text)
{
    return std::none_of(text.begin(), text.end(), [](char c) { return isLineEnd(c) || c == '\0'; });
}

void appendField(QByteArray &out, QByteArrayView label, QByteArrayView value)
{
    out.append(label).append(value).append('\n');
}

//! One \p label line per line of \p text; at least one.
void appendLines(QByteArray &out, QByteArrayView label, QByteArrayView text)
{
    for (;;) {
        const auto *const end = std::find_if(text.begin(), text.end(), isLineEnd);
        const qsizetype length = end - text.begin();
        appendField(out, label, text.first(length));
        if (length == text.size())
            return;
        const bool isCrLf = text.sliced(length).startsWith("\r\n");
        text = text.sliced(length + (isCrLf ? 2 : 1));
    }
}

} // namespace

bool appendEvent(QByteArray &out, QByteArrayView name, QByteArrayView data, QByteArrayView id)
{
    if (!isField(name) || !isField(id))
        return false;
    if (!name.isEmpty())
        appendField(out, "event: ", name);
    if (!id.isEmpty())
        appendField(out, "id: ", id);
    appendLines(out, "data: ", data);
    out.append('\n');
    return true;
}

void appendRetry(QByteArray &out, quint32 milliseconds)
{
    appendField(out, "retry: ", QByteArray::number(milliseconds));
    out.append('\n');
}

void appendComment(QByteArray &out, QByteArrayView text)
{
    appendLines(out, ": ", text);
    out.append('\n');
}

} // namespace Tidegate::Sse
