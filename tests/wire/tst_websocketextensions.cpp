// SPDX-License-Identifier: MIT
#include "wire/websocketextensions.h"

#include <QTest>

using namespace Tidegate;
using namespace Tidegate::WebSocket;

namespace {

constexpr char Agreed[] = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
constexpr char AgreedWithBits[] = "permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
                                  "server_max_window_bits=15";

QByteArrayList itemsOf(const QByteArray &header)
{
    return Http::headerItems({{"Sec-WebSocket-Extensions", header}}, "sec-websocket-extensions");
}

} // namespace

class TestWebSocketExtensions : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void firstAcceptableOfferIsChosen_data();
    void firstAcceptableOfferIsChosen();
    void unacceptableOfferIsPassedOver_data();
    void unacceptableOfferIsPassedOver();
    void onlyWindowBitsFrom8To15AreANumber();
    void malformedHeaderIsRefused_data();
    void malformedHeaderIsRefused();
    void offersOfSeveralHeadersCountAsOne();
    void ourOwnOfferIsAccepted();
    void serverAnswerIsChecked_data();
    void serverAnswerIsChecked();
};

void TestWebSocketExtensions::firstAcceptableOfferIsChosen_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<QByteArray>("answer");
    const auto row = [](const char *name, const char *header, const char *answer) {
        QTest::newRow(name) << QByteArray(header) << QByteArray(answer);
    };
    row("nothing offered", "", "");
    row("bare offer", "permessage-deflate", Agreed);
    row("as Chromium and Firefox write it", "permessage-deflate; client_max_window_bits", Agreed);
    row("RFC 7692 7.1.2 client window with a value", "permessage-deflate; client_max_window_bits=10", Agreed);
    row("both no context takeover", "permessage-deflate; client_no_context_takeover; server_no_context_takeover",
        Agreed);
    row("server window of 15 is repeated", "permessage-deflate; server_max_window_bits=15", AgreedWithBits);
    row("server window in quotes", "permessage-deflate; server_max_window_bits=\"15\"", AgreedWithBits);
    row("server window in quotes and backslashes", "permessage-deflate; server_max_window_bits=\"\\1\\5\"",
        AgreedWithBits);
    row("all parameters",
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=15; "
        "client_max_window_bits=8",
        AgreedWithBits);
    row("no blanks", "permessage-deflate;client_max_window_bits;server_max_window_bits=15", AgreedWithBits);
    row("many blanks", "permessage-deflate \t ;\tserver_max_window_bits  =  15 ", AgreedWithBits);
    row("RFC 7692 7.1.2.1 fallback after a smaller window",
        "permessage-deflate; server_max_window_bits=10, permessage-deflate", Agreed);
    row("first of two good ones", "permessage-deflate; server_max_window_bits=15, permessage-deflate", AgreedWithBits);
    row("first of two good ones, the other way", "permessage-deflate, permessage-deflate; server_max_window_bits=15",
        Agreed);
    row("after another extension", "x-mux; channels=4; name=\"quoted\"; flag; flag, permessage-deflate", Agreed);
}

void TestWebSocketExtensions::firstAcceptableOfferIsChosen()
{
    QFETCH(QByteArray, header);
    QFETCH(QByteArray, answer);
    QCOMPARE(chooseExtensions(itemsOf(header)).value_or("refused"), answer);
}

void TestWebSocketExtensions::unacceptableOfferIsPassedOver_data()
{
    QTest::addColumn<QByteArray>("offer");
    const auto row = [](const char *name, const char *offer) { QTest::newRow(name) << QByteArray(offer); };
    row("another extension", "permessage-bzip2");
    row("name in capitals", "Permessage-Deflate");
    row("name with a tail", "permessage-deflate2");
    row("old name", "x-webkit-deflate-frame");
    row("unknown parameter", "permessage-deflate; dictionary");
    row("unknown parameter with a value", "permessage-deflate; level=9");
    row("parameter in capitals", "permessage-deflate; Client_Max_Window_Bits");
    row("server_no_context_takeover twice",
        "permessage-deflate; server_no_context_takeover; server_no_context_takeover");
    row("client_no_context_takeover twice",
        "permessage-deflate; client_no_context_takeover; client_no_context_takeover");
    row("client_max_window_bits twice", "permessage-deflate; client_max_window_bits; client_max_window_bits=10");
    row("server_max_window_bits twice", "permessage-deflate; server_max_window_bits=15; server_max_window_bits=15");
    row("server_no_context_takeover with a value", "permessage-deflate; server_no_context_takeover=true");
    row("client_no_context_takeover with a value", "permessage-deflate; client_no_context_takeover=\"1\"");
    row("server_max_window_bits without a value", "permessage-deflate; server_max_window_bits");
    row("smaller server window", "permessage-deflate; server_max_window_bits=14");
    row("smallest server window", "permessage-deflate; server_max_window_bits=8");
    row("good parameters do not save a bad one",
        "permessage-deflate; client_max_window_bits; foo; server_max_window_bits=15");
}

void TestWebSocketExtensions::unacceptableOfferIsPassedOver()
{
    QFETCH(QByteArray, offer);
    QCOMPARE(chooseExtensions(itemsOf(offer)).value_or("refused"), QByteArray());
    QCOMPARE(chooseExtensions(itemsOf(offer + ", permessage-deflate")).value_or("refused"), QByteArray(Agreed));
}

