// SPDX-License-Identifier: MIT
#include "support/json.h"

#include <QJsonDocument>

namespace Tidegate {

namespace {

QByteArray textOf(const QJsonValue &value)
{
    if (value.isUndefined())
        return {};
    if (value.isString())
        return value.toString().toUtf8();
    // QJsonDocument writes only containers; one element and its brackets removed is the value's text.
    const QByteArray array = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
    return array.sliced(1, array.size() - 2);
}

} // namespace

QJsonObject json(const QByteArray &text)
{
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(text, &error);
    if (!document.isObject())
        qFatal("no JSON object (%s): %s", qPrintable(error.errorString()), text.constData());
    return document.object();
}

QJsonValue valueAt(const QJsonObject &object, const QByteArray &path)
{
    QJsonValue value = object;
    for (const QByteArray &step : path.split('.')) {
        if (value.isArray())
            value = value.toArray().at(step.toInt());
        else
            value = value.toObject().value(QString::fromUtf8(step));
    }
    return value;
}

QByteArray textAt(const QJsonObject &object, const QByteArray &path)
{
    return textOf(valueAt(object, path));
}

qint64 numberAt(const QJsonObject &object, const QByteArray &path)
{
    return valueAt(object, path).toInteger(-1);
}

QJsonArray arrayAt(const QJsonObject &object, const QByteArray &path)
{
    return valueAt(object, path).toArray();
}

bool hasAt(const QJsonObject &object, const QByteArray &path)
{
    return !valueAt(object, path).isUndefined();
}

QByteArray compact(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

bool isContained(const QJsonValue &expected, const QJsonValue &actual)
{
    if (expected.isObject()) {
        const QJsonObject wanted = expected.toObject();
        const QJsonObject given = actual.toObject();
        for (auto member = wanted.begin(); member != wanted.end(); ++member) {
            if (!isContained(member.value(), given.value(member.key())))
                return false;
        }
        return actual.isObject();
    }
    if (expected.isArray()) {
        const QJsonArray wanted = expected.toArray();
        const QJsonArray given = actual.toArray();
        for (qsizetype i = 0; i < wanted.size(); ++i) {
            if (!isContained(wanted.at(i), given.at(i)))
                return false;
        }
        return actual.isArray();
    }
    return expected == actual;
}

QByteArray entry(const QByteArray &id, const QByteArray &name, const QByteArray &payload, const QByteArray &meta)
{
    const QByteArray idMember = id.isEmpty() ? QByteArray() : "\"id\":\"" + id + "\",";
    return '{' + idMember + "\"intent\":\"" + name + "\",\"payload\":" + payload + ",\"meta\":" + meta + '}';
}

QJsonObject batch(std::initializer_list<QByteArray> entries)
{
    return batch(QByteArrayList(entries));
}

QJsonObject batch(const QByteArrayList &entries)
{
    return json("{\"type\":\"intent.batch\",\"intents\":[" + entries.join(',') + "]}");
}

QJsonObject channelFrame(const QByteArray &type, const QByteArray &channel, const QByteArray &members)
{
    return json("{\"type\":\"" + type + "\",\"channel\":\"" + channel + '"' + members + '}');
}

QByteArrayList column(const QJsonArray &array, const QByteArray &name)
{
    QByteArrayList texts;
    for (const QJsonValue &each : array)
        texts.append(textOf(each.toObject().value(QString::fromUtf8(name))));
    return texts;
}

} // namespace Tidegate
