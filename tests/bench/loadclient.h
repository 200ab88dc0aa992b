// SPDX-License-Identifier: MIT
#pragma once

#include "wire/websocketdecoder.h"

#include <QByteArray>

#include <memory>
#include <vector>

namespace Tidegate::Bench {

//! One leader connection that keeps one batch in flight: sends the next when the ack has come. Non-blocking.
class LoadClient final : private WebSocketVisitor
{
public:
    //! Blocks for the upgrade. Ids are unique over clients and runs through \p tag.
    LoadClient(quint16 port, int batchSize, QByteArray tag);
    ~LoadClient() override;
    Q_DISABLE_COPY_MOVE(LoadClient)

    int descriptor() const { return m_socket; }
    void sendNext();
    //! Reads what is there; every complete ack sends the next batch while \p goOn.
    void readAvailable(bool goOn);

    quint64 acked() const { return m_acked; }
    bool isWaiting() const { return m_isWaiting; }
    bool hasFailed() const { return m_hasFailed; }

private:
    void messageReceived(const WebSocketMessage &message) override;
    void pingReceived(QByteArrayView) override {}
    void pongReceived(QByteArrayView) override {}
    void closeReceived(quint16, QByteArrayView) override { m_hasFailed = true; }
    void protocolFailed(quint16, QByteArrayView) override { m_hasFailed = true; }

    const int m_batchSize;
    const QByteArray m_tag;
    int m_socket = -1;
    std::unique_ptr<WebSocketDecoder> m_decoder;
    quint64 m_serial = 0;
    quint64 m_acked = 0;
    bool m_isWaiting = false;
    bool m_goOn = true;
    bool m_hasFailed = false;
};

} // namespace Tidegate::Bench
