// SPDX-License-Identifier: MIT
#pragma once

#include "http/requestcontext.h"

#include <QHttpServer>

#include <functional>

namespace Tidegate {

class VirtualServer;

//! The routes, served by QHttpServer over sockets without descriptors. Lives on the http thread.
//! A route without a matching path and method, HEAD and OPTIONS included, is 404 (SSMA spec section 3).
class RouteTable final : public QObject
{
    Q_OBJECT
public:
    using Method = QHttpServerRequest::Method;
    using Handler = std::function<void(const RequestPtr &)>;
    //! The argument is one path segment, percent-decoded, valid UTF-8 and free of control characters.
    using ArgHandler = std::function<void(const RequestPtr &, const QString &argument)>;

    static constexpr qsizetype MaxArgumentChars = 128;

    explicit RouteTable(QObject *parent = nullptr);

    void add(Method method, const QString &path, Handler handler);
    //! \p pathPattern has one <arg>.
    void addWithArgument(Method method, const QString &pathPattern, ArgHandler handler);
    //! The request is answered, or its handler has taken it over, when this returns.
    void dispatch(const RequestPtr &request);

    //! \p handler behind a check of the caller's role: 403 FORBIDDEN when it is too low.
    static Handler forRole(Role role, Handler handler);
    static ArgHandler forRole(Role role, ArgHandler handler);

private:
    QHttpServer m_server;
    VirtualServer *m_acceptor;
    RequestPtr m_current; //!< QHttpServer calls the handler while dispatch() is on the stack
};

} // namespace Tidegate
