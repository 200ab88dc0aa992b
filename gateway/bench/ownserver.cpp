// SPDX-License-Identifier: MIT
#include "bench/ownserver.h"

#include <QFile>

namespace Tidegate::Bench {

namespace {

//! Limits that protect a gateway from one client would otherwise be what is measured.
QStringList withoutLimits()
{
    return {QStringLiteral("--ssma-message-max"),      QStringLiteral("0"),
            QStringLiteral("--ssma-subscribe-max"),    QStringLiteral("0"),
            QStringLiteral("--sharedata-message-max"), QStringLiteral("0")};
}

} // namespace

Result<void> OwnServer::start(const QString &program, const Settings &settings, const QStringList &arguments)
{
    const QString configuration = m_process.filePath(QStringLiteral("tidegate.toml"));
    QFile file(configuration);
    if (!file.open(QIODevice::WriteOnly) || file.write(settings.toml) != settings.toml.size() || !file.flush())
        return Error{ErrorCode::Storage, QStringLiteral("cannot write %1: %2").arg(configuration, file.errorString())};
    const QStringList all{QStringLiteral("serve"),
                          QStringLiteral("--config"),
                          configuration,
                          QStringLiteral("--listen"),
                          QStringLiteral("127.0.0.1:0"),
                          QStringLiteral("--data-dir"),
                          m_process.filePath(QStringLiteral("data"))};
    if (const auto started = m_process.start(program, all + withoutLimits() + arguments); !started)
        return started.error();
    auto url = m_process.announcedUrl();
    if (url && !settings.announcement.isEmpty())
        url = m_process.announcedUrl(settings.announcement);
    if (!url)
        return url.error();
    m_url = *url;
    return {};
}

} // namespace Tidegate::Bench
