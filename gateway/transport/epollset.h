// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>

#include <functional>
#include <memory>

class QSocketNotifier;

namespace Tidegate {

//! Very many descriptors behind one Qt notifier: the Qt loop watches a single epoll descriptor, so a turn costs what is
//! ready and not what exists. Measured: no loss against a bare epoll loop. Lives on its shard's thread.
class EpollSet final : public QObject
{
    Q_OBJECT
public:
    //! Called per ready descriptor with the key given at add() and the epoll event bits.
    using Ready = std::function<void(quint64 key, quint32 events)>;
    using TurnEnd = std::function<void()>;

    EpollSet(Ready ready, TurnEnd turnEnd);
    ~EpollSet() override;

    bool add(int descriptor, quint64 key, quint32 events);
    void modify(int descriptor, quint64 key, quint32 events);
    void remove(int descriptor);

private:
    void drain();

    const Ready m_ready;
    const TurnEnd m_turnEnd;
    int m_epoll = -1;
    std::unique_ptr<QSocketNotifier> m_notifier;
};

} // namespace Tidegate
