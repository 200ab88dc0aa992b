// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QHash>
#include <QJsonObject>
#include <QSet>

namespace Tidegate {

//! What the server does with one call once it has been read.
struct ScriptedAnswer
{
    enum class End { Complete, Hang, CloseBefore, CloseInside };

    int status = 200;
    QByteArray body;
    int delayMs = 0;
    End end = End::Complete;
    bool chunked = false;
};

//! Decides answers from behaviours and remembers calls. Pure; see README.md for the fields.
struct HttpBackendScript
{
    QHash<QString, QJsonObject> behaviours; //!< by intent name, path or "*"
    QHash<QString, QJsonObject> snapshots;  //!< by channel
    QJsonObject counts;
    QJsonObject last;
    int connections = 0;
    QJsonObject intentCounts; //!< how often each intent id was seen
    //! With which idempotency keys: a backend that honours them applies an intent once for each.
    QHash<QString, QSet<QString>> intentKeys;

    ScriptedAnswer answer(const QByteArray &verb, const QString &path, const QJsonObject &headers,
                          const QByteArray &body);
    QJsonObject callsAnswer() const;

private:
    ScriptedAnswer control(const QByteArray &verb, const QString &path, const QJsonObject &body);
    QJsonObject behaviourOf(const QString &path, const QJsonObject &body) const;
    QJsonObject behaviourOfIntent(const QString &name) const;
    QJsonObject usualAnswer(const QString &path, const QJsonObject &body);
    QJsonObject applyAnswer(const QJsonObject &body);
};

} // namespace Tidegate
