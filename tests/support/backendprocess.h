// SPDX-License-Identifier: MIT
#pragma once

#include "support/httpclient.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QProcess>

namespace Tidegate {

//! tidegate-test-backend as a process of its own; README.md lists what it can be told. Calls block.
class BackendProcess
{
public:
    BackendProcess() = default;
    ~BackendProcess();
    Q_DISABLE_COPY_MOVE(BackendProcess)

    bool start(quint16 port = 0);
    void kill();
    quint16 port() const { return m_port; }
    QString url() const;

    void setBehaviour(const QString &match, QJsonObject behaviour);
    void setSnapshot(const QString &channel, const QJsonArray &rows, qint64 cursor);
    void reset();

    //! The answer of GET /__calls.
    QJsonObject calls();
    int callCount(const QString &path);
    //! How often the intent was forwarded.
    int timesSeen(const QString &intentId);
    //! Body of the newest call to \p path.
    QJsonObject lastBody(const QString &path);

private:
    QProcess m_process;
    HttpClient m_client;
    quint16 m_port = 0;
};

} // namespace Tidegate
