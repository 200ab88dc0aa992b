// SPDX-License-Identifier: MIT
#include "wire/utf8.h"

#include <QTest>

using namespace Tidegate;

class TestUtf8 : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void valid_data();
    void valid();
    void hostile_data();
    void hostile();
    void everyCodePointIsJudgedRight();
    void runsOfAsciiOfEveryLengthAreChecked();
    void resetForgets();
};

void TestUtf8::valid_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("ASCII with NUL") << QByteArray("a\0b", 3);
    QTest::newRow("two bytes, lowest") << QByteArray("\xc2\x80");
    QTest::newRow("two bytes, highest") << QByteArray("\xdf\xbf");
    QTest::newRow("three bytes, lowest") << QByteArray("\xe0\xa0\x80");
    QTest::newRow("last before the surrogates") << QByteArray("\xed\x9f\xbf");
    QTest::newRow("first after the surrogates") << QByteArray("\xee\x80\x80");
    QTest::newRow("U+FFFF") << QByteArray("\xef\xbf\xbf");
    QTest::newRow("four bytes, lowest") << QByteArray("\xf0\x90\x80\x80");
    QTest::newRow("U+10FFFF") << QByteArray("\xf4\x8f\xbf\xbf");
    QTest::newRow("long mixture")
        << QByteArray("plain text \xf0\x9f\x8c\x8a and more plain text \xce\xba.").repeated(9);
}

void TestUtf8::valid()
{
    QFETCH(QByteArray, text);
    QVERIFY(Utf8Validator::isValid(text));
    for (qsizetype cut = 0; cut <= text.size(); ++cut) {
        Utf8Validator validator;
        QVERIFY(validator.feed(text.first(cut)));
        QVERIFY(validator.feed(text.sliced(cut)));
        QVERIFY(validator.isComplete());
    }
}

void TestUtf8::hostile_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("hopelessAfter"); // bytes, 0 = only incomplete
    QTest::newRow("lone continuation") << QByteArray("a\x80") << 2;
    QTest::newRow("C0 never occurs") << QByteArray("\xc0\x80") << 1;
    QTest::newRow("C1 never occurs") << QByteArray("\xc1\xbf") << 1;
    QTest::newRow("overlong three bytes") << QByteArray("\xe0\x9f\xbf") << 2;
    QTest::newRow("overlong four bytes") << QByteArray("\xf0\x8f\xbf\xbf") << 2;
    QTest::newRow("first surrogate") << QByteArray("\xed\xa0\x80") << 2;
    QTest::newRow("last surrogate") << QByteArray("\xed\xbf\xbf") << 2;
    QTest::newRow("U+110000") << QByteArray("\xf4\x90\x80\x80") << 2;
    QTest::newRow("F5 never occurs") << QByteArray("\xf5\x80\x80\x80") << 1;
    QTest::newRow("FF never occurs") << QByteArray("\xff") << 1;
    QTest::newRow("third byte is ASCII") << QByteArray("\xe2\x82z") << 3;
    QTest::newRow("lead inside a character") << QByteArray("\xe2\xe2\x82\xac") << 2;
    QTest::newRow("cut after one of two") << QByteArray("\xce") << 0;
    QTest::newRow("cut after three of four") << QByteArray("ok \xf0\x9f\x8c") << 0;
    QTest::newRow("deep in an ASCII run") << QByteArray(21, 'x') + '\xfe' + QByteArray(30, 'x') << 22;
}

void TestUtf8::hostile()
{
    QFETCH(QByteArray, text);
    QFETCH(int, hopelessAfter);
    QVERIFY(!Utf8Validator::isValid(text));
    Utf8Validator validator;
    for (qsizetype i = 0; i < text.size(); ++i)
        QCOMPARE(validator.feed(text.sliced(i, 1)), hopelessAfter == 0 || i + 1 < hopelessAfter);
    QVERIFY(!validator.isComplete());
}

void TestUtf8::everyCodePointIsJudgedRight()
{
    for (char32_t c = 0; c <= 0x110400; ++c) {
        QByteArray text;
        if (c < 0x80)
            text = QByteArray(1, char(c));
        else if (c < 0x800)
            text = QByteArray{}.append(char(0xc0 | c >> 6));
        else if (c < 0x10000)
            text = QByteArray{}.append(char(0xe0 | c >> 12)).append(char(0x80 | (c >> 6 & 0x3f)));
        else
            text = QByteArray{}
                       .append(char(0xf0 | c >> 18))
                       .append(char(0x80 | (c >> 12 & 0x3f)))
                       .append(char(0x80 | (c >> 6 & 0x3f)));
        if (c >= 0x80)
            text.append(char(0x80 | (c & 0x3f)));
        const bool isScalar = c <= 0x10ffff && (c < 0xd800 || c > 0xdfff);
        if (Utf8Validator::isValid(text) != isScalar)
            QFAIL(text.toHex().constData());
    }
}

void TestUtf8::runsOfAsciiOfEveryLengthAreChecked()
{
    for (qsizetype length = 0; length < 40; ++length) {
        for (qsizetype bad = 0; bad < length; ++bad) {
            QByteArray text(length, 'a');
            text[bad] = '\x80';
            QVERIFY(!Utf8Validator::isValid(text));
        }
        QVERIFY(Utf8Validator::isValid(QByteArray(length, 'a') + "\xce\xba"));
    }
}

void TestUtf8::resetForgets()
{
    Utf8Validator validator;
    QVERIFY(!validator.feed("\xff"));
    QVERIFY(!validator.feed("fine"));
    validator.reset();
    QVERIFY(validator.feed("fine"));
    QVERIFY(validator.isComplete());
}

QTEST_GUILESS_MAIN(TestUtf8)
#include "tst_utf8.moc"
