// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QHash>

#include <atomic>
#include <memory>
#include <mutex>
#include <utility>

namespace Tidegate {

//! Bytes owed to peers on one level (process, site) against a limit. Over from the limit on, relieved below three
//! quarters of it: whoever sheds must not flap. Any thread, no lock; readings are not ordered with anything else.
class OwedBytes
{
public:
    //! 0 = no limit.
    explicit OwedBytes(qint64 limitBytes)
        : m_limitBytes(limitBytes)
    {
    }

    void charge(qint64 deltaBytes);
    qint64 value() const { return m_value.load(std::memory_order_relaxed); }
    bool isOver() const;
    //! What must go until the level is relieved; 0 while it is not over.
    qint64 excessBytes() const;

private:
    qint64 relievedBytes() const { return m_limitBytes - m_limitBytes / 4; }

    const qint64 m_limitBytes;
    std::atomic<qint64> m_value = 0;
    std::atomic<bool> m_wasOver = false; //!< counts between the two marks only
};

//! What all links of one site owe. Made by BudgetPool; lives as long as a link holds it.
class SiteBudget
{
public:
    SiteBudget(QByteArray name, qint64 limitBytes, OwedBytes &process)
        : m_name(std::move(name))
        , m_owed(limitBytes)
        , m_process(process)
    {
    }
    Q_DISABLE_COPY_MOVE(SiteBudget)

    //! Any thread. Passed on to the process.
    void charge(qint64 deltaBytes)
    {
        m_owed.charge(deltaBytes);
        m_process.charge(deltaBytes);
    }
    const QByteArray &name() const { return m_name; }
    const OwedBytes &owed() const { return m_owed; }

private:
    const QByteArray m_name;
    OwedBytes m_owed;
    OwedBytes &m_process;
};

//! The process level: its count and the sites. Any thread. Outlives every SiteBudget it has handed out.
//! Bound: one entry per site that has links, at most Config::maxSites; sites beyond that share one budget.
class BudgetPool
{
public:
    struct Config
    {
        qint64 processBytes = 1024LL * 1024 * 1024;
        qint64 siteBytes = 256LL * 1024 * 1024;
        qsizetype maxSites = 10'000;
    };

    explicit BudgetPool(const Config &config)
        : m_config(config)
        , m_owed(config.processBytes)
    {
    }
    Q_DISABLE_COPY_MOVE(BudgetPool)

    //! Takes a lock: for opening links, not for sending.
    std::shared_ptr<SiteBudget> site(const QByteArray &name);
    const OwedBytes &owed() const { return m_owed; }
    qsizetype siteCount() const;
    //! No level can be over its limit: so little is owed by all together.
    bool isCalm() const;

private:
    void forget(const QByteArray &name);

    const Config m_config;
    OwedBytes m_owed;
    mutable std::mutex m_mutex; //!< a leaf: nothing is called while it is held
    QHash<QByteArray, std::weak_ptr<SiteBudget>> m_sites;
};

//! One link's share of its site's count: charged with what stays queued after a write, released when it goes. Belongs
//! to one thread. Default-made it charges nobody.
class LinkBudget
{
public:
    LinkBudget() = default;
    explicit LinkBudget(std::shared_ptr<SiteBudget> site)
        : m_site(std::move(site))
    {
    }
    LinkBudget(LinkBudget &&other) noexcept
        : m_site(std::move(other.m_site))
        , m_chargedBytes(std::exchange(other.m_chargedBytes, 0))
    {
    }
    LinkBudget &operator=(LinkBudget &&other) noexcept
    {
        std::swap(m_site, other.m_site);
        std::swap(m_chargedBytes, other.m_chargedBytes);
        return *this;
    }
    ~LinkBudget() { charge(0); }
    Q_DISABLE_COPY(LinkBudget)

    //! \p owedBytes replaces what was charged before. A link that never owes anything pays one comparison.
    void charge(qint64 owedBytes)
    {
        if (owedBytes != m_chargedBytes)
            replaceCharge(owedBytes);
    }
    qint64 chargedBytes() const { return m_chargedBytes; }
    const SiteBudget *site() const { return m_site.get(); }

private:
    void replaceCharge(qint64 owedBytes);

    std::shared_ptr<SiteBudget> m_site;
    qint64 m_chargedBytes = 0;
};

} // namespace Tidegate
