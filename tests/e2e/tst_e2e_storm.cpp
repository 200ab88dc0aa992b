// SPDX-License-Identifier: MIT
#include "support/backendprocess.h"
#include "support/gatewayprocess.h"
#include "support/httpclient.h"
#include "support/json.h"
#include "support/wsclient.h"

#include <QTest>

#include <vector>

using namespace Tidegate;

namespace {

const QString Ack = QStringLiteral("channel.ack");
const QString Snapshot = QStringLiteral("channel.snapshot");
const QString Invalidate = QStringLiteral("channel.invalidate");
const QString Subscribe = QStringLiteral("/subscribe");

} // namespace

//! Many subscribers at once against the real binary and a real backend that counts what it is asked.
class TestE2eStorm : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();

    void aStormOfConnectionsAsksTheBackendOnce();
    void usersAreAskedForOneByOneUnlessTheChannelSaysOtherwise();
    void whatIsPublishedDuringTheStormArrivesOnceInOrder();
    void whoeverTheBackendFailsGetsTheRowsOfTheStore();
    void metricsTellHowMuchWasShared();

private:
    using Clients = std::vector<std::unique_ptr<WsClient>>;

    //! Opens \p count connections and sends all subscriptions before reading any answer.
    Clients storm(int count, const QByteArray &channel, const QString &site, const char *users = nullptr)
    {
        Clients clients;
        for (int i = 0; i < count; ++i) {
            auto &client = clients.emplace_back(std::make_unique<WsClient>());
            const QByteArray token =
                users ? m_gateway.mintToken("user", QByteArray(users) + QByteArray::number(i)) : QByteArray();
            if (!client->join(m_gateway.webSocketUrl(QStringLiteral("role=leader&site=") + site), token))
                return {};
        }
        for (const auto &client : clients)
            client->send(channelFrame("channel.subscribe", channel));
        return clients;
    }
    void write(WsClient &client, const QByteArray &id, const QByteArray &channel)
    {
        const QByteArray meta = "{\"clock\":1,\"channels\":[\"" + channel + "\"]}";
        client.ask(batch({entry(id, "TODO_CREATE", "{}", meta)}), QStringLiteral("ack"));
    }
    static QByteArray rowsOf(const QJsonObject &frame)
    {
        QByteArrayList ids;
        for (const QJsonValue &row : frame.value(u"intents").toArray())
            ids.append(row.toObject().value(u"id").toString().toUtf8());
        return ids.join(' ');
    }

    GatewayProcess m_gateway;
    BackendProcess m_backend;
};

void TestE2eStorm::initTestCase()
{
    QVERIFY(m_backend.start());
    QFile toml(m_gateway.workDir() + QStringLiteral("/tidegate.toml"));
    QVERIFY(toml.open(QIODevice::WriteOnly));
    toml.write("[ssma]\nsnapshot_share = '1m'\n[ssma.channels]\nnews = 'user:snapshots=role'\nown = 'user'\n");
    toml.close();
    QVERIFY2(m_gateway.start(GatewayProcess::withoutLimits() +
                             QStringList{QStringLiteral("--backend-url"), m_backend.url(),
                                         QStringLiteral("--io-threads"), QStringLiteral("2")}),
             m_gateway.errorText().constData());
}

void TestE2eStorm::init()
{
    m_backend.reset();
    for (const char *channel : {"global", "news", "own"})
        m_backend.setSnapshot(QLatin1StringView(channel),
                              QJsonArray{QJsonObject{{QStringLiteral("id"), QLatin1StringView(channel)}}}, 0);
}

void TestE2eStorm::aStormOfConnectionsAsksTheBackendOnce()
{
    m_backend.setBehaviour(Subscribe, {{QStringLiteral("delayMs"), 50}});
    const Clients clients = storm(200, "global", QStringLiteral("once"));
    QCOMPARE(clients.size(), 200U);
    for (const auto &client : clients)
        QCOMPARE(rowsOf(client->next(Snapshot)), "global");
    WsClient late;
    QVERIFY(late.join(m_gateway.webSocketUrl(QStringLiteral("role=leader&site=once"))));
    QCOMPARE(rowsOf(late.ask(channelFrame("channel.subscribe", "global"), Snapshot)), "global");
    QCOMPARE(m_backend.callCount(Subscribe), 1);
}

