// SPDX-License-Identifier: MIT
#include "http/httpfixture.h"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QTest>

using namespace Tidegate;
using namespace Tidegate::Test;

// SSMA spec section 5: health and log intake.
class TestLogRoutes : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void healthShowsTheLogPipeline();
    void logsHealthIsThePipelineAlone();
    void validBatchIs202AndReachesTheLog();
    void claimedIdentityStaysInsideData();
    void brokenContractIs422WithDetails_data();
    void brokenContractIs422WithDetails();
    void batchThatIsNoObjectIs400_data();
    void batchThatIsNoObjectIs400();
    void lineBreaksInEntriesStayOneLine();
    void batchesHaveTheirOwnLimit();
    void soundIntegrityIsAccepted();
    void integrityWorksOnce();
    void brokenIntegrityIs401_data();
    void brokenIntegrityIs401();

private:
    static constexpr char Entries[] = R"([ {"event":"click", "level":"info","timestamp":5} ])";
    static QByteArray batch(const QByteArray &entries, const QByteArray &more = {})
    {
        return "{\"batchId\":\"batch-00001\",\"entries\":" + entries + more + '}';
    }
    static QByteArray signedBatch(HttpFixture &http, const QByteArray &signedEntries)
    {
        AuthConfig config;
        config.secret = HttpFixture::Secret;
        IntegrityClaim claim;
        claim.intent = "LOG_BATCH";
        claim.payloadHash = QCryptographicHash::hash(signedEntries, QCryptographicHash::Sha256).toHex();
        const HttpResponse nonce = http.post("/auth/hmac/nonce", R"({"intent":"LOG_BATCH"})");
        claim.nonce = HttpFixture::object(nonce).value(QLatin1StringView("nonce")).toString().toUtf8();
        claim.timestampMs = http.clock.nowMs();
        claim.signature = integritySignature(claim, integrityKey(config));
        return ",\"integrity\":{\"intent\":\"LOG_BATCH\",\"payloadHash\":\"" + claim.payloadHash + "\",\"nonce\":\"" +
               claim.nonce + "\",\"timestamp\":" + QByteArray::number(claim.timestampMs) + ",\"signature\":\"" +
               claim.signature + "\"}";
    }
};

void TestLogRoutes::healthShowsTheLogPipeline()
{
    HttpFixture http;
    const HttpResponse response = http.get("/health");
    QCOMPARE(response.status, 200);
    const QJsonObject health = HttpFixture::object(response);
    QCOMPARE(health.value(QLatin1StringView("status")).toString(), QStringLiteral("ok"));
    QCOMPARE(health.value(QLatin1StringView("service")).toString(), QStringLiteral("ssma"));
    QCOMPARE(health.value(QLatin1StringView("timestamp")).toInteger(), http.clock.nowMs());
    const QJsonObject pipeline = health.value(QLatin1StringView("logPipeline")).toObject();
    QCOMPARE(pipeline.value(QLatin1StringView("exporter")).toString(), QStringLiteral("file"));
    QCOMPARE(pipeline.value(QLatin1StringView("metrics")).toObject().value(QLatin1StringView("ingested")).toInt(-1), 0);
}

void TestLogRoutes::logsHealthIsThePipelineAlone()
{
    HttpFixture http;
    const QJsonObject pipeline = HttpFixture::object(http.get("/logs/health"));
    QVERIFY(pipeline.contains(QLatin1StringView("bufferSize")));
    QVERIFY(!pipeline.contains(QLatin1StringView("service")));
}

void TestLogRoutes::validBatchIs202AndReachesTheLog()
{
    HttpFixture http;
    const HttpResponse response = http.post("/logs/batch", batch(Entries));
    QCOMPARE(response.status, 202);
    QCOMPARE(response.body, QByteArray("{\"accepted\":1,\"bufferSize\":1,\"success\":true}"));
    const QByteArray log = http.recordedEvents();
    QVERIFY(log.contains("\"type\":\"click\""));
    QVERIFY(log.contains("\"timestamp\":5"));
    QVERIFY(log.contains("\"batchId\":\"batch-00001\""));
}

void TestLogRoutes::claimedIdentityStaysInsideData()
{
    HttpFixture http;
    QCOMPARE(http.post("/logs/batch", batch(Entries, ",\"userId\":\"somebody\"")).status, 202);
    const QJsonObject line = QJsonDocument::fromJson(http.recordedEvents().trimmed()).object();
    QVERIFY(line.value(QLatin1StringView("userId")).isNull());
    QCOMPARE(line.value(QLatin1StringView("data")).toObject().value(QLatin1StringView("userId")).toString(),
             QStringLiteral("somebody"));
}

