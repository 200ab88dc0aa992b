// SPDX-License-Identifier: MIT
#include "support/meshgateway.h"

#include <QDateTime>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

using namespace Tidegate;
using namespace Tidegate::Mesh;

namespace {

const QByteArray Header = QByteArrayLiteral(R"({"typ":"JWT","alg":"HS256"})");

QByteArray claims(const QByteArray &members)
{
    const qint64 now = QDateTime::currentSecsSinceEpoch();
    return QByteArray(R"({"sub":"u","iat":%1,"exp":%2)")
               .replace("%1", QByteArray::number(now))
               .replace("%2", QByteArray::number(now + 600)) +
           (members.isEmpty() ? QByteArray() : ',' + members) + '}';
}

} // namespace

//! MottoMesh spec section 4, and rows 7, 12 and 13 of section 14.
class TestMeshLogin : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();

    void beforeLoginOnlyAuthAndPingAreHandled_data();
    void beforeLoginOnlyAuthAndPingAreHandled();
    void loginGivesARandomSessionId();
    void aRefusedLoginLeavesTheSocketOpen();
    void refusals_data();
    void refusals();
    void acceptedTokens_data();
    void acceptedTokens();
    void aSecondLoginReplacesTheFirst();
    void aSecondLoginThatFailsChangesNothing();
    void aSecondLoginKeepsSubscriptionsItMayHave();
    void furtherKeysAreFoundByTheirName();
    void publicKeysCheckTheirOwnAlgorithmOnly();
    void issuerAndAudienceAreCheckedWhenAskedFor();

private:
    QByteArray reasonFor(const QByteArray &token, MeshGateway &gateway)
    {
        MeshClient client;
        if (!client.open(gateway.url()))
            return "no connection";
        client.send(Auth{token});
        const auto answer = client.waitFor([](const ServerMessage &) { return true; });
        if (answer && std::holds_alternative<AuthOk>(*answer))
            return "ok";
        return answer && std::holds_alternative<AuthError>(*answer) ? std::get<AuthError>(*answer).reason.toByteArray()
                                                                    : QByteArray("no answer");
    }

    MeshGateway m_gateway;
};

void TestMeshLogin::initTestCase()
{
    QVERIFY(m_gateway.start());
}

void TestMeshLogin::beforeLoginOnlyAuthAndPingAreHandled_data()
{
    QTest::addColumn<int>("kind");
    QTest::newRow("Subscribe") << 0;
    QTest::newRow("Unsubscribe") << 1;
    QTest::newRow("Publish") << 2;
    QTest::newRow("Request") << 3;
}

void TestMeshLogin::beforeLoginOnlyAuthAndPingAreHandled()
{
    QFETCH(int, kind);
    const ClientMessage messages[] = {Subscribe{"a", 1}, Unsubscribe{1}, Publish{"a", "x"}, Request{"a", "x", 100, 1}};
    MeshClient client;
    QVERIFY(client.open(m_gateway.url()));
    QVERIFY(client.ask<Pong>(Ping{}));
    const auto error = client.ask<ServerError>(messages[kind]);
    QVERIFY(error);
    QCOMPARE(error->code, 401u);
    QCOMPARE(error->message, QByteArrayView("Not authenticated"));
    QVERIFY(client.settle());
    QCOMPARE(client.packetCount(), 3);
}

void TestMeshLogin::loginGivesARandomSessionId()
{
    QByteArrayList ids;
    for (int i = 0; i < 3; ++i) {
        MeshClient client;
        QVERIFY(client.open(m_gateway.url()));
        const auto ok = client.ask<AuthOk>(Auth{MeshClient::token()});
        QVERIFY(ok);
        ids += ok->sessionId.toByteArray();
        static const QRegularExpression Uuid(
            QStringLiteral("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"));
        QVERIFY(Uuid.match(QString::fromUtf8(ids.last())).hasMatch());
    }
    QVERIFY(ids[0] != ids[1] && ids[1] != ids[2] && ids[0] != ids[2]);
}

void TestMeshLogin::aRefusedLoginLeavesTheSocketOpen()
{
    MeshClient client;
    QVERIFY(client.open(m_gateway.url()));
    for (int i = 0; i < 5; ++i)
        QVERIFY(client.ask<AuthError>(Auth{"nonsense"}));
    QVERIFY(client.login());
}

