// SPDX-License-Identifier: MIT
#include "qml/session/secretstore.h"

#include <QProcess>
#include <QStandardPaths>

namespace Tidegate::Console {

using namespace Qt::StringLiterals;

namespace {

QStringList attributes(const QString &server)
{
    return {u"application"_s, u"tidegate-console"_s, u"server"_s, server};
}

} // namespace

SecretStore::SecretStore(QString tool, QObject *parent)
    : QObject(parent)
    , m_tool(std::move(tool))
{
}

QString SecretStore::findTool()
{
    // Without a session bus there is no keychain to talk to, and the tool would only fail.
    return qEnvironmentVariableIsEmpty("DBUS_SESSION_BUS_ADDRESS") ? QString()
                                                                   : QStandardPaths::findExecutable(u"secret-tool"_s);
}

void SecretStore::store(const QString &server, const QString &token)
{
    m_memory.insert(server, token);
    if (isKeychain())
        run(QStringList{u"store"_s, u"--label=Tidegate %1"_s.arg(server)} + attributes(server), token.toUtf8(),
            [](bool, const QString &) {});
}

void SecretStore::lookUp(const QString &server, std::function<void(const QString &)> done)
{
    if (!isKeychain() || m_memory.contains(server)) {
        done(m_memory.value(server));
        return;
    }
    run(QStringList{u"lookup"_s} + attributes(server), {},
        [done = std::move(done)](bool isDone, const QString &output) { done(isDone ? output : QString()); });
}

void SecretStore::forget(const QString &server)
{
    m_memory.remove(server);
    if (isKeychain())
        run(QStringList{u"clear"_s} + attributes(server), {}, [](bool, const QString &) {});
}

void SecretStore::run(const QStringList &arguments, const QByteArray &input,
                      std::function<void(bool, const QString &)> done)
{
    auto *process = new QProcess(this);
    connect(process, &QProcess::finished, this, [process, done](int exitCode, QProcess::ExitStatus) {
        done(exitCode == 0, QString::fromUtf8(process->readAllStandardOutput()).trimmed());
        process->deleteLater();
    });
    connect(process, &QProcess::errorOccurred, this, [process, done](QProcess::ProcessError error) {
        if (error != QProcess::FailedToStart)
            return; // finished() follows
        done(false, {});
        process->deleteLater();
    });
    process->start(m_tool, arguments);
    process->write(input);
    process->closeWriteChannel();
}

} // namespace Tidegate::Console
