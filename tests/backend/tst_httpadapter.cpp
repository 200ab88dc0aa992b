// SPDX-License-Identifier: MIT
#include "backend/http/adapter.h"
#include "outcome.h"
#include "support/httpbackend.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QTest>

using namespace Tidegate;

namespace {

QJsonObject object(const QByteArray &json)
{
    return QJsonDocument::fromJson(json).object();
}

BackendIntent intent(const QByteArray &id, const QByteArray &name = "TODO_CREATE")
{
    return {id, name, "{}", "{}",
            R"({"id":")" + id + R"(","intent":")" + name + R"(","payload":{"n":1},"meta":{"clock":3},"logSeq":4})"};
}

BackendContext context()
{
    return {"shop", "c-1", "10.0.0.1", "Browser \xff", "u-1", "user"};
}

} // namespace

//! What the protocol says call by call; tst_requestpool has the limits and the failures of the transport.
class TestHttpAdapter : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();

    void urlsThatCannotWorkAreRefused_data();
    void urlsThatCannotWorkAreRefused();
    void oneTrailingSlashIsRemoved();
    void tokensThatBreakTheHeaderAreRefused();
    void aNewBaseUrlIsUsedFromNowOn();

    void applySendsRowsAndContext();
    void aGuestIsANullUser();
    void aQuestionForAWholeRoleNamesNobody();
    void intentsWithoutARowAreDescribed();
    void headersAreThoseOfTheProtocol();
    void noTokenMeansNoAuthorization();
    void unprintableIdempotencyKeysAreEncoded();
    void verdictsFollowTheResults_data();
    void verdictsFollowTheResults();
    void eventsComeRowFirst();
    void unreadableAnswersAreNeverAcked_data();
    void unreadableAnswersAreNeverAcked();
    void aChunkedAnswerCutShortIsNeverAcked();
    void nonSuccessIsAnError_data();
    void nonSuccessIsAnError();
    void theCodeOfARefusedBatchIsKept();

    void snapshotsAreReadLeniently_data();
    void snapshotsAreReadLeniently();
    void aFailedSubscribeIsAnError_data();
    void aFailedSubscribeIsAnError();
    void subscribeSendsChannelAndParams();

    void queryNamesAreEncoded();
    void queriesThatLeaveTheirFolderAreRefused_data();
    void queriesThatLeaveTheirFolderAreRefused();
    void queryAnswersData_data();
    void queryAnswersData();

    void healthIsAsked();
    void healthFallsBackToGet();
    void healthReportsFailure();

private:
    void createAdapter(const QByteArray &token = {});
    void answer(const char *path, const QByteArray &json);
    ApplyReply applied(Outcome<ApplyReply> &outcome, std::vector<BackendIntent> intents);

    SystemClock m_clock;
    std::unique_ptr<HttpBackend> m_backend;
    std::unique_ptr<HttpBackendAdapter> m_adapter;
};

void TestHttpAdapter::init()
{
    QTest::failOnWarning(QRegularExpression(QStringLiteral(".*")));
    m_backend = std::make_unique<HttpBackend>();
    QVERIFY(m_backend->port() != 0);
    createAdapter();
}

void TestHttpAdapter::cleanup()
{
    m_adapter.reset();
    m_backend.reset();
}

void TestHttpAdapter::createAdapter(const QByteArray &token)
{
    HttpBackendAdapter::Config config;
    config.baseUrl = m_backend->url();
    config.pool.bearerToken = token;
    m_adapter = std::move(*HttpBackendAdapter::create(std::move(config), m_clock));
}

void TestHttpAdapter::answer(const char *path, const QByteArray &json)
{
    m_backend->setBehaviour(QString::fromLatin1(path), {{QStringLiteral("raw"), QString::fromUtf8(json)}});
}

ApplyReply TestHttpAdapter::applied(Outcome<ApplyReply> &outcome, std::vector<BackendIntent> intents)
{
    m_adapter->applyIntents({std::move(intents), context(), "key-1"}, outcome.sink());
    [&] { QTRY_COMPARE(outcome.count, 1); }();
    return outcome.succeeded() ? outcome.value() : ApplyReply{};
}

