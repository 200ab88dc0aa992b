// SPDX-License-Identifier: MIT
#include "ssma/encoder.h"

#include "wire/objectwriter.h"

namespace Tidegate::Ssma {

namespace {

const QByteArrayList NoTexts;

const QByteArrayList &listOf(const QByteArrayList *list)
{
    return list ? *list : NoTexts;
}

//! Appends the members of the object \p json with its brace still open.
void appendOpenObject(QByteArray &out, QByteArrayView json)
{
    const bool hasMembers = json.size() > 2;
    out += hasMembers ? json.chopped(1) : QByteArrayView("{");
    if (hasMembers)
        out += ',';
}

void appendMeta(QByteArray &out, const RowView &row)
{
    appendOpenObject(out, row.meta);
    out += "\"reasons\":";
    Json::appendStringArray(out, listOf(row.reasons));
    out += ",\"channels\":";
    Json::appendStringArray(out, listOf(row.channels));
    out += '}';
}

void writeCore(QByteArray &out, ObjectWriter &writer, const RowView &row)
{
    writer.text("id", row.id).text("intent", row.name).json("payload", row.payload);
    writer.startMember("meta");
    appendMeta(out, row);
}

void writeBackend(QByteArray &out, ObjectWriter &writer, const RowView &row)
{
    const bool isSettled = row.status != "pending" || !row.backendCode.isEmpty() || !row.backendMessage.isEmpty();
    if (!isSettled)
        return;
    writer.startMember("backend");
    ObjectWriter backend(out);
    backend.textOrNull("code", row.backendCode).textOrNull("message", row.backendMessage);
    backend.number("updatedAt", row.updatedAtMs).end();
}

} // namespace

void appendRow(QByteArray &out, const RowView &row)
{
    ObjectWriter writer(out);
    writeCore(out, writer, row);
    writer.text("site", row.site).text("status", row.status).text("connectionId", row.connectionId);
    writer.number("insertedAt", row.insertedAtMs).number("updatedAt", row.updatedAtMs).number("logSeq", row.logSeq);
    writeBackend(out, writer, row);
    writer.end();
}

void appendFlushRow(QByteArray &out, const RowView &row)
{
    ObjectWriter writer(out);
    writeCore(out, writer, row);
    writer.number("insertedAt", row.insertedAtMs).number("logSeq", row.logSeq).end();
}

void appendReworkRow(QByteArray &out, const RowView &row, QByteArrayView undo)
{
    ObjectWriter writer(out);
    writer.text("id", row.id).text("intent", row.name);
    writer.json("undo", undo.isEmpty() ? QByteArrayView("null") : undo).json("payload", row.payload);
    writer.texts("channels", listOf(row.channels)).text("site", row.site).end();
}

QByteArray rowArray(std::span<const QByteArray> rows)
{
    qsizetype size = 2;
    for (const QByteArray &row : rows)
        size += row.size() + 1;
    QByteArray out;
    out.reserve(size);
    out += '[';
    for (const QByteArray &row : rows) {
        if (out.size() > 1)
            out += ',';
        out += row;
    }
    out += ']';
    return out;
}

QByteArray metaWithActor(QByteArrayView meta, QByteArrayView actor)
{
    QByteArray out;
    out.reserve(meta.size() + actor.size() + 16);
    appendOpenObject(out, meta);
    out += "\"actor\":";
    Json::appendString(out, actor);
    out += '}';
    return out;
}

} // namespace Tidegate::Ssma
