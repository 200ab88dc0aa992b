// SPDX-License-Identifier: MIT
#pragma once

#include "admin/local/kepttable.h"
#include "auth/ratelimit.h"

namespace Tidegate::Admin {

//! Resource "decisions".
class DecisionsProvider final : public TableProvider
{
public:
    DecisionsProvider(const GatewayView &gateway, const Home &admin)
        : m_view(gateway)
        , m_home(admin)
    {
    }
    QString resource() const override { return QStringLiteral("decisions"); }
    qint64 revision() const override { return m_view.decisions.revision(); }
    qint64 total() const override { return m_view.decisions.count(); }
    //! Who asks for one link is also shown what was decided for the audiences it is in.
    void page(const PageRequest &request, Answer<Page> done) override;
    void rows(const QStringList &keys, Answer<QList<QJsonObject>> done) override;

private:
    void collect(Answer<TablePtr> done) override;

    void pageOfLink(LinkId link, PageRequest request, Answer<Page> done);

    const GatewayView &m_view;
    const Home m_home;
};

//! Resource "limits": who was refused by a rate limit, and where callers stand with theirs at the moment.
class LimitsProvider final : public KeptTableProvider
{
public:
    //! Asks another thread; \p done may run anywhere.
    using Source = std::function<void(std::function<void(std::vector<LimitBucket>)> done)>;

    LimitsProvider(const GatewayView &gateway, const Home &admin);

    //! Must answer as long as the provider lives, or not at all once the gateway stops.
    void addSource(Source source) { m_sources.push_back(std::move(source)); }

    QString resource() const override { return QStringLiteral("limits"); }
    qint64 revision() const override { return view().decisions.revision(); }

private:
    //! Every link is looked at.
    static constexpr qint64 KeptForMs = 2'000;

    void make(std::function<void(TablePtr)> done) override;

    std::vector<Source> m_sources;
};

} // namespace Tidegate::Admin