void TestHttpAdapter::urlsThatCannotWorkAreRefused_data()
{
    QTest::addColumn<QString>("url");
    QTest::newRow("empty") << QString();
    QTest::newRow("only a slash") << QStringLiteral("/");
    QTest::newRow("no scheme") << QStringLiteral("backend.local");
    QTest::newRow("host and port only") << QStringLiteral("localhost:3000");
    QTest::newRow("another scheme") << QStringLiteral("ftp://backend");
    QTest::newRow("no host") << QStringLiteral("http:///api");
    QTest::newRow("not a URL") << QStringLiteral("http://a b");
    QTest::newRow("password inside") << QStringLiteral("http://u:secret@backend");
    QTest::newRow("query") << QStringLiteral("http://backend?x=1");
    QTest::newRow("fragment") << QStringLiteral("http://backend#x");
}

void TestHttpAdapter::urlsThatCannotWorkAreRefused()
{
    QFETCH(const QString, url);
    const auto created = HttpBackendAdapter::create({url, {}}, m_clock);
    QVERIFY(!created);
    QVERIFY2(created.error().text.startsWith(QStringLiteral("backend.url ")), qPrintable(created.error().text));
    QVERIFY(!created.error().text.contains(QStringLiteral("secret")));
    QVERIFY(!m_adapter->setBaseUrl(url));
    Outcome<QByteArray> health; // the old URL is still in use
    m_adapter->health(health.sink());
    QTRY_VERIFY(health.succeeded());
}

void TestHttpAdapter::oneTrailingSlashIsRemoved()
{
    QVERIFY(m_adapter->setBaseUrl(m_backend->url() + QStringLiteral("/api/")));
    Outcome<ApplyReply> outcome;
    applied(outcome, {intent("it-00000001")});
    QVERIFY(outcome.succeeded());
    QCOMPARE(m_backend->callCount(QStringLiteral("/api/apply-intents")), 1);
}

void TestHttpAdapter::tokensThatBreakTheHeaderAreRefused()
{
    HttpBackendAdapter::Config config;
    config.baseUrl = m_backend->url();
    config.pool.bearerToken = "a\r\nX-Other: b";
    const auto created = HttpBackendAdapter::create(std::move(config), m_clock);
    QVERIFY(!created);
    QVERIFY(created.error().text.startsWith(QStringLiteral("backend.token ")));
}

void TestHttpAdapter::aNewBaseUrlIsUsedFromNowOn()
{
    HttpBackend other;
    QVERIFY(m_adapter->setBaseUrl(other.url()));
    Outcome<ApplyReply> outcome;
    applied(outcome, {intent("it-00000001")});
    QVERIFY(outcome.succeeded());
    QCOMPARE(other.callCount(QStringLiteral("/apply-intents")), 1);
    QCOMPARE(m_backend->callCount(QStringLiteral("/apply-intents")), 0);
}

