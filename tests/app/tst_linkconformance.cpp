// SPDX-License-Identifier: MIT
// Every rule twice: over a WebSocket and over the in-process link. An application must not be able to tell them apart
// by what the gateway says, allows or limits.

#include "app/configloader.h"
#include "app/gateway.h"
#include "support/json.h"
#include "support/waiting.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <QWebSocket>

using namespace Tidegate;
using namespace Qt::StringLiterals;

namespace {

const QByteArray Leader = QByteArrayLiteral("/optimistic/ws?role=leader&site=default&subprotocol=1.0.0");

//! One client, over either carrier.
class Line
{
public:
    virtual ~Line() = default;
    virtual void send(const QByteArray &text) = 0;
    virtual void close() = 0;

    QList<QJsonObject> frames;
    int closeCode = 0;
    QByteArray closeReason;

    bool waitFor(const std::function<bool()> &what) const { return QTest::qWaitFor(what, WaitMs); }
    QJsonObject next(const QString &type, qsizetype nth = 0) const
    {
        const auto find = [&]() -> QJsonObject {
            qsizetype left = nth;
            for (const QJsonObject &frame : frames) {
                if (frame["type"_L1].toString() == type && left-- == 0)
                    return frame;
            }
            return {};
        };
        waitFor([&] { return !find().isEmpty(); });
        return find();
    }
};

class SocketLine final : public Line
{
public:
    SocketLine(const Gateway &gateway, const QByteArray &target, const QByteArray &token)
    {
        QNetworkRequest request(
            QUrl(u"ws://127.0.0.1:%1%2"_s.arg(gateway.ports().first()).arg(QString::fromUtf8(target))));
        if (!token.isEmpty())
            request.setRawHeader("Authorization", "Bearer " + token);
        QObject::connect(&m_socket, &QWebSocket::textMessageReceived, &m_socket,
                         [this](const QString &text) { frames.append(json(text.toUtf8())); });
        QObject::connect(&m_socket, &QWebSocket::connected, &m_socket, [this] {
            for (const QByteArray &text : std::exchange(m_waiting, {}))
                m_socket.sendTextMessage(QString::fromUtf8(text));
        });
        QObject::connect(&m_socket, &QWebSocket::disconnected, &m_socket, [this] {
            closeCode = int(m_socket.closeCode());
            closeReason = m_socket.closeReason().toUtf8();
        });
        m_socket.open(request);
    }
    void send(const QByteArray &text) override
    {
        if (m_socket.isValid())
            m_socket.sendTextMessage(QString::fromUtf8(text));
        else
            m_waiting.append(text);
    }
    void close() override { m_socket.close(); }

private:
    QWebSocket m_socket;
    QByteArrayList m_waiting;
};

class InProcessLine final : public Line
{
public:
    InProcessLine(Gateway &gateway, const QByteArray &target, const QByteArray &token)
        : m_client(gateway.connectInProcess(target, token))
    {
        QObject::connect(m_client.get(), &InProcessClient::textReceived, m_client.get(),
                         [this](const QByteArray &text) { frames.append(json(text)); });
        QObject::connect(m_client.get(), &InProcessClient::closed, m_client.get(),
                         [this](quint16 code, const QByteArray &reason) {
                             closeCode = code;
                             closeReason = reason;
                         });
    }
    void send(const QByteArray &text) override { m_client->send(text); }
    void close() override { m_client->close(); }

private:
    std::unique_ptr<InProcessClient> m_client;
};

QByteArray writes(const QByteArrayList &ids)
{
    QByteArrayList entries;
    for (const QByteArray &id : ids)
        entries.append(entry(id));
    return compact(batch(entries));
}

//! What differs between two runs by nature: ids the gateway makes, and times.
QJsonValue withoutTimes(const QJsonValue &value)
{
    if (value.isArray()) {
        QJsonArray list;
        for (const QJsonValue &each : value.toArray())
            list.append(withoutTimes(each));
        return list;
    }
    if (!value.isObject())
        return value;
    QJsonObject object;
    for (const QString &key : value.toObject().keys()) {
        const bool isVolatile = key == "connectionId"_L1 || key == "epoch"_L1 || key == "ts"_L1 ||
                                key.endsWith("At"_L1) || key.endsWith("Ms"_L1) || key.endsWith("Time"_L1) ||
                                key.endsWith("imestamp"_L1) || key == "time"_L1 || key == "id"_L1 ||
                                key == "actor"_L1 || key == "lagMs"_L1;
        object.insert(key, isVolatile ? QJsonValue(u"*"_s) : withoutTimes(value[key]));
    }
    return object;
}

} // namespace

