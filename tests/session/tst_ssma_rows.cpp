// SPDX-License-Identifier: MIT
#include "session/ssma/rows.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace Tidegate;
using namespace Tidegate::Ssma;

class TestSsmaRows : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void rowOfTheEventEqualsRowOfTheIntent_data();
    void rowOfTheEventEqualsRowOfTheIntent();
    void eventKeepsWhatFanOutNeeds();
    void flushRowHasOnlyTheDocumentedMembers();
    void reworkRowHasTheDocumentedMembers();
    void undoIsReadFromMeta_data();
    void undoIsReadFromMeta();

private:
    static Intent someIntent()
    {
        Intent intent;
        intent.seq = 7;
        intent.site = "shop";
        intent.id = "it-00000001";
        intent.name = "TODO_CREATE";
        intent.payload = R"({"id":"t1"})";
        intent.meta = R"({"clock":3,"actor":"5f0c"})";
        intent.channels = {"global", "side"};
        intent.reasons = {"replay", "channel:global"};
        intent.connectionId = "5f0c";
        intent.status = IntentStatus::Acked;
        intent.insertedAtMs = 1'795'225'538'047;
        intent.updatedAtMs = 1'795'225'538'118;
        return intent;
    }
    static QJsonObject object(const QByteArray &text)
    {
        QJsonParseError error;
        const QJsonDocument document = QJsonDocument::fromJson(text, &error);
        if (!document.isObject())
            qWarning("%s in %s", qPrintable(error.errorString()), text.constData());
        return document.object();
    }
};

void TestSsmaRows::rowOfTheEventEqualsRowOfTheIntent_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("text");
    for (const IntentStatus status : {IntentStatus::Acked, IntentStatus::Rejected, IntentStatus::Conflict,
                                      IntentStatus::Failed, IntentStatus::Indeterminate}) { // pending: not in the log
        const QByteArray name = statusName(status) + ' ' + QByteArray::number(int(status));
        QTest::newRow((name + ", plain").constData()) << int(status) << QByteArray("plain");
        QTest::newRow((name + ", no backend text").constData()) << int(status) << QByteArray();
        QTest::newRow((name + ", needs escapes").constData())
            << int(status) << QByteArray("\"quoted\" \\ \n \x01 \xe2\x82\xac");
    }
}

void TestSsmaRows::rowOfTheEventEqualsRowOfTheIntent()
{
    QFETCH(int, status);
    QFETCH(QByteArray, text);
    Intent intent = someIntent();
    intent.status = IntentStatus(status);
    intent.backendCode = intent.backendMessage = text;
    if (!text.isEmpty())
        intent.site = intent.connectionId = intent.name = intent.id = text;
    const QJsonObject expected = object(rowText(intent));
    QVERIFY(!expected.isEmpty());
    QCOMPARE(object(rowText(*makeEvent(intent, Role::Guest))), expected);
}

void TestSsmaRows::eventKeepsWhatFanOutNeeds()
{
    const Intent intent = someIntent();
    const EventPtr event = makeEvent(intent, Role::Staff);
    QCOMPARE(event->offset, intent.seq);
    QCOMPARE(event->minRole, Role::Staff);
    QCOMPARE(event->key, intent.id);
    QCOMPARE(event->match, intent.payload);
    QCOMPARE(event->payload, flushRowText(intent));
}

void TestSsmaRows::flushRowHasOnlyTheDocumentedMembers()
{
    QCOMPARE(object(flushRowText(someIntent())).keys(),
             (QStringList{QStringLiteral("id"), QStringLiteral("insertedAt"), QStringLiteral("intent"),
                          QStringLiteral("logSeq"), QStringLiteral("meta"), QStringLiteral("payload")}));
}

void TestSsmaRows::reworkRowHasTheDocumentedMembers()
{
    Intent intent = someIntent();
    intent.meta = R"({"clock":1,"undo":{"intent":"B","payload":[1]}})";
    const QJsonObject row = object(reworkRowText(intent));
    QCOMPARE(row.keys(), (QStringList{QStringLiteral("channels"), QStringLiteral("id"), QStringLiteral("intent"),
                                      QStringLiteral("payload"), QStringLiteral("site"), QStringLiteral("undo")}));
    QCOMPARE(row.value(u"undo").toObject(), object(R"({"intent":"B","payload":[1]})"));
}

void TestSsmaRows::undoIsReadFromMeta_data()
{
    QTest::addColumn<QByteArray>("meta");
    QTest::addColumn<QByteArray>("undo");
    QTest::newRow("an object") << QByteArray(R"({"clock":1,"undo":{"intent":"B"}})") << QByteArray(R"({"intent":"B"})");
    QTest::newRow("none") << QByteArray(R"({"clock":1})") << QByteArray();
    QTest::newRow("null") << QByteArray(R"({"undo":null})") << QByteArray();
    QTest::newRow("no object") << QByteArray(R"({"undo":"B"})") << QByteArray();
    QTest::newRow("inside something else") << QByteArray(R"({"deep":{"undo":{"intent":"B"}}})") << QByteArray();
}

void TestSsmaRows::undoIsReadFromMeta()
{
    QFETCH(QByteArray, meta);
    QFETCH(QByteArray, undo);
    Intent intent = someIntent();
    intent.meta = meta;
    QCOMPARE(undoOf(intent), undo);
}

QTEST_GUILESS_MAIN(TestSsmaRows)
#include "tst_ssma_rows.moc"