void TestLogRoutes::brokenContractIs422WithDetails_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("empty object") << QByteArray("{}");
    QTest::newRow("no entries") << batch("[]");
    QTest::newRow("entries are no array") << batch("{}");
    QTest::newRow("unknown level") << batch(R"([{"event":"a","level":"loud","timestamp":1}])");
    QTest::newRow("unknown field") << batch(Entries, ",\"extra\":1");
    QTest::newRow("integrity too short") << batch(Entries, ",\"integrity\":{}");
    QTest::newRow("201 entries") << batch('[' +
                                          QByteArray(R"({"event":"a","level":"info","timestamp":1},)").repeated(200) +
                                          R"({"event":"a","level":"info","timestamp":1}])");
}

void TestLogRoutes::brokenContractIs422WithDetails()
{
    QFETCH(QByteArray, body);
    HttpFixture http;
    const HttpResponse response = http.post("/logs/batch", body);
    QCOMPARE(response.status, 422);
    const QJsonObject object = HttpFixture::object(response);
    QCOMPARE(object.value(QLatin1StringView("code")).toString(), QStringLiteral("INVALID_CONTRACT"));
    QVERIFY(!object.value(QLatin1StringView("details")).toArray().isEmpty());
    QVERIFY(http.recordedEvents().isEmpty());
}

void TestLogRoutes::batchThatIsNoObjectIs400_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("contentType");
    QTest::newRow("array") << QByteArray("[]") << QByteArray("application/json");
    QTest::newRow("null") << QByteArray("null") << QByteArray("application/json");
    QTest::newRow("text") << QByteArray("hello") << QByteArray("text/plain");
}

void TestLogRoutes::batchThatIsNoObjectIs400()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, contentType);
    HttpFixture http;
    HttpRequest request = http.request("POST", "/logs/batch", body);
    request.headers.emplace_back("Content-Type", contentType);
    QCOMPARE(http.ask(request).status, 400);
}

void TestLogRoutes::lineBreaksInEntriesStayOneLine()
{
    HttpFixture http;
    const QByteArray entries = R"([{"event":"a\nb","level":"info","timestamp":1,"message":"x\r\n{\"forged\":1}"}])";
    QCOMPARE(http.post("/logs/batch", batch(entries)).status, 202);
    QCOMPARE(http.recordedEvents().count('\n'), 1);
}

void TestLogRoutes::batchesHaveTheirOwnLimit()
{
    HttpFixture http({.limits = {.logBatches = {.windowMs = 60'000, .max = 1}}});
    HttpRequest request = http.request("POST", "/logs/batch", batch(Entries));
    QCOMPARE(http.ask(request).status, 202);
    const HttpResponse response = http.ask(request);
    QCOMPARE(response.status, 429);
    QVERIFY(!headerValue(response.headers, "Retry-After").isEmpty());
    request.path = "/auth/login";
    QCOMPARE(http.ask(request).status, 400);
}

void TestLogRoutes::soundIntegrityIsAccepted()
{
    HttpFixture http;
    QCOMPARE(http.post("/logs/batch", batch(Entries, signedBatch(http, Entries))).status, 202);
}

void TestLogRoutes::integrityWorksOnce()
{
    HttpFixture http;
    const QByteArray body = batch(Entries, signedBatch(http, Entries));
    QCOMPARE(http.post("/logs/batch", body).status, 202);
    QCOMPARE(http.post("/logs/batch", body).status, 401);
}

void TestLogRoutes::brokenIntegrityIs401_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("signedEntries");
    const QByteArray forged = R"([{"event":"forged","level":"info","timestamp":1}])";
    QTest::newRow("other entries than were signed") << QByteArray() << forged;
    QTest::newRow("signed entries hidden behind a repeated key") << "\"entries\":" + forged + ',' << forged;
}

void TestLogRoutes::brokenIntegrityIs401()
{
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, signedEntries);
    HttpFixture http;
    QByteArray body = batch(Entries, signedBatch(http, signedEntries));
    body.insert(1, before);
    const HttpResponse response = http.post("/logs/batch", body);
    QCOMPARE(response.status, 401);
    QCOMPARE(HttpFixture::object(response).value(QLatin1StringView("error")).toString(),
             QStringLiteral("INTEGRITY_INVALID"));
    QVERIFY(http.recordedEvents().isEmpty());
}

QTEST_GUILESS_MAIN(TestLogRoutes)
#include "tst_logroutes.moc"
