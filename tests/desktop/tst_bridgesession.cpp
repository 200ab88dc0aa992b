// SPDX-License-Identifier: MIT
// The bridge without a web engine: what a page says and hears are JSON texts, and a real gateway is behind it.

#include "app/embedding.h"
#include "app/gateway.h"
#include "desktop/bridge/bridgesession.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

#include <optional>

using namespace Tidegate;
using namespace Tidegate::Desktop;
using namespace Qt::StringLiterals;

namespace {

constexpr auto Rules = R"({"capabilities": [{"name": "t", "windows": ["main"],
    "allow": ["command:*", "event:news", "link:/optimistic/ws"], "deny": ["command:secret"]}]})";

//! A page's end: says things and keeps what it hears.
class Page : public QObject
{
public:
    explicit Page(BridgeSession &session)
        : m_session(session)
    {
        connect(&session, &BridgeSession::sent, this,
                [this](const QString &text) { m_heard.append(QJsonDocument::fromJson(text.toUtf8()).object()); });
    }
    void say(const QJsonObject &message)
    {
        m_session.receive(QString::fromUtf8(QJsonDocument(message).toJson(QJsonDocument::Compact)));
    }
    void invoke(int id, const QString &command, const QJsonValue &args = QJsonValue::Null)
    {
        say({{u"op"_s, u"invoke"_s}, {u"id"_s, id}, {u"command"_s, command}, {u"args"_s, args}});
    }
    QJsonObject answer(int id) const
    {
        for (const QJsonObject &message : m_heard) {
            if (message["id"_L1].toInt() == id)
                return message;
        }
        return {};
    }
    QList<QJsonObject> heard(const QString &op) const
    {
        QList<QJsonObject> found;
        for (const QJsonObject &message : m_heard) {
            if (message["op"_L1].toString() == op)
                found.append(message);
        }
        return found;
    }
    //! Frames of the dialect that came over links.
    QStringList frameTypes() const
    {
        QStringList types;
        for (const QJsonObject &message : heard(u"message"_s))
            types.append(
                QJsonDocument::fromJson(message["text"_L1].toString().toUtf8()).object()["type"_L1].toString());
        return types;
    }
    qsizetype count() const { return m_heard.size(); }

private:
    BridgeSession &m_session;
    QList<QJsonObject> m_heard;
};

} // namespace

class TestBridgeSession : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void commandAnswersItsCaller();
    void commandMayAnswerLaterFromAnotherThread();
    void whatCannotBeDoneIsAnErrorWithACode_data();
    void whatCannotBeDoneIsAnErrorWithACode();
    void denyReachesThePageAndTheApplication();
    void answerForAPageThatHasGoneIsDropped();
    void windowClosedMidRequestIsNoDanger();
    void tooManyCallsAtOnceAreRefused();
    void eventsReachWhoListens();
    void pageThatTakesNothingInLosesEventsNotUs();
    void linkSpeaksTheDialect();
    void linkIsWhoTheWindowIs();
    void linkElsewhereIsRefusedWithTheLineToAdd();
    void linksAreBounded();
    void pageThatTakesNothingInLosesItsLink();
    void anotherPageStartsAnew();
    void nonsenseIsDropped_data();
    void nonsenseIsDropped();

private:
    void openLink(int link, const QString &target = u"/optimistic/ws?role=leader&subprotocol=1.0.0"_s)
    {
        m_page->say({{u"op"_s, u"connect"_s}, {u"link"_s, link}, {u"target"_s, target}});
    }

    QTemporaryDir m_directory;
    std::unique_ptr<Gateway> m_gateway;
    CommandRegistry m_commands;
    Capabilities m_capabilities;
    std::optional<Responder<QJsonValue>> m_kept;
    QStringList m_refusals;
    std::unique_ptr<BridgeSession> m_session;
    std::unique_ptr<Page> m_page;
};

