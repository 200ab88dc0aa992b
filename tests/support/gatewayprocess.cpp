// SPDX-License-Identifier: MIT
#include "support/gatewayprocess.h"

#include "support/waiting.h"

#include "auth/jwt.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QTest>

#include <csignal>

namespace Tidegate {

namespace {

const QByteArray Announcement = QByteArrayLiteral("tidegate listening on ");

QProcessEnvironment cleanEnvironment(const QString &home)
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    const QStringList names = environment.keys();
    for (const QString &name : names) {
        if (name.startsWith(u"SSMA_") || name.startsWith(u"TIDEGATE_") || name.startsWith(u"XDG_") ||
            name == u"NODE_ENV" || name == u"QT_LOGGING_RULES")
            environment.remove(name);
    }
    environment.insert(QStringLiteral("HOME"), home);
    return environment;
}

} // namespace

GatewayProcess::GatewayProcess()
{
    QDir(m_root.path()).mkpath(QStringLiteral("work"));
}

GatewayProcess::~GatewayProcess()
{
    kill();
}

QStringList GatewayProcess::withoutLimits()
{
    return {QStringLiteral("--http-rate-max=0"), QStringLiteral("--ssma-rework-max=0"),
            QStringLiteral("--ssma-subscribe-max=0"), QStringLiteral("--ssma-message-max=0")};
}

bool GatewayProcess::start(const QStringList &args, const Environment &environment)
{
    m_args = args;
    m_environment = environment;
    return launch();
}

bool GatewayProcess::restart()
{
    kill();
    return launch();
}

bool GatewayProcess::restart(const QStringList &args, const Environment &environment)
{
    kill();
    return start(args, environment);
}

bool GatewayProcess::launch()
{
    m_error.clear();
    m_output.clear();
    m_url.clear();
    QProcessEnvironment environment = cleanEnvironment(m_root.path());
    for (auto variable = m_environment.begin(); variable != m_environment.end(); ++variable)
        environment.insert(variable.key(), variable.value());
    QStringList args{QStringLiteral("serve"), QStringLiteral("--data-dir"), dataDir()};
    if (!m_listen.isEmpty())
        args << QStringLiteral("--listen") << m_listen;
    m_process.setProcessEnvironment(environment);
    m_process.setWorkingDirectory(workDir());
    m_process.start(QStringLiteral(TIDEGATE_BINARY), args + m_args, QIODevice::ReadOnly);
    (void)QTest::qWaitFor(
        [this] {
            drain();
            return m_output.contains('\n') || !isRunning();
        },
        WaitMs);
    const QByteArray line = m_output.left(m_output.indexOf('\n'));
    if (!line.startsWith(Announcement)) {
        qInfo("the gateway did not start: %s", errorText().constData());
        return false;
    }
    m_url = QUrl(QString::fromUtf8(line.mid(Announcement.size())));
    return true;
}

void GatewayProcess::drain()
{
    m_output += m_process.readAllStandardOutput();
    m_error += m_process.readAllStandardError();
}

int GatewayProcess::terminate()
{
    m_process.terminate();
    return waitForExit();
}

void GatewayProcess::kill()
{
    if (!isRunning())
        return;
    m_process.kill();
    m_process.waitForFinished(WaitMs);
}

void GatewayProcess::sendSignal(int number)
{
    ::kill(pid_t(m_process.processId()), number);
}

int GatewayProcess::waitForExit()
{
    const bool ended = QTest::qWaitFor([this] { return !isRunning(); }, WaitMs);
    if (!ended || m_process.exitStatus() != QProcess::NormalExit)
        return -1;
    return m_process.exitCode();
}

QUrl GatewayProcess::url(const QString &pathAndQuery) const
{
    return QUrl(QStringLiteral("http://127.0.0.1:%1%2").arg(port()).arg(pathAndQuery));
}

QUrl GatewayProcess::webSocketUrl(const QString &query) const
{
    return QUrl(QStringLiteral("ws://127.0.0.1:%1/optimistic/ws?%2").arg(port()).arg(query));
}

QString GatewayProcess::dataDir() const
{
    return m_root.filePath(QStringLiteral("data"));
}

QString GatewayProcess::workDir() const
{
    return m_root.filePath(QStringLiteral("work"));
}

QByteArray GatewayProcess::mintToken(const QByteArray &role, const QByteArray &subject, const QByteArray &site,
                                     std::chrono::milliseconds ttl) const
{
    QByteArray secret = m_environment.value(QStringLiteral("SSMA_AUTH_JWT_SECRET")).toUtf8();
    if (secret.isEmpty()) {
        QFile file(QDir(dataDir()).filePath(QStringLiteral("secret")));
        if (!file.open(QIODevice::ReadOnly))
            qFatal("no key in %s", qPrintable(file.fileName()));
        secret = file.readAll().trimmed();
    }
    Principal principal;
    principal.subjectId = subject;
    principal.role = roleFromName(role).value_or(Role::Guest);
    principal.site = site;
    return TokenSigner(secret).issue(principal, ttl, QDateTime::currentMSecsSinceEpoch());
}

QByteArray GatewayProcess::errorText()
{
    drain();
    return m_error;
}

QByteArray GatewayProcess::outputText()
{
    drain();
    return m_output;
}

bool GatewayProcess::waitForErrorText(const QByteArray &text)
{
    return QTest::qWaitFor([&] { return errorText().contains(text); }, WaitMs);
}

GatewayProcess::Finished GatewayProcess::run(const QStringList &args) const
{
    QProcess process;
    process.setProcessEnvironment(cleanEnvironment(m_root.path()));
    process.setWorkingDirectory(workDir());
    QStringList all = args;
    if (args.value(0) != QLatin1StringView("bench")) // the load tool keeps nothing
        all << QStringLiteral("--data-dir") << dataDir();
    process.start(QStringLiteral(TIDEGATE_BINARY), all, QIODevice::ReadOnly);
    if (!process.waitForFinished(WaitMs) || process.exitStatus() != QProcess::NormalExit)
        return {};
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

} // namespace Tidegate