void TestHttpAdapter::applySendsRowsAndContext()
{
    Outcome<ApplyReply> outcome;
    applied(outcome, {intent("it-00000001"), intent("it-00000002")});
    QVERIFY(outcome.succeeded());
    const QJsonObject call = m_backend->lastCall(QStringLiteral("/apply-intents"));
    QCOMPARE(call.value(u"verb").toString(), QStringLiteral("POST"));
    const QJsonObject expected{
        {QStringLiteral("intents"), QJsonArray{object(intent("it-00000001").row), object(intent("it-00000002").row)}},
        {QStringLiteral("context"), object(R"({"site":"shop","connectionId":"c-1","ip":"10.0.0.1",
            "userAgent":"Browser \ufffd","user":{"id":"u-1","role":"user"}})")}};
    QCOMPARE(object(call.value(u"body").toString().toUtf8()), expected);
}

void TestHttpAdapter::aGuestIsANullUser()
{
    BackendContext guest = context();
    guest.userId.clear();
    guest.role = "guest";
    Outcome<ApplyReply> outcome;
    m_adapter->applyIntents({{intent("it-00000001")}, guest, {}}, outcome.sink());
    QTRY_COMPARE(outcome.count, 1);
    const QJsonObject call = m_backend->lastCall(QStringLiteral("/apply-intents"));
    const QJsonObject sent = object(call.value(u"body").toString().toUtf8()).value(u"context").toObject();
    QVERIFY(sent.contains(u"user"));
    QVERIFY(sent.value(u"user").isNull());
    QVERIFY(!call.value(u"headers").toObject().contains(u"idempotency-key"));
}

void TestHttpAdapter::aQuestionForAWholeRoleNamesNobody()
{
    BackendContext staff;
    staff.site = "shop";
    staff.role = "staff";
    Outcome<SnapshotReply> outcome;
    m_adapter->subscribe({"todos", "{}", staff}, outcome.sink());
    QTRY_COMPARE(outcome.count, 1);
    const QByteArray body = m_backend->lastCall(QStringLiteral("/subscribe")).value(u"body").toString().toUtf8();
    QCOMPARE(object(body).value(u"context").toObject(),
             object(R"({"site":"shop","connectionId":"","ip":"","userAgent":"","user":{"id":null,"role":"staff"}})"));
}

void TestHttpAdapter::intentsWithoutARowAreDescribed()
{
    Outcome<ApplyReply> outcome;
    applied(outcome, {{"it-00000001", "A\"B", "[1]", {}, {}}});
    const QJsonObject body =
        object(m_backend->lastCall(QStringLiteral("/apply-intents")).value(u"body").toString().toUtf8());
    const QJsonObject expected = object(R"({"id":"it-00000001","intent":"A\"B","payload":[1],"meta":{}})");
    QCOMPARE(body.value(u"intents").toArray().first().toObject(), expected);
}

void TestHttpAdapter::headersAreThoseOfTheProtocol()
{
    createAdapter("t0ken");
    Outcome<ApplyReply> outcome;
    applied(outcome, {intent("it-00000001")});
    Outcome<ApplyReply> second; // the first answer has set a cookie
    applied(second, {intent("it-00000002")});
    const QJsonObject headers = m_backend->lastCall(QStringLiteral("/apply-intents")).value(u"headers").toObject();
    QCOMPARE(headers.value(u"content-type").toString(), QStringLiteral("application/json"));
    QCOMPARE(headers.value(u"idempotency-key").toString(), QStringLiteral("key-1"));
    QCOMPARE(headers.value(u"authorization").toString(), QStringLiteral("Bearer t0ken"));
    QCOMPARE(headers.value(u"user-agent").toString(), QStringLiteral("tidegate/" TIDEGATE_VERSION));
    QVERIFY(!headers.contains(u"cookie"));
    QVERIFY(!headers.contains(u"upgrade"));
}

void TestHttpAdapter::noTokenMeansNoAuthorization()
{
    Outcome<ApplyReply> outcome;
    applied(outcome, {intent("it-00000001")});
    const QJsonObject headers = m_backend->lastCall(QStringLiteral("/apply-intents")).value(u"headers").toObject();
    QVERIFY(!headers.contains(u"authorization"));
}

void TestHttpAdapter::unprintableIdempotencyKeysAreEncoded()
{
    Outcome<ApplyReply> outcome;
    m_adapter->applyIntents({{intent("it-00000001")}, {}, "a\r\nX-Other: b"}, outcome.sink());
    QTRY_COMPARE(outcome.count, 1);
    const QJsonObject headers = m_backend->lastCall(QStringLiteral("/apply-intents")).value(u"headers").toObject();
    QVERIFY(!headers.contains(u"x-other"));
    QCOMPARE(headers.value(u"idempotency-key").toString(), QStringLiteral("a%0D%0AX-Other%3A%20b"));
}

