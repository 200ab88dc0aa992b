// SPDX-License-Identifier: MIT
// A page in a real web engine and what reaches it: the bridge, the local endpoint, and what must not.

#include "app/embedding.h"
#include "app/gateway.h"
#include "desktop/display.h"
#include "desktop/shell/shellwindow.h"
#include "desktop/site.h"
#include "transport/certificate.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QQuickItem>
#include <QQuickWindow>
#include <QSignalSpy>
#include <QTemporaryDir>

using namespace Tidegate;
using namespace Tidegate::Desktop;
using namespace Qt::StringLiterals;

namespace {

constexpr int PageMs = 60'000; //!< a web engine on a busy machine without a graphics card takes its time

constexpr auto Rules = R"({"capabilities": [
    {"name": "all", "windows": ["*"], "allow": ["command:report", "event:news", "command:shared"]},
    {"name": "main", "windows": ["main"], "allow": ["command:slow", "link:/optimistic/ws", "command:only.main"],
     "deny": ["command:denied"]}]})";

//! What every page of these tests has: report(name, value), and steps that report what they throw.
constexpr auto Prelude = R"(<!DOCTYPE html><meta charset="utf-8"><title>page</title><script>
    const report = (name, value) => tidegate.invoke("report", [name, value === undefined ? null : value]);
    const attempt = (name, work) => work().then(value => report(name, value),
        error => report(name, {error: error.code || error.name, message: error.message}));
    const until = (target, event) => new Promise(done => target.addEventListener(event, done, {once: true}));
</script>)";

} // namespace

class TestWebPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanup();
    void pageConnectsThroughTheBridge();
    void pageConnectsThroughTheLocalEndpoint();
    void withoutLocalEndpointNoPortIsOpen();
    void refusalsReachThePageWithTheLineToAdd();
    void twoWindowsHaveDifferentRights();
    void framesInThePageGetNothing();
    void foreignScriptsCannotForgeTheHandshake();
    void httpsFrontendHasTheBridgeToo();
    void pageStaysWithinItsOrigin();
    void filesOutsideTheFolderAreNotServed();
    void windowClosedMidRequestEndsItsLink();
    void reloadStartsAnew();
    void eventsAreSentToTheWindowTheyAreFor();
    void brokenAddressShowsANotice();

private:
    //! Writes a page of tidegate://app/ with the prelude in front.
    void setFile(const QString &name, const QByteArray &content, bool hasPrelude = true)
    {
        QFile file(m_site.filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write((hasPrelude ? QByteArray(Prelude) : QByteArray()) + content);
    }
    void startShell(bool hasLocalEndpoint = false);
    void open(const QString &path = u"/"_s, const QString &window = u"main"_s)
    {
        open(QUrl(u"tidegate://app"_s + path), window);
    }
    void open(const QUrl &url, const QString &window = u"main"_s)
    {
        WindowOptions options;
        options.name = window;
        options.page = url;
        const auto opened = m_shell->openWindow(options);
        QVERIFY2(opened, opened ? "" : qPrintable(opened.error().text));
    }
    //! Waits for what the page reports under this name; undefined if it does not.
    QJsonValue reported(const QString &name)
    {
        [&] { QTRY_VERIFY2_WITH_TIMEOUT(m_reports.contains(name), qPrintable(name), PageMs); }();
        return m_reports.value(name, QJsonValue(QJsonValue::Undefined));
    }
    QQuickItem *view(const QString &window = u"main"_s) const
    {
        auto *pane = m_shell->window(window)->window()->property("frontend").value<QQuickItem *>();
        return pane ? pane->property("view").value<QQuickItem *>() : nullptr;
    }

    QTemporaryDir m_data;
    QTemporaryDir m_root;
    QDir m_site;
    QHash<QString, QJsonValue> m_reports;
    QStringList m_reporters;
    std::optional<Responder<QJsonValue>> m_slow;
    std::unique_ptr<Shell> m_shell;
};

void TestWebPage::initTestCase()
{
    QDir(m_root.path()).mkdir(u"site"_s);
    m_site = QDir(m_root.filePath(u"site"_s));
}

