// SPDX-License-Identifier: MIT
#include "http/prometheustext.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTest>

using namespace Tidegate;

namespace {

QByteArray textOf(const QByteArray &json)
{
    return prometheusText(QJsonDocument::fromJson(json).object());
}

} // namespace

class TestPrometheusText : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void numbersHaveANameTypeAndHelp();
    void transportsAreALabelOfOneFamily();
    void latenciesAreSecondsWithSumAndCount();
    void whatIsNotThereIsLeftOut();
    void textIsForThoseWhoAskForIt_data();
    void textIsForThoseWhoAskForIt();
};

void TestPrometheusText::numbersHaveANameTypeAndHelp()
{
    const QByteArray text = textOf(R"({"intents":{"received":12}})");
    QVERIFY(text.contains("# HELP tidegate_intents_received_total Intents that came in.\n"));
    QVERIFY(text.contains("# TYPE tidegate_intents_received_total counter\n"));
    QVERIFY(text.contains("\ntidegate_intents_received_total 12\n"));
    QCOMPARE(text.count("# TYPE"), 1);
}

void TestPrometheusText::transportsAreALabelOfOneFamily()
{
    const QByteArray text = textOf(R"({"active":{"ws":3,"sse":4}})");
    QCOMPARE(text.count("# TYPE tidegate_links gauge"), 1);
    QVERIFY(text.contains("tidegate_links{transport=\"websocket\"} 3\n"));
    QVERIFY(text.contains("tidegate_links{transport=\"event_stream\"} 4\n"));
}

void TestPrometheusText::latenciesAreSecondsWithSumAndCount()
{
    const QByteArray text = textOf(R"({"ws":{"latency":{"count":4,"sum":3000,"max":1500,"avg":750}}})");
    QVERIFY(text.contains("# TYPE tidegate_island_latency_seconds summary\n"));
    QVERIFY(text.contains("tidegate_island_latency_seconds_count{transport=\"websocket\"} 4\n"));
    QVERIFY(text.contains("tidegate_island_latency_seconds_sum{transport=\"websocket\"} 3\n"));
    QVERIFY(text.contains("tidegate_island_latency_max_seconds{transport=\"websocket\"} 1.5\n"));
}

void TestPrometheusText::whatIsNotThereIsLeftOut()
{
    QVERIFY(textOf("{}").isEmpty());
    QVERIFY(textOf(R"({"intents":{"received":null}})").isEmpty());
}

void TestPrometheusText::textIsForThoseWhoAskForIt_data()
{
    QTest::addColumn<QByteArray>("accept");
    QTest::addColumn<bool>("isText");
    QTest::newRow("nothing said") << QByteArray() << false;
    QTest::newRow("a browser or curl") << QByteArray("*/*") << false;
    QTest::newRow("a page") << QByteArray("application/json, text/plain, */*") << false;
    QTest::newRow("plain text") << QByteArray("text/plain") << true;
    QTest::newRow("Prometheus") << QByteArray("application/openmetrics-text;version=1.0.0;q=0.5,"
                                              "text/plain;version=0.0.4;q=0.3,*/*;q=0.1")
                                << true;
}

void TestPrometheusText::textIsForThoseWhoAskForIt()
{
    QFETCH(QByteArray, accept);
    QTEST(acceptsPrometheusText(accept), "isText");
}

QTEST_GUILESS_MAIN(TestPrometheusText)
#include "tst_prometheustext.moc"
