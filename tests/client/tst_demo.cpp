// SPDX-License-Identifier: MIT
#include "client/browser.h"
#include "client/demopage.h"
#include "support/backendprocess.h"
#include "support/gatewayprocess.h"
#include "support/json.h"
#include "support/waiting.h"
#include "support/wsclient.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QTest>

#include <csignal>

using namespace Tidegate;

namespace {

const QString Left = QStringLiteral("left");
const QString Right = QStringLiteral("right");

} // namespace

#define TRY_EQUAL(actual, expected) QTRY_COMPARE_WITH_TIMEOUT(actual, expected, WaitMs)

//! The demo page as a person uses it, in a real browser, with the real gateway behind it.
class TestDemo : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();

    void pageLoadsWithoutErrors();
    void taskAppearsInBothPanesAndIsAcked();
    void taskIsRenamedCheckedAndDeleted();
    void offlinePaneCatchesUpAndThenSendsItsQueue();
    void queueSurvivesAReload();
    void reloadKeepsTheBoard();
    void restartOfTheGatewayIsSurvived();
    void frozenGatewayIsNoticed();
    void otherHistoryStartsTheBoardOver();
    void longHistoryIsReadInPages();
    void rowsInAnyOrderGiveTheSameBoard();
    void subscribeLimitIsWaitedOut();

    void unansweredWriteIsSentAgainAndStaysOne();
    void rejectedChangeIsRolledBackWithTheReason();
    void rejectedTaskIsShownToItsWriterOnly();
    void failedWriteCanBeRetried();

    void framesAreListedAndBadOnesAnswered();
    void frameLogIsBoundedPausedAndCleared();
    void hostileTitleStaysText();
    void controlsHaveNames();
    void phoneWidthHasNoHorizontalScroll();
    void pageIsReadableInBothThemes();

private:
    bool serve(const QStringList &args = {});
    bool serveWithBackend();
    bool openPage();
    bool keepScreenshot(const QString &name);
    QStringList sorted(const QString &side)
    {
        QStringList list = m_page.tasks(side);
        list.sort();
        return list;
    }

    Browser m_browser;
    DemoPage m_page{m_browser};
    std::unique_ptr<GatewayProcess> m_gateway;
    std::unique_ptr<BackendProcess> m_backend;
};

void TestDemo::initTestCase()
{
    if (Browser::executable().isEmpty()) {
        if (qEnvironmentVariableIsEmpty("CI"))
            QSKIP("Chromium is not installed (package chromium)");
        QFAIL("Chromium is not installed (package chromium)");
    }
    QVERIFY2(m_browser.start(), m_browser.errorText().constData());
}

void TestDemo::init()
{
    m_gateway = std::make_unique<GatewayProcess>();
    m_backend.reset();
}

bool TestDemo::serve(const QStringList &args)
{
    return m_gateway->start(QStringList{QStringLiteral("--dev")} + GatewayProcess::withoutLimits() + args);
}

bool TestDemo::serveWithBackend()
{
    m_backend = std::make_unique<BackendProcess>();
    return m_backend->start() && serve({QStringLiteral("--backend-url"), m_backend->url()});
}

bool TestDemo::openPage()
{
    return m_browser.openTab(m_gateway->url()) && QTest::qWaitFor([this] { return m_page.areBothLive(); }, WaitMs);
}

bool TestDemo::keepScreenshot(const QString &name)
{
    const QByteArray image = m_browser.screenshot();
    const QString folder = qEnvironmentVariable("TIDEGATE_SCREENSHOT_DIR");
    if (folder.isEmpty())
        return image.startsWith("\x89PNG");
    QFile file(QDir(folder).filePath(name + QStringLiteral(".png")));
    return file.open(QIODevice::WriteOnly) && file.write(image) == image.size();
}

