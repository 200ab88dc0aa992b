// SPDX-License-Identifier: MIT
#include "fault/hostilecases.h"

#include "support/json.h"
#include "support/waiting.h"

#include <QTest>

namespace Tidegate {

QStringList Scene::limitFlags()
{
    return {QStringLiteral("--max-queued=25165824"),    QStringLiteral("--http-rate-max=0"),
            QStringLiteral("--http-head-timeout=1s"),   QStringLiteral("--http-body-timeout=6s"),
            QStringLiteral("--http-answer-timeout=1s"), QStringLiteral("--ws-message-timeout=1s"),
            QStringLiteral("--ws-max-buffered=65536"),  QStringLiteral("--ws-slow-consumer-grace=500ms"),
            QStringLiteral("--sse-max-queue=65536"),    QStringLiteral("--sse-drain-timeout=500ms"),
            QStringLiteral("--ssma-message-max=20000"), QStringLiteral("--ssma-subscribe-max=3000")};
}

bool Scene::start()
{
    if (!bystander.start(limitFlags(), {}))
        return false;
    m_http.setBase(bystander.gateway.url(QStringLiteral("/")));
    return true;
}

qint64 Scene::metric(const QByteArray &path)
{
    return numberAt(m_http.get(QStringLiteral("/optimistic/metrics")).json(), path);
}

bool Scene::waitForMetric(const QByteArray &path, qint64 above)
{
    return QTest::qWaitFor([&] { return metric(path) > above; }, WaitMs);
}

void dribble(RawPeer &peer, const QByteArray &bytes, const std::function<bool()> &isOver)
{
    constexpr int PaceMs = 20;
    const auto hasEnded = [&] { return !peer.isOpen() || (isOver && isOver()); };
    for (int i = 0; i < WaitMs / PaceMs && !hasEnded(); ++i) {
        peer.send(bytes);
        (void)QTest::qWaitFor(hasEnded, PaceMs);
    }
}

QByteArray complainUnlessStatus(RawPeer &peer, int status)
{
    const auto response = peer.takeResponse();
    if (!response)
        return "no answer";
    return response->status == status ? QByteArray() : "answered " + response->head + response->body;
}

QByteArray complainUnlessClosedWith(RawPeer &peer, int code)
{
    const int closed = peer.takeCloseCode();
    return closed == code ? QByteArray() : "closed with " + QByteArray::number(closed);
}

bool openLink(RawPeer &peer, Scene &scene, const QByteArray &site, const QByteArray &extraHeaders)
{
    return peer.connectTo(scene.port()) && peer.upgrade("/optimistic/ws?site=" + site, extraHeaders) &&
           peer.waitForText("\"type\":\"replay\"");
}

QByteArray get(const QByteArray &target)
{
    return "GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
}

} // namespace Tidegate