void TestBridgeSession::initTestCase()
{
    m_gateway = std::make_unique<Gateway>(embeddedConfig(m_directory.path()));
    QVERIFY(m_gateway->start());
    m_capabilities = *Capabilities::parse(Rules, u"caps.json"_s);
    m_commands.add(u"add"_s, [](const CommandCall &call) -> Result<QJsonValue> {
        const QJsonArray numbers = call.args.toArray();
        if (numbers.size() != 2)
            return Error{ErrorCode::InvalidContract, u"expected two numbers"_s};
        return QJsonValue(numbers[0].toDouble() + numbers[1].toDouble());
    });
    m_commands.add(u"whereFrom"_s,
                   [](const CommandCall &call) -> Result<QJsonValue> { return QJsonValue(call.window); });
    m_commands.add(u"secret"_s, [](const CommandCall &) -> Result<QJsonValue> { return QJsonValue(u"shh"_s); });
    m_commands.add(u"throws"_s, [](const CommandCall &) -> Result<QJsonValue> { throw std::runtime_error("oops"); });
    m_commands.addAsync(u"keep"_s,
                        [this](const CommandCall &, const Responder<QJsonValue> &respond) { m_kept = respond; });
    m_commands.addAsync(u"forget"_s, [](const CommandCall &, const Responder<QJsonValue> &) {});
}

void TestBridgeSession::init()
{
    m_refusals.clear();
    m_session = std::make_unique<BridgeSession>(
        u"main"_s, BridgeSession::Ports{m_commands, m_capabilities, [this](const QByteArray &target) {
                                            return m_gateway->connectInProcess(
                                                target, m_gateway->issueToken({"staff-1", Role::Staff, {}, {}, 0},
                                                                              std::chrono::minutes(5)));
                                        }});
    connect(m_session.get(), &BridgeSession::refused, this, [this](const QString &text) { m_refusals.append(text); });
    m_page = std::make_unique<Page>(*m_session);
}

void TestBridgeSession::cleanup()
{
    m_kept.reset();
    m_page.reset();
    m_session.reset();
}

void TestBridgeSession::commandAnswersItsCaller()
{
    m_page->invoke(7, u"add"_s, QJsonArray{1, 2});
    m_page->invoke(8, u"whereFrom"_s);
    QTRY_COMPARE(m_page->answer(7)["value"_L1].toInt(), 3);
    QTRY_COMPARE(m_page->answer(8)["value"_L1].toString(), u"main"_s);
}

