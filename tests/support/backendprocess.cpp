// SPDX-License-Identifier: MIT
#include "support/backendprocess.h"

#include "support/waiting.h"

#include <QJsonDocument>
#include <QTest>

namespace Tidegate {

BackendProcess::~BackendProcess()
{
    kill();
}

bool BackendProcess::start(quint16 port)
{
    QByteArray output;
    m_process.start(QStringLiteral(TIDEGATE_TEST_BACKEND), {QString::number(port)}, QIODevice::ReadOnly);
    (void)QTest::qWaitFor(
        [&] {
            output += m_process.readAllStandardOutput();
            return output.contains('\n') || m_process.state() == QProcess::NotRunning;
        },
        WaitMs);
    m_port = output.trimmed().split(' ').last().toUShort();
    m_client.setBase(QUrl(url()));
    return m_port != 0;
}

void BackendProcess::kill()
{
    if (m_process.state() == QProcess::NotRunning)
        return;
    m_process.kill();
    m_process.waitForFinished(WaitMs);
}

QString BackendProcess::url() const
{
    return QStringLiteral("http://127.0.0.1:%1").arg(m_port);
}

void BackendProcess::setBehaviour(const QString &match, QJsonObject behaviour)
{
    behaviour.insert(QStringLiteral("match"), match);
    m_client.post(QStringLiteral("/__behaviour"), behaviour);
}

void BackendProcess::setSnapshot(const QString &channel, const QJsonArray &rows, qint64 cursor)
{
    m_client.post(
        QStringLiteral("/__snapshot"),
        {{QStringLiteral("channel"), channel}, {QStringLiteral("snapshot"), rows}, {QStringLiteral("cursor"), cursor}});
}

void BackendProcess::reset()
{
    m_client.post(QStringLiteral("/__reset"));
}

QJsonObject BackendProcess::calls()
{
    return m_client.get(QStringLiteral("/__calls")).json();
}

int BackendProcess::callCount(const QString &path)
{
    return calls().value(u"counts").toObject().value(path).toInt();
}

int BackendProcess::timesSeen(const QString &intentId)
{
    return calls().value(u"intents").toObject().value(intentId).toInt();
}

QJsonObject BackendProcess::lastBody(const QString &path)
{
    const QJsonObject call = calls().value(u"last").toObject().value(path).toObject();
    return QJsonDocument::fromJson(call.value(u"body").toString().toUtf8()).object();
}

} // namespace Tidegate