void TestMeshLogin::refusals_data()
{
    QTest::addColumn<QByteArray>("token");
    QTest::addColumn<QByteArray>("reason");
    const auto row = [](const char *name, const QByteArray &token, const char *reason) {
        QTest::newRow(name) << token << QByteArray(reason);
    };
    const auto withClaims = [](const QByteArray &members) { return MeshClient::sign(Header, claims(members)); };
    const auto withPayload = [](const QByteArray &payload) { return MeshClient::sign(Header, payload); };
    const QByteArray good = MeshClient::token();
    const QByteArrayList parts = good.split('.');

    row("empty", "", "InvalidToken");
    row("one part", "abc", "InvalidToken");
    row("two parts", "a.b", "InvalidToken");
    row("a huge one", QByteArray(100'000, 'a') + ".b.c", "InvalidToken");
    row("a header that is not base64url", "!!." + parts[1] + '.' + parts[2], "Base64 error: ");
    row("four parts", "x." + good, "Base64 error: ");
    row("a header that is not JSON", MeshClient::sign("nope", claims({})), "JSON error: ");
    row("an algorithm nobody knows", MeshClient::sign(R"({"alg":"none"})", claims({})), "JSON error: ");
    row("no algorithm", MeshClient::sign(R"({"typ":"JWT"})", claims({})), "JSON error: ");
    row("HS384", MeshClient::sign(R"({"alg":"HS384"})", claims({})), "InvalidAlgorithm");
    row("RS256", MeshClient::sign(R"({"alg":"RS256"})", claims({})), "InvalidAlgorithm");
    row("another secret", MeshClient::sign(Header, claims({}), "another"), "InvalidSignature");
    row("a padded signature", good + '=', "InvalidSignature");
    row("no signature", parts[0] + '.' + parts[1] + '.', "InvalidSignature");
    row("other claims", parts[0] + '.' + QByteArray(claims({})).toBase64() + '.' + parts[2], "InvalidSignature");
    row("a payload that is not JSON", withPayload("nope"), "JSON error: ");
    row("no sub", withPayload(R"({"exp":9999999999,"iat":1})"), "JSON error: missing field `sub`");
    row("no exp", withPayload(R"({"sub":"u","iat":1})"), "JSON error: missing field `exp`");
    row("no iat", withPayload(R"({"sub":"u","exp":9999999999})"), "JSON error: missing field `iat`");
    row("sub is a number", withPayload(R"({"sub":7,"exp":9999999999,"iat":1})"), "JSON error: ");
    row("exp is text", withPayload(R"({"sub":"u","exp":"9999999999","iat":1})"), "JSON error: ");
    row("exp is a fraction", withPayload(R"({"sub":"u","exp":9999999999.5,"iat":1})"), "JSON error: ");
    row("exp is negative", withPayload(R"({"sub":"u","exp":-1,"iat":1})"), "JSON error: ");
    row("permissions is null", withClaims(R"("permissions":null)"), "JSON error: ");
    row("permissions is text", withClaims(R"("permissions":"publish")"), "JSON error: ");
    row("allowed_subjects holds a number", withClaims(R"("allowed_subjects":["a",1])"), "JSON error: ");
    row("deny_subjects is an object", withClaims(R"("deny_subjects":{})"), "JSON error: ");
    row("expired", MeshClient::token({{QStringLiteral("exp"), QDateTime::currentSecsSinceEpoch() - 61}}),
        "ExpiredSignature");
    row("an audience", withClaims(R"("aud":"x")"), "InvalidAudience");
    row("a list of audiences", withClaims(R"("aud":["x"])"), "InvalidAudience");
}

void TestMeshLogin::refusals()
{
    QFETCH(QByteArray, token);
    QFETCH(QByteArray, reason);
    const QByteArray given = reasonFor(token, m_gateway);
    const bool isWhole = !reason.endsWith(' ') && !reason.endsWith('`');
    QVERIFY2(isWhole ? given == "Invalid token: " + reason : given.startsWith("Invalid token: " + reason),
             given.constData());
}

void TestMeshLogin::acceptedTokens_data()
{
    QTest::addColumn<QByteArray>("token");
    QTest::newRow("no typ") << MeshClient::sign(R"({"alg":"HS256"})", claims({}));
    QTest::newRow("an unknown kid") << MeshClient::sign(R"({"alg":"HS256","kid":"k9"})", claims({}));
    QTest::newRow("within the leeway") << MeshClient::token(
        {{QStringLiteral("exp"), QDateTime::currentSecsSinceEpoch() - 50}});
    QTest::newRow("not before tomorrow, which is not looked at")
        << MeshClient::token({{QStringLiteral("nbf"), QDateTime::currentSecsSinceEpoch() + 86'400}});
    QTest::newRow("an issuer") << MeshClient::sign(Header, claims(R"("iss":"me","jti":"7","more":{"a":[]})"));
    QTest::newRow("no lists") << MeshClient::sign(Header, claims({}));
}

void TestMeshLogin::acceptedTokens()
{
    QFETCH(QByteArray, token);
    QCOMPARE(reasonFor(token, m_gateway), QByteArray("ok"));
}

void TestMeshLogin::aSecondLoginReplacesTheFirst()
{
    MeshClient client;
    QVERIFY(client.open(m_gateway.url()));
    const QByteArray first = client.ask<AuthOk>(Auth{MeshClient::token()})->sessionId.toByteArray();
    const QByteArray none = MeshClient::token({{QStringLiteral("permissions"), QJsonArray{}}});
    const QByteArray second = client.ask<AuthOk>(Auth{none})->sessionId.toByteArray();
    QVERIFY(first != second);
    QCOMPARE(client.ask<ServerError>(Publish{"a", {}})->code, 403u);
}

void TestMeshLogin::aSecondLoginThatFailsChangesNothing()
{
    MeshClient client;
    QVERIFY(client.join(m_gateway.url()) && client.subscribe("stays", 1));
    QVERIFY(client.ask<AuthError>(Auth{"nonsense"}));
    client.send(Publish{"stays", "x"});
    QVERIFY(client.next<Message>());
}

void TestMeshLogin::aSecondLoginKeepsSubscriptionsItMayHave()
{
    MeshClient client;
    QVERIFY(client.join(m_gateway.url()));
    QVERIFY(client.subscribe("keep.a", 1) && client.subscribe("lose.a", 2) && client.subscribe("keep.>", 3));
    QJsonObject narrower = MeshClient::everything();
    narrower.insert(QStringLiteral("allowed_subjects"), QJsonArray{u"keep.>"_qs});
    narrower.insert(QStringLiteral("deny_subjects"), QJsonArray{u"keep.secret"_qs});
    QVERIFY(client.login(MeshClient::token(narrower)));
    const auto lost = client.next<SubscribeError>();
    QVERIFY(lost && lost->id == 2);
    QCOMPARE(lost->reason, QByteArrayView("Permission denied"));

    MeshClient publisher;
    QVERIFY(publisher.join(m_gateway.url()));
    for (const char *subject : {"keep.secret", "lose.a", "keep.a"})
        publisher.send(Publish{subject, {}});
    QList<quint64> ids{client.next<Message>()->subscriptionId, client.next<Message>()->subscriptionId};
    std::sort(ids.begin(), ids.end());
    QCOMPARE(ids, (QList<quint64>{1, 3}));
    QVERIFY(client.settle());
    QCOMPARE(client.unread<Message>() + client.unread<SubscribeError>(), 0);
}

void TestMeshLogin::furtherKeysAreFoundByTheirName()
{
    MeshGateway gateway;
    QVERIFY(gateway.start(
                {}, {{QStringLiteral("TIDEGATE_MESH_KEYS"), QStringLiteral("old=first secret,new=other,x")}}) == false);
    QVERIFY(gateway.start({}, {{QStringLiteral("TIDEGATE_MESH_KEYS"), QStringLiteral("old=first secret,new=second")}}));
    const auto named = [](const char *kid, const QByteArray &secret) {
        return MeshClient::sign(QByteArray(R"({"alg":"HS256","kid":")") + kid + "\"}", claims({}), secret);
    };
    QCOMPARE(reasonFor(named("old", "first secret"), gateway), QByteArray("ok"));
    QCOMPARE(reasonFor(named("new", "second"), gateway), QByteArray("ok"));
    QCOMPARE(reasonFor(named("new", "first secret"), gateway), QByteArray("Invalid token: InvalidSignature"));
    QCOMPARE(reasonFor(named("old", MeshClient::secret()), gateway), QByteArray("Invalid token: InvalidSignature"));
    QCOMPARE(reasonFor(MeshClient::token(), gateway), QByteArray("ok"));
}

void TestMeshLogin::publicKeysCheckTheirOwnAlgorithmOnly()
{
    QTemporaryDir dir;
    const auto openssl = [&](const QString &command, const QByteArray &input = {}) {
        QProcess process;
        process.setWorkingDirectory(dir.path());
        process.start(QStringLiteral("openssl"), command.split(u' '));
        process.write(input);
        process.closeWriteChannel();
        process.waitForFinished();
        return process.readAllStandardOutput();
    };
    openssl(QStringLiteral("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.key"));
    openssl(QStringLiteral("pkey -in rsa.key -pubout -out rsa.pem"));
    openssl(QStringLiteral("genpkey -algorithm ED25519 -out ed.key"));
    openssl(QStringLiteral("pkey -in ed.key -pubout -out ed.pem"));
    MeshGateway gateway;
    QVERIFY(gateway.start({QStringLiteral("--mesh-public-keys=r=%1,e=%2")
                               .arg(dir.filePath(QStringLiteral("rsa.pem")), dir.filePath(QStringLiteral("ed.pem")))}));

    const auto base64 = [](const QByteArray &bytes) {
        return bytes.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
    };
    const auto signedPart = [&](const QByteArray &header) { return base64(header) + '.' + base64(claims({})); };
    const QByteArray rsa = signedPart(R"({"alg":"RS256","kid":"r"})");
    QCOMPARE(reasonFor(rsa + '.' + base64(openssl(QStringLiteral("dgst -sha256 -sign rsa.key"), rsa)), gateway),
             QByteArray("ok"));
    QCOMPARE(reasonFor(rsa + ".AAAA", gateway), QByteArray("Invalid token: InvalidSignature"));

    const QByteArray ed = signedPart(R"({"alg":"EdDSA","kid":"e"})");
    QFile message(dir.filePath(QStringLiteral("message")));
    QVERIFY(message.open(QIODevice::WriteOnly) && message.write(ed) == ed.size());
    message.close();
    QCOMPARE(reasonFor(ed + '.' + base64(openssl(QStringLiteral("pkeyutl -sign -inkey ed.key -rawin -in message"))),
                       gateway),
             QByteArray("ok"));

    // Whoever knows the public key must not be able to use it as a secret.
    QFile pem(dir.filePath(QStringLiteral("rsa.pem")));
    QVERIFY(pem.open(QIODevice::ReadOnly));
    QCOMPARE(reasonFor(MeshClient::sign(R"({"alg":"HS256","kid":"r"})", claims({}), pem.readAll()), gateway),
             QByteArray("Invalid token: InvalidAlgorithm"));
}

void TestMeshLogin::issuerAndAudienceAreCheckedWhenAskedFor()
{
    MeshGateway gateway;
    QVERIFY(gateway.start({QStringLiteral("--mesh-issuer=harbour"), QStringLiteral("--mesh-audience=mesh")}));
    const auto with = [](const char *members) { return MeshClient::sign(Header, claims(members)); };
    QCOMPARE(reasonFor(with(R"("iss":"harbour","aud":"mesh")"), gateway), QByteArray("ok"));
    QCOMPARE(reasonFor(with(R"("iss":"harbour","aud":["x","mesh"])"), gateway), QByteArray("ok"));
    QCOMPARE(reasonFor(with(R"("iss":"harbour")"), gateway), QByteArray("Invalid token: InvalidAudience"));
    QCOMPARE(reasonFor(with(R"("iss":"harbour","aud":"x")"), gateway), QByteArray("Invalid token: InvalidAudience"));
    QCOMPARE(reasonFor(with(R"("iss":"x","aud":"mesh")"), gateway), QByteArray("Invalid token: InvalidIssuer"));
}

QTEST_GUILESS_MAIN(TestMeshLogin)
#include "tst_login.moc"
