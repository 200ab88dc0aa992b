// SPDX-License-Identifier: MIT
#pragma once

#include <QtGlobal>

#include <array>
#include <bit>

namespace Tidegate::Bench {

//! Latencies in nanoseconds, counted in buckets whose width is 1/32 of their value, so every percentile is right to
//! about 3 %. Recording costs a few instructions; the size is fixed. (The layout is that of an HDR histogram, of which
//! Debian has no package.)
class Histogram
{
public:
    void record(qint64 nanoseconds, qint64 times = 1)
    {
        m_counts[bucketOf(quint64(qMax<qint64>(nanoseconds, 0)))] += quint64(times);
        m_total += quint64(times);
        m_max = qMax(m_max, nanoseconds);
    }

    quint64 count() const { return m_total; }
    qint64 max() const { return m_max; }

    //! The value that \p fraction (0 to 1) of all values do not exceed; 0 without values.
    qint64 percentile(double fraction) const
    {
        const auto rank = quint64(fraction * double(m_total));
        quint64 seen = 0;
        for (size_t bucket = 0; bucket < m_counts.size(); ++bucket) {
            seen += m_counts[bucket];
            if (seen > 0 && seen >= qMax<quint64>(rank, 1))
                return qMin(upperBound(bucket), m_max);
        }
        return m_max;
    }

private:
    static constexpr int SubBits = 5;
    static constexpr quint64 SubBuckets = quint64(1) << SubBits;

    static size_t bucketOf(quint64 value)
    {
        if (value < SubBuckets)
            return size_t(value);
        const int exponent = int(std::bit_width(value)) - 1 - SubBits;
        return size_t(quint64(exponent + 1) * SubBuckets + (value >> exponent) - SubBuckets);
    }
    static qint64 upperBound(size_t bucket)
    {
        if (bucket < SubBuckets)
            return qint64(bucket);
        const int exponent = int(bucket / SubBuckets) - 1;
        return qint64(((SubBuckets + bucket % SubBuckets + 1) << exponent) - 1);
    }

    std::array<quint64, SubBuckets *(64 - SubBits + 1)> m_counts{};
    quint64 m_total = 0;
    qint64 m_max = 0;
};

} // namespace Tidegate::Bench
