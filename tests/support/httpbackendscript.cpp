// SPDX-License-Identifier: MIT
#include "support/httpbackendscript.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace Tidegate {

namespace {

ScriptedAnswer jsonAnswer(const QJsonObject &object, int status = 200)
{
    ScriptedAnswer answer;
    answer.status = status;
    answer.body = QJsonDocument(object).toJson(QJsonDocument::Compact);
    return answer;
}

// What an intent's name alone asks for, so that a client can choose the outcome of its own write.
QJsonObject behaviourOfName(const QString &name)
{
    static const QHash<QString, QJsonObject> Known{
        {QStringLiteral("REJECT"), {{QStringLiteral("status"), QStringLiteral("rejected")}}},
        {QStringLiteral("CONFLICT"), {{QStringLiteral("status"), QStringLiteral("conflict")}}},
        {QStringLiteral("FAIL"), {{QStringLiteral("status"), QStringLiteral("failed")}}},
        {QStringLiteral("HANG"), {{QStringLiteral("hang"), true}}},
        {QStringLiteral("CUT"), {{QStringLiteral("close"), QStringLiteral("inside")}}},
        {QStringLiteral("DROP"), {{QStringLiteral("close"), QStringLiteral("before")}}},
        {QStringLiteral("HTTP500"), {{QStringLiteral("httpStatus"), 500}}},
        {QStringLiteral("HTTP503"), {{QStringLiteral("httpStatus"), 503}}},
        {QStringLiteral("GARBAGE"), {{QStringLiteral("raw"), QStringLiteral("{\"results\":[")}}},
        {QStringLiteral("HUGE"), {{QStringLiteral("hugeBytes"), 9 * 1024 * 1024}}},
        {QStringLiteral("SLOW"), {{QStringLiteral("delayMs"), 300}}},
        {QStringLiteral("EVENT"),
         {{QStringLiteral("events"),
           QJsonArray{QJsonObject{{QStringLiteral("islandId"), QStringLiteral("product-inventory")}}}}}},
    };
    return Known.value(name.section(u'_', -1));
}

} // namespace

ScriptedAnswer HttpBackendScript::answer(const QByteArray &verb, const QString &path, const QJsonObject &headers,
                                         const QByteArray &body)
{
    const QJsonObject object = QJsonDocument::fromJson(body).object();
    if (path.startsWith(u"/__"))
        return control(verb, path, object);

    counts.insert(path, counts.value(path).toInt() + 1);
    last.insert(path, QJsonObject{{QStringLiteral("verb"), QString::fromLatin1(verb)},
                                  {QStringLiteral("path"), path},
                                  {QStringLiteral("headers"), headers},
                                  {QStringLiteral("body"), QString::fromUtf8(body)}});

    const QJsonArray intents = object.value(u"intents").toArray();
    for (const QJsonValue &intent : intents)
        intentKeys[intent.toObject().value(u"id").toString()].insert(headers.value(u"idempotency-key").toString());
    const QJsonObject usual = usualAnswer(path, object);
    const QJsonObject behaviour = behaviourOf(path, object);
    ScriptedAnswer answer = jsonAnswer(usual, behaviour.value(u"httpStatus").toInt(200));
    if (answer.status >= 300)
        answer.body = "{}";
    if (behaviour.contains(u"json"))
        answer.body = QJsonDocument(behaviour.value(u"json").toObject()).toJson(QJsonDocument::Compact);
    if (behaviour.contains(u"raw"))
        answer.body = behaviour.value(u"raw").toString().toUtf8();
    if (const qsizetype huge = behaviour.value(u"hugeBytes").toInteger())
        answer.body = "{\"pad\":\"" + QByteArray(huge, 'x') + "\"}";
    if (behaviour.value(u"getOnly").toBool() && verb != "GET")
        answer.status = 405;
    answer.delayMs = behaviour.value(u"delayMs").toInt();
    answer.chunked = behaviour.value(u"chunked").toBool();
    if (behaviour.value(u"hang").toBool())
        answer.end = ScriptedAnswer::End::Hang;
    else if (behaviour.value(u"close").toString() == u"before")
        answer.end = ScriptedAnswer::End::CloseBefore;
    else if (behaviour.value(u"close").toString() == u"inside")
        answer.end = ScriptedAnswer::End::CloseInside;
    return answer;
}

