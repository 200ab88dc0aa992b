// SPDX-License-Identifier: MIT
// The gateway as an embedding application sees it: in this process, without the program around it.

#include "admin/adminport.h"
#include "app/configloader.h"
#include "app/embedding.h"
#include "app/gateway.h"
#include "backend/native/adapter.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

using namespace Tidegate;

namespace {

const QByteArray Leader = QByteArrayLiteral("/optimistic/ws?role=leader&site=default&subprotocol=1.0.0");

GatewayConfig configIn(const QTemporaryDir &directory)
{
    ConfigSources sources;
    sources.flags = {{"server.listen", QStringLiteral("127.0.0.1:0")}, {"server.data_dir", directory.path()}};
    auto config = loadConfig(sources);
    return config ? *config : GatewayConfig();
}

QByteArray batch(const QByteArray &id)
{
    return "{\"type\":\"intent.batch\",\"intents\":[{\"id\":\"" + id +
           "\",\"intent\":\"TODO_CREATE\",\"payload\":{\"id\":\"t\"},\"meta\":{\"clock\":1}}]}";
}

//! Everything a client has received, by type.
class Frames : public QObject
{
public:
    explicit Frames(InProcessClient &client)
    {
        connect(&client, &InProcessClient::textReceived, this,
                [this](const QByteArray &text) { m_frames.append(QJsonDocument::fromJson(text).object()); });
    }
    int count(const QString &type) const
    {
        return int(std::count_if(m_frames.begin(), m_frames.end(), [&](const QJsonObject &frame) {
            return frame[QStringLiteral("type")].toString() == type;
        }));
    }
    QJsonObject first(const QString &type) const
    {
        for (const QJsonObject &frame : m_frames) {
            if (frame[QStringLiteral("type")].toString() == type)
                return frame;
        }
        return {};
    }

private:
    QList<QJsonObject> m_frames;
};

} // namespace

class TestGateway : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void inProcessClientSpeaksTheSameDialect();
    void inProcessClientsHearOfEachOther();
    void inProcessClientOfAnUnknownPathIsRefused();
    void inProcessTextThatIsNotUtf8ClosesTheLink();
    void clientMayGoAwayAtAnyTime();
    void stopClosesInProcessClients();
    void fullReplaySaysThereIsMore();
    void nativeBackendDecides();
    void eventStreamNeedsNoHttpApi();
    void withoutAnAddressOnlyThisProcessGetsIn();
    void issuedTokenMakesALinkItsPrincipal();
    void guardSeesSocketsFirstAndInProcessClientsNever();
    void takenPortIsAClearError();
    void startsAndStopsManyTimes();
};

void TestGateway::inProcessClientSpeaksTheSameDialect()
{
    const QTemporaryDir directory;
    Gateway gateway(configIn(directory));
    QVERIFY(gateway.start());
    QSignalSpy settled(&gateway, &Gateway::intentsSettled);
    const auto client = gateway.connectInProcess(Leader);
    const Frames frames(*client);
    client->send(batch("it-00000001"));
    QTRY_COMPARE(frames.count(QStringLiteral("ack")), 1);
    QCOMPARE(frames.count(QStringLiteral("hello")), 1);
    QCOMPARE(frames.count(QStringLiteral("replay")), 1);
    const QJsonObject entry = frames.first(QStringLiteral("ack"))[QStringLiteral("intents")].toArray()[0].toObject();
    QCOMPARE(entry[QStringLiteral("status")].toString(), QStringLiteral("acked"));
    QCOMPARE(entry[QStringLiteral("logSeq")].toInt(), 1);
    QTRY_COMPARE(settled.count(), 1);
}

void TestGateway::inProcessClientsHearOfEachOther()
{
    const QTemporaryDir directory;
    Gateway gateway(configIn(directory));
    QVERIFY(gateway.start());
    const auto writer = gateway.connectInProcess(Leader);
    const auto reader = gateway.connectInProcess("/optimistic/ws?role=follower&site=default");
    const Frames frames(*reader);
    reader->send("{\"type\":\"channel.subscribe\",\"channel\":\"global\"}");
    QTRY_COMPARE(frames.count(QStringLiteral("channel.snapshot")), 1);
    writer->send(batch("it-00000001"));
    writer->send(batch("it-00000002"));
    QTRY_COMPARE(frames.count(QStringLiteral("channel.invalidate")), 2);
}

void TestGateway::inProcessClientOfAnUnknownPathIsRefused()
{
    const QTemporaryDir directory;
    Gateway gateway(configIn(directory));
    QVERIFY(gateway.start());
    const auto client = gateway.connectInProcess("/nowhere");
    QSignalSpy closed(client.get(), &InProcessClient::closed);
    QTRY_COMPARE(closed.count(), 1);
    QCOMPARE(closed[0][0].toInt(), 1008);
    client->send("ignored");
}

