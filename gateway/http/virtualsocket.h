// SPDX-License-Identifier: MIT
#pragma once

#include "transport/httpmessage.h"

#include <QTcpSocket>

#include <optional>

namespace Tidegate {

//! A connection without a descriptor: QHttpServer reads one canonical request from it and writes one response into it.
//! One per request, on the http thread; a fresh one costs about 10 us and carries nothing over between two callers.
class VirtualSocket final : public QTcpSocket
{
    Q_OBJECT
public:
    explicit VirtualSocket(const HttpRequest &request, QObject *parent = nullptr);

    //! Lets QHttpServer read; it parses and calls its route before this returns.
    void replay() { Q_EMIT readyRead(); }
    //! What was written so far as a response; nothing when it is not exactly one whole response.
    std::optional<HttpResponse> takeResponse();

    qint64 bytesAvailable() const override;
    qint64 bytesToWrite() const override { return 0; }
    bool isSequential() const override { return true; }
    void close() override;
    void disconnectFromHost() override;

protected:
    qint64 readData(char *data, qint64 maxSize) override;
    qint64 skipData(qint64 maxSize) override;
    qint64 writeData(const char *data, qint64 size) override;

private:
    QByteArray m_input;
    qsizetype m_consumed = 0;
    QByteArray m_output;
};

} // namespace Tidegate