ScriptedAnswer HttpBackendScript::control(const QByteArray &verb, const QString &path, const QJsonObject &body)
{
    if (path == u"/__calls")
        return jsonAnswer(callsAnswer());
    if (path == u"/__reset" && verb == "POST")
        *this = {};
    else if (path == u"/__behaviour" && verb == "POST")
        behaviours.insert(body.value(u"match").toString(), body);
    else if (path == u"/__snapshot" && verb == "POST")
        snapshots.insert(body.value(u"channel").toString(), body);
    else
        return jsonAnswer({}, 404);
    return jsonAnswer({});
}

QJsonObject HttpBackendScript::callsAnswer() const
{
    QJsonObject applied;
    for (auto each = intentKeys.begin(); each != intentKeys.end(); ++each)
        applied.insert(each.key(), each.value().size());
    return {{QStringLiteral("applied"), applied},
            {QStringLiteral("counts"), counts},
            {QStringLiteral("last"), last},
            {QStringLiteral("intents"), intentCounts},
            {QStringLiteral("connections"), connections}};
}

// The first intent with a transport behaviour decides for its whole batch.
QJsonObject HttpBackendScript::behaviourOf(const QString &path, const QJsonObject &body) const
{
    const QJsonArray intents = body.value(u"intents").toArray();
    for (const QJsonValue &intent : intents) {
        const QJsonObject behaviour = behaviourOfIntent(intent.toObject().value(u"intent").toString());
        for (const QString &key : behaviour.keys()) {
            if (key != u"match" && key != u"status" && key != u"code" && key != u"message" && key != u"events")
                return behaviour;
        }
    }
    return behaviours.value(path, behaviours.value(QStringLiteral("*")));
}

QJsonObject HttpBackendScript::behaviourOfIntent(const QString &name) const
{
    return behaviours.value(name, behaviourOfName(name));
}

QJsonObject HttpBackendScript::usualAnswer(const QString &path, const QJsonObject &body)
{
    const QString ok = QStringLiteral("ok");
    if (path.endsWith(u"/apply-intents"))
        return applyAnswer(body);
    if (path.endsWith(u"/subscribe")) {
        const auto snapshot = snapshots.constFind(body.value(u"channel").toString());
        if (snapshot == snapshots.cend())
            return {{QStringLiteral("status"), QStringLiteral("error")},
                    {QStringLiteral("code"), QStringLiteral("NOT_SUPPORTED")}};
        return {{QStringLiteral("status"), ok},
                {QStringLiteral("snapshot"), snapshot->value(u"snapshot")},
                {QStringLiteral("cursor"), snapshot->value(u"cursor")}};
    }
    if (path.contains(u"/query/"))
        return {{QStringLiteral("status"), ok}, {QStringLiteral("data"), body.value(u"payload")}};
    return {{QStringLiteral("status"), ok}};
}

QJsonObject HttpBackendScript::applyAnswer(const QJsonObject &body)
{
    QJsonArray results;
    const QJsonArray intents = body.value(u"intents").toArray();
    for (const QJsonValue &entry : intents) {
        const QJsonObject intent = entry.toObject();
        const QString id = intent.value(u"id").toString();
        intentCounts.insert(id, intentCounts.value(id).toInt() + 1);
        const QJsonObject behaviour = behaviourOfIntent(intent.value(u"intent").toString());
        QJsonObject row{{QStringLiteral("id"), id},
                        {QStringLiteral("status"), behaviour.value(u"status").toString(QStringLiteral("acked"))}};
        for (const QString &key : {QStringLiteral("code"), QStringLiteral("message"), QStringLiteral("events")}) {
            if (behaviour.contains(key))
                row.insert(key, behaviour.value(key));
        }
        results.append(row);
    }
    return {{QStringLiteral("results"), results}};
}

} // namespace Tidegate
