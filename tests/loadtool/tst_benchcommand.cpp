// SPDX-License-Identifier: MIT
#include "support/gatewayprocess.h"
#include "transport/certificate.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace Tidegate;

//! `tidegate bench` as a user runs it: small runs whose counts must be exact. Rates are not judged here.
class TestBenchCommand : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void everyScenarioRunsClean_data();
    void everyScenarioRunsClean();
    void withoutUrlItStartsItsOwnGateway();
    void itsOwnGatewaySpeaksEveryDialect_data();
    void itsOwnGatewaySpeaksEveryDialect();
    void whatADialectCannotDoIsSaid_data();
    void whatADialectCannotDoIsSaid();
    void aRefusalIsShownInTheGatewaysWords();
    void tlsGatewaysAreMeasured_data();
    void tlsGatewaysAreMeasured();
    void aCertificateNobodyVouchesForIsRefused();
    void itsOwnGatewayMaySpeakTls();
    void badFlagsAreExplained();
    void defaultsAreWhatHelpSays();

private:
    QStringList withUrl(QStringList args) const
    {
        return args << m_gateway->url().toString() << QStringLiteral("--json");
    }

    static QStringList tlsFlags(const Certificate &certificate)
    {
        return {QStringLiteral("--tls-cert-file=") + certificate.certificateFile(),
                QStringLiteral("--tls-key-file=") + certificate.keyFile(), QStringLiteral("--log-exporter=file")};
    }

    std::unique_ptr<GatewayProcess> m_gateway;
};

void TestBenchCommand::init()
{
    m_gateway = std::make_unique<GatewayProcess>();
    // To a file: nobody reads the gateway's pipe while the load tool runs, and a full one would stop it.
    const QStringList log{QStringLiteral("--log-exporter"), QStringLiteral("file")};
    QVERIFY2(m_gateway->start(GatewayProcess::withoutLimits() + log), m_gateway->errorText().constData());
}

void TestBenchCommand::everyScenarioRunsClean_data()
{
    QTest::addColumn<QString>("arguments");
    QTest::addColumn<QString>("counted");
    const auto row = [](const char *name, const char *arguments, const char *counted) {
        QTest::newRow(name) << QString::fromLatin1(arguments) << QString::fromLatin1(counted);
    };
    row("fan-out over WebSocket", "bench fanout -n 20 --in-flight 8 --warmup 0 --duration 1s", "deliveries_per_s");
    row("fan-out over event streams", "bench fanout -n 20 --transport sse --warmup 0 --duration 1s",
        "deliveries_per_s");
    row("fan-out at a fixed rate", "bench fanout -n 5 --rate 100 --warmup 0 --duration 1s", "deliveries_per_s");
    row("a stopped reader", "bench slow -n 10 --stopped 1 --warmup 0 --duration 1s", "deliveries_per_s");
    row("acknowledgements", "bench ack -n 4 --batch 10 --in-flight 2 --warmup 0 --duration 1s", "acks_per_s");
    row("connections", "bench connect -n 50 --hold 0", "connections_per_s");
    row("replay over WebSocket", "bench replay -n 20 --missed 5", "caught_up");
    row("replay over event streams", "bench replay -n 20 --missed 5 --transport sse", "caught_up");
}

void TestBenchCommand::everyScenarioRunsClean()
{
    QFETCH(QString, arguments);
    QFETCH(QString, counted);
    const auto finished = m_gateway->run(withUrl(arguments.split(u' ')));
    QVERIFY2(finished.exitCode == 0, (finished.output + finished.error).constData());
    const QJsonObject report = QJsonDocument::fromJson(finished.output).object();
    QVERIFY2(report.value(counted).toDouble() > 0, finished.output.constData());
    for (const char *none : {"lost", "duplicates", "out_of_order", "unacknowledged"})
        QCOMPARE(report.value(QLatin1StringView(none)).toDouble(), 0.0);
}

