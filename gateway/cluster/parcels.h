// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
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

private:
    const QByteArray m_sender;
    quint32 m_last = 0;
};

//! Joins them again. Parts of one sender on one subject come in order; a parcel with a part missing is dropped. One
//! per subject. Bound: MaxOpenBytes; whoever exceeds it loses its parcel.
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
        QByteArray bytes;
    };
    void drop(const QByteArray &sender);

    QHash<QByteArray, Open> m_open;
    qsizetype m_openBytes = 0;
};

} // namespace Tidegate
