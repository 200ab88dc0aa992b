// SPDX-License-Identifier: MIT
#include "mesh/decoder.h"
#include "mesh/encoder.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <list>

using namespace Tidegate::Mesh;

namespace {

QJsonObject vectors()
{
    QFile file(QStringLiteral(TIDEGATE_MESH_VECTORS));
    if (!file.open(QIODevice::ReadOnly))
        qFatal("no vectors in %s", qPrintable(file.fileName()));
    return QJsonDocument::fromJson(file.readAll()).object();
}

QJsonArray vectors(const char *list)
{
    return vectors().value(QLatin1StringView(list)).toArray();
}

QByteArray hex(const QJsonValue &value)
{
    return QByteArray::fromHex(value.toString().toLatin1());
}

//! A message of the vectors, by name. Owns the bytes that the packets point into.
class Described
{
public:
    explicit Described(const QJsonObject &message)
        : m_message(message)
    {
    }

    ClientMessage client()
    {
        const QString type = member("type").toString();
        if (type == u"Auth")
            return Auth{text("token")};
        if (type == u"Subscribe")
            return Subscribe{text("subject"), number("id")};
        if (type == u"Unsubscribe")
            return Unsubscribe{number("id")};
        if (type == u"Publish")
            return Publish{text("subject"), payload()};
        if (type == u"Request")
            return Request{text("subject"), payload(), quint32(member("timeout_ms").toDouble()), number("request_id")};
        return Ping{};
    }

    ServerMessage server()
    {
        const QString type = member("type").toString();
        if (type == u"AuthOk")
            return AuthOk{text("session_id")};
        if (type == u"AuthError")
            return AuthError{text("reason")};
        if (type == u"SubscribeOk")
            return SubscribeOk{number("id")};
        if (type == u"SubscribeError")
            return SubscribeError{number("id"), text("reason")};
        if (type == u"Message")
            return Message{number("subscription_id"), text("subject"), payload()};
        if (type == u"Response")
            return Response{number("request_id"), payload()};
        if (type == u"RequestError")
            return RequestError{number("request_id"), text("reason")};
        if (type == u"Error")
            return ServerError{quint32(member("code").toInt()), text("message")};
        return Pong{};
    }

private:
    QJsonValue member(const char *name) const { return m_message.value(QLatin1StringView(name)); }
    quint64 number(const char *name) const { return member(name).toString().toULongLong(); }
    QByteArrayView text(const char *name) { return m_kept.emplace_back(member(name).toString().toUtf8()); }
    QByteArrayView payload() { return m_kept.emplace_back(hex(member("payload").toObject().value(u"hex"))); }

    const QJsonObject m_message;
    std::list<QByteArray> m_kept;
};

} // namespace

//! MottoMesh spec section 2, byte for byte.
class TestMeshCodec : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void clientVectorsInBothDirections();
    void serverVectorsInBothDirections();
    void everyInvalidVectorIsRefused();
    void bytesBehindAPacketAreIgnored();
    void everyPrefixOfAPacketIsRefused();
    void fieldsAreViewsIntoTheFrame();
    void hostileLengthsAreRefused_data();
    void hostileLengthsAreRefused();
    void textsMustBeUtf8_data();
    void textsMustBeUtf8();
    void payloadsMayBeAnyBytes();
    void otherVersionsAreUnderstoodWhenTheyAreInTheSet();
};

void TestMeshCodec::clientVectorsInBothDirections()
{
    const QJsonArray list = vectors("client");
    QCOMPARE(list.size(), 12);
    for (const QJsonValue &entry : list) {
        Described described(entry[u"message"].toObject());
        const QByteArray bytes = hex(entry[u"hex"]);
        QCOMPARE(encode(described.client()).toHex(), bytes.toHex());
        const auto decoded = decodeClient(bytes);
        QVERIFY(decoded);
        QCOMPARE(encode(*decoded).toHex(), bytes.toHex());
        QCOMPARE(decoded->index(), described.client().index());
    }
}

void TestMeshCodec::serverVectorsInBothDirections()
{
    const QJsonArray list = vectors("server");
    QCOMPARE(list.size(), 11);
    for (const QJsonValue &entry : list) {
        Described described(entry[u"message"].toObject());
        const QByteArray bytes = hex(entry[u"hex"]);
        QCOMPARE(encode(described.server()).toHex(), bytes.toHex());
        const auto decoded = decodeServer(bytes);
        QVERIFY(decoded);
        QCOMPARE(encode(*decoded).toHex(), bytes.toHex());
        QCOMPARE(decoded->index(), described.server().index());
    }
}

