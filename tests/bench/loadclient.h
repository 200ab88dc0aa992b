// SPDX-License-Identifier: MIT
#pragma once

#include "wire/websocketdecoder.h"

#include <QByteArray>
#include <QByteArrayList>

#include <functional>
#include <memory>
#include <vector>

namespace Tidegate::Bench {

//! One connection that keeps one batch of writes in flight: sends the next when it is answered. Non-blocking.
class LoadClient final : private WebSocketVisitor
{
public:
    //! What a dialect's client says.
    struct Speech
    {
        QByteArray target;
        //! The messages of a batch whose first write has number \p serial.
        std::function<QByteArrayList(quint64 serial)> batch;
        int writesPerBatch = 1;
        QByteArray answerPrefix; //!< of the messages that answer
        int writesPerAnswer = 1;
    };
    //! Leader of an optimistic-sync site; ids are unique over clients and runs through \p tag.
    static Speech intents(int batchSize, const QByteArray &tag);
    //! \p batchSize proposals to one document at a time.
    static Speech proposals(int batchSize, const QByteArray &documentId);

    //! Blocks for the upgrade.
    LoadClient(quint16 port, Speech speech);
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

    const Speech m_speech;
    int m_socket = -1;
    std::unique_ptr<WebSocketDecoder> m_decoder;
    quint64 m_serial = 0;
    quint64 m_acked = 0;
    int m_unanswered = 0;
    bool m_isWaiting = false;
    bool m_goOn = true;
    bool m_hasFailed = false;
};

} // namespace Tidegate::Bench
