// SPDX-License-Identifier: MIT
#pragma once

#include "transport/endpoint.h"

#include <QHash>

#include <memory>
#include <vector>

namespace Tidegate {

//! What lies behind a listening socket: endpoints by path, and who answers every other request. A shard has a main one;
//! a dialect that listens at addresses of its own brings another. Shard thread.
class Front
{
public:
    //! \p http null: paths without an endpoint answer 404. Borrowed.
    explicit Front(HttpHandler *http)
        : m_http(http)
    {
    }
    Q_DISABLE_COPY_MOVE(Front)

    void addEndpoint(const QByteArray &path, std::unique_ptr<Endpoint> endpoint)
    {
        m_byPath.insert(path, endpoint.get());
        m_endpoints.push_back(std::move(endpoint));
    }
    Endpoint *endpoint(const QByteArray &path) const { return m_byPath.value(path); }
    HttpHandler *http() const { return m_http; }

private:
    HttpHandler *const m_http;
    QHash<QByteArray, Endpoint *> m_byPath;
    std::vector<std::unique_ptr<Endpoint>> m_endpoints;
};

} // namespace Tidegate