void TestHttpAdapter::verdictsFollowTheResults_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("summary"); // id=verdict, in order of the results
    const auto row = [](const char *name, const char *body, const char *summary) {
        QTest::newRow(name) << QByteArray(body) << QByteArray(summary);
    };
    row("one of each", R"({"results":[{"id":"a","status":"acked"},{"id":"b","status":"rejected"},
        {"id":"c","status":"conflict"},{"id":"d","status":"failed"}]})",
        "a=0 b=1 c=2 d=3");
    row("case does not matter", R"({"results":[{"id":"a","status":"ACKED"},{"id":"b","status":"Rejected"}]})",
        "a=0 b=1");
    row("unknown status fails", R"({"results":[{"id":"a","status":"maybe"}]})", "a=3");
    row("missing status fails", R"({"results":[{"id":"a"}]})", "a=3");
    row("status of another type fails", R"({"results":[{"id":"a","status":1}]})", "a=3");
    row("missing rows keep acked", R"({"results":[{"id":"b","status":"rejected"}]})", "b=1");
    row("no results keep acked", "{}", "");
    row("null results keep acked", R"({"results":null})", "");
    row("foreign ids and non-objects are ignored", R"({"results":[null,7,{"id":"z","status":"failed"}]})", "");
    row("the last row of an id counts", R"({"results":[{"id":"a","status":"failed"},{"id":"a","status":"acked"}]})",
        "a=0");
}

void TestHttpAdapter::verdictsFollowTheResults()
{
    QFETCH(const QByteArray, body);
    QFETCH(const QByteArray, summary);
    answer("/apply-intents", body);
    Outcome<ApplyReply> outcome;
    const ApplyReply reply = applied(outcome, {intent("a"), intent("b"), intent("c"), intent("d")});
    QVERIFY(outcome.succeeded());
    QByteArrayList seen;
    for (const IntentVerdict &verdict : reply.verdicts)
        seen += verdict.id + '=' + QByteArray::number(int(verdict.verdict));
    QCOMPARE(seen.join(' '), summary);
}

void TestHttpAdapter::eventsComeRowFirst()
{
    answer("/apply-intents", R"({"events":[{"eventId":"top"},5],"results":[
        {"id":"a","status":"rejected","code":"NO_STOCK","message":"none left","events":[{"eventId":"row a"}]},
        {"id":"b","status":"acked","events":[{"eventId":"row b"},null]}]})");
    Outcome<ApplyReply> outcome;
    const ApplyReply reply = applied(outcome, {intent("a"), intent("b")});
    QVERIFY(outcome.succeeded());
    QCOMPARE(reply.verdicts[0].code, "NO_STOCK");
    QCOMPARE(reply.verdicts[0].message, "none left");
    QCOMPARE(reply.events.size(), size_t(3));
    QCOMPARE(reply.events[0].eventId, "row a");
    QCOMPARE(reply.events[1].eventId, "row b");
    QCOMPARE(reply.events[2].eventId, "top");
}

