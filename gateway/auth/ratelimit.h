// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QHash>

#include <list>
#include <vector>

namespace Tidegate {

struct DecisionRule;

//! Where somebody stands with one rate limit. A value, for operators.
struct LimitBucket
{
    const DecisionRule *rule = nullptr;
    QByteArray who;
    int hits = 0;
    int max = 0;
    qint64 endsInMs = 0;
};

//! Counts hits per key in fixed windows that start with a key's first hit (SSMA spec section 13). Not thread-safe: one
//! per owner thread. Bound: maxKeys; beyond it the oldest window is forgotten. Ended windows are freed as time passes.
class FixedWindowLimiter
{
public:
    struct Config
    {
        qint64 windowMs = 60'000;
        int max = 120; //!< hits per window; 0 = off
        qsizetype maxKeys = 10'000;
    };
    struct Decision
    {
        bool allowed = true;
        qint64 retryAfterMs = 0; //!< rest of the window; only when refused
    };

    explicit FixedWindowLimiter(Config config);

    //! \p nowMs from any one clock.
    Decision hit(const QByteArray &key, qint64 nowMs);
    //! The windows that have not ended, at most \p most of the newest.
    std::vector<LimitBucket> buckets(const DecisionRule &rule, qint64 nowMs, size_t most = 1'000) const;
    qsizetype keyCount() const { return m_windows.size(); }

private:
    struct Window
    {
        qint64 startMs;
        int hits;
        std::list<QByteArray>::iterator age;
    };
    void freeEnded(qint64 nowMs);
    void freeOldest();
    bool hasEnded(const Window &window, qint64 nowMs) const;

    Config m_config;
    QHash<QByteArray, Window> m_windows;
    std::list<QByteArray> m_oldestFirst;
};

} // namespace Tidegate