void TestDemo::pageLoadsWithoutErrors()
{
    QVERIFY(m_gateway->start({QStringLiteral("--dev")}));
    QVERIFY(openPage());
    TRY_EQUAL(m_browser.evaluate(QStringLiteral("document.getElementById('health').dataset.health")).toString(),
              QStringLiteral("ok"));
    QVERIFY(!m_page.field(Left, QStringLiteral("connection")).isEmpty());
    QVERIFY(m_page.field(Left, QStringLiteral("connection")) != m_page.field(Right, QStringLiteral("connection")));
    QTRY_VERIFY_WITH_TIMEOUT(m_page.field(Left, QStringLiteral("roundtrip")).endsWith(QStringLiteral(" ms")), WaitMs);
    QVERIFY(m_page.field(Left, QStringLiteral("hint")).startsWith(QStringLiteral("No tasks yet")));
    const QString readme = QStringLiteral("fetch('/README.txt').then((r) => r.text()).then((t) => t.slice(0, 10))");
    QCOMPARE(m_browser.evaluate(readme).toString(), QStringLiteral("# Tidegate"));
    QCOMPARE(m_browser.pageErrors(), QStringList());
}

void TestDemo::taskAppearsInBothPanesAndIsAcked()
{
    QVERIFY(serve());
    QVERIFY(openPage());
    m_page.addTask(Left, QStringLiteral("Buy oars"));
    const QStringList expected{QStringLiteral("Buy oars|acked")};
    TRY_EQUAL(m_page.tasks(Left), expected);
    TRY_EQUAL(m_page.tasks(Right), expected);
    TRY_EQUAL(m_page.field(Right, QStringLiteral("cursor")), QStringLiteral("#1"));
    TRY_EQUAL(m_page.field(Left, QStringLiteral("cursor")), QStringLiteral("#1"));
    QCOMPARE(m_browser.pageErrors(), QStringList());
}

void TestDemo::taskIsRenamedCheckedAndDeleted()
{
    QVERIFY(serve());
    QVERIFY(openPage());
    m_page.addTask(Left, QStringLiteral("Buy oars"));
    TRY_EQUAL(m_page.tasks(Right), QStringList{QStringLiteral("Buy oars|acked")});

    QVERIFY(m_page.act(Right, QStringLiteral("Buy oars"), QStringLiteral("rename")));
    m_page.rename(QStringLiteral("Nothing"), QStringLiteral("Escape"));
    QVERIFY(m_page.act(Right, QStringLiteral("Buy oars"), QStringLiteral("rename")));
    m_page.rename(QStringLiteral("Sell oars"), QStringLiteral("Enter"));
    TRY_EQUAL(m_page.tasks(Left), QStringList{QStringLiteral("Sell oars|acked")});

    QVERIFY(m_page.act(Left, QStringLiteral("Sell oars"), QStringLiteral("done")));
    TRY_EQUAL(m_page.tasks(Right), QStringList{QStringLiteral("[x] Sell oars|acked")});

    QVERIFY(m_page.act(Right, QStringLiteral("Sell oars"), QStringLiteral("delete")));
    TRY_EQUAL(m_page.tasks(Left), QStringList());
    TRY_EQUAL(m_page.tasks(Right), QStringList());
    QCOMPARE(m_page.field(Left, QStringLiteral("cursor")), QStringLiteral("#4"));
}

