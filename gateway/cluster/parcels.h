// SPDX-License-Identifier: MIT
#pragma once

#include "cluster/clusterbus.h"

#include <QHash>

#include <optional>
#include <vector>

namespace Tidegate {

//! Cuts messages into parts that every broker takes (its usual limit is 1 MiB).
class ParcelCutter
{
public:
    static constexpr qsizetype MaxPartBytes = 512 * 1024;

    explicit ParcelCutter(QByteArray sender)
        : m_sender(std::move(sender))
    {
    }
    std::vector<QByteArray> cut(const QByteArray &bytes);
    //! Cuts and publishes; \p reply goes with the last part. Stops at the first part that is not sent, and says why.
    Result<void> publish(ClusterBus &bus, const QByteArray &subject, const QByteArray &bytes,
                         const QByteArray &reply = {});

private:
    const QByteArray m_sender;
    quint32 m_last = 0;
};

//! Joins them again. Parts of one sender on one subject come in order; a parcel with a part missing is dropped. One
//! per subject. Bound: MaxOpenBytes; the parcel that has been open longest goes, whose sender may be gone.
class ParcelJoiner
{
public:
    static constexpr qsizetype MaxOpenBytes = 64 * 1024 * 1024;

    //! The message that \p part completes.
    std::optional<QByteArray> take(const QByteArray &part);

private:
    struct Open
    {
        quint32 parcel = 0;
        quint16 next = 0;
        quint64 age = 0; //!< smaller = open for longer
        QByteArray bytes;
    };
    static qsizetype costOf(const QByteArray &sender, const Open &open);
    void drop(const QByteArray &sender);
    void dropOldest();

    QHash<QByteArray, Open> m_open;
    qsizetype m_openBytes = 0;
    quint64 m_lastAge = 0;
};

} // namespace Tidegate
