// SPDX-License-Identifier: MIT
#include "ssma/frametexts.h"

#include <QtTest>

using namespace Tidegate::Ssma;

namespace {

const QByteArray Smile = "\xf0\x9f\x98\x80"; // two UTF-16 units, four bytes

QByteArray joined(const QByteArrayList &texts)
{
    return texts.join('|');
}

} // namespace

//! SSMA spec section 7 step 3, as far as the decoder does it.
class TestIntentNormalisation : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void labels_data();
    void labels();
    void textsAreCut_data();
    void textsAreCut();
    void crdt_data();
    void crdt();
    void otherMetaFieldsPassAsTheyAre();
    void undoIsAlsoGivenApart();
};

void TestIntentNormalisation::labels_data()
{
    QTest::addColumn<QByteArray>("meta");
    QTest::addColumn<QByteArray>("reasons");
    QTest::addColumn<QByteArray>("channels");
    const auto row = [](const char *name, const QByteArray &meta, const QByteArray &reasons,
                        const QByteArray &channels) { QTest::newRow(name) << meta << reasons << channels; };

    row("nothing given", "", "", "global");
    row("as given", R"("reasons":["a","b"],"channels":["x","y"])", "a|b", "x|y");
    row("equal ones once", R"("reasons":["a","b","a"],"channels":["x","y","x"])", "a|b", "x|y");
    row("no channels", R"("channels":[])", "", "global");
    row("channels are no array", R"("channels":"x")", "", "global");
    row("channels are null", R"("channels":null)", "", "global");
    row("scalars become text", R"("channels":[1.5,true,false])", "", "1.5|true|false");
    row("what has no text is left out", R"("channels":[null,{"a":1},["x"],"","y"])", "", "y");
    row("only texts that are left out", R"("channels":[null,""])", "", "global");
    row("more than eight channels", R"("channels":["1","2","3","4","5","6","7","8","9"])", "", "1|2|3|4|5|6|7|8");
    row("equal channels do not count", R"("channels":["1","1","1","2","3","4","5","6","7","8"])", "",
        "1|2|3|4|5|6|7|8");
    row("long channel", R"("channels":[")" + QByteArray("c").repeated(65) + R"("])", "", QByteArray("c").repeated(64));
    row("channels that are equal after the cut",
        R"("channels":[")" + QByteArray("c").repeated(65) + R"(",")" + QByteArray("c").repeated(66) + R"("])", "",
        QByteArray("c").repeated(64));
    row("cut counts UTF-16 units", R"("reasons":[")" + Smile.repeated(64) + R"("])", Smile.repeated(32), "global");
    row("cut never halves a character", R"("reasons":["r)" + Smile.repeated(32) + R"("])", "r" + Smile.repeated(31),
        "global");
    row("escapes are read", R"("reasons":["a\u00e4\"","\ud83d\ude00"],"channels":["x\/y"])", "a\xc3\xa4\"|" + Smile,
        "x/y");
}

void TestIntentNormalisation::labels()
{
    QFETCH(QByteArray, meta);
    QFETCH(QByteArray, reasons);
    QFETCH(QByteArray, channels);
    const IntentEntry intent = onlyIntent(batchWithMeta(meta));
    QCOMPARE_EQ(joined(intent.reasons), reasons);
    QCOMPARE_EQ(joined(intent.channels), channels);
    QCOMPARE_EQ(intent.meta, QByteArray(R"({"clock":7})"));
}

void TestIntentNormalisation::textsAreCut_data()
{
    QTest::addColumn<QByteArray>("given");
    QTest::addColumn<QByteArray>("meta");
    QTest::addColumn<QByteArray>("actor");
    const auto row = [](const char *name, const QByteArray &given, const QByteArray &meta, const QByteArray &actor) {
        QTest::newRow(name) << given << meta << actor;
    };
    const auto text = [](int length) { return QByteArray("t").repeated(length); };

    row("short texts stay", R"("reducer":"r","actionCreator":"a","actor":"b")",
        R"({"clock":7,"reducer":"r","actionCreator":"a"})", "b");
    row("long texts",
        R"("reducer":")" + text(161) + R"(","actionCreator":")" + text(200) + R"(","actor":")" + text(97) + '"',
        R"({"clock":7,"reducer":")" + text(160) + R"(","actionCreator":")" + text(160) + R"("})", text(96));
    row("texts of the longest length", R"("reducer":")" + text(160) + R"(","actor":")" + text(96) + '"',
        R"({"clock":7,"reducer":")" + text(160) + R"("})", text(96));
    row("actor is a number", R"("actor":17)", R"({"clock":7})", "17");
    row("actor is an object", R"("actor":{"a":1})", R"({"clock":7})", "");
    row("actor is null", R"("actor":null)", R"({"clock":7})", "");
    row("reducer is no text", R"("reducer":{"a":1})", R"({"clock":7,"reducer":{"a":1}})", "");
    row("cut text keeps its escapes", R"("reducer":"\"\\\n)" + text(200) + '"',
        R"({"clock":7,"reducer":"\"\\\n)" + text(157) + R"("})", "");
}