void TestDemo::offlinePaneCatchesUpAndThenSendsItsQueue()
{
    QVERIFY(serve());
    QVERIFY(openPage());
    m_page.addTask(Left, QStringLiteral("Before"));
    TRY_EQUAL(m_page.tasks(Right), QStringList{QStringLiteral("Before|acked")});

    m_page.setOffline(Right, true);
    TRY_EQUAL(m_page.state(Right), QStringLiteral("offline"));
    m_page.addTask(Left, QStringLiteral("From the left"));
    TRY_EQUAL(m_page.tasks(Left), (QStringList{QStringLiteral("From the left|acked"), QStringLiteral("Before|acked")}));
    m_page.addTask(Right, QStringLiteral("From the right"));
    QCOMPARE(m_page.tasks(Right),
             (QStringList{QStringLiteral("From the right|queued"), QStringLiteral("Before|acked")}));
    QCOMPARE(m_page.field(Right, QStringLiteral("waiting")), QStringLiteral("1 queued, 0 pending"));

    m_page.setOffline(Right, false);
    const QStringList all{QStringLiteral("From the right|acked"), QStringLiteral("From the left|acked"),
                          QStringLiteral("Before|acked")};
    TRY_EQUAL(m_page.tasks(Right), all);
    TRY_EQUAL(m_page.tasks(Left), all);
    QCOMPARE(m_page.field(Right, QStringLiteral("replay")), QStringLiteral("replayed 1"));
    QCOMPARE(m_page.field(Left, QStringLiteral("replay")), QString());
    const QString marked =
        QStringLiteral("[...document.querySelectorAll('.replayed')].filter((t) => !t.hidden).map((t) "
                       "=> t.closest('.task').querySelector('.title').textContent).join()");
    QCOMPARE(m_browser.evaluate(marked).toString(), QStringLiteral("From the left"));

    // Replay first, the queue after it.
    QStringList frames = m_page.frames(Right);
    std::reverse(frames.begin(), frames.end());
    QVERIFY(frames.lastIndexOf(QStringLiteral("↓replay")) < frames.indexOf(QStringLiteral("↑intent.batch")));
}

void TestDemo::queueSurvivesAReload()
{
    QVERIFY(serve());
    QVERIFY(openPage());
    m_page.setOffline(Left, true);
    m_page.addTask(Left, QStringLiteral("Written on the train"));
    QCOMPARE(m_page.tasks(Left), QStringList{QStringLiteral("Written on the train|queued")});
    QVERIFY(m_browser.reload());
    TRY_EQUAL(m_page.tasks(Right), QStringList{QStringLiteral("Written on the train|acked")});
    TRY_EQUAL(m_page.tasks(Left), QStringList{QStringLiteral("Written on the train|acked")});
}

void TestDemo::reloadKeepsTheBoard()
{
    QVERIFY(serve());
    QVERIFY(openPage());
    m_page.addTask(Left, QStringLiteral("One"));
    m_page.addTask(Right, QStringLiteral("Two"));
    const QStringList both{QStringLiteral("One|acked"), QStringLiteral("Two|acked")};
    TRY_EQUAL(sorted(Left), both);
    for (int i = 0; i < 2; ++i) {
        QVERIFY(m_browser.reload());
        TRY_EQUAL(sorted(Left), both);
        TRY_EQUAL(sorted(Right), both);
    }
    QVERIFY(m_page.frames(Left).contains(QStringLiteral("↓channel.snapshot")));
}

void TestDemo::restartOfTheGatewayIsSurvived()
{
    QVERIFY(serve());
    m_gateway->setListen(m_gateway->url().authority());
    QVERIFY(openPage());
    m_page.addTask(Left, QStringLiteral("Before"));
    TRY_EQUAL(m_page.tasks(Right), QStringList{QStringLiteral("Before|acked")});
    m_gateway->terminate();
    TRY_EQUAL(m_page.state(Right), QStringLiteral("reconnecting"));
    m_page.addTask(Right, QStringLiteral("In the dark"));
    QVERIFY(m_page.tasks(Right).contains(QStringLiteral("In the dark|queued")));
    QVERIFY(m_gateway->restart());
    const QStringList both{QStringLiteral("In the dark|acked"), QStringLiteral("Before|acked")};
    TRY_EQUAL(m_page.tasks(Right), both);
    TRY_EQUAL(m_page.tasks(Left), both);
}

