// SPDX-License-Identifier: MIT
// Shared documents through the admin port: their links, their streams, and why something was refused.

#include "admin/adminport.h"
#include "app/configloader.h"
#include "app/gateway.h"
#include "support/json.h"

#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

using namespace Tidegate;
using namespace Tidegate::Admin;
using namespace Qt::StringLiterals;

namespace {

GatewayConfig configIn(const QTemporaryDir &directory)
{
    ConfigSources sources;
    sources.flags = {{"server.listen", u"127.0.0.1:0"_s},
                     {"server.data_dir", directory.path()},
                     {"sharedata.enabled", u"true"_s},
                     {"sharedata.tokens", u"tg=ann"_s},
                     {"sharedata.functions", u"set=accept-any,no=reject-all=never"_s},
                     {"sharedata.subscribe_rules", u"deny document=secret, allow"_s},
                     {"sharedata.propose_rules", u"deny function=forbidden, allow"_s},
                     {"sharedata.message_max", u"20"_s},
                     {"sharedata.max_subscriptions", u"2"_s}};
    auto config = loadConfig(sources);
    if (!config)
        return {};
    for (const char *id : {"d", "e", "f", "secret"})
        config->sharedata.documents[id] = {{"set", "no"}, QByteArray("0"), ProofPolicy::None};
    return *config;
}

//! \p since: a cursor; empty = none.
QByteArray subscribe(const QByteArray &id, const QByteArray &since = {})
{
    QJsonObject frame{{u"v"_s, 1}, {u"type"_s, u"subscribe"_s}, {u"shareDataId"_s, QString::fromUtf8(id)}};
    if (!since.isEmpty())
        frame.insert(u"since"_s, QString::fromUtf8(since));
    return compact(frame);
}

QByteArray propose(const QByteArray &functionId)
{
    QJsonObject proof{{u"timestamp"_s, 1}};
    for (const auto &name :
         {u"publicKey"_s, u"shareDataHash"_s, u"shareDataPreviousHash"_s, u"shareDataSignature"_s, u"purpose"_s})
        proof.insert(name, QString());
    return compact({{u"v"_s, 1},
                    {u"type"_s, u"propose"_s},
                    {u"shareDataId"_s, u"d"_s},
                    {u"functionId"_s, QString::fromUtf8(functionId)},
                    {u"correlationId"_s, u"c"_s},
                    {u"proposedData"_s, 1},
                    {u"proof"_s, proof}});
}

QByteArray ping()
{
    return compact({{u"v"_s, 1}, {u"type"_s, u"ping"_s}, {u"correlationId"_s, u"p"_s}});
}

} // namespace

class TestAdminDocuments : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void linksTellDialectUserAndSubscriptions();
    void linksCanBeThrottledAndKicked();
    void throttledLinkIsClosedAndRecorded();
    void streamsTellWhatADocumentKeeps();
    void subscriptionsTellWhoFollowsADocument();
    void subscriptionTellsWhatItsClientMissed();
    void eventsAreADocumentsTransactions();
    void refusalIsRecorded_data();
    void refusalIsRecorded();
    void refusedUpgradeIsRecorded_data();
    void refusedUpgradeIsRecorded();
    void everyFrameOverTheLimitNamesTheLink();

private:
    std::unique_ptr<InProcessClient> open(const QByteArray &token = "tg");
    QList<QJsonObject> rows(const QString &resource, const QJsonObject &columns = {});
    QJsonObject one(const QString &resource, const QString &key);
    QString commandOn(const QString &link, const QString &command, const QJsonObject &args);

    std::unique_ptr<QTemporaryDir> m_directory;
    std::unique_ptr<Gateway> m_gateway;
    std::unique_ptr<AdminPort> m_port;
};

void TestAdminDocuments::init()
{
    m_directory = std::make_unique<QTemporaryDir>();
    m_gateway = std::make_unique<Gateway>(configIn(*m_directory));
    QVERIFY(m_gateway->start());
    m_port = m_gateway->makeAdminPort();
    QTRY_COMPARE(m_port->state().kind, PortState::Kind::Online);
}

void TestAdminDocuments::cleanup()
{
    m_port.reset();
    m_gateway.reset();
}

std::unique_ptr<InProcessClient> TestAdminDocuments::open(const QByteArray &token)
{
    return m_gateway->connectInProcess("/realtime", token);
}