void TestIntentNormalisation::textsAreCut()
{
    QFETCH(QByteArray, given);
    QFETCH(QByteArray, meta);
    QFETCH(QByteArray, actor);
    const IntentEntry intent = onlyIntent(batchWithMeta(given));
    QCOMPARE_EQ(intent.meta, meta);
    QCOMPARE_EQ(intent.actor, actor);
}

void TestIntentNormalisation::crdt_data()
{
    QTest::addColumn<QByteArray>("given");
    QTest::addColumn<QByteArray>("kept");
    const auto row = [](const char *name, const QByteArray &given, const QByteArray &kept) {
        QTest::newRow(name) << given << kept;
    };
    const auto text = [](int length) { return QByteArray("t").repeated(length); };

    row("register", R"({"type":"lww-register","key":"k","value":{"v":1},"field":"f","reducer":"r","actor":"a",
                        "timestamp":3,"metadata":{"m":1}})",
        R"({"type":"lww-register","key":"k","reducer":"r","actor":"a","timestamp":3,"value":{"v":1},"field":"f",
            "metadata":{"m":1}})");
    row("clock is the timestamp when none is given", R"({"type":"lww-register","key":"k","value":null})",
        R"({"type":"lww-register","key":"k","timestamp":7,"value":null})");
    row("counter has a delta, no value", R"({"type":"g-counter","key":"k","delta":2,"value":1,"field":"f"})",
        R"({"type":"g-counter","key":"k","timestamp":7,"delta":2})");
    row("register has no delta", R"({"type":"lww-register","key":"k","delta":2})",
        R"({"type":"lww-register","key":"k","timestamp":7})");
    row("type in capitals", R"({"type":"PN-Counter","key":"k","delta":-1})",
        R"({"type":"pn-counter","key":"k","timestamp":7,"delta":-1})");
    row("long texts",
        R"({"type":"lww-register","key":")" + text(161) + R"(","field":")" + text(81) + R"(","reducer":")" + text(161) +
            R"(","actor":")" + text(97) + R"("})",
        R"({"type":"lww-register","key":")" + text(160) + R"(","field":")" + text(80) + R"(","reducer":")" + text(160) +
            R"(","actor":")" + text(96) + R"(","timestamp":7})");
    row("fields nobody knows go", R"({"type":"g-counter","key":"k","more":1})",
        R"({"type":"g-counter","key":"k","timestamp":7})");
    row("fields of the wrong type go", R"({"type":"g-counter","key":"k","delta":"2","metadata":[],"timestamp":"3"})",
        R"({"type":"g-counter","key":"k","timestamp":7})");
    row("unknown type", R"({"type":"or-set","key":"k"})", "");
    row("no type", R"({"key":"k"})", "");
    row("type is no text", R"({"type":1,"key":"k"})", "");
    row("no key", R"({"type":"g-counter"})", "");
    row("empty key", R"({"type":"g-counter","key":""})", "");
    row("no object", R"("g-counter")", "");
    row("null", "null", "");
}

void TestIntentNormalisation::crdt()
{
    QFETCH(QByteArray, given);
    QFETCH(QByteArray, kept);
    // Raw string rows hold line breaks, which also exercises the rewriting of nested values.
    const IntentEntry intent = onlyIntent(batchWithMeta("\"crdt\":" + given));
    const QJsonObject meta = parsed(intent.meta);
    QCOMPARE_EQ(meta.contains(u"crdt"), !kept.isEmpty());
    QCOMPARE_EQ(meta[u"crdt"].toObject(), parsed(kept));
    QVERIFY(!intent.meta.contains('\n'));
    QCOMPARE_EQ(meta[u"clock"].toInt(), 7);
}

void TestIntentNormalisation::otherMetaFieldsPassAsTheyAre()
{
    const IntentEntry intent =
        onlyIntent(batchWithMeta(R"("clientId":"c","site":"s","x":{ "y" : [1.50] },"k\u0065y\"":null)"));
    QCOMPARE_EQ(intent.meta,
                QByteArray(R"({"clock":7,"x":{ "y" : [1.50] },"k\u0065y\"":null,"clientId":"c","site":"s"})"));
}

void TestIntentNormalisation::undoIsAlsoGivenApart()
{
    const IntentEntry with = onlyIntent(batchWithMeta(R"("undo":{"intent":"U","payload":{"b":1,"a":2}})"));
    QCOMPARE_EQ(with.undo, QByteArray(R"({"intent":"U","payload":{"b":1,"a":2}})"));
    QCOMPARE_EQ(with.meta, QByteArray(R"({"clock":7,"undo":{"intent":"U","payload":{"b":1,"a":2}}})"));
    QVERIFY(onlyIntent(batchWithMeta("")).undo.isEmpty());
    QVERIFY(onlyIntent(batchWithMeta(R"("undo":null)")).undo.isEmpty());
}

QTEST_GUILESS_MAIN(TestIntentNormalisation)
#include "tst_intentnormalisation.moc"
