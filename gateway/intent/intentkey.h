// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

namespace Tidegate {

//! 128-bit keyed hash of (site, id). With a secret per-store seed collisions cannot be provoked, so equal keys mean
//! the same intent and the duplicate check needs no trip to the disk.
struct IntentKey
{
    quint64 high = 0;
    quint64 low = 0;

    friend bool operator==(const IntentKey &, const IntentKey &) = default;
};

class IntentKeyHasher
{
public:
    static constexpr qsizetype SeedBytes = 16;

    //! \p seed is SeedBytes long and stays with the store for its life.
    explicit IntentKeyHasher(QByteArray seed);
    IntentKey operator()(QByteArrayView site, QByteArrayView id) const;

private:
    QByteArray m_seed;
};

} // namespace Tidegate
