// SPDX-License-Identifier: MIT
#include "client/browser.h"

#include "support/waiting.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTest>

namespace Tidegate {

namespace {

QJsonObject keyEvent(const QString &type, const QString &key)
{
    static const QHash<QString, int> codes{{QStringLiteral("Enter"), 13},
                                           {QStringLiteral("Escape"), 27},
                                           {QStringLiteral("Tab"), 9},
                                           {QStringLiteral(" "), 32}};
    QJsonObject event{{QStringLiteral("type"), type},
                      {QStringLiteral("key"), key},
                      {QStringLiteral("code"), key == QStringLiteral(" ") ? QStringLiteral("Space") : key},
                      {QStringLiteral("windowsVirtualKeyCode"), codes.value(key)}};
    // Without its text a key does not submit a form or tick a box.
    if (key == QStringLiteral("Enter"))
        event.insert(QStringLiteral("text"), QStringLiteral("\r"));
    if (key == QStringLiteral(" "))
        event.insert(QStringLiteral("text"), key);
    return event;
}

QString errorOf(const QString &method, const QJsonObject &params)
{
    if (method == QStringLiteral("Runtime.exceptionThrown"))
        return params[QStringLiteral("exceptionDetails")][QStringLiteral("exception")][QStringLiteral("description")]
            .toString(QStringLiteral("exception"));
    if (method == QStringLiteral("Runtime.consoleAPICalled") &&
        params[QStringLiteral("type")] == QStringLiteral("error"))
        return QString::fromUtf8(QJsonDocument(params[QStringLiteral("args")].toArray()).toJson());
    const QJsonValue entry = params[QStringLiteral("entry")];
    if (method == QStringLiteral("Log.entryAdded") && entry[QStringLiteral("level")] == QStringLiteral("error"))
        return entry[QStringLiteral("text")].toString() + u' ' + entry[QStringLiteral("url")].toString();
    return {};
}

} // namespace

Browser::Browser()
{
    QObject::connect(&m_socket, &QWebSocket::textMessageReceived, &m_socket,
                     [this](const QString &text) { received(QJsonDocument::fromJson(text.toUtf8()).object()); });
}

Browser::~Browser()
{
    // Asked to close, it ends its children first; they would write into the profile folder while that is removed.
    m_sessionId.clear();
    if (m_socket.state() == QAbstractSocket::ConnectedState)
        call(QStringLiteral("Browser.close"));
    else
        m_process.kill();
    if (!m_process.waitForFinished(WaitMs))
        m_process.kill();
    m_process.waitForFinished();
}

QString Browser::executable()
{
    return QStandardPaths::findExecutable(QStringLiteral("chromium"));
}

bool Browser::start()
{
    m_process.setProgram(executable());
    m_process.setArguments(
        {QStringLiteral("--headless=new"), QStringLiteral("--no-sandbox"), QStringLiteral("--disable-gpu"),
         QStringLiteral("--disable-dev-shm-usage"), QStringLiteral("--disable-quic"), QStringLiteral("--no-first-run"),
         QStringLiteral("--disable-background-networking"), QStringLiteral("--disable-component-update"),
         QStringLiteral("--disable-sync"), QStringLiteral("--no-proxy-server"), QStringLiteral("--hide-scrollbars"),
         QStringLiteral("--remote-debugging-port=0"), QStringLiteral("--user-data-dir=") + m_profile.path(),
         QStringLiteral("about:blank")});
    m_process.start();
    if (!QTest::qWaitFor([this] { return findDevToolsUrl(); }, 2 * WaitMs))
        return false;
    m_socket.open(QUrl(m_devToolsUrl));
    return QTest::qWaitFor([this] { return m_socket.state() == QAbstractSocket::ConnectedState; }, WaitMs);
}

bool Browser::findDevToolsUrl()
{
    m_errorText += m_process.readAllStandardError();
    static const QRegularExpression pattern(QStringLiteral("DevTools listening on (ws://\\S+)\\s"));
    m_devToolsUrl = pattern.match(QString::fromUtf8(m_errorText)).captured(1);
    return !m_devToolsUrl.isEmpty();
}

bool Browser::openTab(const QUrl &url)
{
    const QString oldTarget = m_targetId;
    m_sessionId.clear();
    m_targetId = call(QStringLiteral("Target.createTarget"), {{QStringLiteral("url"), QStringLiteral("about:blank")}})
                     .value(QStringLiteral("targetId"))
                     .toString();
    if (!oldTarget.isEmpty())
        call(QStringLiteral("Target.closeTarget"), {{QStringLiteral("targetId"), oldTarget}});
    m_sessionId = call(QStringLiteral("Target.attachToTarget"),
                       {{QStringLiteral("targetId"), m_targetId}, {QStringLiteral("flatten"), true}})
                      .value(QStringLiteral("sessionId"))
                      .toString();
    for (const QString &domain : {QStringLiteral("Page"), QStringLiteral("Runtime"), QStringLiteral("Log")})
        call(domain + QStringLiteral(".enable"));
    m_pageErrors.clear();
    setWindow(1280, 800);
    const int loads = m_loads;
    call(QStringLiteral("Page.navigate"), {{QStringLiteral("url"), url.toString()}});
    return QTest::qWaitFor([&] { return m_loads > loads; }, WaitMs);
}

bool Browser::reload()
{
    const int loads = m_loads;
    call(QStringLiteral("Page.reload"));
    return QTest::qWaitFor([&] { return m_loads > loads; }, WaitMs);
}

QJsonObject Browser::call(const QString &method, const QJsonObject &params)
{
    const int id = ++m_lastId;
    QJsonObject message{
        {QStringLiteral("id"), id}, {QStringLiteral("method"), method}, {QStringLiteral("params"), params}};
    if (!m_sessionId.isEmpty())
        message.insert(QStringLiteral("sessionId"), m_sessionId);
    m_socket.sendTextMessage(QString::fromUtf8(QJsonDocument(message).toJson(QJsonDocument::Compact)));
    if (!QTest::qWaitFor([&] { return m_answers.contains(id); }, WaitMs))
        return {};
    return m_answers.take(id).value(QStringLiteral("result")).toObject();
}

void Browser::received(const QJsonObject &message)
{
    if (message.contains(QStringLiteral("id"))) {
        m_answers.insert(message.value(QStringLiteral("id")).toInt(), message);
        return;
    }
    if (message.value(QStringLiteral("sessionId")).toString() != m_sessionId)
        return;
    const QString method = message.value(QStringLiteral("method")).toString();
    if (method == QStringLiteral("Page.loadEventFired"))
        ++m_loads;
    if (const QString error = errorOf(method, message.value(QStringLiteral("params")).toObject()); !error.isEmpty())
        m_pageErrors.append(error);
}

QJsonValue Browser::evaluate(const QString &expression)
{
    const QJsonObject result = call(QStringLiteral("Runtime.evaluate"), {{QStringLiteral("expression"), expression},
                                                                         {QStringLiteral("returnByValue"), true},
                                                                         {QStringLiteral("awaitPromise"), true},
                                                                         {QStringLiteral("userGesture"), true}});
    if (result.contains(QStringLiteral("exceptionDetails"))) {
        m_pageErrors.append(expression + QStringLiteral(" throws"));
        return QJsonValue::Undefined;
    }
    return result[QStringLiteral("result")].toObject().value(QStringLiteral("value"));
}

bool Browser::click(const QString &selector)
{
    const QJsonArray point =
        evaluate(QStringLiteral("(() => { const e = document.querySelector(`%1`);"
                                "if (!e) return [];"
                                "e.scrollIntoView({ block: 'nearest' });"
                                "const r = e.getBoundingClientRect();"
                                "return r.width ? [r.x + r.width / 2, r.y + r.height / 2] : []; })()")
                     .arg(selector))
            .toArray();
    if (point.size() != 2)
        return false;
    for (const QString &type : {QStringLiteral("mousePressed"), QStringLiteral("mouseReleased")}) {
        call(QStringLiteral("Input.dispatchMouseEvent"), {{QStringLiteral("type"), type},
                                                          {QStringLiteral("x"), point[0]},
                                                          {QStringLiteral("y"), point[1]},
                                                          {QStringLiteral("button"), QStringLiteral("left")},
                                                          {QStringLiteral("clickCount"), 1}});
    }
    return true;
}

void Browser::type(const QString &text)
{
    call(QStringLiteral("Input.insertText"), {{QStringLiteral("text"), text}});
}

void Browser::press(const QString &key)
{
    call(QStringLiteral("Input.dispatchKeyEvent"), keyEvent(QStringLiteral("keyDown"), key));
    call(QStringLiteral("Input.dispatchKeyEvent"), keyEvent(QStringLiteral("keyUp"), key));
}

void Browser::setWindow(int width, int height, bool isMobile)
{
    call(QStringLiteral("Emulation.setDeviceMetricsOverride"), {{QStringLiteral("width"), width},
                                                                {QStringLiteral("height"), height},
                                                                {QStringLiteral("deviceScaleFactor"), 1},
                                                                {QStringLiteral("mobile"), isMobile}});
}

void Browser::setColorScheme(const QString &scheme)
{
    const QJsonObject feature{{QStringLiteral("name"), QStringLiteral("prefers-color-scheme")},
                              {QStringLiteral("value"), scheme}};
    call(QStringLiteral("Emulation.setEmulatedMedia"), {{QStringLiteral("features"), QJsonArray{feature}}});
}

QByteArray Browser::screenshot()
{
    const QJsonObject result = call(QStringLiteral("Page.captureScreenshot"));
    return QByteArray::fromBase64(result.value(QStringLiteral("data")).toString().toLatin1());
}

} // namespace Tidegate