void TestWebPage::startShell(bool hasLocalEndpoint)
{
    ShellConfig config;
    config.id = u"tst-web"_s;
    config.gateway = embeddedConfig(m_data.path());
    config.webFolder = m_site.path();
    config.hasTray = false;
    config.hasLocalEndpoint = hasLocalEndpoint;
    config.capabilities = *Capabilities::parse(Rules, u"caps.json"_s);
    m_shell = std::make_unique<Shell>(std::move(config));
    m_shell->commands().add(u"report"_s, [this](const CommandCall &call) -> Result<QJsonValue> {
        m_reports.insert(call.args[0].toString(), call.args[1]);
        m_reporters.append(call.window);
        return QJsonValue(true);
    });
    m_shell->commands().add(u"shared"_s,
                            [](const CommandCall &call) -> Result<QJsonValue> { return QJsonValue(call.window); });
    m_shell->commands().add(u"only.main"_s,
                            [](const CommandCall &call) -> Result<QJsonValue> { return QJsonValue(call.window); });
    m_shell->commands().addAsync(
        u"slow"_s, [this](const CommandCall &, const Responder<QJsonValue> &respond) { m_slow = respond; });
    QVERIFY(m_shell->start());
}

void TestWebPage::cleanup()
{
    m_shell.reset();
    m_slow.reset();
    m_reports.clear();
    m_reporters.clear();
}

void TestWebPage::pageConnectsThroughTheBridge()
{
    setFile(u"index.html"_s, R"(<script>
        attempt("bridge", async () => {
            const frames = [];
            const link = tidegate.connect();
            link.addEventListener("message", event => frames.push(JSON.parse(event.data)));
            await until(link, "open");
            const got = type => new Promise(done => {
                const look = () => { const frame = frames.find(f => f.type === type); if (frame) done(frame); else setTimeout(look, 5); };
                look();
            });
            await got("hello");
            link.send(JSON.stringify({type: "channel.subscribe", channel: "global"}));
            await got("channel.snapshot");
            link.send(JSON.stringify({type: "intent.batch", intents: [{id: "it-page-0001", intent: "TODO_CREATE",
                payload: {id: "t", title: "ümläut"}, meta: {clock: 1, channels: ["global"]}}]}));
            const ack = await got("ack");
            const live = await got("channel.invalidate");
            link.close();
            const closed = await until(link, "close");
            return {status: ack.intents[0].status, title: live.intents[0].payload.title, code: closed.code,
                    state: link.readyState, sees: Object.keys(window.__TIDEGATE__).sort()};
        });
    </script>)");
    startShell();
    open();
    const QJsonValue bridge = reported(u"bridge"_s);
    QCOMPARE(bridge["status"_L1].toString(), u"acked"_s);
    QCOMPARE(bridge["title"_L1].toString(), u"ümläut"_s);
    QCOMPARE(bridge["code"_L1].toInt(), 1000);
    QCOMPARE(bridge["state"_L1].toInt(), 3);
    QCOMPARE(bridge["sees"_L1].toArray(), (QJsonArray{u"version"_s, u"window"_s}));
}

void TestWebPage::pageConnectsThroughTheLocalEndpoint()
{
    setFile(u"index.html"_s, R"(<script>
        attempt("socket", async () => {
            const socket = new WebSocket(__TIDEGATE__.ws + "?role=leader&subprotocol=1.0.0");
            const first = until(socket, "message");
            await until(socket, "open");
            return JSON.parse((await first).data).type;
        });
        attempt("stream", async () => {
            const stream = new EventSource(__TIDEGATE__.sse);
            return (await until(stream, "ready")).type;
        });
        attempt("stranger", async () => {
            const socket = new WebSocket(new URL("/optimistic/ws?role=leader", __TIDEGATE__.ws));
            return (await until(socket, "error")).type;
        });
        attempt("http", async () => (await fetch(__TIDEGATE__.http + "/health")).status);
    </script>)");
    startShell(true);
    open();
    QCOMPARE(reported(u"socket"_s).toString(), u"hello"_s);
    QCOMPARE(reported(u"stream"_s).toString(), u"ready"_s);
    QCOMPARE(reported(u"stranger"_s).toString(), u"error"_s);
    QCOMPARE(reported(u"http"_s).toInt(), 200);
}

