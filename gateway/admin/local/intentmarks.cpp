// SPDX-License-Identifier: MIT
#include "admin/local/intentmarks.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace Tidegate::Admin {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype MaxNoteChars = 500;
constexpr qsizetype MaxHistoryBytes = 32 * 1024;

} // namespace

QByteArray markFrom(const QJsonObject &args)
{
    const QJsonObject mark{{u"note"_s, args[u"note"_s].toString().left(MaxNoteChars)},
                           {u"colour"_s, args[u"colour"_s].toString(u"none"_s)},
                           {u"handled"_s, args[u"handled"_s].toBool()}};
    return QJsonDocument(mark).toJson(QJsonDocument::Compact);
}

QJsonObject newestMark(const QByteArray &history)
{
    // Most intents have none, and a page has hundreds.
    if (!history.contains(R"(["marked",)"))
        return {};
    const QJsonArray transitions = QJsonDocument::fromJson(history).array();
    for (qsizetype i = transitions.size(); i-- > 0;) {
        const QJsonArray transition = transitions[i].toArray();
        if (transition[0].toString().toUtf8() != MarkedState)
            continue;
        QJsonObject mark = transition[3].toObject();
        mark.insert(u"at"_s, transition[1]);
        mark.insert(u"by"_s, transition[2]);
        return mark;
    }
    return {};
}

bool mayBeMarked(const QByteArray &history)
{
    return history.size() < MaxHistoryBytes;
}

} // namespace Tidegate::Admin