void TestDemo::frozenGatewayIsNoticed()
{
    QVERIFY(serve());
    QVERIFY(openPage());
    m_gateway->sendSignal(SIGSTOP);
    m_page.addTask(Left, QStringLiteral("Into silence"));
    QCOMPARE(m_page.tasks(Left), QStringList{QStringLiteral("Into silence|pending")});
    // Nothing closes the socket; only the missing pongs tell.
    QTRY_COMPARE_WITH_TIMEOUT(m_page.tasks(Left), QStringList{QStringLiteral("Into silence|queued")}, 2 * WaitMs);
    m_gateway->sendSignal(SIGCONT);
    TRY_EQUAL(m_page.tasks(Left), QStringList{QStringLiteral("Into silence|acked")});
    TRY_EQUAL(m_page.tasks(Right), QStringList{QStringLiteral("Into silence|acked")});
}

void TestDemo::otherHistoryStartsTheBoardOver()
{
    QVERIFY(serve());
    const QString address = m_gateway->url().authority();
    QVERIFY(openPage());
    m_page.addTask(Left, QStringLiteral("Of the old store"));
    TRY_EQUAL(m_page.tasks(Right), QStringList{QStringLiteral("Of the old store|acked")});
    m_gateway = std::make_unique<GatewayProcess>();
    m_gateway->setListen(address);
    QVERIFY(serve());
    TRY_EQUAL(m_page.tasks(Right), QStringList());
    TRY_EQUAL(m_page.tasks(Left), QStringList());
    QVERIFY(m_page.field(Left, QStringLiteral("notice")).contains(QStringLiteral("epoch")));
}

void TestDemo::longHistoryIsReadInPages()
{
    constexpr int TaskCount = 300;
    QVERIFY(serve());
    WsClient writer;
    QVERIFY(writer.join(m_gateway->webSocketUrl(QStringLiteral("role=leader&site=demo"))));
    // More rows than replay and snapshot hold together: the oldest and the newest meet only by reading on.
    for (const QByteArray round : {"1", "2", "3", "4"}) {
        for (int first = 0; first < TaskCount; first += 50) {
            QByteArrayList entries;
            for (int i = first; i < first + 50; ++i) {
                const QByteArray number = QByteArray::number(i);
                entries.append(
                    entry("task-row-" + number + '-' + round, "TODO_UPDATE",
                          R"({"id":"task)" + number + R"(","title":"round )" + round + R"(","done":false})"));
            }
            QVERIFY(!writer.ask(batch(entries), QStringLiteral("ack")).isEmpty());
        }
    }
    const QStringList expected(TaskCount, QStringLiteral("round 4|acked"));
    QVERIFY(openPage());
    QCOMPARE(m_page.tasks(Left), expected);
    QCOMPARE(m_page.field(Left, QStringLiteral("cursor")), QStringLiteral("#1200"));
    for (int i = 0; i < 2; ++i) {
        QVERIFY(m_browser.reload());
        TRY_EQUAL(m_page.areBothLive(), true);
        QCOMPARE(m_page.tasks(Right), expected);
    }
    QCOMPARE(m_browser.pageErrors(), QStringList());
}

void TestDemo::rowsInAnyOrderGiveTheSameBoard()
{
    QVERIFY(serve());
    QVERIFY(openPage());
    const QString script = QStringLiteral(R"(import('/board.js').then(({ Board }) => {
        const row = (logSeq, intent, id, title) => ({ id: `row-${logSeq}`, intent, payload: { id, title }, logSeq });
        const rows = [row(1, 'TODO_CREATE', 'a', 'old'), row(2, 'TODO_CREATE', 'b', 'gone'), row(3, 'TODO_UPDATE', 'a', 'new'),
                      row(4, 'TODO_DELETE', 'b', 'gone'), { id: 'other', intent: 'SOMETHING_ELSE', logSeq: 5 }];
        const shown = (ordered) => {
            const board = new Board('order-test');
            ordered.forEach((each) => board.applyRows([each], 'live'));
            return board.view().map((task) => `${task.title} since ${task.firstSeq}`).join();
        };
        return [shown(rows), shown([...rows].reverse()), shown([...rows, ...rows])];
    }))");
    const QString board = QStringLiteral("new since 1");
    QCOMPARE(m_browser.evaluate(script).toArray(), (QJsonArray{board, board, board}));
}

