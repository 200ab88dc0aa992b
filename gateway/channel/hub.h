// SPDX-License-Identifier: MIT
#pragma once

#include "channel/publication.h"
#include "replay/replaylog.h"

#include <QHash>
#include <QObject>

#include <vector>

namespace Tidegate {

//! A shard as the Hub sees it: somewhere to hand one shared publication to.
class ShardSink
{
public:
    virtual ~ShardSink() = default;
    //! Called on the core thread; crosses to the shard.
    virtual void deliver(const PublicationPtr &publication) = 0;
};

//! The sequencer: streams, which shard wants which, and the first level of fan-out (one hand-over per interested
//! shard). Core thread. Whatever a session is told about a stream's position is read here, in the same turn in which
//! interest is registered, so nothing can fall between a snapshot and the live events after it.
class Hub final : public QObject
{
    Q_OBJECT
public:
    //! \p log keeps the recent past; borrowed.
    Hub(ReplayLog &log, QObject *parent = nullptr);

    //! \p sink is borrowed until removeShard(). Returns nothing; the index is the caller's.
    void addShard(int shard, ShardSink *sink);

    //! Counts one more subscriber of \p stream on \p shard.
    void attach(int shard, const QByteArray &stream);
    void detach(int shard, const QByteArray &stream);

    //! Keeps an event for replays; offsets of one stream ascend.
    void retain(const QByteArray &stream, const EventPtr &event) { m_log.append(stream, event); }
    //! Hands \p publication to every shard that has subscribers of its stream.
    void publish(PublicationPtr publication);

    const ReplayLog &log() const { return m_log; }
    qsizetype subscriberCount(const QByteArray &stream) const;
    qsizetype streamCount() const { return m_interest.size(); }
    QByteArrayList followedStreams() const { return m_interest.keys(); }

Q_SIGNALS:
    //! A publication was handed to the shards.
    void streamAppended(const QByteArray &stream, quint64 cursor);

private:
    ReplayLog &m_log;
    std::vector<ShardSink *> m_shards;
    QHash<QByteArray, std::vector<int>> m_interest; //!< stream -> subscribers per shard
};

} // namespace Tidegate
