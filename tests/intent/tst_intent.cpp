// SPDX-License-Identifier: MIT
#include "intent/intent.h"
#include "intent/intentkey.h"
#include "intent/sqlite/textlist.h"
#include "wire/jsontext.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace Tidegate;

class TestIntent : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void indeterminateReadsAsFailedOnTheWire();
    void transitionsMakeAJsonArray();
    void sizeGrowsWithEveryField();
    void keysDependOnSeedSiteAndId();
    void keysDoNotConfuseSiteAndId();
    void aListIsReadAsItWasWritten();
    void aTextThatIsNoListIsRefused_data();
    void aTextThatIsNoListIsRefused();
};

void TestIntent::indeterminateReadsAsFailedOnTheWire()
{
    QCOMPARE(statusName(IntentStatus::Pending), "pending");
    QCOMPARE(statusName(IntentStatus::Acked), "acked");
    QCOMPARE(statusName(IntentStatus::Rejected), "rejected");
    QCOMPARE(statusName(IntentStatus::Conflict), "conflict");
    QCOMPARE(statusName(IntentStatus::Failed), "failed");
    QCOMPARE(statusName(IntentStatus::Indeterminate), "failed");
}

void TestIntent::transitionsMakeAJsonArray()
{
    Intent intent;
    appendTransition(intent, "received", 5, "say \"hi\"");
    appendTransition(intent, "acked", 7, "");
    QCOMPARE(intent.history, R"([["received",5,"say \"hi\""],["acked",7,""]])");
    QCOMPARE(QJsonDocument::fromJson(intent.history).array().size(), 2);
}

void TestIntent::sizeGrowsWithEveryField()
{
    const qsizetype empty = Intent().byteSize();
    for (QByteArray Intent::*field :
         {&Intent::site, &Intent::id, &Intent::name, &Intent::payload, &Intent::meta, &Intent::userId,
          &Intent::connectionId, &Intent::backendCode, &Intent::backendMessage, &Intent::history}) {
        Intent intent;
        intent.*field = QByteArray(1000, 'x');
        QCOMPARE(intent.byteSize(), empty + 1000);
    }
    Intent intent;
    intent.channels = intent.reasons = {QByteArray(1000, 'x')};
    QVERIFY(intent.byteSize() >= empty + 2000);
}

void TestIntent::keysDependOnSeedSiteAndId()
{
    const IntentKeyHasher hash(QByteArray(IntentKeyHasher::SeedBytes, 'a'));
    const IntentKeyHasher other(QByteArray(IntentKeyHasher::SeedBytes, 'b'));
    QVERIFY(hash("s", "id") == hash("s", "id"));
    QVERIFY(hash("s", "id") != hash("s", "ie"));
    QVERIFY(hash("s", "id") != hash("t", "id"));
    QVERIFY(hash("s", "id") != other("s", "id"));
    QVERIFY(hash({}, {}) != IntentKey());
}

void TestIntent::keysDoNotConfuseSiteAndId()
{
    const IntentKeyHasher hash(QByteArray(IntentKeyHasher::SeedBytes, 'a'));
    QVERIFY(hash("ab", "c") != hash("a", "bc"));
    // With a separator instead of a length these two would be the same text.
    QVERIFY(hash(QByteArray("a\0b", 3), "c") != hash("a", QByteArray("b\0c", 3)));
}

void TestIntent::aListIsReadAsItWasWritten()
{
    QByteArray all;
    for (int c = 0; c < 256; ++c)
        all += char(c);
    for (const QByteArrayList &list : {QByteArrayList(), {""}, {"a", "b"}, {all, "", all}, {"],[", "\","}}) {
        QByteArray json;
        Json::appendStringArray(json, list);
        QVERIFY(parseTextList(json) == list);
    }
}

void TestIntent::aTextThatIsNoListIsRefused_data()
{
    QTest::addColumn<QByteArray>("text");
    for (const char *text : {"", "[", "]", "[]x", "[\"a\"", "[\"a\",]", "[\"a", "[\"a\\", "[\"\\u00", "[\"\\u00zz\"]",
                             "[\"\\u0041\"]", "[\"\\x\"]", "[1]", "{}", "[\"a\"\"b\"]", "[ \"a\"]"})
        QTest::addRow("%s", text) << QByteArray(text);
}

void TestIntent::aTextThatIsNoListIsRefused()
{
    QFETCH(QByteArray, text);
    QVERIFY(!parseTextList(text));
}

QTEST_GUILESS_MAIN(TestIntent)
#include "tst_intent.moc"