QList<QJsonObject> TestAdminDocuments::rows(const QString &resource, const QJsonObject &columns)
{
    PageRequest request;
    request.resource = resource;
    for (auto column = columns.begin(); column != columns.end(); ++column)
        request.filters.append({column.key(), FilterOp::Equal, column.value()});
    QList<QJsonObject> found;
    bool isDone = false;
    m_port->fetchPage(request, m_port.get(), [&](const Result<Page> &page) {
        isDone = true;
        if (page)
            found = page->rows;
    });
    return QTest::qWaitFor([&] { return isDone; }) ? found : QList<QJsonObject>();
}

QJsonObject TestAdminDocuments::one(const QString &resource, const QString &key)
{
    QJsonObject found;
    bool isDone = false;
    m_port->fetchOne(resource, key, m_port.get(), [&](const Result<QJsonObject> &row) {
        isDone = true;
        found = row.value_or(QJsonObject());
    });
    return QTest::qWaitFor([&] { return isDone; }) ? found : QJsonObject();
}

QString TestAdminDocuments::commandOn(const QString &link, const QString &command, const QJsonObject &args)
{
    CommandCall call;
    call.resource = u"links"_s;
    call.command = command;
    call.keys = {link};
    call.args = args;
    QString text;
    bool isDone = false;
    m_port->invoke(call, m_port.get(), [&](const Result<CommandOutcome> &outcome) {
        isDone = true;
        text = outcome ? outcome->text : outcome.error().text;
    });
    return QTest::qWaitFor([&] { return isDone; }) ? text : QString();
}

void TestAdminDocuments::linksTellDialectUserAndSubscriptions()
{
    const auto client = open();
    client->send(subscribe("d"));
    client->send(subscribe("e"));
    const QJsonObject columns{{u"dialect"_s, u"sharedata"_s}, {u"subscriptions"_s, 2}};
    QTRY_COMPARE(rows(u"links"_s, columns).size(), 1);
    const QJsonObject row = rows(u"links"_s, columns).first();
    QCOMPARE(row[u"user"_s], u"ann"_s);
    QCOMPARE(row[u"transport"_s], u"inprocess"_s);
    QCOMPARE(row[u"messagesIn"_s], 2);
    QCOMPARE(row[u"messagesOut"_s], 2);
    QVERIFY(row.contains(u"queuedBytes"_s));
    client->close();
    QTRY_VERIFY(rows(u"links"_s).isEmpty());
}

void TestAdminDocuments::linksCanBeThrottledAndKicked()
{
    const auto client = open();
    quint16 code = 0;
    connect(client.get(), &InProcessClient::closed, this, [&code](quint16 told) { code = told; });
    QTRY_COMPARE(rows(u"links"_s).size(), 1);
    const QString link = rows(u"links"_s).first()[u"id"_s].toString();
    QCOMPARE(commandOn(link, u"throttle"_s, {{u"max"_s, 5}}), u"1 of 1 throttled"_s);
    QTRY_COMPARE(rows(u"links"_s).first()[u"throttle"_s], 5);
    QCOMPARE(commandOn(link, u"kick"_s, {}), u"1 of 1 disconnected"_s);
    QTRY_COMPARE(int(code), 1008);
}

void TestAdminDocuments::throttledLinkIsClosedAndRecorded()
{
    const auto client = open();
    quint16 code = 0;
    connect(client.get(), &InProcessClient::closed, this, [&code](quint16 told) { code = told; });
    QTRY_COMPARE(rows(u"links"_s).size(), 1);
    const QString link = rows(u"links"_s).first()[u"id"_s].toString();
    QCOMPARE(commandOn(link, u"throttle"_s, {{u"max"_s, 2}}), u"1 of 1 throttled"_s);
    for (int i = 0; i < 3; ++i)
        client->send(ping());
    QTRY_COMPARE(int(code), 1008);
    QTRY_COMPARE(rows(u"decisions"_s, {{u"rule"_s, u"links.throttle"_s}}).size(), 1);
    QCOMPARE(rows(u"decisions"_s).first()[u"user"_s], u"ann"_s);
}

