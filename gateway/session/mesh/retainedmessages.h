// SPDX-License-Identifier: MIT
#pragma once

#include "channel/broker.h"
#include "session/mesh/counters.h"

#include <deque>
#include <list>
#include <map>

namespace Tidegate::Mesh {

//! The newest messages of chosen subjects, for whoever subscribes later. (MottoMesh spec section 14, row 16.) Kept in
//! memory, of this node alone; what others publish over the bus counts too. Requests are not kept. Core thread.
//! Bounds: Config::perSubject messages of a subject, Config::maxBytes of all; overflow act: the oldest go.
class RetainedMessages
{
public:
    struct Config
    {
        QByteArrayList patterns; //!< of which no two overlap
        int perSubject = 1;
        qint64 maxBytes = 16LL * 1024 * 1024;
        qint64 maxAgeMs = 0; //!< 0 = no limit
    };

    //! All borrowed.
    RetainedMessages(Broker &broker, const Clock &clock, DialectCounters &counters, Config config);
    ~RetainedMessages();
    Q_DISABLE_COPY_MOVE(RetainedMessages)

    //! The newest ones that \p pattern matches and that fit into \p maxBytes, in the order they were published.
    std::vector<PublicationPtr> matching(const QByteArray &pattern, qint64 maxBytes);

    qsizetype subjectCount() const { return qsizetype(m_subjects.size()); }

private:
    struct Entry
    {
        PublicationPtr message;
        qint64 number = 0;
        qint64 atMs = 0; //!< monotonic
    };
    using Entries = std::list<Entry>; //!< oldest first

    void keep(const PublicationPtr &message);
    void dropOldest();
    void dropExpired();

    Broker &m_broker;
    const Clock &m_clock;
    DialectCounters &m_counters;
    const Config m_config;
    std::vector<Broker::ConsumerId> m_consumers;
    Entries m_entries;
    std::map<QByteArray, std::deque<Entries::iterator>> m_subjects; //!< sorted, so that a prefix is a range
    qint64 m_bytes = 0;
    qint64 m_newest = 0;
};

} // namespace Tidegate::Mesh