void TestDemo::subscribeLimitIsWaitedOut()
{
    QVERIFY(serve({QStringLiteral("--ssma-subscribe-max=1"), QStringLiteral("--ssma-subscribe-window=3s")}));
    QVERIFY(openPage());
    QVERIFY(m_page.frames(Left).count(QStringLiteral("↓channel.ack")) +
                m_page.frames(Right).count(QStringLiteral("↓channel.ack")) >
            2);
    QCOMPARE(m_page.field(Left, QStringLiteral("notice")), QString());
    QCOMPARE(m_page.field(Right, QStringLiteral("notice")), QString());
}

void TestDemo::unansweredWriteIsSentAgainAndStaysOne()
{
    QVERIFY(serve());
    QVERIFY(openPage());
    m_gateway->sendSignal(SIGSTOP);
    m_page.addTask(Left, QStringLiteral("Slow"));
    QCOMPARE(m_page.tasks(Left), QStringList{QStringLiteral("Slow|pending")});
    m_page.setOffline(Left, true);
    QCOMPARE(m_page.tasks(Left), QStringList{QStringLiteral("Slow|queued")});
    m_page.setOffline(Left, false);
    m_gateway->sendSignal(SIGCONT);
    // The first copy waits in the old socket, so the gateway gets both.
    const QStringList expected{QStringLiteral("Slow|acked")};
    TRY_EQUAL(m_page.tasks(Left), expected);
    TRY_EQUAL(m_page.tasks(Right), expected);
    TRY_EQUAL(m_page.state(Left), QStringLiteral("live"));
    QCOMPARE(m_page.field(Left, QStringLiteral("cursor")), QStringLiteral("#1"));
    QCOMPARE(m_page.field(Left, QStringLiteral("waiting")), QStringLiteral("0 queued, 0 pending"));
}

void TestDemo::rejectedChangeIsRolledBackWithTheReason()
{
    QVERIFY(serveWithBackend());
    m_backend->setBehaviour(QStringLiteral("TODO_UPDATE"),
                            {{QStringLiteral("status"), QStringLiteral("rejected")},
                             {QStringLiteral("code"), QStringLiteral("LOCKED")},
                             {QStringLiteral("message"), QStringLiteral("It is locked")}});
    QVERIFY(openPage());
    m_page.addTask(Left, QStringLiteral("Fixed"));
    TRY_EQUAL(m_page.tasks(Left), QStringList{QStringLiteral("Fixed|acked")});
    QVERIFY(m_page.act(Left, QStringLiteral("Fixed"), QStringLiteral("rename")));
    m_page.rename(QStringLiteral("Changed"), QStringLiteral("Enter"));
    TRY_EQUAL(m_page.tasks(Left), QStringList{QStringLiteral("Fixed|rejected")});
    TRY_EQUAL(m_browser.evaluate(QStringLiteral("document.querySelector('.reason').innerText")).toString(),
              QStringLiteral("It is locked"));
    QCOMPARE(m_page.tasks(Right), QStringList{QStringLiteral("Fixed|acked")});
    QVERIFY(m_page.act(Left, QStringLiteral("Fixed"), QStringLiteral("dismiss")));
    QCOMPARE(m_page.tasks(Left), QStringList{QStringLiteral("Fixed|acked")});
}

void TestDemo::rejectedTaskIsShownToItsWriterOnly()
{
    QVERIFY(serveWithBackend());
    m_backend->setBehaviour(QStringLiteral("TODO_CREATE"),
                            {{QStringLiteral("status"), QStringLiteral("rejected")},
                             {QStringLiteral("message"), QStringLiteral("Board is full")}});
    QVERIFY(openPage());
    m_page.addTask(Left, QStringLiteral("One too many"));
    TRY_EQUAL(m_browser.evaluate(QStringLiteral("document.querySelector('.reason')?.innerText")).toString(),
              QStringLiteral("Board is full"));
    QCOMPARE(m_page.tasks(Left), QStringList{QStringLiteral("One too many|rejected")});
    QCOMPARE(m_page.tasks(Right), QStringList());
    QVERIFY(m_page.act(Left, QStringLiteral("One too many"), QStringLiteral("dismiss")));
    QCOMPARE(m_page.tasks(Left), QStringList());
}