void TestWebPage::withoutLocalEndpointNoPortIsOpen()
{
    setFile(u"index.html"_s, R"(<script>report("info", __TIDEGATE__);</script>)");
    startShell();
    open();
    QCOMPARE(reported(u"info"_s)["window"_L1].toString(), u"main"_s);
    QVERIFY(reported(u"info"_s)["ws"_L1].isUndefined());
    QVERIFY(m_shell->gateway().ports().isEmpty());
}

void TestWebPage::refusalsReachThePageWithTheLineToAdd()
{
    setFile(u"index.html"_s, R"(<script>
        attempt("denied", () => tidegate.invoke("denied"));
        attempt("unlisted", () => tidegate.invoke("app.quit"));
        attempt("event", () => tidegate.listen("secrets", () => {}));
        attempt("link", async () => {
            const closed = await until(tidegate.connect("/admin/v1/live"), "close");
            return {code: closed.code, reason: closed.reason};
        });
    </script>)");
    startShell();
    QSignalSpy refused(m_shell.get(), &Shell::refused);
    open();
    QCOMPARE(reported(u"denied"_s)["error"_L1].toString(), u"FORBIDDEN"_s);
    QVERIFY(reported(u"denied"_s)["message"_L1].toString().contains(
        u"rule \"command:denied\" in \"deny\" of capability \"main\" forbids it"_s));
    QVERIFY(reported(u"unlisted"_s)["message"_L1].toString().contains(u"add the line \"command:app.quit\""_s));
    QVERIFY(reported(u"event"_s)["message"_L1].toString().contains(u"add the line \"event:secrets\""_s));
    QCOMPARE(reported(u"link"_s)["code"_L1].toInt(), 1008);
    QVERIFY(reported(u"link"_s)["reason"_L1].toString().contains(u"add the line \"link:/admin/v1/live\""_s));
    QCOMPARE(refused.size(), 4);
}

void TestWebPage::twoWindowsHaveDifferentRights()
{
    setFile(u"index.html"_s, R"(<script>
        const mine = __TIDEGATE__.window;
        attempt(mine + ".shared", () => tidegate.invoke("shared"));
        attempt(mine + ".only", () => tidegate.invoke("only.main"));
    </script>)");
    startShell();
    open(u"/"_s, u"main"_s);
    open(u"/"_s, u"other"_s);
    QCOMPARE(reported(u"main.shared"_s).toString(), u"main"_s);
    QCOMPARE(reported(u"other.shared"_s).toString(), u"other"_s);
    QCOMPARE(reported(u"main.only"_s).toString(), u"main"_s);
    QCOMPARE(reported(u"other.only"_s)["error"_L1].toString(), u"FORBIDDEN"_s);
}

//! What a frame finds of the bridge, told to whoever is around it.
static const QByteArray Spy = R"(<script>
    const found = ["tidegate", "__TIDEGATE__", "qt", "QWebChannel"].filter(name => {
        try { return typeof window[name] !== "undefined"; } catch { return true; }
    });
    const line = new MessageChannel();
    line.port1.onmessage = event => parent.postMessage({frame: "NAME", heard: event.data}, "*");
    line.port1.postMessage(JSON.stringify({op: "invoke", id: 1, command: "report", args: ["forged", "NAME"]}));
    parent.postMessage("tidegate:bridge", "*", [line.port2]);
    parent.postMessage({frame: "NAME", found}, "*");
</script>)";

void TestWebPage::framesInThePageGetNothing()
{
    Site foreign;
    foreign.setPage("/", QByteArray(Spy).replace("NAME", "foreign"));
    setFile(u"frame.html"_s, QByteArray(Spy).replace("NAME", "same"), false);
    setFile(u"index.html"_s, R"(<script>
        const told = {};
        addEventListener("message", event => {
            if (!event.data || !event.data.frame) return;
            told[event.data.frame] = event.data.found;
            if (Object.keys(told).length === 3) report("frames", told);
        });
    </script>
    <iframe src="frame.html"></iframe>
    <iframe src="boxed.html" sandbox="allow-scripts"></iframe>
    <iframe src=")" + foreign.url().toString().toUtf8() +
                                 R"("></iframe>)");
    setFile(u"boxed.html"_s, QByteArray(Spy).replace("NAME", "boxed"), false);
    startShell();
    open();
    const QJsonObject frames = reported(u"frames"_s).toObject();
    QCOMPARE(frames.keys(), (QStringList{u"boxed"_s, u"foreign"_s, u"same"_s}));
    for (const QString &frame : frames.keys())
        QVERIFY2(frames[frame].toArray().isEmpty(), qPrintable(frame));
    QVERIFY(!m_reports.contains(u"forged"_s));
}

