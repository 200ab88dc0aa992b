// SPDX-License-Identifier: MIT
#pragma once

#include "fault/intentpump.h"
#include "support/json.h"
#include "support/wsclient.h"

#include <QtTest/QTest>

namespace Tidegate {

//! The whole log of channel global as a client can read it, page by page, with the rules every page has to keep.
struct StoredLog
{
    QMap<QByteArray, IntentPump::Told> rows; //!< by id
    quint64 lastSeq = 0;
    QByteArray complaint; //!< empty = every rule held

    //! Reads what is behind lastSeq.
    void readOn(WsClient &client)
    {
        while (complaint.isEmpty()) {
            const QJsonObject page = client.ask(
                channelFrame("channel.resync", "global", ",\"limit\":1000,\"cursor\":" + QByteArray::number(lastSeq)),
                QStringLiteral("channel.replay"));
            if (textAt(page, "status") != "ok") {
                complaint = "resync was refused: " + compact(page).left(200);
                return;
            }
            const QJsonArray intents = arrayAt(page, "intents");
            for (const QJsonValue &value : intents)
                add(value.toObject());
            if (intents.size() < 1000)
                return;
        }
    }

private:
    void add(const QJsonObject &row)
    {
        const quint64 seq = quint64(numberAt(row, "logSeq"));
        const QByteArray id = textAt(row, "id");
        if (seq <= lastSeq)
            complaint =
                "logSeq " + QByteArray::number(seq) + " after " + QByteArray::number(lastSeq) + ": " + compact(row);
        if (rows.contains(id))
            complaint = "id " + id + " stands in the log twice";
        lastSeq = seq;
        rows.insert(id, {textAt(row, "status"), seq});
    }
};

} // namespace Tidegate