void TestGateway::inProcessTextThatIsNotUtf8ClosesTheLink()
{
    const QTemporaryDir directory;
    Gateway gateway(configIn(directory));
    QVERIFY(gateway.start());
    const auto client = gateway.connectInProcess(Leader);
    const Frames frames(*client);
    QSignalSpy closed(client.get(), &InProcessClient::closed);
    QTRY_COMPARE(frames.count(QStringLiteral("replay")), 1);
    client->send("\"\xc3\x28\"");
    QTRY_COMPARE(closed.count(), 1);
    QCOMPARE(closed[0][0].toInt(), 1007);
}

void TestGateway::clientMayGoAwayAtAnyTime()
{
    const QTemporaryDir directory;
    Gateway gateway(configIn(directory));
    QVERIFY(gateway.start());
    for (int i = 0; i < 50; ++i) {
        const auto client = gateway.connectInProcess(Leader);
        client->send(batch("it-gone-" + QByteArray::number(i)));
    }
    const auto last = gateway.connectInProcess(Leader);
    const Frames frames(*last);
    last->send(batch("it-00000001"));
    QTRY_COMPARE(frames.count(QStringLiteral("ack")), 1);
}

void TestGateway::stopClosesInProcessClients()
{
    const QTemporaryDir directory;
    Gateway gateway(configIn(directory));
    QVERIFY(gateway.start());
    const auto client = gateway.connectInProcess(Leader);
    const Frames frames(*client);
    QTRY_COMPARE(frames.count(QStringLiteral("replay")), 1);
    QSignalSpy closed(client.get(), &InProcessClient::closed);
    gateway.stop();
    QCOMPARE(closed.count(), 1);
    QCOMPARE(closed[0][0].toInt(), 1001);
    QVERIFY(!client->isOpen());
    client->send("after the end");
    client->close();
}

void TestGateway::fullReplaySaysThereIsMore()
{
    const QTemporaryDir directory;
    Gateway gateway(configIn(directory));
    QVERIFY(gateway.start());
    const auto writer = gateway.connectInProcess(Leader);
    const Frames written(*writer);
    for (int i = 0; i < 500; ++i)
        QVERIFY(writer->send(batch("it-full-" + QByteArray::number(1000 + i))));
    QTRY_COMPARE(written.count(QStringLiteral("ack")), 500);

    const auto replayOf = [&gateway] {
        const auto reader = gateway.connectInProcess(Leader + "&cursor=0");
        const Frames frames(*reader);
        [&] { QTRY_COMPARE(frames.count(QStringLiteral("replay")), 1); }();
        return frames.first(QStringLiteral("replay"));
    };
    QVERIFY(!replayOf().contains(QStringLiteral("hasMore")));
    QVERIFY(writer->send(batch("it-full-one-more")));
    QTRY_COMPARE(written.count(QStringLiteral("ack")), 501);
    const QJsonObject cut = replayOf();
    QCOMPARE(cut[QStringLiteral("hasMore")].toBool(), true);
    QCOMPARE(cut[QStringLiteral("cursor")].toInt(), 500);
}

void TestGateway::nativeBackendDecides()
{
    const QTemporaryDir directory;
    Gateway gateway(configIn(directory));
    gateway.setBackend([] {
        NativeCallbacks callbacks;
        callbacks.apply = [](const ApplyRequest &request) -> Result<ApplyReply> {
            ApplyReply reply;
            for (const BackendIntent &intent : request.intents)
                reply.verdicts.push_back({intent.id, Verdict::Rejected, "NO_WAY", "not today"});
            return reply;
        };
        return std::make_unique<NativeBackendAdapter>(std::move(callbacks));
    });
    QVERIFY(gateway.start());
    const auto client = gateway.connectInProcess(Leader);
    const Frames frames(*client);
    client->send(batch("it-00000001"));
    QTRY_COMPARE(frames.count(QStringLiteral("ack")), 1);
    const QJsonObject entry = frames.first(QStringLiteral("ack"))[QStringLiteral("intents")].toArray()[0].toObject();
    QCOMPARE(entry[QStringLiteral("status")].toString(), QStringLiteral("rejected"));
    QCOMPARE(entry[QStringLiteral("code")].toString(), QStringLiteral("NO_WAY"));
    QCOMPARE(entry[QStringLiteral("message")].toString(), QStringLiteral("not today"));
}

