// SPDX-License-Identifier: MIT
#include "channel/subject.h"

#include <QSet>
#include <QTest>

using namespace Tidegate;

class TestSubject : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void plainTokensAreJoinedWithDots();
    void hostileTokensStayOneLevel_data();
    void hostileTokensStayOneLevel();
    void differentTokensNeverMakeTheSameSubject();
    void everyByteIsSafe();
};

void TestSubject::plainTokensAreJoinedWithDots()
{
    QCOMPARE(makeSubject({"ssma", "default", "global"}), QByteArray("ssma.default.global"));
    QCOMPARE(makeSubject({"ssma"}), QByteArray("ssma"));
    QCOMPARE(makeSubject({}), QByteArray());
}

void TestSubject::hostileTokensStayOneLevel_data()
{
    QTest::addColumn<QByteArray>("token");
    QTest::addColumn<QByteArray>("encoded");
    QTest::newRow("a dot adds no level") << QByteArray("a.b") << QByteArray("a%2eb");
    QTest::newRow("a star is no wildcard") << QByteArray("*") << QByteArray("%2a");
    QTest::newRow("an arrow is no wildcard") << QByteArray(">") << QByteArray("%3e");
    QTest::newRow("a percent sign is escaped") << QByteArray("%2e") << QByteArray("%252e");
    QTest::newRow("a line break") << QByteArray("a\r\nb") << QByteArray("a%0d%0ab");
    QTest::newRow("a blank") << QByteArray(" ") << QByteArray("%20");
    QTest::newRow("a null byte") << QByteArray("a\0b", 3) << QByteArray("a%00b");
    QTest::newRow("delete") << QByteArray("\x7f") << QByteArray("%7f");
    QTest::newRow("empty stays a level") << QByteArray() << QByteArray("%");
    QTest::newRow("UTF-8 is plain") << QByteArray("\xc3\xa9") << QByteArray("\xc3\xa9");
}

void TestSubject::hostileTokensStayOneLevel()
{
    QFETCH(QByteArray, token);
    QFETCH(QByteArray, encoded);
    QCOMPARE(makeSubject({"a", token, "b"}), "a." + encoded + ".b");
}

void TestSubject::differentTokensNeverMakeTheSameSubject()
{
    const QByteArrayList parts = {"", ".", "%", "%2e", "a", "a.", ".a", "a.a", "*", "a%2ea", "%%"};
    QSet<QByteArray> seen;
    for (const QByteArray &first : parts) {
        for (const QByteArray &second : parts)
            seen.insert(makeSubject({first, second}));
    }
    QCOMPARE(seen.size(), parts.size() * parts.size());
}

void TestSubject::everyByteIsSafe()
{
    for (int byte = 0; byte < 256; ++byte) {
        const QByteArray subject = makeSubject({"x", QByteArray(1, char(byte)), "y"});
        QCOMPARE(subject.count('.'), 2);
        for (const char c : subject)
            QVERIFY(uchar(c) > 0x20 && c != '*' && c != '>' && uchar(c) != 0x7f);
    }
}

QTEST_GUILESS_MAIN(TestSubject)
#include "tst_subject.moc"
