// SPDX-License-Identifier: MIT
#pragma once

#include "app/inprocessclient.h"

#include <QJsonObject>
#include <QObject>

#include <functional>
#include <memory>
#include <unordered_map>

namespace Tidegate::Desktop {

//! The in-process links one page has open, by the numbers the page gave them. GUI thread.
//! Bounds: MaxLinks, further ones are refused; a page that falls behind has the link that speaks closed with the
//! dialect's 4002 SLOW_CONSUMER.
class PageLinks final : public QObject
{
    Q_OBJECT
public:
    static constexpr size_t MaxLinks = 16;

    //! Opens a link at "/path?query"; null while the gateway does not run.
    using Connect = std::function<std::unique_ptr<InProcessClient>(const QByteArray &target)>;

    PageLinks(Connect connectTo, std::function<bool()> isPageBehind);
    ~PageLinks() override;

    void open(int link, const QByteArray &target);
    void send(int link, const QByteArray &text);
    void close(int link);
    void closeAll();

Q_SIGNALS:
    //! For the page: {"op": "open" | "message" | "closed", "link": n, ...}.
    void spoke(const QJsonObject &message);

private:
    void take(int link, const QByteArray &text);
    void end(int link, quint16 code, const QByteArray &reason);

    const Connect m_connect;
    const std::function<bool()> m_isPageBehind;
    std::unordered_map<int, std::unique_ptr<InProcessClient>> m_clients;
};

} // namespace Tidegate::Desktop