class TestLinkConformance : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data();
    void vectors_data();
    void vectors();
    void bothSayTheSame();
    void tokenDecidesWhatMayBeRead();
    void guestMayNotWriteWhereWritesNeedAUser();
    void messageRateIsLimited();
    void messageThatIsTooBigClosesTheLink();
    void whatIsNoFrameIsAnError_data();
    void whatIsNoFrameIsAnError();
    void wrongProtocolVersionCloses();
    void slowReaderOfAReplayGetsAllOfIt();
    void stoppingGatewaySaysGoodbye();

private:
    std::unique_ptr<Gateway> start(const QMap<QByteArray, QString> &flags = {})
    {
        ConfigSources sources;
        sources.flags = flags;
        sources.flags.insert("server.listen", u"127.0.0.1:0"_s);
        m_directory = std::make_unique<QTemporaryDir>();
        sources.flags.insert("server.data_dir", m_directory->path());
        const auto config = loadConfig(sources);
        if (!config)
            return nullptr;
        auto gateway = std::make_unique<Gateway>(*config);
        return gateway->start() ? std::move(gateway) : nullptr;
    }
    static std::unique_ptr<Line> open(bool isSocket, Gateway &gateway, const QByteArray &target = Leader,
                                      const QByteArray &token = {})
    {
        if (isSocket)
            return std::make_unique<SocketLine>(gateway, target, token);
        return std::make_unique<InProcessLine>(gateway, target, token);
    }
    static bool isSocket()
    {
        QFETCH_GLOBAL(bool, isSocket);
        return isSocket;
    }

    std::unique_ptr<QTemporaryDir> m_directory;
};

void TestLinkConformance::initTestCase_data()
{
    QTest::addColumn<bool>("isSocket");
    QTest::newRow("over a WebSocket") << true;
    QTest::newRow("in process") << false;
}

void TestLinkConformance::vectors_data()
{
    QTest::addColumn<QString>("path");
    const QDir folder(QStringLiteral(TIDEGATE_VECTORS));
    const QStringList files = folder.entryList({u"*.json"_s}, QDir::Files, QDir::Name);
    QVERIFY(!files.isEmpty());
    for (const QString &file : files)
        QTest::newRow(qPrintable(file)) << folder.filePath(file);
}

void TestLinkConformance::vectors()
{
    QFETCH(QString, path);
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QJsonObject vector = json(file.readAll());
    const QString name = vector["name"_L1].toString();
    QMap<QByteArray, QString> flags;
    if (name == "rate_limit_channel_subscribe"_L1)
        flags = {{"ssma.subscribe_max", u"1"_s}, {"ssma.subscribe_window", u"1h"_s}};
    else if (name == "unauthorized_ws_reject"_L1)
        flags = {{"auth.require_auth_writes", u"true"_s}};
    const auto gateway = start(flags);
    QVERIFY(gateway);
    if (name == "replay_window"_L1) {
        const auto writer = open(isSocket(), *gateway);
        writer->send(writes({"first-row-1"}));
        QVERIFY(!writer->next(u"ack"_s).isEmpty());
    }
    QByteArray target = Leader;
    QByteArrayList says;
    for (const QJsonValue &each : arrayAt(vector, "client")) {
        const QJsonObject frame = each.toObject();
        if (frame["type"_L1].toString() == "connect"_L1)
            target = frame["path"_L1].toString().toUtf8();
        else
            says.append(compact(frame));
    }
    const auto line = open(isSocket(), *gateway, target);
    for (const QByteArray &text : says)
        line->send(text);
    qsizetype at = -1;
    for (const QJsonValue &each : arrayAt(vector, "server")) {
        const QJsonObject expected = each.toObject();
        const auto isMatched = [&] {
            for (qsizetype i = at + 1; i < line->frames.size(); ++i) {
                if (isContained(expected, line->frames.at(i))) {
                    at = i;
                    return true;
                }
            }
            return false;
        };
        QVERIFY2(line->waitFor(isMatched), compact(expected).constData());
    }
}