void TestAdminDocuments::subscriptionsTellWhoFollowsADocument()
{
    const auto client = open();
    client->send(propose("set"));
    QTRY_COMPARE(rows(u"events"_s, {{u"stream"_s, u"doc.d"_s}}).size(), 1); // stored
    client->send(subscribe("d"));
    client->send(subscribe("e"));
    const QJsonObject columns{{u"channel"_s, u"d"_s}};
    QTRY_COMPARE(rows(u"subscriptions"_s, columns).size(), 1);
    const QJsonObject row = rows(u"subscriptions"_s, columns).first();
    const QString link = rows(u"links"_s).first()[u"id"_s].toString();
    QCOMPARE(row[u"id"_s].toString(), link + u"/d"_s);
    QCOMPARE(row[u"link"_s].toString(), link);
    QCOMPARE(row[u"user"_s], u"ann"_s);
    QCOMPARE(row[u"role"_s], u"user"_s);
    QCOMPARE(row[u"stream"_s], u"doc.d"_s);
    QVERIFY(row[u"since"_s].toInteger() > 0);
    QCOMPARE(row[u"startedAfter"_s], 1);
    QCOMPARE(row[u"position"_s], 1);
    QCOMPARE(row[u"head"_s], 1);
    QCOMPARE(row[u"continuity"_s], u"snapshot"_s);
    QTRY_COMPARE(rows(u"subscriptions"_s, {{u"link"_s, link}}).size(), 2); // the other one may come later
    client->send(propose("set"));
    QTRY_COMPARE(rows(u"subscriptions"_s, columns).value(0)[u"position"_s], 2);
    QCOMPARE(rows(u"subscriptions"_s, columns).first()[u"startedAfter"_s], 1);
    client->close();
    QTRY_VERIFY(rows(u"subscriptions"_s).isEmpty());
}

void TestAdminDocuments::subscriptionTellsWhatItsClientMissed()
{
    const auto client = open();
    client->send(propose("set"));
    QTRY_COMPARE(rows(u"events"_s, {{u"stream"_s, u"doc.d"_s}}).size(), 1); // stored
    client->send(subscribe("d", "0"));
    client->send(subscribe("e", "17"));
    const auto subscription = [this](const QString &id) {
        return rows(u"subscriptions"_s, {{u"channel"_s, id}}).value(0);
    };
    QTRY_COMPARE(subscription(u"d"_s)[u"continuity"_s], u"exact"_s);
    QCOMPARE(subscription(u"d"_s)[u"recoveries"_s], 1);
    QVERIFY(!subscription(u"d"_s).contains(u"gapReason"_s));
    QTRY_COMPARE(subscription(u"e"_s)[u"continuity"_s], u"gap"_s);
    QCOMPARE(subscription(u"e"_s)[u"gapReason"_s], u"retention"_s);
}

void TestAdminDocuments::eventsAreADocumentsTransactions()
{
    const auto client = open();
    client->send(propose("set"));
    client->send(propose("no"));
    const QJsonObject stream{{u"stream"_s, u"doc.d"_s}};
    QTRY_COMPARE(rows(u"events"_s, stream).size(), 2);
    const QJsonObject newest = rows(u"events"_s, stream).first();
    QCOMPARE(newest[u"offset"_s], 2);
    QCOMPARE(newest[u"stream"_s], u"doc.d"_s);
    QCOMPARE(newest[u"key"_s], u"d"_s);
    QVERIFY(newest[u"at"_s].toInteger() > 0);
    QVERIFY(newest[u"bytes"_s].toInteger() > 0);
    QCOMPARE(newest[u"payload"_s].toObject(), (QJsonObject{{u"accepted"_s, false}}));
    QCOMPARE(rows(u"events"_s, stream).last()[u"payload"_s].toObject(), (QJsonObject{{u"accepted"_s, true}}));
    QVERIFY(rows(u"events"_s, {{u"stream"_s, u"doc.e"_s}}).isEmpty());
    QVERIFY(rows(u"events"_s, {{u"stream"_s, u"doc.none"_s}}).isEmpty());
    QCOMPARE(one(u"events"_s, u"doc.d/1"_s)[u"offset"_s], 1);
    QVERIFY(one(u"events"_s, u"doc.d/3"_s).isEmpty());
}

void TestAdminDocuments::streamsTellWhatADocumentKeeps()
{
    const auto client = open();
    client->send(subscribe("d"));
    client->send(propose("set"));
    client->send(propose("no"));
    const QJsonObject columns{{u"name"_s, u"doc.d"_s}, {u"head"_s, 2}};
    QTRY_COMPARE(rows(u"streams"_s, columns).size(), 1);
    const QJsonObject row = rows(u"streams"_s, columns).first();
    QCOMPARE(row[u"dialect"_s], u"sharedata"_s);
    QCOMPARE(row[u"channel"_s], u"d"_s);
    QCOMPARE(row[u"kind"_s], u"durable"_s);
    QCOMPARE(row[u"oldest"_s], 1);
    QCOMPARE(row[u"retained"_s], 2);
    QCOMPARE(row[u"subscribers"_s], 1);
    const auto untouched = rows(u"streams"_s, {{u"name"_s, u"doc.e"_s}});
    QCOMPARE(untouched.size(), 1);
    QCOMPARE(untouched.first()[u"kind"_s], u"durable"_s);
    QVERIFY(untouched.first()[u"epoch"_s] != row[u"epoch"_s]);
}