void TestDemo::failedWriteCanBeRetried()
{
    QVERIFY(serveWithBackend());
    m_backend->setBehaviour(QStringLiteral("TODO_CREATE"), {{QStringLiteral("httpStatus"), 500}});
    QVERIFY(openPage());
    m_page.addTask(Left, QStringLiteral("Stubborn"));
    TRY_EQUAL(m_page.tasks(Left), QStringList{QStringLiteral("Stubborn|failed")});
    QCOMPARE(m_page.tasks(Right), QStringList());
    m_backend->reset();
    QVERIFY(m_page.act(Left, QStringLiteral("Stubborn"), QStringLiteral("retry")));
    TRY_EQUAL(m_page.tasks(Left), QStringList{QStringLiteral("Stubborn|acked")});
    TRY_EQUAL(m_page.tasks(Right), QStringList{QStringLiteral("Stubborn|acked")});
}

void TestDemo::framesAreListedAndBadOnesAnswered()
{
    QVERIFY(serve());
    QVERIFY(openPage());
    QCOMPARE(m_page.frames(Left),
             (QStringList{QStringLiteral("↓channel.snapshot"), QStringLiteral("↓channel.ack"),
                          QStringLiteral("↑channel.subscribe"), QStringLiteral("↓replay"), QStringLiteral("↓hello")}));
    QVERIFY(m_browser.click(QStringLiteral("[data-side=left] [data-action=bad-frame]")));
    TRY_EQUAL(m_page.frames(Left).first(), QStringLiteral("↓error"));
    QVERIFY(m_page.field(Left, QStringLiteral("notice")).startsWith(QStringLiteral("INVALID_CONTRACT")));
    QVERIFY(m_browser.click(QStringLiteral("[data-side=left] .frame summary")));
    TRY_EQUAL(m_browser
                  .evaluate(QStringLiteral("document.querySelector('.frame pre').innerText"
                                           ".includes('\\n  \"code\": \"INVALID_CONTRACT\"')"))
                  .toBool(),
              true);
    QCOMPARE(m_page.state(Left), QStringLiteral("live"));
}

void TestDemo::frameLogIsBoundedPausedAndCleared()
{
    QVERIFY(serve());
    QVERIFY(openPage());
    const auto click = [this](const char *action) {
        return m_browser.click(QStringLiteral("[data-side=left] [data-action=%1]").arg(QLatin1StringView(action)));
    };
    QVERIFY(click("clear"));
    QCOMPARE(m_page.frames(Left), QStringList());
    QVERIFY(click("pause"));
    m_page.addTask(Left, QStringLiteral("Unseen"));
    TRY_EQUAL(m_page.tasks(Right), QStringList{QStringLiteral("Unseen|acked")});
    QCOMPARE(m_page.frames(Left), QStringList());
    QVERIFY(click("pause"));
    TRY_EQUAL(m_page.frames(Left).last(), QStringLiteral("↑intent.batch"));

    m_browser.evaluate(QStringLiteral("(() => { const form = document.querySelector('[data-side=left] .add');"
                                      "for (let i = 0; i < 150; ++i) {"
                                      "form.elements.title.value = `Task ${i}`; form.requestSubmit(); } })()"));
    TRY_EQUAL(m_page.tasks(Left).filter(QStringLiteral("|acked")).size(), 151);
    QCOMPARE(m_page.frames(Left).size(), 200);
}