void TestWebSocketExtensions::onlyWindowBitsFrom8To15AreANumber()
{
    const auto isAccepted = [](const QByteArray &parameter) {
        return !chooseExtensions({"permessage-deflate; " + parameter}).value_or("refused").isEmpty();
    };
    for (int bits = 8; bits <= 15; ++bits)
        QVERIFY(isAccepted("client_max_window_bits=" + QByteArray::number(bits)));
    for (const QByteArray value : {"0", "1", "7", "16", "08", "015", "+9", "-9", "9.0", "0x9", "1e1", "15a", "a",
                                   "'15'", "4294967305", "18446744073709551625"}) {
        QVERIFY2(!isAccepted("client_max_window_bits=" + value), value.constData());
        QVERIFY2(!isAccepted("server_max_window_bits=" + value), value.constData());
    }
}

void TestWebSocketExtensions::malformedHeaderIsRefused_data()
{
    QTest::addColumn<QByteArray>("item");
    const auto row = [](const char *name, const char *item) { QTest::newRow(name) << QByteArray(item); };
    row("nothing but a semicolon", ";");
    row("semicolon at the end", "permessage-deflate;");
    row("two semicolons", "permessage-deflate;; client_max_window_bits");
    row("parameter without a name", "permessage-deflate; =15");
    row("value is missing", "permessage-deflate; client_max_window_bits=");
    row("value is empty in quotes", "permessage-deflate; client_max_window_bits=\"\"");
    row("two values", "permessage-deflate; client_max_window_bits=1=5");
    row("quotes are not closed", "permessage-deflate; client_max_window_bits=\"15");
    row("backslash ends the header", "permessage-deflate; client_max_window_bits=\"15\\");
    row("backslash takes the closing quote", "permessage-deflate; client_max_window_bits=\"15\\\"");
    row("quoted value is not a token", "permessage-deflate; client_max_window_bits=\"1 5\"");
    row("comma in quotes", "x-mux; name=\"a,b\"");
    row("something after the quotes", "permessage-deflate; client_max_window_bits=\"15\"x");
    row("name in quotes", "\"permessage-deflate\"");
    row("two words", "permessage-deflate client_max_window_bits");
    row("parameter of two words", "permessage-deflate; client max");
    row("not a token character", "permessage-deflate; client@max");
    row("slash in the name", "permessage/deflate");
    row("byte above ASCII", "permessage-d\xc3\xa9"
                            "flate");
    row("another extension is malformed", "x-mux; =");
}

void TestWebSocketExtensions::malformedHeaderIsRefused()
{
    QFETCH(QByteArray, item);
    for (const QByteArray &header : {item, item + ", permessage-deflate", "permessage-deflate, " + item}) {
        const auto answer = chooseExtensions(itemsOf(header));
        QVERIFY(!answer);
        QCOMPARE(answer.error().status, 400);
        QVERIFY(!answer.error().text.isEmpty());
    }
    const auto isAgreed = readExtensionAnswer(itemsOf(item));
    QVERIFY(!isAgreed);
    QCOMPARE(isAgreed.error().code, ErrorCode::InvalidSyntax);
}

void TestWebSocketExtensions::offersOfSeveralHeadersCountAsOne()
{
    const Http::Headers headers{{"Sec-WebSocket-Extensions", "x-mux, permessage-deflate; server_max_window_bits=9"},
                                {"sec-websocket-extensions", "permessage-deflate; server_max_window_bits=15"}};
    QCOMPARE(chooseExtensions(Http::headerItems(headers, "sec-websocket-extensions")).value_or("refused"),
             AgreedWithBits);
}

void TestWebSocketExtensions::ourOwnOfferIsAccepted()
{
    const auto answer = chooseExtensions(itemsOf(DeflateOffer));
    QCOMPARE(answer.value_or("refused"), Agreed);
    QVERIFY(readExtensionAnswer(itemsOf(*answer)).value_or(false));
    QVERIFY(readExtensionAnswer({AgreedWithBits}).value_or(false));
}

void TestWebSocketExtensions::serverAnswerIsChecked_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<QByteArray>("outcome");
    const auto row = [](const char *name, const char *answer, const char *outcome) {
        QTest::newRow(name) << QByteArray(answer) << QByteArray(outcome);
    };
    row("no extension", "", "plain");
    row("agreed in full", Agreed, "deflate");
    row("our own takeover is our own affair", "permessage-deflate; server_no_context_takeover", "deflate");
    row("smaller window of the server is no trouble",
        "permessage-deflate; server_no_context_takeover; server_max_window_bits=8", "deflate");
    row("server keeps its context", "permessage-deflate", "failed");
    row("client window was not offered", "permessage-deflate; server_no_context_takeover; client_max_window_bits=15",
        "failed");
    row("server window without a value", "permessage-deflate; server_no_context_takeover; server_max_window_bits",
        "failed");
    row("server window of 16", "permessage-deflate; server_no_context_takeover; server_max_window_bits=16", "failed");
    row("parameter twice", "permessage-deflate; server_no_context_takeover; server_no_context_takeover", "failed");
    row("unknown parameter", "permessage-deflate; server_no_context_takeover; foo", "failed");
    row("another extension", "x-mux", "failed");
    row("another extension besides", "permessage-deflate; server_no_context_takeover, x-mux", "failed");
    row("twice", "permessage-deflate; server_no_context_takeover, permessage-deflate; server_no_context_takeover",
        "failed");
}

void TestWebSocketExtensions::serverAnswerIsChecked()
{
    QFETCH(QByteArray, answer);
    QFETCH(QByteArray, outcome);
    const auto isAgreed = readExtensionAnswer(itemsOf(answer));
    QCOMPARE(QByteArray(isAgreed ? (*isAgreed ? "deflate" : "plain") : "failed"), outcome);
    if (!isAgreed)
        QCOMPARE(isAgreed.error().code, ErrorCode::InvalidContract);
}

QTEST_GUILESS_MAIN(TestWebSocketExtensions)
#include "tst_websocketextensions.moc"