void TestAdminDocuments::refusalIsRecorded_data()
{
    QTest::addColumn<QByteArrayList>("frames");
    QTest::addColumn<QString>("rule");
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("subject");
    QTest::addColumn<QString>("detail");
    const auto row = [](const char *name, const QByteArrayList &frames, const char *rule, const char *kind,
                        const char *subject, const char *detail) {
        QTest::newRow(name) << frames << QString::fromLatin1(rule) << QString::fromLatin1(kind)
                            << QString::fromLatin1(subject) << QString::fromLatin1(detail);
    };
    row("access rule of subscribing", {subscribe("secret")}, "sharedata.subscribe_rules", "denied", "secret", "");
    row("unknown document", {subscribe("nowhere")}, "sharedata-unknown-document", "closed", "nowhere", "");
    row("cursor that is not kept", {subscribe("d", "99")}, "sharedata.replay_count", "gap", "d", "since=99");
    row("too many subscriptions", {subscribe("d"), subscribe("e"), subscribe("f")}, "sharedata.max_subscriptions",
        "closed", "f", "");
    row("access rule of proposing", {propose("forbidden")}, "sharedata.propose_rules", "denied", "d", "forbidden: ");
    row("unknown function", {propose("nothing")}, "sharedata-proposal-failed", "denied", "d", "unknown functionId");
    row("function that turns down", {propose("no")}, "sharedata-proposal-rejected", "denied", "d", "transaction 1");
    row("no frame", {"hello"}, "sharedata-frame", "closed", "", "");
    row("too many frames", QByteArrayList(21, ping()), "sharedata.message_max", "closed", "", "");
}

void TestAdminDocuments::refusalIsRecorded()
{
    QFETCH(QByteArrayList, frames);
    QFETCH(QString, rule);
    QFETCH(QString, kind);
    QFETCH(QString, subject);
    QFETCH(QString, detail);
    const auto client = open();
    for (const QByteArray &frame : frames)
        client->send(frame);
    QTRY_COMPARE(rows(u"decisions"_s, {{u"rule"_s, rule}}).size(), 1);
    const QJsonObject row = rows(u"decisions"_s, {{u"rule"_s, rule}}).first();
    QCOMPARE(row[u"kind"_s].toString(), kind);
    QCOMPARE(row[u"subject"_s].toString(), subject);
    QCOMPARE(row[u"user"_s].toString(), u"ann"_s);
    QVERIFY2(row[u"detail"_s].toString().contains(detail), compact(row).constData());
    QVERIFY(!row[u"link"_s].toString().isEmpty());
    QVERIFY(!row[u"text"_s].toString().isEmpty());
    QCOMPARE(rows(u"decisions"_s).size(), 1); // and nothing else
}

void TestAdminDocuments::refusedUpgradeIsRecorded_data()
{
    QTest::addColumn<QByteArray>("token");
    QTest::addColumn<QString>("detail");
    QTest::newRow("no token") << QByteArray() << u"without a token, from in-process"_s;
    QTest::newRow("unknown token") << QByteArray("guess") << u"with a token, from in-process"_s;
}

void TestAdminDocuments::refusedUpgradeIsRecorded()
{
    QFETCH(QByteArray, token);
    QFETCH(QString, detail);
    const auto client = open(token);
    QString reason;
    connect(client.get(), &InProcessClient::closed, this,
            [&reason](quint16, const QByteArray &told) { reason = QString::fromUtf8(told); });
    QTRY_COMPARE(reason, u"HTTP 401"_s);
    QTRY_COMPARE(rows(u"decisions"_s, {{u"rule"_s, u"sharedata.tokens"_s}}).size(), 1);
    const QJsonObject row = rows(u"decisions"_s).first();
    QCOMPARE(row[u"code"_s].toString(), u"401"_s);
    QCOMPARE(row[u"detail"_s].toString(), detail); // never the token itself
}

void TestAdminDocuments::everyFrameOverTheLimitNamesTheLink()
{
    const auto client = open();
    QTRY_COMPARE(rows(u"links"_s).size(), 1);
    const QString link = rows(u"links"_s).first()[u"id"_s].toString();
    for (int i = 0; i < 21; ++i)
        client->send(ping());
    QTRY_COMPARE(rows(u"decisions"_s, {{u"link"_s, link}}).size(), 1);
    QTRY_COMPARE(rows(u"limits"_s, {{u"limit"_s, u"sharedata.message_max"_s}}).size(), 1);
}

QTEST_GUILESS_MAIN(TestAdminDocuments)
#include "tst_admindocuments.moc"
