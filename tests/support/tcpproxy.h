// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QThread>

#include <atomic>
#include <memory>

namespace Tidegate {

//! Stands between a client and a server on loopback and can part them. On a thread of its own, so that it goes on while
//! the test's thread blocks.
class TcpProxy
{
public:
    explicit TcpProxy(quint16 targetPort);
    ~TcpProxy();
    Q_DISABLE_COPY_MOVE(TcpProxy)

    quint16 port() const { return m_port; }

    //! Closes every connection and refuses new ones, until heal().
    void cut();
    void heal();

    enum class Moment : quint8 { BeforeItArrives, BeforeItsAnswer };
    //! Closes the connection that next sends something with \p text in it: it does not arrive, or it does and the
    //! answer is lost.
    void cutAt(const QByteArray &text, Moment moment);
    //! How often cutAt() has cut.
    int cutsAt() const { return m_cutsAt; }

private:
    class Worker;

    QThread m_thread;
    std::unique_ptr<Worker> m_worker;
    std::atomic<int> m_cutsAt = 0;
    quint16 m_port = 0;
};

} // namespace Tidegate
