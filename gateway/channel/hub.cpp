// SPDX-License-Identifier: MIT
#include "channel/hub.h"

#include "base/logging.h"

#include <algorithm>
#include <numeric>

namespace Tidegate {

Hub::Hub(ReplayLog &log, QObject *parent)
    : QObject(parent)
    , m_log(log)
{
}

void Hub::addShard(int shard, ShardSink *sink)
{
    if (size_t(shard) >= m_shards.size())
        m_shards.resize(size_t(shard) + 1);
    m_shards[size_t(shard)] = sink;
}

void Hub::attach(int shard, const QByteArray &stream)
{
    auto &counts = m_interest[stream];
    if (counts.size() < m_shards.size())
        counts.resize(m_shards.size());
    ++counts[size_t(shard)];
}

void Hub::detach(int shard, const QByteArray &stream)
{
    const auto found = m_interest.find(stream);
    if (found == m_interest.end() || size_t(shard) >= found->size() || (*found)[size_t(shard)] == 0) {
        qCCritical(lcHub, "detach without attach chan=%s shard=%d", stream.constData(), shard);
        return;
    }
    --(*found)[size_t(shard)];
    if (std::all_of(found->begin(), found->end(), [](int count) { return count == 0; }))
        m_interest.erase(found);
}

void Hub::publish(PublicationPtr publication)
{
    const auto found = m_interest.constFind(publication->stream);
    if (found != m_interest.constEnd()) {
        for (size_t shard = 0; shard < found->size(); ++shard) {
            if ((*found)[shard] > 0)
                m_shards[shard]->deliver(publication);
        }
    }
    Q_EMIT streamAppended(publication->stream, publication->cursor);
}

qsizetype Hub::subscriberCount(const QByteArray &stream) const
{
    const auto found = m_interest.constFind(stream);
    return found == m_interest.constEnd() ? 0 : std::accumulate(found->begin(), found->end(), 0);
}

} // namespace Tidegate