void TestWebPage::foreignScriptsCannotForgeTheHandshake()
{
    // A frame of another origin speaks the relay's words from the first moment on, again and again; the page's own
    // bridge works all the same, and nothing of the frame arrives.
    Site foreign;
    foreign.setPage("/", R"(<script>
        for (let i = 0; i < 50; ++i) {
            const line = new MessageChannel();
            line.port1.postMessage(JSON.stringify({op: "invoke", id: 1, command: "report", args: ["forged", i]}));
            parent.postMessage("tidegate:bridge", "*", [line.port2]);
        }
        parent.postMessage("done", "*");
    </script>)");
    setFile(u"index.html"_s, R"(<iframe src=")" + foreign.url().toString().toUtf8() + R"("></iframe><script>
        addEventListener("message", event => { if (event.data === "done") report("done", 1); });
    </script>)");
    startShell();
    open();
    QCOMPARE(reported(u"done"_s).toInt(), 1);
    QVERIFY(!m_reports.contains(u"forged"_s));
}

void TestWebPage::httpsFrontendHasTheBridgeToo()
{
    const Certificate certificate;
    QVERIFY(certificate.isValid());
    Site site(certificate.certificateFile(), certificate.keyFile());
    site.setPage("/", QByteArray(Prelude) + R"(<script>
        report("https", {window: __TIDEGATE__.window, origin: location.origin});
        attempt("socket", async () => {
            const socket = new WebSocket(__TIDEGATE__.ws + "?role=leader&subprotocol=1.0.0");
            return JSON.parse((await until(socket, "message")).data).type;
        });
    </script>)");
    startShell(true);
    open(site.url());
    QCOMPARE(reported(u"https"_s)["window"_L1].toString(), u"main"_s);
    QCOMPARE(reported(u"https"_s)["origin"_L1].toString() + u'/', site.url().toString());
    QCOMPARE(reported(u"socket"_s).toString(), u"hello"_s);
}

void TestWebPage::pageStaysWithinItsOrigin()
{
    Site foreign;
    foreign.setPage("/", R"(<title>foreign</title>)");
    setFile(u"index.html"_s, R"(<script>
        addEventListener("load", async () => {
            location.href = ")" + foreign.url().toString().toUtf8() +
                                 R"(";
            setTimeout(() => { location.href = "second.html"; }, 100);
        });
    </script>)");
    setFile(u"second.html"_s, R"(<title>second</title><script>report("second", location.href);</script>)");
    startShell();
    open();
    QCOMPARE(reported(u"second"_s).toString(), u"tidegate://app/second.html"_s);
    QCOMPARE(view()->property("url").toUrl(), QUrl(u"tidegate://app/second.html"_s));
}

void TestWebPage::filesOutsideTheFolderAreNotServed()
{
    QFile secret(m_root.filePath(u"secret.txt"_s));
    QVERIFY(secret.open(QIODevice::WriteOnly));
    secret.write("secret");
    secret.close();
    QFile::link(secret.fileName(), m_site.filePath(u"link.txt"_s));
    setFile(u"inside.txt"_s, "inside", false);
    setFile(u"index.html"_s, R"(<script>
        const load = path => new Promise(done => {
            const request = new XMLHttpRequest();
            request.onload = () => done(request.responseText);
            request.onerror = () => done("refused");
            request.open("GET", path);
            request.send();
        });
        (async () => {
            const answers = [];
            for (const path of ["inside.txt", "link.txt", "..%2fsecret.txt", "%2e%2e/secret.txt", "//etc/passwd",
                                "tidegate://other/inside.txt", "file:///etc/passwd", "", "missing.txt"])
                answers.push(await load(path));
            report("files", answers.map(text => text.startsWith("<!DOCTYPE") ? "index" : text));
        })();
    </script>)");
    startShell();
    open();
    const QJsonArray files = reported(u"files"_s).toArray();
    QCOMPARE(files.size(), 9);
    QCOMPARE(files[0].toString(), u"inside"_s);
    for (const int i : {1, 2, 3, 4, 5, 6, 8})
        QVERIFY2(files[i].toString() == u"refused"_s, qPrintable(u"%1: %2"_s.arg(i).arg(files[i].toString())));
    QCOMPARE(files[7].toString(), u"index"_s);
}