void TestGateway::eventStreamNeedsNoHttpApi()
{
    const QTemporaryDir directory;
    Gateway gateway(configIn(directory));
    QVERIFY(gateway.start());
    QTcpSocket socket;
    socket.connectToHost(QHostAddress::LocalHost, gateway.ports().first());
    socket.write("GET /optimistic/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
    QByteArray received;
    QObject::connect(&socket, &QTcpSocket::readyRead, &socket, [&] { received += socket.readAll(); });
    QTRY_VERIFY(received.contains("event: ready\n"));
    const auto writer = gateway.connectInProcess(Leader);
    QVERIFY(writer->send(batch("it-00000001")));
    QTRY_VERIFY(received.contains("event: invalidate\nid: 1\n") || received.contains("event: replay\nid: 1\n"));
}

void TestGateway::withoutAnAddressOnlyThisProcessGetsIn()
{
    const QTemporaryDir directory;
    Gateway gateway(embeddedConfig(directory.path()));
    QVERIFY(gateway.start());
    QVERIFY(gateway.ports().isEmpty());
    QVERIFY(gateway.url().isEmpty());
    const auto client = gateway.connectInProcess(Leader);
    const Frames frames(*client);
    QVERIFY(client->send(batch("it-00000001")));
    QTRY_COMPARE(frames.count(QStringLiteral("ack")), 1);
}

void TestGateway::issuedTokenMakesALinkItsPrincipal()
{
    const QTemporaryDir directory;
    Gateway gateway(embeddedConfig(directory.path()));
    QVERIFY(gateway.start());
    Principal principal;
    principal.subjectId = "somebody";
    principal.role = Role::Staff;
    const auto client = gateway.connectInProcess(Leader, gateway.issueToken(principal, std::chrono::minutes(1)));
    const auto port = gateway.makeAdminPort();
    QObject context;
    QString seen;
    const auto ask = [&] {
        Admin::PageRequest request;
        request.resource = QStringLiteral("links");
        port->fetchPage(request, &context, [&](const Result<Admin::Page> &page) {
            if (page && !page->rows.empty())
                seen = page->rows.front().value(QStringLiteral("user")).toString();
        });
    };
    QTRY_VERIFY((ask(), seen == QLatin1StringView("somebody")));
}

void TestGateway::guardSeesSocketsFirstAndInProcessClientsNever()
{
    const QTemporaryDir directory;
    Gateway gateway(configIn(directory));
    gateway.setRequestGuard([](HttpRequest &request) -> std::optional<HttpResponse> {
        if (!request.path.startsWith("/secret/"))
            return HttpResponse{404, {}, "who are you"};
        request.path = request.path.sliced(7);
        return std::nullopt;
    });
    QVERIFY(gateway.start());
    const auto answerTo = [&](const QByteArray &path) {
        QTcpSocket socket;
        socket.connectToHost(QHostAddress::LocalHost, gateway.ports().first());
        socket.write("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
        QByteArray received;
        connect(&socket, &QTcpSocket::readyRead, &socket, [&] { received += socket.readAll(); });
        [&] { QTRY_VERIFY(received.contains("\r\n\r\n")); }();
        return received;
    };
    const QByteArray refused = answerTo("/optimistic/events");
    QVERIFY2(refused.startsWith("HTTP/1.1 404") && refused.endsWith("who are you"), refused.constData());
    QVERIFY(answerTo("/secret/optimistic/events").startsWith("HTTP/1.1 200"));
    const auto client = gateway.connectInProcess(Leader);
    const Frames frames(*client);
    QTRY_COMPARE(frames.count(QStringLiteral("hello")), 1);
}

void TestGateway::takenPortIsAClearError()
{
    const QTemporaryDir first;
    const QTemporaryDir second;
    Gateway holder(configIn(first));
    QVERIFY(holder.start());
    GatewayConfig config = configIn(second);
    config.server.listen.front().port = holder.ports().first();
    Gateway late(config);
    const auto started = late.start();
    QVERIFY(!started);
    QVERIFY(started.error().text.contains(QString::number(holder.ports().first())));
    QVERIFY(!late.isRunning());
}

void TestGateway::startsAndStopsManyTimes()
{
    const QTemporaryDir directory;
    for (int i = 0; i < 10; ++i) {
        Gateway gateway(configIn(directory));
        QVERIFY(gateway.start());
        const auto client = gateway.connectInProcess(Leader);
        const Frames frames(*client);
        client->send(batch("it-run-" + QByteArray::number(i) + "-x"));
        QTRY_COMPARE(frames.count(QStringLiteral("ack")), 1);
        const QJsonObject entry =
            frames.first(QStringLiteral("ack"))[QStringLiteral("intents")].toArray()[0].toObject();
        QCOMPARE(entry[QStringLiteral("logSeq")].toInt(), i + 1);
        gateway.stop();
    }
}

QTEST_GUILESS_MAIN(TestGateway)
#include "tst_gateway.moc"