void TestHttpAdapter::unreadableAnswersAreNeverAcked_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("text") << QByteArray("OK");
    QTest::newRow("cut JSON") << QByteArray(R"({"results":[)");
    QTest::newRow("a list") << QByteArray("[]");
    QTest::newRow("a scalar") << QByteArray("true");
    QTest::newRow("results of another type") << QByteArray(R"({"results":"all good"})");
    QTest::newRow("too deep") << QByteArray(5'000, '[');
}

void TestHttpAdapter::unreadableAnswersAreNeverAcked()
{
    QFETCH(const QByteArray, body);
    answer("/apply-intents", body);
    Outcome<ApplyReply> outcome;
    applied(outcome, {intent("a")});
    QVERIFY(outcome.failedWith(ErrorCode::Timeout)); // the outcome is unknown
}

// Qt may report such an answer as complete when the end of the connection arrives together with the bytes.
void TestHttpAdapter::aChunkedAnswerCutShortIsNeverAcked()
{
    m_backend->setBehaviour(QStringLiteral("*"),
                            {{QStringLiteral("close"), QStringLiteral("inside")}, {QStringLiteral("chunked"), true}});
    Outcome<ApplyReply> outcome;
    applied(outcome, {intent("a")});
    QVERIFY(outcome.failedWith(ErrorCode::Timeout));
    QCOMPARE(m_backend->callCount(QStringLiteral("/apply-intents")), 1);
}

void TestHttpAdapter::nonSuccessIsAnError_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("retryable");
    const auto row = [](const char *name, int status, const char *body, ErrorCode code, const char *text,
                        bool retryable) {
        QTest::newRow(name) << status << QByteArray(body) << int(code) << QString::fromLatin1(text) << retryable;
    };
    row("text from error", 400, R"({"error":"bad batch"})", ErrorCode::Internal, "bad batch", false);
    row("text from message", 500, R"({"message":"boom"})", ErrorCode::Internal, "boom", false);
    row("status text for an empty body", 500, "", ErrorCode::Internal, "backend answered HTTP 500", false);
    row("status text for HTML", 500, "<html>", ErrorCode::Internal, "backend answered HTTP 500", false);
    row("results of a failure do not count", 500, R"({"results":[]})", ErrorCode::Internal, "backend answered HTTP 500",
        false);
    row("401", 401, "{}", ErrorCode::Unauthenticated, "backend answered HTTP 401", false);
    row("403", 403, "{}", ErrorCode::Forbidden, "backend answered HTTP 403", false);
    row("404", 404, "{}", ErrorCode::NotFound, "backend answered HTTP 404", false);
    row("407", 407, "{}", ErrorCode::Internal, "backend answered HTTP 407", false);
    row("409", 409, "{}", ErrorCode::Conflict, "backend answered HTTP 409", false);
    row("413", 413, "{}", ErrorCode::TooLarge, "backend answered HTTP 413", false);
    row("418", 418, "{}", ErrorCode::Internal, "backend answered HTTP 418", false);
    row("429 may be retried", 429, "{}", ErrorCode::RateLimited, "backend answered HTTP 429", true);
    row("501", 501, "{}", ErrorCode::Unsupported, "backend answered HTTP 501", false);
    row("502 may be retried", 502, "{}", ErrorCode::Unavailable, "backend answered HTTP 502", true);
    row("503 may be retried", 503, "{}", ErrorCode::Unavailable, "backend answered HTTP 503", true);
    row("504 leaves the outcome unknown", 504, R"({"code":"X"})", ErrorCode::Timeout, "backend answered HTTP 504",
        true);
    row("redirects are not followed", 302, "{}", ErrorCode::Internal, "backend answered HTTP 302", false);
    row("temporary redirects are not followed", 307, "{}", ErrorCode::Internal, "backend answered HTTP 307", false);
}

void TestHttpAdapter::nonSuccessIsAnError()
{
    QFETCH(const int, status);
    QFETCH(const QByteArray, body);
    QFETCH(const int, code);
    QFETCH(const QString, text);
    QFETCH(const bool, retryable);
    m_backend->setBehaviour(QStringLiteral("*"), {{QStringLiteral("httpStatus"), status},
                                                  {QStringLiteral("raw"), QString::fromLatin1(body)}});
    Outcome<ApplyReply> outcome;
    applied(outcome, {intent("a")});
    QVERIFY(!outcome.succeeded());
    QCOMPARE(outcome.error(), (Error{ErrorCode(code), text, retryable}));
    QCOMPARE(m_backend->callCount(QStringLiteral("/apply-intents")), 1);
    QCOMPARE(m_backend->callCount(QStringLiteral("/redirected")), 0);
}

void TestHttpAdapter::theCodeOfARefusedBatchIsKept()
{
    m_backend->setBehaviour(QStringLiteral("*"),
                            {{QStringLiteral("httpStatus"), 500},
                             {QStringLiteral("raw"), QStringLiteral(R"({"code":"DB_DOWN","error":"no database"})")}});
    Outcome<ApplyReply> outcome;
    const ApplyReply reply = applied(outcome, {intent("a"), intent("b")});
    QVERIFY(outcome.succeeded());
    QCOMPARE(reply.verdicts.size(), size_t(2));
    QCOMPARE(reply.verdicts[1].id, "b");
    QCOMPARE(reply.verdicts[1].verdict, Verdict::Failed);
    QCOMPARE(reply.verdicts[1].code, "DB_DOWN");
    QCOMPARE(reply.verdicts[1].message, "no database");
}

