// SPDX-License-Identifier: MIT
#include "backend/http/url.h"

namespace Tidegate {

namespace {

Error refused(const QString &why)
{
    return {ErrorCode::InvalidContract, QStringLiteral("backend.url %1").arg(why)};
}

} // namespace

Result<QUrl> parseBackendUrl(const QString &text)
{
    QString trimmed = text.trimmed();
    if (trimmed.endsWith(u'/'))
        trimmed.chop(1);
    const QUrl url(trimmed, QUrl::StrictMode);
    if (trimmed.isEmpty() || !url.isValid())
        return refused(QStringLiteral("is not a URL, expected something like http://127.0.0.1:3000"));
    if (url.scheme() != u"http" && url.scheme() != u"https")
        return refused(QStringLiteral("must start with http:// or https://"));
    if (url.host().isEmpty())
        return refused(QStringLiteral("has no host"));
    if (!url.userInfo().isEmpty())
        return refused(QStringLiteral("must not hold a user or password; use backend.token"));
    if (url.hasQuery() || url.hasFragment())
        return refused(QStringLiteral("must not have a query or fragment"));
    return url;
}

QUrl backendUrl(const QUrl &base, const QByteArray &path)
{
    QUrl url = base;
    url.setPath(base.path(QUrl::FullyEncoded) + QString::fromLatin1(path), QUrl::StrictMode);
    return url;
}

} // namespace Tidegate
