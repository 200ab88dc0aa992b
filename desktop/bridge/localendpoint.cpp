// SPDX-License-Identifier: MIT
#include "desktop/bridge/localendpoint.h"

#include "auth/crypto.h"

#include <QHash>

#include <mutex>

namespace Tidegate::Desktop {

using namespace Qt::StringLiterals;

namespace {

HttpResponse refusal(int status, const QByteArray &code)
{
    return {status, {{"Content-Type", "application/json; charset=utf-8"}}, "{\"error\":\"" + code + "\"}"};
}

//! A name server of somebody else can make a foreign page's host name lead here, so the name itself is checked.
bool isLoopbackHost(const QByteArray &host)
{
    const QByteArray name = host.split(':').first().toLower();
    return name == "127.0.0.1" || name == "localhost";
}

} // namespace

//! Shared with the guard, which may run while this object goes.
struct LocalEndpoint::State
{
    struct Window
    {
        QByteArray sessionToken;
        QByteArray origin;
    };

    std::mutex mutex; //!< a leaf: nothing is called while it is held
    QHash<QByteArray, Window> windows;

    Window window(const QByteArray &token)
    {
        const std::lock_guard lock(mutex);
        return windows.value(token);
    }
};

LocalEndpoint::LocalEndpoint(Rng &rng)
    : m_rng(rng)
    , m_secret(rng.token())
    , m_state(std::make_shared<State>())
{
}

void LocalEndpoint::listenOn(GatewayConfig &config)
{
    config.server.listen = {ListenAddress{QHostAddress(QHostAddress::LocalHost), 0}};
    config.origins.allowed = {"*"}; // the guard knows the one that is right for each window
}

RequestGuard LocalEndpoint::guard() const
{
    return [secret = m_secret, state = m_state](HttpRequest &request) -> std::optional<HttpResponse> {
        if (!isLoopbackHost(headerValue(request.headers, "Host")))
            return refusal(403, "HOST_NOT_ALLOWED");
        const QByteArray path = request.path.mid(1);
        const qsizetype secretEnd = path.indexOf('/');
        const qsizetype tokenEnd = path.indexOf('/', secretEnd + 1);
        if (secretEnd < 0 || tokenEnd < 0 || !isEqualConstantTime(path.first(secretEnd), secret))
            return refusal(404, "NOT_FOUND");
        const State::Window window = state->window(path.sliced(secretEnd + 1, tokenEnd - secretEnd - 1));
        if (window.sessionToken.isEmpty())
            return refusal(404, "NOT_FOUND");
        if (headerValue(request.headers, "Origin") != window.origin)
            return refusal(403, "ORIGIN_NOT_ALLOWED");
        request.path = path.sliced(tokenEnd);
        std::erase_if(request.headers, [](const auto &header) {
            return Http::equalsIgnoringCase(header.first, "Cookie") ||
                   Http::equalsIgnoringCase(header.first, "Authorization");
        });
        request.headers.emplace_back("Authorization", "Bearer " + window.sessionToken);
        return std::nullopt;
    };
}

QByteArray LocalEndpoint::admit(const QByteArray &sessionToken, const QByteArray &origin)
{
    const QByteArray token = m_rng.token();
    const std::lock_guard lock(m_state->mutex);
    m_state->windows.insert(token, {sessionToken, origin});
    return token;
}

void LocalEndpoint::forget(const QByteArray &windowToken)
{
    const std::lock_guard lock(m_state->mutex);
    m_state->windows.remove(windowToken);
}

QJsonObject LocalEndpoint::urls(quint16 port, const QByteArray &windowToken) const
{
    const QString base = u"://127.0.0.1:%1/%2/%3"_s.arg(QString::number(port), QString::fromLatin1(m_secret),
                                                        QString::fromLatin1(windowToken));
    return {{u"ws"_s, u"ws"_s + base + u"/optimistic/ws"_s},
            {u"sse"_s, u"http"_s + base + u"/optimistic/events"_s},
            {u"http"_s, u"http"_s + base},
            {u"token"_s, QString::fromLatin1(windowToken)}};
}

} // namespace Tidegate::Desktop