void TestHttpAdapter::snapshotsAreReadLeniently_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<bool>("provided");
    QTest::addColumn<QByteArray>("rows");
    QTest::addColumn<qint64>("cursor"); // -1 = none
    const auto row = [](const char *name, int status, const char *body, bool provided, const char *rows = "",
                        qint64 cursor = -1) {
        QTest::newRow(name) << status << QByteArray(body) << provided << QByteArray(rows) << cursor;
    };
    row("snapshot with cursor", 200, R"({"status":"ok","snapshot":[{"id": "a"},{"id":"b"}],"cursor":7})", true,
        R"({"id":"a"}{"id":"b"})", 7);
    row("empty snapshot", 200, R"({"status":"ok","snapshot":[]})", true);
    row("entries that are not objects are skipped", 200, R"({"status":"ok","snapshot":[1,{},"x"],"cursor":-1})", true,
        "{}");
    row("status error", 200, R"({"status":"error","code":"NOT_SUPPORTED"})", false);
    row("no snapshot", 200, R"({"status":"ok"})", false);
    row("snapshot without status", 200, R"({"snapshot":[]})", false);
    row("404", 404, "{}", false);
    row("501", 501, "", false);
}

void TestHttpAdapter::snapshotsAreReadLeniently()
{
    QFETCH(const int, status);
    QFETCH(const QByteArray, body);
    QFETCH(const bool, provided);
    QFETCH(const QByteArray, rows);
    QFETCH(const qint64, cursor);
    m_backend->setBehaviour(QStringLiteral("/subscribe"), {{QStringLiteral("httpStatus"), status},
                                                           {QStringLiteral("raw"), QString::fromLatin1(body)}});
    Outcome<SnapshotReply> outcome;
    m_adapter->subscribe({"global", "{}", context()}, outcome.sink());
    QTRY_COMPARE(outcome.count, 1);
    QVERIFY(outcome.succeeded());
    QCOMPARE(outcome.value().provided, provided);
    QByteArray seen;
    for (const QByteArray &seenRow : outcome.value().rows)
        seen += seenRow;
    QCOMPARE(seen, rows);
    QCOMPARE(outcome.value().cursor ? qint64(*outcome.value().cursor) : -1, cursor);
}

void TestHttpAdapter::aFailedSubscribeIsAnError_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("unreadable") << 200 << QByteArray("OK");
    QTest::newRow("500") << 500 << QByteArray("{}");
    QTest::newRow("405") << 405 << QByteArray("{}");
    QTest::newRow("503") << 503 << QByteArray("{}");
}

void TestHttpAdapter::aFailedSubscribeIsAnError()
{
    QFETCH(const int, status);
    QFETCH(const QByteArray, body);
    m_backend->setBehaviour(QStringLiteral("/subscribe"), {{QStringLiteral("httpStatus"), status},
                                                           {QStringLiteral("raw"), QString::fromLatin1(body)}});
    Outcome<SnapshotReply> outcome;
    m_adapter->subscribe({"global", "{}", context()}, outcome.sink());
    QTRY_COMPARE(outcome.count, 1);
    QVERIFY(!outcome.succeeded());
}

void TestHttpAdapter::subscribeSendsChannelAndParams()
{
    m_backend->setSnapshot(QStringLiteral("global"), object(R"({"snapshot":[{"id":"a"}],"cursor":3})"));
    Outcome<SnapshotReply> outcome;
    m_adapter->subscribe({"global", R"({"a":1})", {}}, outcome.sink());
    QTRY_COMPARE(outcome.count, 1);
    QVERIFY(outcome.value().provided);
    const QJsonObject body =
        object(m_backend->lastCall(QStringLiteral("/subscribe")).value(u"body").toString().toUtf8());
    QCOMPARE(body.value(u"channel").toString(), QStringLiteral("global"));
    QCOMPARE(body.value(u"params").toObject(), object(R"({"a":1})"));
    QVERIFY(body.value(u"context").isObject());
}

void TestHttpAdapter::queryNamesAreEncoded()
{
    Outcome<QByteArray> outcome;
    m_adapter->query("a/b ?#%2f\xc3\xa9", R"({"x":[1]})", context(), outcome.sink());
    QTRY_COMPARE(outcome.count, 1);
    QVERIFY(outcome.succeeded());
    QCOMPARE(outcome.value(), R"({"x":[1]})");
    QCOMPARE(m_backend->callCount(QStringLiteral("/query/a%2Fb%20%3F%23%252f%C3%A9")), 1);
}