void TestDemo::hostileTitleStaysText()
{
    QVERIFY(serve());
    QVERIFY(openPage());
    const QString title = QStringLiteral("<img src=x onerror=\"document.title='owned'\"> 🌊 \u202eebb & flow");
    m_page.addTask(Left, title);
    TRY_EQUAL(m_page.tasks(Right), QStringList{title + QStringLiteral("|acked")});
    QCOMPARE(m_browser.evaluate(QStringLiteral("document.querySelectorAll('main img').length")).toInt(), 0);
    QVERIFY(m_browser.evaluate(QStringLiteral("document.title")).toString().startsWith(QStringLiteral("Tidegate")));
    QCOMPARE(m_browser.pageErrors(), QStringList());
}

void TestDemo::controlsHaveNames()
{
    QVERIFY(serve());
    QVERIFY(openPage());
    m_page.addTask(Left, QStringLiteral("Read me aloud"));
    TRY_EQUAL(m_page.tasks(Right), QStringList{QStringLiteral("Read me aloud|acked")});
    const QJsonArray nodes =
        m_browser.call(QStringLiteral("Accessibility.getFullAXTree")).value(QStringLiteral("nodes")).toArray();
    const QStringList roles{QStringLiteral("button"), QStringLiteral("textbox"), QStringLiteral("checkbox"),
                            QStringLiteral("switch"), QStringLiteral("region"),  QStringLiteral("link")};
    int controls = 0;
    for (const QJsonValue &node : nodes) {
        if (node[QStringLiteral("ignored")].toBool() ||
            !roles.contains(node[QStringLiteral("role")][QStringLiteral("value")].toString()))
            continue;
        ++controls;
        QVERIFY2(!node[QStringLiteral("name")][QStringLiteral("value")].toString().isEmpty(),
                 QJsonDocument(node.toObject()).toJson().constData());
    }
    QVERIFY(controls > 20);
}

void TestDemo::phoneWidthHasNoHorizontalScroll()
{
    QVERIFY(serve());
    QVERIFY(openPage());
    m_browser.setWindow(360, 740, true);
    m_page.addTask(Left, QString(150, u'W'));
    TRY_EQUAL(m_page.taskCount(Right), 1);
    QVERIFY(m_browser.click(QStringLiteral("[data-side=left] .frame summary")));
    const QString width = QStringLiteral("document.documentElement.scrollWidth");
    QCOMPARE(m_browser.evaluate(width).toInt(), 360);
    QCOMPARE(m_browser
                 .evaluate(QStringLiteral("document.querySelector('.board').scrollWidth <= "
                                          "document.querySelector('.board').clientWidth"))
                 .toBool(),
             true);
    m_browser.evaluate(QStringLiteral("document.querySelector('.try').open = true"));
    QCOMPARE(m_browser.evaluate(width).toInt(), 360);
    QVERIFY(keepScreenshot(QStringLiteral("demo-phone")));
}

void TestDemo::pageIsReadableInBothThemes()
{
    QVERIFY(serve());
    QVERIFY(openPage());
    for (const char *title : {"Check the moorings", "Order new rope", "Paint the gate"})
        m_page.addTask(Left, QString::fromLatin1(title));
    m_page.act(Left, QStringLiteral("Check the moorings"), QStringLiteral("done"));
    m_page.setOffline(Right, true);
    m_page.addTask(Left, QStringLiteral("Read the tide table"));
    TRY_EQUAL(m_page.tasks(Left).filter(QStringLiteral("|acked")).size(), 4);
    m_page.setOffline(Right, false);
    TRY_EQUAL(m_page.tasks(Right), m_page.tasks(Left));
    m_page.setOffline(Left, true);
    m_page.addTask(Left, QStringLiteral("Call the harbour master"));

    QStringList grounds;
    for (const QString &scheme : {QStringLiteral("light"), QStringLiteral("dark")}) {
        m_browser.setColorScheme(scheme);
        grounds.append(
            m_browser.evaluate(QStringLiteral("getComputedStyle(document.body).backgroundColor")).toString());
        QVERIFY(keepScreenshot(QStringLiteral("demo-") + scheme));
    }
    QVERIFY(grounds[0] != grounds[1]);
}

QTEST_GUILESS_MAIN(TestDemo)
#include "tst_demo.moc"