void TestLinkConformance::bothSayTheSame()
{
    if (!isSocket())
        return; // compares the two, so once is enough
    QList<QJsonArray> transcripts;
    for (const bool overSocket : {true, false}) {
        const auto gateway = start();
        QVERIFY(gateway);
        const auto line = open(overSocket, *gateway);
        const auto ask = [&](const QByteArray &text, const char *answer, qsizetype nth = 0) {
            line->send(text);
            return !line->next(QString::fromLatin1(answer), nth).isEmpty();
        };
        QVERIFY(!line->next(u"replay"_s).isEmpty());
        QVERIFY(ask(R"({"type":"channel.subscribe","channel":"global","params":{"a":1}})", "channel.snapshot"));
        QVERIFY(ask(writes({"it-conform-1", "it-conform-2"}), "ack"));
        QVERIFY(!line->next(u"channel.invalidate"_s).isEmpty());
        QVERIFY(ask(writes({"it-conform-1"}), "ack", 1)); // known already
        QVERIFY(ask(R"({"type":"channel.subscribe","channel":"ops.audit"})", "channel.ack", 1));
        QVERIFY(ask(R"({"type":"nonsense"})", "error"));
        QVERIFY(ask(R"({"type":"channel.resync","channel":"global","params":{"a":1},"cursor":0})", "channel.replay"));
        QVERIFY(ask(R"({"type":"ping"})", "pong"));
        QJsonArray transcript;
        for (const QJsonObject &frame : line->frames)
            transcript.append(withoutTimes(frame));
        transcripts.append(transcript);
    }
    for (qsizetype i = 0; i < std::max(transcripts[0].size(), transcripts[1].size()); ++i)
        QCOMPARE(compact(transcripts[1].at(i).toObject()), compact(transcripts[0].at(i).toObject()));
}

void TestLinkConformance::tokenDecidesWhatMayBeRead()
{
    const auto gateway = start();
    QVERIFY(gateway);
    const QByteArray ask = R"({"type":"channel.subscribe","channel":"ops.audit"})";
    const auto guest = open(isSocket(), *gateway);
    guest->send(ask);
    QVERIFY(guest->next(u"channel.ack"_s)["status"_L1].toString() != u"ok"_s);
    const auto staff = open(isSocket(), *gateway, Leader,
                            gateway->issueToken({"staff-1", Role::Staff, {}, {}, 0}, std::chrono::minutes(1)));
    staff->send(ask);
    QCOMPARE(staff->next(u"channel.ack"_s)["status"_L1].toString(), u"ok"_s);
}

void TestLinkConformance::guestMayNotWriteWhereWritesNeedAUser()
{
    const auto gateway = start({{"auth.require_auth_writes", u"true"_s}});
    QVERIFY(gateway);
    const auto guest = open(isSocket(), *gateway);
    guest->send(writes({"it-guest-1"}));
    const QString refusal = guest->next(u"error"_s)["code"_L1].toString();
    QVERIFY(!refusal.isEmpty());
    const auto user = open(isSocket(), *gateway, Leader,
                           gateway->issueToken({"user-1", Role::User, {}, {}, 0}, std::chrono::minutes(1)));
    user->send(writes({"it-user-1"}));
    QVERIFY(!user->next(u"ack"_s).isEmpty());
}

