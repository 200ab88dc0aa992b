// SPDX-License-Identifier: MIT
#include "http/routetable.h"

#include "base/logging.h"
#include "http/replies.h"
#include "http/rules.h"
#include "http/virtualserver.h"
#include "http/virtualsocket.h"

#include <QStringDecoder>

#include <algorithm>
#include <optional>

namespace Tidegate {

namespace {

std::optional<QString> decodedArgument(const QString &raw)
{
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
    const QString text = decoder(QByteArray::fromPercentEncoding(raw.toUtf8()));
    const auto isControl = [](QChar c) { return c.category() == QChar::Other_Control; };
    if (decoder.hasError() || text.isEmpty() || text.size() > RouteTable::MaxArgumentChars ||
        std::any_of(text.begin(), text.end(), isControl))
        return std::nullopt;
    return text;
}

} // namespace

RouteTable::RouteTable(QObject *parent)
    : QObject(parent)
    , m_acceptor(new VirtualServer)
{
    m_acceptor->attachTo(m_server);
    m_server.setMissingHandler([this](const QHttpServerRequest &, QHttpServerResponder &&responder) {
        m_current->adopt(std::move(responder));
        m_current->answer(Replies::notFound());
    });
}

void RouteTable::add(Method method, const QString &path, Handler handler)
{
    m_server.route(path, method, [this, handler = std::move(handler)](QHttpServerResponder &&responder) {
        const RequestPtr request = m_current;
        request->adopt(std::move(responder));
        handler(request);
    });
}

void RouteTable::addWithArgument(Method method, const QString &pathPattern, ArgHandler handler)
{
    m_server.route(pathPattern, method,
                   [this, handler = std::move(handler)](const QString &raw, QHttpServerResponder &&responder) {
                       const RequestPtr request = m_current;
                       request->adopt(std::move(responder));
                       if (const std::optional<QString> argument = decodedArgument(raw))
                           handler(request, *argument);
                       else
                           request->answer(Replies::notFound());
                   });
}

void RouteTable::dispatch(const RequestPtr &request)
{
    // QUrl would read "//x" as a host name.
    if (!request->request.path.startsWith('/') || request->request.path.startsWith("//")) {
        request->answer(Replies::notFound());
        return;
    }
    auto *const socket = new VirtualSocket(request->request);
    request->attach(socket);
    m_current = request;
    m_acceptor->offer(socket);
    socket->replay();
    m_current.reset();
    if (!request->isAnswered() && !request->isAdopted()) {
        qCWarning(lcHttp) << "QHttpServer took no request, method" << request->request.method;
        request->answer(Replies::internalError());
    }
}

RouteTable::Handler RouteTable::forRole(Role role, Handler handler)
{
    return [role, handler = std::move(handler)](const RequestPtr &request) {
        if (request->principal.may(role))
            handler(request);
        else
            request->refuse(HttpRules::RoleRequired, Replies::roleRequired(role));
    };
}

RouteTable::ArgHandler RouteTable::forRole(Role role, ArgHandler handler)
{
    return [role, handler = std::move(handler)](const RequestPtr &request, const QString &argument) {
        if (request->principal.may(role))
            handler(request, argument);
        else
            request->refuse(HttpRules::RoleRequired, Replies::roleRequired(role));
    };
}

} // namespace Tidegate
