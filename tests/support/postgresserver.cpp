// SPDX-License-Identifier: MIT
#include "support/postgresserver.h"

#include "support/waiting.h"

#include <QDir>
#include <QTcpServer>
#include <QTest>

#include <libpq-fe.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>

namespace Tidegate {

namespace {

QString program(const QString &name)
{
    const QDir versions(QStringLiteral("/usr/lib/postgresql"));
    const QStringList names = versions.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name | QDir::Reversed);
    for (const QString &version : names) {
        const QString path = versions.filePath(version + QStringLiteral("/bin/") + name);
        if (QFile::exists(path))
            return path;
    }
    return {};
}

const passwd *unprivileged()
{
    return geteuid() == 0 ? getpwnam("nobody") : nullptr;
}

//! In the child: somebody who is not root, and nobody who outlives us.
void prepareChild(QProcess &process)
{
    const passwd *user = unprivileged();
    const uid_t uid = user ? user->pw_uid : geteuid();
    const gid_t gid = user ? user->pw_gid : getegid();
    process.setChildProcessModifier([uid, gid] {
        if (geteuid() == 0 && (setgid(gid) != 0 || setuid(uid) != 0))
            _exit(1);
        prctl(PR_SET_PDEATHSIG, SIGQUIT);
    });
    process.setProcessChannelMode(QProcess::MergedChannels);
}

quint16 freePort()
{
    QTcpServer probe;
    return probe.listen(QHostAddress::LocalHost) ? probe.serverPort() : quint16(0);
}

} // namespace

PostgresServer::~PostgresServer()
{
    kill();
}

bool PostgresServer::isInstalled()
{
    return !program(QStringLiteral("postgres")).isEmpty();
}

bool PostgresServer::makeCluster()
{
    m_folder = std::make_unique<QTemporaryDir>();
    const QByteArray path = QFile::encodeName(m_folder->path());
    if (const passwd *user = unprivileged(); user && chown(path.constData(), user->pw_uid, user->pw_gid) != 0)
        return false;
    QProcess initdb;
    prepareChild(initdb);
    initdb.setWorkingDirectory(m_folder->path());
    initdb.start(program(QStringLiteral("initdb")),
                 {QStringLiteral("-D"), m_folder->filePath(QStringLiteral("data")), QStringLiteral("-U"),
                  QStringLiteral("tidegate"), QStringLiteral("-A"), QStringLiteral("trust"), QStringLiteral("-E"),
                  QStringLiteral("UTF8"), QStringLiteral("--locale=C"), QStringLiteral("--no-sync")});
    if (!initdb.waitForFinished(4 * WaitMs) || initdb.exitCode() != 0) {
        qWarning("initdb: %s", initdb.readAll().constData());
        return false;
    }
    m_port = freePort();
    return true;
}

bool PostgresServer::start()
{
    if (!m_folder && !makeCluster())
        return false;
    prepareChild(m_process);
    m_process.setWorkingDirectory(m_folder->path());
    m_process.start(program(QStringLiteral("postgres")),
                    {QStringLiteral("-D"), m_folder->filePath(QStringLiteral("data")), QStringLiteral("-p"),
                     QString::number(m_port), QStringLiteral("-c"), QStringLiteral("listen_addresses=127.0.0.1"),
                     QStringLiteral("-c"), QStringLiteral("unix_socket_directories="),
                     // A process that is killed loses nothing it has written; only power cuts need the sync.
                     QStringLiteral("-c"), QStringLiteral("fsync=off")});
    const bool isUp = QTest::qWaitFor([this] { return PQping(url().constData()) == PQPING_OK; }, 2 * WaitMs);
    if (!isUp)
        qWarning("postgres: %s", m_process.readAll().constData());
    return isUp;
}

void PostgresServer::kill()
{
    if (m_process.state() == QProcess::NotRunning)
        return;
    ::kill(pid_t(m_process.processId()), SIGQUIT);
    m_process.waitForFinished(WaitMs);
}

QByteArray PostgresServer::url(quint16 port) const
{
    return "postgresql://tidegate@127.0.0.1:" + QByteArray::number(port ? port : m_port) + "/postgres";
}

bool PostgresServer::execute(const QByteArray &sql)
{
    PGconn *connection = PQconnectdb(url().constData());
    PQsetNoticeProcessor(
        connection, [](void *, const char *) {}, nullptr);
    PGresult *result = PQexec(connection, sql.constData());
    const ExecStatusType status = PQresultStatus(result);
    const bool isDone = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
    if (!isDone)
        qWarning("%s", PQerrorMessage(connection));
    PQclear(result);
    PQfinish(connection);
    return isDone;
}

QByteArray PostgresServer::ask(const QByteArray &sql)
{
    PGconn *connection = PQconnectdb(url().constData());
    PGresult *result = PQexec(connection, sql.constData());
    const QByteArray answer =
        PQntuples(result) > 0 ? QByteArray(PQgetvalue(result, 0, 0)) : QByteArray(PQerrorMessage(connection)).trimmed();
    PQclear(result);
    PQfinish(connection);
    return answer;
}

} // namespace Tidegate
