// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QJsonArray>
#include <QJsonObject>

#include <initializer_list>

// JSON as tests write and read it.

namespace Tidegate {

//! Ends the test program when \p text is no object: a mistake of the test.
QJsonObject json(const QByteArray &text);

//! The value at a path such as "intents.0.meta.reasons"; undefined if there is none.
QJsonValue valueAt(const QJsonObject &object, const QByteArray &path);
//! The same as text: strings as they are, everything else as compact JSON; empty if there is nothing.
QByteArray textAt(const QJsonObject &object, const QByteArray &path);
qint64 numberAt(const QJsonObject &object, const QByteArray &path);
QJsonArray arrayAt(const QJsonObject &object, const QByteArray &path);
bool hasAt(const QJsonObject &object, const QByteArray &path);
QByteArray compact(const QJsonObject &object);

//! True when everything \p expected names is in \p actual: objects may have more members, arrays more elements.
bool isContained(const QJsonValue &expected, const QJsonValue &actual);

//! One intent of a batch; \p meta is a JSON object.
QByteArray entry(const QByteArray &id, const QByteArray &name = "TODO_CREATE", const QByteArray &payload = "{}",
                 const QByteArray &meta = R"({"clock":1})");
//! An intent.batch frame of such entries.
QJsonObject batch(std::initializer_list<QByteArray> entries);
QJsonObject batch(const QByteArrayList &entries);
//! A frame {"type":type,"channel":channel, ...}; \p members is JSON that starts with a comma, or empty.
QJsonObject channelFrame(const QByteArray &type, const QByteArray &channel, const QByteArray &members = {});

//! The values of member \p name of each object in \p array, as textAt() would give them.
QByteArrayList column(const QJsonArray &array, const QByteArray &name);

} // namespace Tidegate

//! QVERIFY that the object has at least the members of the JSON text; shows the object when it has not.
#define VERIFY_HAS(object, expectedText)                                                                               \
    do {                                                                                                               \
        const QJsonObject has = (object);                                                                              \
        QVERIFY2(Tidegate::isContained(Tidegate::json(expectedText), has), Tidegate::compact(has).constData());        \
    } while (false)
