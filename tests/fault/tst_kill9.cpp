// SPDX-License-Identifier: MIT
#include "fault/intentpump.h"
#include "fault/logreader.h"
#include "support/backendprocess.h"
#include "support/gatewayprocess.h"
#include "support/waiting.h"

#include <QTest>
#include <QTimer>

#include <csignal>
#include <memory>
#include <random>

using namespace Tidegate;

using Pumps = std::vector<std::unique_ptr<IntentPump>>;

//! The promise of an acknowledgement, held against kill -9 at any moment.
class TestKill9 : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void acknowledgedIntentsSurvive();
    void undecidedIntentsAreDecidedAfterTheRestart();

private:
    //! Pumps until the process is killed, \p afterMs from now.
    void pumpUntilKilled(GatewayProcess &gateway, Pumps &pumps, int afterMs);

    static constexpr unsigned Seed = 20261121;
};

void TestKill9::pumpUntilKilled(GatewayProcess &gateway, Pumps &pumps, int afterMs)
{
    QTimer::singleShot(afterMs, Qt::PreciseTimer, this, [&gateway] { gateway.sendSignal(SIGKILL); });
    for (const auto &pump : pumps)
        pump->start(gateway.webSocketUrl());
    QTRY_VERIFY_WITH_TIMEOUT(!gateway.isRunning(), WaitMs);
    // What the kernel had already taken for the client counts as received.
    for (const auto &pump : pumps)
        QTRY_VERIFY_WITH_TIMEOUT(pump->isEnded(), WaitMs);
}

void TestKill9::acknowledgedIntentsSurvive()
{
    constexpr int Runs = 100;
    constexpr int Clients = 4;
    std::mt19937 random(Seed);
    GatewayProcess gateway;
    const QStringList args =
        GatewayProcess::withoutLimits() + QStringList{QStringLiteral("--store-max-entries=1000000")};
    StoredLog log;
    QMap<QByteArray, IntentPump::Told> told;
    QMap<QByteArray, QByteArray> unanswered;
    int runsWithAnswers = 0;
    int runsWithLoss = 0;
    for (int run = 0; run <= Runs; ++run) {
        QVERIFY2(gateway.restart(args), qPrintable(QString::number(run)));
        {
            WsClient reader;
            QVERIFY(reader.join(gateway.webSocketUrl(QStringLiteral("role=follower"))));
            log.readOn(reader);
        }
        QVERIFY2(log.complaint.isEmpty(), log.complaint.constData());
        for (auto each = told.begin(); each != told.end(); ++each) {
            QVERIFY2(log.rows.contains(each.key()), each.key().constData());
            QCOMPARE(log.rows[each.key()], each.value());
        }
        told.clear(); // later rows of an id would be seen as doubles
        if (run == Runs)
            break;
        Pumps pumps;
        for (int i = 0; i < Clients; ++i)
            pumps.push_back(std::make_unique<IntentPump>(
                "run" + QByteArray::number(run) + '-' + QByteArray::number(i) + '-', QByteArrayList{"TODO_CREATE"}));
        pumps[0]->resend(unanswered);
        pumpUntilKilled(gateway, pumps, 5 + int(random() % 120));
        unanswered.clear();
        for (const auto &pump : pumps) {
            told.insert(pump->told());
            unanswered.insert(pump->unanswered());
        }
        runsWithAnswers += told.isEmpty() ? 0 : 1;
        runsWithLoss += unanswered.isEmpty() ? 0 : 1;
    }
    // Else the moments were chosen so badly that nothing was tested.
    QVERIFY(runsWithAnswers > Runs / 2);
    QVERIFY(runsWithLoss > Runs / 2);
    StoredLog again;
    WsClient reader;
    QVERIFY(reader.join(gateway.webSocketUrl(QStringLiteral("role=follower"))));
    again.readOn(reader);
    QVERIFY2(again.complaint.isEmpty(), again.complaint.constData());
    QCOMPARE(again.rows.size(), log.rows.size());
    QCOMPARE(again.rows, log.rows);
    qInfo("%lld intents, %d of %d runs killed with answers under way", qint64(log.rows.size()), runsWithLoss, Runs);
}