void TestLinkConformance::messageRateIsLimited()
{
    const auto gateway = start({{"ssma.message_max", u"3"_s}, {"ssma.message_window", u"1h"_s}});
    QVERIFY(gateway);
    const auto line = open(isSocket(), *gateway);
    for (int i = 0; i < 4; ++i)
        line->send(R"({"type":"ping"})");
    QCOMPARE(line->next(u"error"_s)["code"_L1].toString(), u"RATE_LIMITED"_s);
    QVERIFY(!line->next(u"pong"_s, 2).isEmpty());
}

void TestLinkConformance::messageThatIsTooBigClosesTheLink()
{
    const auto gateway = start({{"ws.max_message", u"64KiB"_s}});
    QVERIFY(gateway);
    const auto line = open(isSocket(), *gateway);
    QVERIFY(!line->next(u"replay"_s).isEmpty());
    line->send(QByteArray(65 * 1024, ' '));
    QVERIFY(line->waitFor([&] { return line->closeCode != 0; }));
    QCOMPARE(line->closeCode, 1009);
}

void TestLinkConformance::whatIsNoFrameIsAnError_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("no JSON") << QByteArray("hello");
    QTest::newRow("nothing") << QByteArray("");
    QTest::newRow("a list") << QByteArray("[]");
    QTest::newRow("null") << QByteArray("null");
    QTest::newRow("no type") << QByteArray("{}");
    QTest::newRow("an unknown type") << QByteArray(R"({"type":"x"})");
    QTest::newRow("a batch of nothing") << QByteArray(R"({"type":"intent.batch","intents":[]})");
    QTest::newRow("a subscription without a channel") << QByteArray(R"({"type":"channel.subscribe"})");
}

void TestLinkConformance::whatIsNoFrameIsAnError()
{
    QFETCH(QByteArray, text);
    const auto gateway = start();
    QVERIFY(gateway);
    const auto line = open(isSocket(), *gateway);
    line->send(text);
    line->send(R"({"type":"ping"})");
    QVERIFY(!line->next(u"pong"_s).isEmpty());
    const auto refusals = std::count_if(line->frames.begin(), line->frames.end(), [](const QJsonObject &frame) {
        return frame["type"_L1].toString() == "error"_L1 || frame["status"_L1].toString() == "error"_L1;
    });
    QCOMPARE(refusals, 1);
}

void TestLinkConformance::wrongProtocolVersionCloses()
{
    const auto gateway = start();
    QVERIFY(gateway);
    const auto line = open(isSocket(), *gateway, "/optimistic/ws?role=leader&site=default&subprotocol=9.0.0");
    QVERIFY(line->waitFor([&] { return line->closeCode != 0; }));
    QCOMPARE(line->closeCode, 4001);
}

void TestLinkConformance::slowReaderOfAReplayGetsAllOfIt()
{
    const auto gateway = start();
    QVERIFY(gateway);
    const auto writer = open(isSocket(), *gateway);
    for (int i = 0; i < 8; ++i) {
        QByteArrayList ids;
        for (int j = 0; j < 50; ++j)
            ids.append("it-slow-" + QByteArray::number(1000 + i * 50 + j));
        writer->send(writes(ids));
    }
    QVERIFY(!writer->next(u"ack"_s, 7).isEmpty());
    const auto reader = open(isSocket(), *gateway, Leader + "&cursor=0");
    QCOMPARE(reader->next(u"replay"_s)["intents"_L1].toArray().size(), 400);
}

void TestLinkConformance::stoppingGatewaySaysGoodbye()
{
    const auto gateway = start();
    QVERIFY(gateway);
    const auto line = open(isSocket(), *gateway);
    QVERIFY(!line->next(u"replay"_s).isEmpty());
    gateway->stop();
    QVERIFY(line->waitFor([&] { return line->closeCode != 0; }));
    QCOMPARE(line->closeCode, 1001);
}

QTEST_GUILESS_MAIN(TestLinkConformance)
#include "tst_linkconformance.moc"