void TestBridgeSession::commandMayAnswerLaterFromAnotherThread()
{
    m_page->invoke(1, u"keep"_s);
    QVERIFY(m_kept);
    const std::unique_ptr<QThread> thread(QThread::create([respond = *m_kept] { respond(QJsonValue(42)); }));
    thread->start();
    QVERIFY(thread->wait(10'000));
    QVERIFY2(m_page->answer(1).isEmpty(), "an answer must come in the page's own turn");
    QTRY_COMPARE(m_page->answer(1)["value"_L1].toInt(), 42);
}

void TestBridgeSession::whatCannotBeDoneIsAnErrorWithACode_data()
{
    QTest::addColumn<QString>("command");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("text");
    QTest::newRow("wrong arguments") << u"add"_s << u"INVALID"_s << u"expected two numbers"_s;
    QTest::newRow("no such command") << u"nope"_s << u"NOT_FOUND"_s << u"there is no command \"nope\""_s;
    QTest::newRow("a handler that throws") << u"throws"_s << u"INTERNAL"_s << u"command threw: oops"_s;
    QTest::newRow("a handler that never answers")
        << u"forget"_s << u"INTERNAL"_s << u"callback ended without an answer"_s;
    QTest::newRow("not allowed")
        << u"secret"_s << u"FORBIDDEN"_s
        << u"window \"main\" may not invoke command \"secret\": rule \"command:secret\" in "
           "\"deny\" of capability \"t\" forbids it; remove that line from caps.json to permit it"_s;
}

void TestBridgeSession::whatCannotBeDoneIsAnErrorWithACode()
{
    QFETCH(QString, command);
    m_page->invoke(1, command);
    QTRY_COMPARE(m_page->heard(u"error"_s).size(), 1);
    QTEST(m_page->answer(1)["code"_L1].toString(), "code");
    QTEST(m_page->answer(1)["message"_L1].toString(), "text");
}

void TestBridgeSession::denyReachesThePageAndTheApplication()
{
    m_page->invoke(1, u"secret"_s);
    QTRY_COMPARE(m_page->answer(1)["code"_L1].toString(), u"FORBIDDEN"_s);
    QCOMPARE(m_refusals, QStringList{m_page->answer(1)["message"_L1].toString()});
}

void TestBridgeSession::answerForAPageThatHasGoneIsDropped()
{
    m_page->invoke(1, u"keep"_s);
    m_session->reset();
    (*m_kept)(QJsonValue(u"for the page before"_s));
    m_page->invoke(2, u"add"_s, QJsonArray{1, 1});
    QTRY_COMPARE(m_page->answer(2)["value"_L1].toInt(), 2);
    QVERIFY(m_page->answer(1).isEmpty());
}

void TestBridgeSession::windowClosedMidRequestIsNoDanger()
{
    m_page->invoke(1, u"keep"_s);
    openLink(1);
    m_page.reset();
    m_session.reset();
    (*m_kept)(QJsonValue(1));
    m_kept.reset();
    QCoreApplication::processEvents();
    QTRY_COMPARE(m_gateway->isRunning(), true);
}

void TestBridgeSession::tooManyCallsAtOnceAreRefused()
{
    std::vector<Responder<QJsonValue>> kept;
    m_commands.addAsync(u"pile"_s,
                        [&](const CommandCall &, const Responder<QJsonValue> &respond) { kept.push_back(respond); });
    for (int i = 0; i <= BridgeSession::MaxCalls; ++i)
        m_page->invoke(i + 1, u"pile"_s);
    QCOMPARE(kept.size(), size_t(BridgeSession::MaxCalls));
    QCOMPARE(m_page->heard(u"error"_s).size(), 1);
    QCOMPARE(m_page->answer(BridgeSession::MaxCalls + 1)["code"_L1].toString(), u"UNAVAILABLE"_s);
    kept.front()(QJsonValue(1));
    QTRY_COMPARE(m_page->answer(1)["value"_L1].toInt(), 1);
    m_page->invoke(1000, u"add"_s, QJsonArray{2, 2});
    QTRY_COMPARE(m_page->answer(1000)["value"_L1].toInt(), 4);
}

void TestBridgeSession::eventsReachWhoListens()
{
    m_session->emitEvent(u"news"_s, 1);
    m_page->say({{u"op"_s, u"listen"_s}, {u"id"_s, 1}, {u"event"_s, u"news"_s}});
    m_page->say({{u"op"_s, u"listen"_s}, {u"id"_s, 2}, {u"event"_s, u"other"_s}});
    QCOMPARE(m_page->answer(1)["op"_L1].toString(), u"result"_s);
    QCOMPARE(m_page->answer(2)["code"_L1].toString(), u"FORBIDDEN"_s);
    m_session->emitEvent(u"news"_s, 2);
    m_session->emitEvent(u"other"_s, 3);
    m_page->say({{u"op"_s, u"unlisten"_s}, {u"event"_s, u"news"_s}});
    m_session->emitEvent(u"news"_s, 4);
    const auto events = m_page->heard(u"event"_s);
    QCOMPARE(events.size(), 1);
    QCOMPARE(events[0]["payload"_L1].toInt(), 2);
}

void TestBridgeSession::pageThatTakesNothingInLosesEventsNotUs()
{
    m_page->say({{u"op"_s, u"listen"_s}, {u"id"_s, 1}, {u"event"_s, u"news"_s}});
    const QString big(1024 * 1024, u'x');
    for (int i = 0; i < 20; ++i)
        m_session->emitEvent(u"news"_s, big);
    QVERIFY(m_page->heard(u"event"_s).size() < 12);
    m_page->say({{u"op"_s, u"seen"_s}, {u"chars"_s, 32 * 1024 * 1024}});
    m_session->emitEvent(u"news"_s, u"small"_s);
    QCOMPARE(m_page->heard(u"event"_s).last()["payload"_L1].toString(), u"small"_s);
}

void TestBridgeSession::linkSpeaksTheDialect()
{
    openLink(3);
    QTRY_VERIFY(m_page->frameTypes().contains(u"replay"_s));
    QCOMPARE(m_page->heard(u"open"_s).size(), 1);
    QCOMPARE(m_page->frameTypes().first(), u"hello"_s);
    m_page->say(
        {{u"op"_s, u"send"_s},
         {u"link"_s, 3},
         {u"text"_s, u"{\"type\":\"intent.batch\",\"intents\":[{\"id\":\"it-bridge-1\",\"intent\":\"TODO_CREATE\","
                     "\"payload\":{\"id\":\"t\"},\"meta\":{\"clock\":1}}]}"_s}});
    QTRY_VERIFY(m_page->frameTypes().contains(u"ack"_s));
    m_page->say({{u"op"_s, u"close"_s}, {u"link"_s, 3}});
    QTRY_COMPARE(m_page->heard(u"closed"_s).size(), 1);
    QCOMPARE(m_page->heard(u"closed"_s)[0]["code"_L1].toInt(), 1000);
}

void TestBridgeSession::linkIsWhoTheWindowIs()
{
    openLink(1);
    QTRY_VERIFY(!m_page->heard(u"message"_s).isEmpty());
    // Staff may read this channel, a guest may not.
    m_page->say({{u"op"_s, u"send"_s},
                 {u"link"_s, 1},
                 {u"text"_s, u"{\"type\":\"channel.subscribe\",\"channel\":\"ops.audit\"}"_s}});
    QTRY_VERIFY(m_page->frameTypes().contains(u"channel.ack"_s));
}

void TestBridgeSession::linkElsewhereIsRefusedWithTheLineToAdd()
{
    openLink(1, u"/admin/v1/live"_s);
    QTRY_COMPARE(m_page->heard(u"closed"_s).size(), 1);
    QCOMPARE(m_page->heard(u"closed"_s)[0]["code"_L1].toInt(), 1008);
    QVERIFY(m_page->heard(u"closed"_s)[0]["reason"_L1].toString().contains(u"add the line \"link:/admin/v1/live\""_s));
}

void TestBridgeSession::linksAreBounded()
{
    for (int i = 0; i < 20; ++i)
        openLink(i + 1);
    QCOMPARE(m_page->heard(u"open"_s).size(), qsizetype(PageLinks::MaxLinks));
    QCOMPARE(m_page->heard(u"closed"_s).size(), 20 - qsizetype(PageLinks::MaxLinks));
    QCOMPARE(m_page->heard(u"closed"_s)[0]["reason"_L1].toString(), u"TOO_MANY_LINKS"_s);
}

void TestBridgeSession::pageThatTakesNothingInLosesItsLink()
{
    openLink(1);
    QTRY_VERIFY(m_page->frameTypes().contains(u"replay"_s));
    m_page->say({{u"op"_s, u"listen"_s}, {u"id"_s, 1}, {u"event"_s, u"news"_s}});
    m_session->emitEvent(u"news"_s, QString(qsizetype(BridgeSession::MaxOwedChars), u'x'));
    m_page->say({{u"op"_s, u"send"_s}, {u"link"_s, 1}, {u"text"_s, u"{\"type\":\"ping\"}"_s}});
    QTRY_COMPARE(m_page->heard(u"closed"_s).size(), 1);
    QCOMPARE(m_page->heard(u"closed"_s)[0]["code"_L1].toInt(), 4002);
}

void TestBridgeSession::anotherPageStartsAnew()
{
    openLink(1);
    m_page->say({{u"op"_s, u"listen"_s}, {u"id"_s, 1}, {u"event"_s, u"news"_s}});
    QTRY_VERIFY(m_page->frameTypes().contains(u"replay"_s));
    m_session->reset();
    const qsizetype before = m_page->count();
    m_session->emitEvent(u"news"_s, 1);
    QCOMPARE(m_page->count(), before);
    openLink(1); // the number is free again
    QTRY_COMPARE(m_page->heard(u"open"_s).size(), 2);
}

void TestBridgeSession::nonsenseIsDropped_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("nothing") << QString();
    QTest::newRow("no JSON") << u"hello"_s;
    QTest::newRow("a list") << u"[1]"_s;
    QTest::newRow("an unknown op") << u"{\"op\":\"reboot\"}"_s;
    QTest::newRow("a link that is not open") << u"{\"op\":\"send\",\"link\":9,\"text\":\"x\"}"_s;
    QTest::newRow("closing what is not open") << u"{\"op\":\"close\",\"link\":9}"_s;
    QTest::newRow("negative sizes") << u"{\"op\":\"seen\",\"chars\":-1e300}"_s;
    QTest::newRow("too big") << QString(BridgeSession::MaxMessageChars + 1, u'{');
}

void TestBridgeSession::nonsenseIsDropped()
{
    QFETCH(QString, text);
    m_session->receive(text);
    QCOMPARE(m_page->count(), 0);
    m_page->invoke(1, u"add"_s, QJsonArray{1, 2});
    QTRY_COMPARE(m_page->answer(1)["value"_L1].toInt(), 3);
}

QTEST_GUILESS_MAIN(TestBridgeSession)
#include "tst_bridgesession.moc"