void TestE2eStorm::usersAreAskedForOneByOneUnlessTheChannelSaysOtherwise()
{
    for (const auto &client : storm(10, "own", QStringLiteral("users"), "user-"))
        QCOMPARE(rowsOf(client->next(Snapshot)), "own");
    QCOMPARE(m_backend.callCount(Subscribe), 10);
    QVERIFY(textAt(m_backend.lastBody(Subscribe), "context.user.id").startsWith("user-"));
    for (const auto &client : storm(10, "news", QStringLiteral("users"), "user-"))
        QCOMPARE(rowsOf(client->next(Snapshot)), "news");
    QCOMPARE(m_backend.callCount(Subscribe), 11);
    VERIFY_HAS(m_backend.lastBody(Subscribe), R"({"context":{"site":"users","user":{"id":null,"role":"user"}}})");
}

void TestE2eStorm::whatIsPublishedDuringTheStormArrivesOnceInOrder()
{
    m_backend.setBehaviour(Subscribe, {{QStringLiteral("delayMs"), 200}});
    WsClient writer;
    QVERIFY(writer.join(m_gateway.webSocketUrl(QStringLiteral("role=leader&site=during"))));
    write(writer, "before-01", "global");
    const Clients clients = storm(50, "global", QStringLiteral("during"));
    QByteArrayList written;
    for (int i = 10; i < 40; ++i) {
        written.append("during-" + QByteArray::number(i));
        write(writer, written.last(), "global");
    }
    for (const auto &client : clients) {
        QVERIFY(client->settle());
        QByteArrayList seen;
        for (const QJsonObject &frame : client->frames()) {
            if (frame.value(u"type").toString() == Invalidate)
                seen.append(rowsOf(frame));
        }
        QCOMPARE(seen.join(' '), written.join(' '));
        QVERIFY(client->types().indexOf(Snapshot) < client->types().indexOf(Invalidate));
    }
    QCOMPARE(m_backend.callCount(Subscribe), 1);
}

void TestE2eStorm::whoeverTheBackendFailsGetsTheRowsOfTheStore()
{
    WsClient writer;
    QVERIFY(writer.join(m_gateway.webSocketUrl(QStringLiteral("role=leader&site=failing"))));
    write(writer, "stored-01", "global");
    m_backend.setBehaviour(Subscribe, {{QStringLiteral("httpStatus"), 500}, {QStringLiteral("delayMs"), 100}});
    for (const auto &client : storm(20, "global", QStringLiteral("failing")))
        QCOMPARE(rowsOf(client->next(Snapshot)), "stored-01");
    m_backend.setBehaviour(Subscribe, {});
    WsClient late;
    QVERIFY(late.join(m_gateway.webSocketUrl(QStringLiteral("role=leader&site=failing"))));
    QCOMPARE(rowsOf(late.ask(channelFrame("channel.subscribe", "global"), Snapshot)), "global");
}

void TestE2eStorm::metricsTellHowMuchWasShared()
{
    HttpClient http;
    http.setBase(m_gateway.url());
    const auto shared = [&http](const char *what) {
        return numberAt(http.get(QStringLiteral("/optimistic/metrics")).json(), what);
    };
    const qint64 asked = shared("sharing.snapshotsAsked");
    const qint64 given = shared("sharing.snapshotsShared");
    for (const auto &client : storm(10, "global", QStringLiteral("counted")))
        QVERIFY(!client->next(Snapshot).isEmpty());
    QCOMPARE(shared("sharing.snapshotsAsked"), asked + 1);
    QCOMPARE(shared("sharing.snapshotsShared"), given + 9);
}

QTEST_GUILESS_MAIN(TestE2eStorm)
#include "tst_e2e_storm.moc"
