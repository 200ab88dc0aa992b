// SPDX-License-Identifier: MIT
#include "fault/intentpump.h"
#include "fault/logreader.h"
#include "support/backendprocess.h"
#include "support/gatewayprocess.h"
#include "support/postgresserver.h"
#include "support/waiting.h"

#include <memory>

using namespace Tidegate;

//! The promise of an acknowledgement when it is PostgreSQL that goes away, under the real program.
class TestPostgresRestart : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void everyIntentIsDecidedOnceWhileTheServerCrashes();
    void aGatewayWithoutItsDatabaseDoesNotStart();
    void theNextGatewayGoesOnWhereAKilledOneStopped();

private:
    QStringList args() const;
    GatewayProcess::Environment environment() const;
    static void readAll(GatewayProcess &gateway, StoredLog &log);

    PostgresServer m_server;
    BackendProcess m_backend;
};

void TestPostgresRestart::initTestCase()
{
    if (!PostgresServer::isInstalled())
        QSKIP("PostgreSQL is not installed");
    QVERIFY(m_server.start());
    QVERIFY(m_backend.start());
}

QStringList TestPostgresRestart::args() const
{
    return GatewayProcess::withoutLimits() +
           QStringList{QStringLiteral("--store-kind=postgres"), QStringLiteral("--backend-url"), m_backend.url()};
}

GatewayProcess::Environment TestPostgresRestart::environment() const
{
    return {{QStringLiteral("TIDEGATE_STORE_POSTGRES_URL"), QString::fromUtf8(m_server.url())}};
}

void TestPostgresRestart::readAll(GatewayProcess &gateway, StoredLog &log)
{
    WsClient reader;
    QVERIFY(reader.join(gateway.webSocketUrl(QStringLiteral("role=follower"))));
    log.readOn(reader);
    QVERIFY2(log.complaint.isEmpty(), log.complaint.constData());
}

void TestPostgresRestart::everyIntentIsDecidedOnceWhileTheServerCrashes()
{
    constexpr int Crashes = 3;
    QVERIFY(m_server.clear());
    m_backend.reset();
    GatewayProcess gateway;
    QVERIFY2(gateway.start(args(), environment()), gateway.errorText().constData());
    std::vector<std::unique_ptr<IntentPump>> pumps;
    for (int i = 0; i < 4; ++i) {
        pumps.push_back(
            std::make_unique<IntentPump>("pg" + QByteArray::number(i) + '-', QByteArrayList{"TODO_CREATE"}));
        pumps.back()->start(gateway.webSocketUrl());
    }
    const auto toldCount = [&pumps] {
        qsizetype count = 0;
        for (const auto &pump : pumps)
            count += pump->told().size();
        return count;
    };
    for (int crash = 0; crash < Crashes; ++crash) {
        const qsizetype before = toldCount();
        QTRY_VERIFY_WITH_TIMEOUT(toldCount() > before + 100, 2 * WaitMs);
        m_server.kill();
        QVERIFY(m_server.start());
    }
    for (const auto &pump : pumps)
        pump->pause();
    StoredLog log;
    for (const auto &pump : pumps)
        QTRY_VERIFY_WITH_TIMEOUT(pump->isIdle(), 2 * WaitMs);
    readAll(gateway, log);
    const QJsonObject seen = m_backend.calls().value(QLatin1String("intents")).toObject();
    qsizetype sent = 0;
    for (const auto &pump : pumps) {
        sent += pump->sent().size();
        for (auto each = pump->sent().begin(); each != pump->sent().end(); ++each) {
            QVERIFY2(pump->told().contains(each.key()), each.key().constData());
            QCOMPARE(pump->told()[each.key()].status, "acked");
            QVERIFY2(log.rows.contains(each.key()), each.key().constData());
            QCOMPARE(log.rows[each.key()], pump->told()[each.key()]);
            QCOMPARE(seen.value(QString::fromLatin1(each.key())).toInt(), 1);
        }
    }
    QCOMPARE(log.rows.size(), sent);
    qInfo("%lld intents over %d crashes of the server", qint64(sent), Crashes);
}

void TestPostgresRestart::aGatewayWithoutItsDatabaseDoesNotStart()
{
    GatewayProcess gateway;
    const QString kind = QStringLiteral("--store-kind=postgres");
    QVERIFY(!gateway.start({kind}, {{QStringLiteral("TIDEGATE_STORE_POSTGRES_URL"),
                                     QStringLiteral("postgresql://u:secret-word@127.0.0.1:1/none")}}));
    QVERIFY2(gateway.errorText().contains("PostgreSQL"), gateway.errorText().constData());
    QVERIFY(!gateway.errorText().contains("secret-word"));
    QVERIFY(!gateway.start({kind}));
    QVERIFY2(gateway.errorText().contains("store.postgres_url"), gateway.errorText().constData());
}

void TestPostgresRestart::theNextGatewayGoesOnWhereAKilledOneStopped()
{
    QVERIFY(m_server.clear());
    m_backend.reset();
    GatewayProcess first;
    QVERIFY2(first.start(args(), environment()), first.errorText().constData());
    IntentPump pump("next-", {"TODO_CREATE", "TODO_SLOW"});
    pump.start(first.webSocketUrl());
    QTRY_VERIFY_WITH_TIMEOUT(pump.told().size() > 50, WaitMs);
    first.kill();
    // On another machine: nothing of the first one's folder is there.
    GatewayProcess second;
    QVERIFY2(second.start(args(), environment()), second.errorText().constData());
    IntentPump returning("none", {"TODO_CREATE"});
    returning.pause();
    returning.resend(pump.unanswered());
    returning.start(second.webSocketUrl());
    QTRY_COMPARE_WITH_TIMEOUT(returning.told().size(), pump.unanswered().size(), 2 * WaitMs);
    StoredLog log;
    readAll(second, log);
    for (auto each = pump.told().begin(); each != pump.told().end(); ++each)
        QCOMPARE(log.rows.value(each.key()), each.value());
    QCOMPARE(log.rows.size(), pump.sent().size());
}

QTEST_GUILESS_MAIN(TestPostgresRestart)
#include "tst_postgresrestart.moc"