void TestMeshCodec::everyInvalidVectorIsRefused()
{
    const QJsonArray list = vectors("invalid_client");
    QCOMPARE(list.size(), 10);
    for (const QJsonValue &entry : list)
        QVERIFY2(!decodeClient(hex(entry[u"hex"])), qPrintable(entry[u"why"].toString()));
}

void TestMeshCodec::bytesBehindAPacketAreIgnored()
{
    const QJsonArray list = vectors("accepted_client");
    QCOMPARE(list.size(), 2);
    for (const QJsonValue &entry : list) {
        Described described(entry[u"as"].toObject());
        const auto decoded = decodeClient(hex(entry[u"hex"]));
        QVERIFY2(decoded, qPrintable(entry[u"why"].toString()));
        QCOMPARE(encode(*decoded), encode(described.client()));
    }
    const QByteArray two = encode(ClientMessage(Ping{})) + encode(ClientMessage(Unsubscribe{1}));
    QVERIFY(std::holds_alternative<Ping>(*decodeClient(two)));
}

void TestMeshCodec::everyPrefixOfAPacketIsRefused()
{
    for (const QJsonValue &entry : vectors("client")) {
        const QByteArray bytes = hex(entry[u"hex"]);
        for (qsizetype size = 0; size < bytes.size(); ++size)
            QVERIFY2(!decodeClient(bytes.first(size)), bytes.first(size).toHex().constData());
    }
    for (const QJsonValue &entry : vectors("server")) {
        const QByteArray bytes = hex(entry[u"hex"]);
        for (qsizetype size = 0; size < bytes.size(); ++size)
            QVERIFY2(!decodeServer(bytes.first(size)), bytes.first(size).toHex().constData());
    }
}

void TestMeshCodec::fieldsAreViewsIntoTheFrame()
{
    const QByteArray frame = encode(ClientMessage(Publish{"dock.7", "cargo"}));
    const auto publish = std::get<Publish>(*decodeClient(frame));
    QVERIFY(publish.subject.data() >= frame.constData() && publish.payload.end() <= frame.constEnd());
}

void TestMeshCodec::hostileLengthsAreRefused_data()
{
    QTest::addColumn<QByteArray>("frame");
    for (const char *length : {"ffffffff", "ffffff7f", "00000080", "02000000"}) {
        QTest::addRow("token of %s", length) << QByteArray("6d00") + length + "61";
        QTest::addRow("subject of %s", length) << QByteArray("6d01") + length + "61";
        QTest::addRow("payload of %s", length) << QByteArray("6d030100000061") + length + "61";
        QTest::addRow("request payload of %s", length) << QByteArray("6d040100000061") + length + "61";
    }
}

void TestMeshCodec::hostileLengthsAreRefused()
{
    QFETCH(QByteArray, frame);
    QVERIFY(!decodeClient(QByteArray::fromHex(frame)));
}

void TestMeshCodec::textsMustBeUtf8_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("a lone continuation") << QByteArray("\x80");
    QTest::newRow("a character cut short") << QByteArray("\xc3");
    QTest::newRow("an overlong slash") << QByteArray("\xc0\xaf");
    QTest::newRow("a surrogate") << QByteArray("\xed\xa0\x80");
    QTest::newRow("beyond Unicode") << QByteArray("\xf4\x90\x80\x80");
}

void TestMeshCodec::textsMustBeUtf8()
{
    QFETCH(QByteArray, text);
    QVERIFY(!decodeClient(encode(ClientMessage(Auth{text}))));
    QVERIFY(!decodeClient(encode(ClientMessage(Subscribe{text, 1}))));
    QVERIFY(!decodeClient(encode(ClientMessage(Publish{text, {}}))));
    QVERIFY(!decodeClient(encode(ClientMessage(Request{text, {}, 1, 1}))));
}

void TestMeshCodec::payloadsMayBeAnyBytes()
{
    QByteArray payload;
    for (int byte = 0; byte < 256; ++byte)
        payload += char(byte);
    const QByteArray frame = encode(ClientMessage(Request{"a", payload, 5, 6}));
    QCOMPARE(std::get<Request>(*decodeClient(frame)).payload.toByteArray(), payload);
}

void TestMeshCodec::otherVersionsAreUnderstoodWhenTheyAreInTheSet()
{
    const QByteArray frame = encode(ClientMessage(Ping{}), 0x42);
    QVERIFY(!decodeClient(frame));
    QVERIFY(decodeClient(frame, VersionSet{0x6d, 0x42}));
    QVERIFY(!decodeClient(encode(ClientMessage(Ping{})), VersionSet{0x42}));
    QCOMPARE(encode(ServerMessage(Pong{}), 0x42).toHex(), QByteArray("4208"));
}

QTEST_GUILESS_MAIN(TestMeshCodec)
#include "tst_mesh_codec.moc"
