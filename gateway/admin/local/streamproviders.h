// SPDX-License-Identifier: MIT
#pragma once

#include "admin/local/gatewayview.h"
#include "admin/local/provider.h"
#include "admin/local/streampulse.h"

namespace Tidegate::Admin {

//! A table that is collected on the core thread and kept for a moment, so that a console that asks for page after page
//! does not make the core walk it each time.
class CoreTableProvider : public TableProvider
{
public:
    CoreTableProvider(const GatewayView &view, const Home &home)
        : m_view(view)
        , m_home(home)
    {
    }

protected:
    //! On the core thread.
    using Collect = std::function<TablePtr()>;
    virtual Collect collector() const = 0;
    const GatewayView &view() const { return m_view; }

private:
    static constexpr qint64 KeptForMs = 500;

    void collect(Answer<TablePtr> done) override;

    const GatewayView &m_view;
    const Home m_home;
    TablePtr m_kept;
    qint64 m_keptAtMs = 0;
    std::vector<Answer<TablePtr>> m_waiting;
};

//! Resource "streams": what is followed, kept or lively.
class StreamsProvider final : public CoreTableProvider
{
public:
    StreamsProvider(const GatewayView &view, const Home &home, std::shared_ptr<const StreamPulse> pulse)
        : CoreTableProvider(view, home)
        , m_pulse(std::move(pulse))
    {
    }
    QString resource() const override { return QStringLiteral("streams"); }
    qint64 revision() const override { return view().dialect.channelSubscriptions.value(); }

private:
    Collect collector() const override;

    const std::shared_ptr<const StreamPulse> m_pulse;
};

//! Resource "subscriptions".
class SubscriptionsProvider final : public CoreTableProvider
{
public:
    using CoreTableProvider::CoreTableProvider;
    QString resource() const override { return QStringLiteral("subscriptions"); }
    qint64 revision() const override { return view().dialect.channelSubscriptions.value(); }
    qint64 total() const override { return view().dialect.channelSubscriptions.value(); }

private:
    Collect collector() const override;
};

//! Resource "events": the memory log of one stream.
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