void TestBenchCommand::withoutUrlItStartsItsOwnGateway()
{
    const auto finished = m_gateway->run({QStringLiteral("bench"), QStringLiteral("connect"), QStringLiteral("-n"),
                                          QStringLiteral("10"), QStringLiteral("--hold"), QStringLiteral("0")});
    QVERIFY2(finished.exitCode == 0, (finished.output + finished.error).constData());
    QVERIFY(finished.output.contains("connections/s"));
    QVERIFY(finished.output.contains("server RSS"));
}

void TestBenchCommand::itsOwnGatewaySpeaksEveryDialect_data()
{
    QTest::addColumn<QString>("arguments");
    QTest::addColumn<QString>("counted");
    QTest::newRow("subjects") << "fanout --dialect mesh -n 20 --warmup 0 --duration 1s"
                              << "deliveries_per_s";
    QTest::newRow("a document") << "fanout --dialect sharedata -n 20 --warmup 0 --duration 1s"
                                << "deliveries_per_s";
    QTest::newRow("proposals") << "ack --dialect sharedata -n 4 --batch 5 --in-flight 2 --warmup 0 --duration 1s"
                               << "acks_per_s";
    QTest::newRow("connections to the mesh") << "connect --dialect mesh -n 50 --hold 0"
                                             << "connections_per_s";
    QTest::newRow("connections to a document") << "connect --dialect sharedata -n 50 --hold 0"
                                               << "connections_per_s";
}

void TestBenchCommand::itsOwnGatewaySpeaksEveryDialect()
{
    QFETCH(QString, arguments);
    QFETCH(QString, counted);
    const auto finished = m_gateway->run(QStringList{QStringLiteral("bench")} + arguments.split(u' ') +
                                         QStringList{QStringLiteral("--json")});
    QVERIFY2(finished.exitCode == 0, (finished.output + finished.error).constData());
    const QJsonObject report = QJsonDocument::fromJson(finished.output).object();
    QVERIFY2(report.value(counted).toDouble() > 0, finished.output.constData());
    for (const char *none : {"lost", "duplicates", "out_of_order", "unacknowledged"})
        QCOMPARE(report.value(QLatin1StringView(none)).toDouble(), 0.0);
}

void TestBenchCommand::whatADialectCannotDoIsSaid_data()
{
    QTest::addColumn<QString>("arguments");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("acks of the mesh") << "ack --dialect mesh" << QByteArray("acknowledges nothing; use fanout");
    QTest::newRow("replay of the mesh") << "replay --dialect mesh" << QByteArray("cannot say what they have seen");
    QTest::newRow("replay of documents") << "replay --dialect sharedata"
                                         << QByteArray("cannot say what they have seen");
    QTest::newRow("event streams") << "fanout --dialect mesh --transport sse"
                                   << QByteArray("only ssma has event streams");
}

void TestBenchCommand::whatADialectCannotDoIsSaid()
{
    QFETCH(QString, arguments);
    QFETCH(QByteArray, says);
    const auto finished = m_gateway->run(QStringList{QStringLiteral("bench")} + arguments.split(u' '));
    QVERIFY(finished.exitCode != 0);
    QVERIFY2((finished.output + finished.error).contains(says), (finished.output + finished.error).constData());
}

void TestBenchCommand::aRefusalIsShownInTheGatewaysWords()
{
    GatewayProcess limited;
    QVERIFY(limited.start()); // default: 8 subscriptions from one address
    const auto finished = limited.run({QStringLiteral("bench"), QStringLiteral("fanout"), QStringLiteral("-n"),
                                       QStringLiteral("20"), limited.url().toString()});
    QCOMPARE(finished.exitCode, 1);
    QVERIFY2(finished.output.contains("RATE_LIMITED"), finished.output.constData());
}

void TestBenchCommand::tlsGatewaysAreMeasured_data()
{
    everyScenarioRunsClean_data();
}