void TestHttpAdapter::queriesThatLeaveTheirFolderAreRefused_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("this folder") << QByteArray(".");
    QTest::newRow("parent folder") << QByteArray("..");
}

void TestHttpAdapter::queriesThatLeaveTheirFolderAreRefused()
{
    QFETCH(const QByteArray, name);
    Outcome<QByteArray> outcome;
    m_adapter->query(name, {}, {}, outcome.sink());
    QCOMPARE(outcome.count, 1);
    QVERIFY(outcome.failedWith(ErrorCode::InvalidContract));
}

void TestHttpAdapter::queryAnswersData_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("data"); // empty = an error
    QTest::newRow("object") << 200 << QByteArray(R"({"status":"ok","data":{"n":1}})") << QByteArray(R"({"n":1})");
    QTest::newRow("scalar") << 200 << QByteArray(R"({"status":"ok","data":"x"})") << QByteArray(R"("x")");
    QTest::newRow("no data is null") << 200 << QByteArray(R"({"status":"ok"})") << QByteArray("null");
    QTest::newRow("status error") << 200 << QByteArray(R"({"status":"error","data":1})") << QByteArray();
    QTest::newRow("unreadable") << 200 << QByteArray("OK") << QByteArray();
    QTest::newRow("404") << 404 << QByteArray(R"({"status":"ok","data":1})") << QByteArray();
}

void TestHttpAdapter::queryAnswersData()
{
    QFETCH(const int, status);
    QFETCH(const QByteArray, body);
    QFETCH(const QByteArray, data);
    m_backend->setBehaviour(QStringLiteral("/query/q"), {{QStringLiteral("httpStatus"), status},
                                                         {QStringLiteral("raw"), QString::fromLatin1(body)}});
    Outcome<QByteArray> outcome;
    m_adapter->query("q", {}, {}, outcome.sink());
    QTRY_COMPARE(outcome.count, 1);
    QCOMPARE(outcome.succeeded(), !data.isEmpty());
    if (!data.isEmpty())
        QCOMPARE(outcome.value(), data);
}

void TestHttpAdapter::healthIsAsked()
{
    answer("/health", R"({"status": "ok", "db": "up"})");
    Outcome<QByteArray> outcome;
    m_adapter->health(outcome.sink());
    QTRY_COMPARE(outcome.count, 1);
    QVERIFY(outcome.succeeded());
    QCOMPARE(object(outcome.value()), object(R"({"status":"ok","db":"up"})"));
    const QJsonObject call = m_backend->lastCall(QStringLiteral("/health"));
    QCOMPARE(call.value(u"verb").toString(), QStringLiteral("POST"));
    QVERIFY(object(call.value(u"body").toString().toUtf8()).value(u"context").isObject());
}

void TestHttpAdapter::healthFallsBackToGet()
{
    m_backend->setBehaviour(QStringLiteral("/health"), {{QStringLiteral("getOnly"), true}});
    Outcome<QByteArray> outcome;
    m_adapter->health(outcome.sink());
    QTRY_COMPARE(outcome.count, 1);
    QVERIFY(outcome.succeeded());
    QCOMPARE(m_backend->callCount(QStringLiteral("/health")), 2);
    QCOMPARE(m_backend->lastCall(QStringLiteral("/health")).value(u"verb").toString(), QStringLiteral("GET"));
}

void TestHttpAdapter::healthReportsFailure()
{
    m_backend->setBehaviour(QStringLiteral("/health"), {{QStringLiteral("httpStatus"), 503}});
    Outcome<QByteArray> outcome;
    m_adapter->health(outcome.sink());
    QTRY_COMPARE(outcome.count, 1);
    QVERIFY(outcome.failedWith(ErrorCode::Unavailable));
}

QTEST_GUILESS_MAIN(TestHttpAdapter)
#include "tst_httpadapter.moc"