void TestWebPage::windowClosedMidRequestEndsItsLink()
{
    setFile(u"index.html"_s, R"(<script>
        const link = tidegate.connect();
        link.onopen = () => { tidegate.invoke("slow"); report("waiting", 1); };
    </script>)");
    startShell();
    open();
    open(u"/second.html"_s, u"other"_s); // keeps the shell alive
    reported(u"waiting"_s);
    QTRY_VERIFY_WITH_TIMEOUT(m_slow, PageMs);
    m_shell->window(u"main"_s)->window()->close();
    QTRY_COMPARE(m_shell->windowNames(), QStringList{u"other"_s});
    (*m_slow)(QJsonValue(1));
    const auto port = m_shell->gateway().makeAdminPort();
    QObject context;
    int links = -1;
    const auto ask = [&] {
        Admin::PageRequest request;
        request.resource = u"links"_s;
        port->fetchPage(request, &context, [&](const Result<Admin::Page> &page) {
            if (page)
                links = int(page->rows.size());
        });
        return links == 0;
    };
    QTRY_VERIFY(ask());
}

void TestWebPage::reloadStartsAnew()
{
    setFile(u"index.html"_s, R"(<script>
        (async () => {
            const loads = Number(sessionStorage.getItem("loads") || 0) + 1;
            sessionStorage.setItem("loads", loads);
            await tidegate.listen("news", payload => report("news" + loads, payload));
            await report("loaded", loads);
            if (loads === 1) location.reload();
        })();
    </script>)");
    startShell();
    open();
    QTRY_COMPARE_WITH_TIMEOUT(m_reports.value(u"loaded"_s).toInt(), 2, PageMs);
    m_shell->emitEvent(u"news"_s, u"x"_s);
    QCOMPARE(reported(u"news2"_s).toString(), u"x"_s);
    QVERIFY(!m_reports.contains(u"news1"_s));
}

void TestWebPage::eventsAreSentToTheWindowTheyAreFor()
{
    setFile(u"index.html"_s, R"(<script>
        (async () => {
            let count = 0;
            const mine = __TIDEGATE__.window;
            const end = await tidegate.listen("news", payload => report(mine + "." + payload, ++count));
            const twice = await tidegate.listen("news", payload => report(mine + ".twice." + payload, 1));
            twice();
            report(mine + ".ready", 1);
        })();
    </script>)");
    startShell();
    open(u"/"_s, u"a"_s);
    open(u"/"_s, u"b"_s);
    reported(u"a.ready"_s);
    reported(u"b.ready"_s);
    m_shell->emitEvent(u"news"_s, u"forB"_s, u"b"_s);
    m_shell->emitEvent(u"news"_s, u"forAll"_s);
    QCOMPARE(reported(u"b.forB"_s).toInt(), 1);
    QCOMPARE(reported(u"b.forAll"_s).toInt(), 2);
    QCOMPARE(reported(u"a.forAll"_s).toInt(), 1);
    QVERIFY(!m_reports.contains(u"a.forB"_s));
    QVERIFY(!m_reports.contains(u"b.twice.forAll"_s));
}

void TestWebPage::brokenAddressShowsANotice()
{
    startShell();
    open(u"/not-there.html"_s);
    auto *pane = m_shell->window(u"main"_s)->window()->property("frontend").value<QQuickItem *>();
    QVERIFY(pane);
    QTRY_VERIFY_WITH_TIMEOUT(pane->property("problem").toString().contains(u"not-there.html"_s), PageMs);
}

int main(int argc, char **argv)
{
    VirtualDisplay display;
    if (!display.start()) {
        qCritical("Xvfb did not start: install the package xvfb");
        return 1;
    }
    qputenv("QTWEBENGINE_CHROMIUM_FLAGS", "--ignore-certificate-errors --disable-gpu");
    Shell::prepare();
    QApplication app(argc, argv);
    TestWebPage test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_webpage.moc"