void TestBenchCommand::tlsGatewaysAreMeasured()
{
    QFETCH(QString, arguments);
    QFETCH(QString, counted);
    const Certificate certificate;
    QVERIFY(certificate.isValid());
    GatewayProcess gateway;
    QVERIFY2(gateway.start(GatewayProcess::withoutLimits() + tlsFlags(certificate)), gateway.errorText().constData());
    const QStringList target{QStringLiteral("--ca"), certificate.certificateFile(),
                             QStringLiteral("wss://127.0.0.1:%1").arg(gateway.port()), QStringLiteral("--json")};
    const auto finished = gateway.run(arguments.split(u' ') + target);
    QVERIFY2(finished.exitCode == 0, (finished.output + finished.error).constData());
    const QJsonObject report = QJsonDocument::fromJson(finished.output).object();
    QVERIFY2(report.value(counted).toDouble() > 0, finished.output.constData());
    for (const char *none : {"lost", "duplicates", "out_of_order", "unacknowledged"})
        QCOMPARE(report.value(QLatin1StringView(none)).toDouble(), 0.0);
}

void TestBenchCommand::aCertificateNobodyVouchesForIsRefused()
{
    const Certificate certificate;
    GatewayProcess gateway;
    QVERIFY(gateway.start(GatewayProcess::withoutLimits() + tlsFlags(certificate)));
    const QStringList arguments{QStringLiteral("bench"),
                                QStringLiteral("connect"),
                                QStringLiteral("-n"),
                                QStringLiteral("5"),
                                QStringLiteral("--hold"),
                                QStringLiteral("0"),
                                QStringLiteral("https://127.0.0.1:%1").arg(gateway.port())};
    const auto refused = gateway.run(arguments);
    QCOMPARE(refused.exitCode, 1);
    QVERIFY2(refused.output.contains("--insecure"), refused.output.constData());
    const auto believed = gateway.run(arguments + QStringList{QStringLiteral("--insecure")});
    QVERIFY2(believed.exitCode == 0, (believed.output + believed.error).constData());
}

void TestBenchCommand::itsOwnGatewayMaySpeakTls()
{
    const Certificate certificate;
    QStringList arguments{QStringLiteral("bench"), QStringLiteral("connect"), QStringLiteral("-n"),
                          QStringLiteral("5"),     QStringLiteral("--hold"),  QStringLiteral("0")};
    for (const QString &flag : tlsFlags(certificate))
        arguments << QStringLiteral("--serve-flag=") + flag;
    const auto finished = m_gateway->run(arguments);
    QVERIFY2(finished.exitCode == 0, (finished.output + finished.error).constData());
}

void TestBenchCommand::badFlagsAreExplained()
{
    const auto duration = m_gateway->run(withUrl(
        {QStringLiteral("bench"), QStringLiteral("fanout"), QStringLiteral("--duration"), QStringLiteral("soon")}));
    QCOMPARE(duration.exitCode, 2);
    QVERIFY2(duration.error.contains("--duration"), duration.error.constData());
    const auto url = m_gateway->run({QStringLiteral("bench"), QStringLiteral("fanout"), QStringLiteral("ftp://x")});
    QCOMPARE(url.exitCode, 2);
    QVERIFY2(url.error.contains("wss://"), url.error.constData());
    const auto pid = m_gateway->run(withUrl(
        {QStringLiteral("bench"), QStringLiteral("fanout"), QStringLiteral("--pid"), QStringLiteral("2000000000")}));
    QCOMPARE(pid.exitCode, 2);
    QVERIFY2(pid.error.contains("no such process"), pid.error.constData());
}

void TestBenchCommand::defaultsAreWhatHelpSays()
{
    const auto help = m_gateway->run({QStringLiteral("bench"), QStringLiteral("ack"), QStringLiteral("--help")});
    QVERIFY2(help.output.contains("=50"), help.output.constData());
    const auto run = m_gateway->run(withUrl({QStringLiteral("bench"), QStringLiteral("ack"), QStringLiteral("--warmup"),
                                             QStringLiteral("0"), QStringLiteral("--duration"), QStringLiteral("0")}));
    QVERIFY2(run.output.contains("acknowledgements, 50 connections"), (run.output + run.error).constData());
}

QTEST_GUILESS_MAIN(TestBenchCommand)
#include "tst_benchcommand.moc"
