// SPDX-License-Identifier: MIT
#pragma once

#include "admin/local/gatewayview.h"
#include "admin/local/provider.h"

namespace Tidegate::Admin {

//! Resource "links": asked from the shards; nothing is kept between requests but the newest collection, for the moment
//! in which a console asks for page after page.
class LinksProvider final : public TableProvider
{
public:
    LinksProvider(const GatewayView &view, const Home &home);

    QString resource() const override { return QStringLiteral("links"); }
    QStringList commands() const override { return {QStringLiteral("kick"), QStringLiteral("throttle")}; }
    void rows(const QStringList &keys, Answer<QList<QJsonObject>> done) override;
    void invoke(const Operator &who, const CommandCall &call, Answer<CommandOutcome> done) override;
    qint64 revision() const override;
    qint64 total() const override;

    static QString keyOf(LinkId link);
    static std::optional<LinkId> linkOf(const QString &key);

private:
    static constexpr qint64 KeptForMs = 250;

    void collect(Answer<TablePtr> done) override;

    const GatewayView &m_view;
    const Home m_home;
    TablePtr m_kept;
    qint64 m_keptAtMs = 0;
    std::vector<Answer<TablePtr>> m_waiting; //!< for the collection that is on its way
};

} // namespace Tidegate::Admin
