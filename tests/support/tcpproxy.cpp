// SPDX-License-Identifier: MIT
#include "support/tcpproxy.h"

#include <QTcpServer>
#include <QTcpSocket>

namespace Tidegate {

class TcpProxy::Worker : public QObject
{
public:
    Worker(quint16 targetPort, std::atomic<int> &cutsAt)
        : m_targetPort(targetPort)
        , m_cutsAt(cutsAt)
    {
    }

    quint16 listen()
    {
        m_server = new QTcpServer(this);
        connect(m_server, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket *client = m_server->nextPendingConnection())
                accept(client);
        });
        m_server->listen(QHostAddress::LocalHost, m_port);
        m_port = m_server->serverPort();
        return m_port;
    }
    void cut()
    {
        delete std::exchange(m_server, nullptr);
        const auto pairs = findChildren<QTcpSocket *>();
        for (QTcpSocket *socket : pairs)
            socket->abort();
    }
    void heal()
    {
        if (!m_server)
            listen();
    }

    QByteArray m_cutText;
    Moment m_cutMoment = Moment::BeforeItArrives;

private:
    void accept(QTcpSocket *client)
    {
        auto *server = new QTcpSocket(this);
        client->setParent(this);
        server->setSocketOption(QAbstractSocket::LowDelayOption, 1);
        client->setSocketOption(QAbstractSocket::LowDelayOption, 1);
        auto isAnswerLost = std::make_shared<bool>(false);
        connect(client, &QTcpSocket::readyRead, this, [=, this] { forward(client, server, *isAnswerLost); });
        connect(server, &QTcpSocket::readyRead, this, [=] {
            if (*isAnswerLost) {
                client->abort();
                server->abort();
                return;
            }
            client->write(server->readAll());
        });
        for (const auto &[from, to] : {std::pair(client, server), std::pair(server, client)}) {
            connect(from, &QTcpSocket::disconnected, to, &QTcpSocket::disconnectFromHost);
            connect(from, &QTcpSocket::disconnected, from, &QObject::deleteLater);
            connect(from, &QTcpSocket::errorOccurred, to, &QTcpSocket::disconnectFromHost);
        }
        server->connectToHost(QHostAddress(QHostAddress::LocalHost), m_targetPort);
    }
    void forward(QTcpSocket *client, QTcpSocket *server, bool &isAnswerLost)
    {
        const QByteArray bytes = client->readAll();
        if (!m_cutText.isEmpty() && bytes.contains(m_cutText)) {
            m_cutText.clear();
            ++m_cutsAt;
            if (m_cutMoment == Moment::BeforeItArrives) {
                client->abort();
                server->abort();
                return;
            }
            isAnswerLost = true;
        }
        server->write(bytes); // kept until it is connected
    }

    const quint16 m_targetPort;
    std::atomic<int> &m_cutsAt;
    QTcpServer *m_server = nullptr;
    quint16 m_port = 0;
};

TcpProxy::TcpProxy(quint16 targetPort)
    : m_worker(std::make_unique<Worker>(targetPort, m_cutsAt))
{
    m_worker->moveToThread(&m_thread);
    m_thread.start();
    QMetaObject::invokeMethod(
        m_worker.get(), [this] { m_port = m_worker->listen(); }, Qt::BlockingQueuedConnection);
}

TcpProxy::~TcpProxy()
{
    QMetaObject::invokeMethod(
        m_worker.get(), [this] { m_worker.reset(); }, Qt::BlockingQueuedConnection);
    m_thread.quit();
    m_thread.wait();
}

void TcpProxy::cut()
{
    QMetaObject::invokeMethod(
        m_worker.get(), [this] { m_worker->cut(); }, Qt::BlockingQueuedConnection);
}

void TcpProxy::heal()
{
    QMetaObject::invokeMethod(
        m_worker.get(), [this] { m_worker->heal(); }, Qt::BlockingQueuedConnection);
}

void TcpProxy::cutAt(const QByteArray &text, Moment moment)
{
    QMetaObject::invokeMethod(
        m_worker.get(),
        [&] {
            m_worker->m_cutText = text;
            m_worker->m_cutMoment = moment;
        },
        Qt::BlockingQueuedConnection);
}

} // namespace Tidegate
