// SPDX-License-Identifier: MIT
#pragma once

#include "admin/local/kepttable.h"
#include "admin/local/streampulse.h"

namespace Tidegate::Admin {

//! Resource "streams": what is followed, kept or lively.
class StreamsProvider final : public KeptTableProvider
{
public:
    StreamsProvider(const GatewayView &view, const Home &home, std::shared_ptr<const StreamPulse> pulse)
        : KeptTableProvider(view, home)
        , m_pulse(std::move(pulse))
    {
    }
    QString resource() const override { return QStringLiteral("streams"); }
    qint64 revision() const override { return view().dialect.channelSubscriptions.value(); }

private:
    void make(std::function<void(TablePtr)> done) override;

    const std::shared_ptr<const StreamPulse> m_pulse;
};

//! Resource "subscriptions": what the core knows of them, and where each stands from its shard.
class SubscriptionsProvider final : public KeptTableProvider
{
public:
    using KeptTableProvider::KeptTableProvider;
    QString resource() const override { return QStringLiteral("subscriptions"); }
    qint64 revision() const override { return total(); }
    qint64 total() const override;

private:
    void make(std::function<void(TablePtr)> done) override;
};

//! Resource "events": what is kept in memory of one stream; of a document its transactions.
class EventsProvider final : public ResourceProvider
{
public:
    static constexpr qsizetype MaxEvents = 20'000; //!< of one stream, the newest

    EventsProvider(const GatewayView &view, const Home &home)
        : m_view(view)
        , m_home(home)
    {
    }
    QString resource() const override { return QStringLiteral("events"); }
    void page(const PageRequest &request, Answer<Page> done) override;
    //! \p key is stream and offset, slash between: an offset alone names no event.
    void one(const QString &key, Answer<QJsonObject> done) override;
    void rows(const QStringList &keys, Answer<QList<QJsonObject>> done) override;

private:
    const GatewayView &m_view;
    const Home m_home;
};

} // namespace Tidegate::Admin