void TestKill9::undecidedIntentsAreDecidedAfterTheRestart()
{
    constexpr int Runs = 20;
    std::mt19937 random(Seed);
    BackendProcess backend;
    QVERIFY(backend.start());
    const QStringList args =
        GatewayProcess::withoutLimits() + QStringList{QStringLiteral("--backend-url"), backend.url()};
    const QMap<QByteArray, QByteArray> statusOfName{
        {"TODO_CREATE", "acked"}, {"TODO_SLOW", "acked"}, {"TODO_REJECT", "rejected"}, {"TODO_CONFLICT", "conflict"}};
    int forwardedAgain = 0;
    for (int run = 0; run < Runs; ++run) {
        GatewayProcess gateway;
        QVERIFY(gateway.start(args));
        backend.reset();
        Pumps pumps;
        for (int i = 0; i < 3; ++i)
            pumps.push_back(std::make_unique<IntentPump>(
                "back" + QByteArray::number(i) + '-',
                QByteArrayList{"TODO_CREATE", "TODO_REJECT", "TODO_CREATE", "TODO_CONFLICT", "TODO_CREATE",
                               i == 0 ? "TODO_SLOW" : "TODO_CREATE", "TODO_CREATE"}));
        pumpUntilKilled(gateway, pumps, 40 + int(random() % 260));

        QVERIFY(gateway.restart());
        HttpClient staff(gateway.url(QStringLiteral("/")));
        staff.setToken(gateway.mintToken("staff"));
        const auto hasUndecided = [&staff] {
            const QJsonObject answer =
                staff.get(QStringLiteral("/admin/optimistic/intents?reason=pending&limit=500")).json();
            return column(arrayAt(answer, "pending"), "status").contains("pending") || !hasAt(answer, "pending");
        };
        QTRY_VERIFY_WITH_TIMEOUT(!hasUndecided(), WaitMs);
        const QJsonObject seen = backend.calls().value(QLatin1String("intents")).toObject();
        for (const QJsonValue &times : seen)
            forwardedAgain += times.toInt() > 1 ? 1 : 0;

        StoredLog log;
        WsClient reader;
        QVERIFY(reader.join(gateway.webSocketUrl(QStringLiteral("role=follower"))));
        log.readOn(reader);
        QVERIFY2(log.complaint.isEmpty(), log.complaint.constData());
        QMap<QByteArray, QByteArray> unanswered;
        for (const auto &pump : pumps) {
            for (auto each = pump->told().begin(); each != pump->told().end(); ++each) {
                QCOMPARE(each.value().status, statusOfName.value(pump->sent().value(each.key())));
                QVERIFY2(log.rows.contains(each.key()), each.key().constData());
                QCOMPARE(log.rows[each.key()], each.value());
            }
            unanswered.insert(pump->unanswered());
        }
        // Clients come back with what they have no answer to; what was decided meanwhile is not decided anew.
        IntentPump returning("none", {"TODO_CREATE"});
        returning.pause();
        returning.resend(unanswered);
        returning.start(gateway.webSocketUrl());
        QTRY_COMPARE_WITH_TIMEOUT(returning.told().size(), unanswered.size(), WaitMs);
        for (auto each = returning.told().begin(); each != returning.told().end(); ++each) {
            QCOMPARE(each.value().status, statusOfName.value(unanswered.value(each.key())));
            if (log.rows.contains(each.key()))
                QCOMPARE(each.value(), log.rows[each.key()]);
        }
        log.readOn(reader);
        QVERIFY2(log.complaint.isEmpty(), log.complaint.constData());
        for (const auto &pump : pumps) {
            for (auto each = pump->sent().begin(); each != pump->sent().end(); ++each)
                QVERIFY2(log.rows.contains(each.key()), each.key().constData());
        }
    }
    QVERIFY2(forwardedAgain > 0, "no run was killed between forwarding and the backend's answer");
    qInfo("%d intents were forwarded again after a restart", forwardedAgain);
}

QTEST_GUILESS_MAIN(TestKill9)
#include "tst_kill9.moc"
