// SPDX-License-Identifier: MIT
#include "bench/ownserver.h"

namespace Tidegate::Bench {

namespace {

//! Limits that protect a gateway from one client would otherwise be what is measured.
QStringList withoutLimits()
{
    return {QStringLiteral("--ssma-message-max"), QStringLiteral("0"), QStringLiteral("--ssma-subscribe-max"),
            QStringLiteral("0")};
}

} // namespace

Result<void> OwnServer::start(const QString &program, const QStringList &arguments)
{
    const QStringList all{QStringLiteral("serve"), QStringLiteral("--listen"), QStringLiteral("127.0.0.1:0"),
                          QStringLiteral("--data-dir"), m_process.filePath(QStringLiteral("data"))};
    if (const auto started = m_process.start(program, all + withoutLimits() + arguments); !started)
        return started.error();
    const auto url = m_process.announcedUrl();
    if (!url)
        return url.error();
    m_url = *url;
    return {};
}

} // namespace Tidegate::Bench
