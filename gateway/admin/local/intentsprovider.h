// SPDX-License-Identifier: MIT
#pragma once

#include "admin/local/gatewayview.h"
#include "admin/local/provider.h"
#include "intent/intentsearch.h"
#include "session/ssma/optimisticapi.h"

namespace Tidegate::Admin {

//! "<site>/<id>", each percent-encoded: an intent's key.
QString intentKey(const QByteArray &site, const QByteArray &id);
//! Site and id; nothing if it is no key.
std::optional<std::pair<QByteArray, QByteArray>> intentOf(const QString &key);

//! Resource "intents": pages come from the searcher, single rows from the engine, which knows where each stands.
class IntentsProvider final : public ResourceProvider
{
public:
    struct Services
    {
        IntentSearcher &searcher;
        Ssma::OptimisticApi &optimistic;
    };

    IntentsProvider(const GatewayView &view, const Home &home, Services services)
        : m_view(view)
        , m_home(home)
        , m_services(services)
    {
    }

    QString resource() const override { return QStringLiteral("intents"); }
    QStringList commands() const override;
    void page(const PageRequest &request, Answer<Page> done) override;
    void one(const QString &key, Answer<QJsonObject> done) override;
    void rows(const QStringList &keys, Answer<QList<QJsonObject>> done) override;
    void invoke(const Operator &who, const CommandCall &call, Answer<CommandOutcome> done) override;
    qint64 revision() const override;

    //! The intents that are there, undecided ones too; answers at home.
    void fetch(const QStringList &keys, Answer<std::vector<IntentPtr>> done) const;

private:
    using SettleKey = std::function<void(const QString &error)>;
    void carryOut(const Operator &who, const CommandCall &call, const IntentPtr &intent, SettleKey settle) const;
    void mark(const Operator &who, const CommandCall &call, const IntentPtr &intent, SettleKey settle) const;
    void retry(const IntentPtr &intent, SettleKey settle) const;

    const GatewayView &m_view;
    const Home m_home;
    const Services m_services;
};

//! Resource "transitions": what stands in one intent's history.
class TransitionsProvider final : public ResourceProvider
{
public:
    explicit TransitionsProvider(const IntentsProvider &intents)
        : m_intents(intents)
    {
    }
    QString resource() const override { return QStringLiteral("transitions"); }
    void page(const PageRequest &request, Answer<Page> done) override;
    //! \p key is the intent's key and the number, slash between.
    void one(const QString &key, Answer<QJsonObject> done) override;
    void rows(const QStringList &keys, Answer<QList<QJsonObject>> done) override;

private:
    void collect(const QString &intent, Answer<QList<QJsonObject>> done) const;

    const IntentsProvider &m_intents;
};

} // namespace Tidegate::Admin
