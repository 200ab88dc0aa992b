// SPDX-License-Identifier: MIT
#include "bench/compare/installedpeers.h"

#include "bench/serverprocess.h"

#include <QFileInfo>
#include <QStandardPaths>

#include <algorithm>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace Tidegate::Bench {

namespace {

using Started = Result<std::unique_ptr<RunningPeer>>;

constexpr auto NchanModule = "/usr/lib/nginx/modules/ngx_nchan_module.so";

class RunningProgram final : public RunningPeer
{
public:
    QString url() const override { return m_url; }
    qint64 processId() const override { return m_process.processId(); }

    static Started announcing(const QString &program, const QStringList &arguments)
    {
        auto peer = std::make_unique<RunningProgram>();
        if (const auto started = peer->m_process.start(program, arguments); !started)
            return started.error();
        const auto url = peer->m_process.announcedUrl();
        if (!url)
            return url.error();
        peer->m_url = *url;
        return Started(std::move(peer));
    }

    //! \p config and \p arguments with %PORT%, %FOLDER% and %CONFIG% filled in.
    static Started configured(const QString &program, QStringList arguments, QString config)
    {
        auto peer = std::make_unique<RunningProgram>();
        const quint16 port = freePort();
        const QString path = peer->m_process.filePath(QStringLiteral("server.conf"));
        config.replace(QStringLiteral("%PORT%"), QString::number(port));
        config.replace(QStringLiteral("%FOLDER%"), peer->m_process.filePath({}));
        arguments.replaceInStrings(QStringLiteral("%CONFIG%"), path);
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(config.toUtf8()) < 0)
            return Error{ErrorCode::Storage, path + QStringLiteral(": ") + file.errorString()};
        file.close();
        if (const auto started = peer->m_process.start(program, arguments); !started)
            return started.error();
        if (const auto open = peer->m_process.waitForPort(port); !open)
            return open.error();
        peer->m_url = QStringLiteral("ws://127.0.0.1:%1").arg(port);
        return Started(std::move(peer));
    }

private:
    //! For servers that cannot tell which port they were given. Somebody may take it before they do; then they say so.
    static quint16 freePort()
    {
        const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t bytes = sizeof address;
        ::bind(descriptor, reinterpret_cast<sockaddr *>(&address), bytes);
        ::getsockname(descriptor, reinterpret_cast<sockaddr *>(&address), &bytes);
        ::close(descriptor);
        return ntohs(address.sin_port);
    }

    ServerProcess m_process;
    QString m_url;
};

Error notInstalled(const QString &what)
{
    return {ErrorCode::NotFound, what + QStringLiteral(" is not installed")};
}

//! Debian keeps servers where a user's path may not lead.
QString executable(const QString &name)
{
    const QString found = QStandardPaths::findExecutable(name);
    return found.isEmpty() ? QStandardPaths::findExecutable(name, {QStringLiteral("/usr/sbin")}) : found;
}

} // namespace

Started startAnnouncing(const QString &program, const QStringList &arguments)
{
    return RunningProgram::announcing(program, arguments);
}

Started startNode(const QString &folder, const QString &script, const QStringList &flags)
{
    const QString node = executable(QStringLiteral("node"));
    if (node.isEmpty())
        return notInstalled(QStringLiteral("node"));
    if (!QFileInfo::exists(folder + QStringLiteral("/node_modules/ws")))
        return notInstalled(QStringLiteral("what \"npm ci\" puts into ") + folder);
    return RunningProgram::announcing(node, QStringList{folder + u'/' + script} + flags);
}

Started startMesh(const QString &program, const QByteArray &secret)
{
    QString config = QStringLiteral(R"(
[server]
listen = ["127.0.0.1:0"]
data_dir = "%FOLDER%/data"
[store]
kind = "memory"
[mesh]
enabled = true
listen = ["127.0.0.1:%PORT%"]
secret = "%SECRET%"
)");
    config.replace(QStringLiteral("%SECRET%"), QString::fromUtf8(secret));
    return RunningProgram::configured(
        program, {QStringLiteral("serve"), QStringLiteral("--config"), QStringLiteral("%CONFIG%")}, config);
}

Started startNats()
{
    const QString program = executable(QStringLiteral("nats-server"));
    if (program.isEmpty())
        return notInstalled(QStringLiteral("nats-server"));
    return RunningProgram::configured(program, {QStringLiteral("-c"), QStringLiteral("%CONFIG%")}, QStringLiteral(R"(
listen: "127.0.0.1:-1"
websocket {
  listen: "127.0.0.1:%PORT%"
  no_tls: true
}
)"));
}

Started startNchan()
{
    const QString program = executable(QStringLiteral("nginx"));
    if (program.isEmpty())
        return notInstalled(QStringLiteral("nginx"));
    if (!QFileInfo::exists(QString::fromLatin1(NchanModule)))
        return notInstalled(QStringLiteral("nchan"));
    rlimit descriptors{};
    ::getrlimit(RLIMIT_NOFILE, &descriptors);
    const QString config = QStringLiteral(R"(
load_module %1;
daemon off;
worker_processes 1;
worker_rlimit_nofile %2;
error_log stderr error;
pid %FOLDER%/nginx.pid;
events { worker_connections %2; }
http {
  access_log off;
  client_body_temp_path %FOLDER%/body;
  proxy_temp_path %FOLDER%/proxy;
  fastcgi_temp_path %FOLDER%/fastcgi;
  uwsgi_temp_path %FOLDER%/uwsgi;
  scgi_temp_path %FOLDER%/scgi;
  nchan_shared_memory_size 256m;
  server {
    listen 127.0.0.1:%PORT% backlog=4096;
    location = /sub { nchan_subscriber websocket; nchan_channel_id global; nchan_subscriber_first_message newest; }
    location = /pub { nchan_publisher websocket; nchan_channel_id global; nchan_store_messages off; }
  }
}
)");
    constexpr rlim_t MostConnections = 65'536; // nginx sets memory aside for each
    const QString filled =
        config.arg(QString::fromLatin1(NchanModule)).arg(quint64(std::min(descriptors.rlim_max, MostConnections)));
    return RunningProgram::configured(program, {QStringLiteral("-c"), QStringLiteral("%CONFIG%")}, filled);
}

} // namespace Tidegate::Bench
