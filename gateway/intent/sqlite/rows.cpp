// SPDX-License-Identifier: MIT
#include "intent/sqlite/rows.h"

#include "intent/intentcolumns.h"
#include "intent/sqlite/textlist.h"
#include "wire/jsontext.h"

namespace Tidegate {

using namespace IntentColumns;

namespace {

bool readLists(const Statement &row, Intent &intent)
{
    auto reasons = parseTextList(row.bytes(Reasons));
    if (!reasons)
        return false;
    intent.reasons = *std::move(reasons);
    if (row.isNull(Channels)) {
        intent.channels = {row.bytes(FirstChannel)};
        return true;
    }
    auto channels = parseTextList(row.bytes(Channels));
    if (!channels)
        return false;
    intent.channels = *std::move(channels);
    return true;
}

} // namespace

const QByteArray &IntentRows::columns()
{
    static const QByteArray s_names = [] {
        QByteArray text;
        for (const char *name : Names)
            text += (text.isEmpty() ? "" : ", ") + QByteArray(name);
        return text;
    }();
    return s_names;
}

const QByteArray &IntentRows::parameters()
{
    static const QByteArray s_parameters = [] {
        QByteArray text = "?1";
        for (int i = 2; i <= ColumnCount; ++i)
            text += ", ?" + QByteArray::number(i);
        return text;
    }();
    return s_parameters;
}

void IntentRows::bind(Statement &statement, const Intent &intent)
{
    m_reasons.clear();
    Json::appendStringArray(m_reasons, intent.reasons);
    statement.bindText(Site, intent.site);
    statement.bindText(Id, intent.id);
    if (intent.channels.isEmpty())
        statement.bindNull(FirstChannel);
    else
        statement.bindText(FirstChannel, intent.channels.first());
    if (intent.channels.size() == 1) {
        statement.bindNull(Channels);
    } else {
        m_channels.clear();
        Json::appendStringArray(m_channels, intent.channels);
        statement.bindText(Channels, m_channels);
    }
    statement.bindText(Reasons, m_reasons);
    statement.bindText(Name, intent.name);
    statement.bindInteger(Status, qint64(intent.status));
    statement.bindInteger(InsertedAt, intent.insertedAtMs);
    statement.bindInteger(UpdatedAt, intent.updatedAtMs);
    statement.bindText(UserId, intent.userId);
    statement.bindText(ConnectionId, intent.connectionId);
    statement.bindText(BackendCode, intent.backendCode);
    statement.bindText(BackendMessage, intent.backendMessage);
    statement.bindText(History, intent.history);
    statement.bindText(Meta, intent.meta);
    statement.bindText(Payload, intent.payload);
}

IntentPtr IntentRows::read(const Statement &row)
{
    auto intent = std::make_shared<Intent>();
    const qint64 status = row.integer(Status);
    if (status < 0 || status > qint64(IntentStatus::Indeterminate) || !readLists(row, *intent))
        return nullptr;
    intent->seq = quint64(row.integer(0));
    intent->site = row.bytes(Site);
    intent->id = row.bytes(Id);
    intent->name = row.bytes(Name);
    intent->status = IntentStatus(status);
    intent->insertedAtMs = row.integer(InsertedAt);
    intent->updatedAtMs = row.integer(UpdatedAt);
    intent->userId = row.bytes(UserId);
    intent->connectionId = row.bytes(ConnectionId);
    intent->backendCode = row.bytes(BackendCode);
    intent->backendMessage = row.bytes(BackendMessage);
    intent->history = row.bytes(History);
    intent->meta = row.bytes(Meta);
    intent->payload = row.bytes(Payload);
    return intent;
}

} // namespace Tidegate
