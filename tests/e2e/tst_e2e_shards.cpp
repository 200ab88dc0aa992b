// SPDX-License-Identifier: MIT
#include "support/gatewayprocess.h"
#include "support/json.h"
#include "support/sseclient.h"
#include "support/waiting.h"
#include "support/wsclient.h"

#include <QTest>

#include <memory>
#include <vector>

using namespace Tidegate;

namespace {

constexpr int Publishers = 8;
constexpr int RowsEach = 60; // all together less than one page of a replay, so one reconnect always catches up
constexpr int Steady = 12;   // subscribers of each kind, so that the kernel puts some on every shard
constexpr int Wandering = 12;

//! One client's writes, one after the other, driven by the acknowledgements.
class Writer
{
public:
    bool start(const QUrl &url, int number)
    {
        m_prefix = "writer-" + QByteArray::number(number) + '-';
        QObject::connect(&m_client.socket(), &QWebSocket::textMessageReceived, &m_client.socket(),
                         [this](const QString &text) {
                             if (text.contains(QStringLiteral("\"type\":\"ack\"")))
                                 write();
                         });
        return m_client.join(url);
    }
    void write()
    {
        if (m_written < RowsEach)
            m_client.send(batch({entry(m_prefix + QByteArray::number(1000 + m_written++))}));
        else
            m_isDone = true;
    }
    bool isDone() const { return m_isDone; }

private:
    WsClient m_client;
    QByteArray m_prefix;
    int m_written = 0;
    bool m_isDone = false;
};

//! What a subscriber has, as a client that keeps a cursor would put it together.
class Ledger
{
public:
    //! Only a snapshot may repeat what the client has: it shows the newest rows, whatever was seen before.
    void take(const QJsonArray &rows, bool isSnapshot)
    {
        for (const QJsonValue &row : rows) {
            const qint64 seq = row.toObject().value(u"logSeq").toInteger();
            if (seq > m_cursor) {
                m_cursor = seq;
                m_ids.append(row.toObject().value(u"id").toString().toUtf8());
            } else if (!isSnapshot) {
                m_repeated.append(row.toObject().value(u"id").toString().toUtf8());
            }
        }
    }
    qint64 cursor() const { return m_cursor; }
    const QByteArrayList &ids() const { return m_ids; }
    const QByteArrayList &repeated() const { return m_repeated; }

private:
    qint64 m_cursor = 0;
    QByteArrayList m_ids;
    QByteArrayList m_repeated;
};

class ChannelFollower
{
public:
    //! Comes (back) with the cursor it has.
    bool connect(const GatewayProcess &gateway)
    {
        m_client = std::make_unique<WsClient>();
        m_taken = 0;
        WsClient::Options options;
        options.sendOnOpen = {channelFrame("channel.subscribe", "global")};
        return m_client->open(gateway.webSocketUrl(QStringLiteral("role=follower&cursor=%1").arg(m_ledger.cursor())),
                              options) &&
               !m_client->next(QStringLiteral("channel.snapshot")).isEmpty();
    }
    const Ledger &read()
    {
        for (; m_taken < m_client->frames().size(); ++m_taken) {
            const QJsonObject &frame = m_client->frames()[m_taken];
            const QString type = frame.value(u"type").toString();
            m_ledger.take(frame.value(u"intents").toArray(), type == u"channel.snapshot");
        }
        return m_ledger;
    }

private:
    std::unique_ptr<WsClient> m_client;
    qsizetype m_taken = 0;
    Ledger m_ledger;
};

class StreamFollower
{
public:
    bool connect(const GatewayProcess &gateway)
    {
        m_stream = std::make_unique<SseClient>();
        m_taken = 0;
        return m_stream->open(gateway.url(QStringLiteral("/optimistic/events?site=default")), {},
                              {{"Last-Event-ID", QByteArray::number(m_ledger.cursor())}}) &&
               !m_stream->next("ready").isEmpty();
    }
    const Ledger &read()
    {
        for (; m_taken < m_stream->events().size(); ++m_taken)
            m_ledger.take(m_stream->events()[m_taken].json().value(u"intents").toArray(), false);
        return m_ledger;
    }

private:
    std::unique_ptr<SseClient> m_stream;
    qsizetype m_taken = 0;
    Ledger m_ledger;
};

} // namespace

//! However many threads serve the sockets: one total order per stream, nothing lost, nothing twice.
class TestE2eShards : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everybodySeesOneOrder_data();
    void everybodySeesOneOrder();
};

void TestE2eShards::everybodySeesOneOrder_data()
{
    QTest::addColumn<int>("threads");
    for (const int threads : {1, 2, 8})
        QTest::addRow("%d I/O threads", threads) << threads;
}

void TestE2eShards::everybodySeesOneOrder()
{
    QFETCH(int, threads);
    GatewayProcess gateway;
    QVERIFY2(gateway.start(GatewayProcess::withoutLimits() +
                           QStringList{QStringLiteral("--io-threads"), QString::number(threads)}),
             gateway.errorText().constData());
    std::vector<ChannelFollower> channels(Steady + Wandering);
    std::vector<StreamFollower> streams(Steady + Wandering);
    for (ChannelFollower &follower : channels)
        QVERIFY(follower.connect(gateway));
    for (StreamFollower &follower : streams)
        QVERIFY(follower.connect(gateway));
    std::vector<Writer> writers(Publishers);
    for (int i = 0; i < Publishers; ++i)
        QVERIFY(writers[size_t(i)].start(gateway.webSocketUrl(), i));
    for (Writer &writer : writers)
        writer.write();

    // Reconnects run the event loop, and with it everybody's writing.
    const auto isWriting = [&] {
        return !std::all_of(writers.begin(), writers.end(), [](const Writer &writer) { return writer.isDone(); });
    };
    int reconnects = 0;
    for (size_t turn = 0; isWriting(); ++turn) {
        const size_t index = Steady + turn % Wandering;
        channels[index].read();
        QVERIFY(channels[index].connect(gateway));
        streams[index].read();
        QVERIFY(streams[index].connect(gateway));
        ++reconnects;
    }
    QVERIFY(reconnects > 0);

    const auto hasAll = [](auto &follower) { return follower.read().ids().size() >= Publishers * RowsEach; };
    const auto check = [&](auto &followers) {
        for (auto &follower : followers) {
            QTRY_VERIFY_WITH_TIMEOUT(hasAll(follower), WaitMs);
            QCOMPARE(follower.read().repeated(), QByteArrayList());
            QCOMPARE(follower.read().ids(), channels.front().read().ids());
        }
    };
    check(channels);
    check(streams);
    const QByteArrayList &order = channels.front().read().ids();
    QCOMPARE(QSet<QByteArray>(order.begin(), order.end()).size(), Publishers * RowsEach);
    // What one client wrote is in the order in which it wrote it.
    for (int i = 0; i < Publishers; ++i) {
        QByteArrayList own = order;
        own.removeIf([&](const QByteArray &id) { return !id.startsWith("writer-" + QByteArray::number(i) + '-'); });
        QVERIFY(std::is_sorted(own.begin(), own.end()));
    }
}

QTEST_GUILESS_MAIN(TestE2eShards)
#include "tst_e2e_shards.moc"
