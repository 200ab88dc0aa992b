// SPDX-License-Identifier: MIT
#include "desktop/web/appscheme.h"

#include "desktop/bridge/log.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QMimeDatabase>
#include <QWebEngineUrlRequestJob>
#include <QWebEngineUrlScheme>

namespace Tidegate::Desktop {

using namespace Qt::StringLiterals;

namespace {

//! Browsers refuse scripts and styles of another type, and the system's type database may know better names.
QByteArray contentType(const QString &path)
{
    static const QHash<QString, QByteArray> Web{{u"html"_s, "text/html"},        {u"js"_s, "text/javascript"},
                                                {u"mjs"_s, "text/javascript"},   {u"css"_s, "text/css"},
                                                {u"json"_s, "application/json"}, {u"svg"_s, "image/svg+xml"},
                                                {u"wasm"_s, "application/wasm"}};
    const QByteArray known = Web.value(QFileInfo(path).suffix().toLower());
    return known.isEmpty() ? QMimeDatabase().mimeTypeForFile(path, QMimeDatabase::MatchExtension).name().toLatin1()
                           : known;
}

} // namespace

void AppScheme::registerScheme()
{
    QWebEngineUrlScheme scheme("tidegate");
    scheme.setSyntax(QWebEngineUrlScheme::Syntax::Host);
    scheme.setFlags(QWebEngineUrlScheme::SecureScheme | QWebEngineUrlScheme::CorsEnabled);
    QWebEngineUrlScheme::registerScheme(scheme);
}

AppScheme::AppScheme(const QString &folder)
    : m_root(folder.isEmpty() ? QString() : QFileInfo(folder).canonicalFilePath())
{
    if (!folder.isEmpty() && m_root.isEmpty())
        qCWarning(lcDesktop, "there is no folder %s: tidegate://app/ is empty", qPrintable(folder));
}

void AppScheme::requestStarted(QWebEngineUrlRequestJob *job)
{
    if (job->requestMethod() != "GET") {
        job->fail(QWebEngineUrlRequestJob::RequestDenied);
        return;
    }
    const QString path = job->requestUrl().host() == "app"_L1 ? fileFor(job->requestUrl().path()) : QString();
    if (path.isEmpty()) {
        qCInfo(lcDesktop, "no file for %s", qPrintable(job->requestUrl().toString(QUrl::RemoveQuery)));
        job->fail(QWebEngineUrlRequestJob::UrlNotFound);
        return;
    }
    auto file = std::make_unique<QFile>(path);
    if (!file->open(QIODevice::ReadOnly) || file->size() > MaxFileBytes) {
        qCWarning(lcDesktop, "%s cannot be read or is too big", qPrintable(path));
        job->fail(QWebEngineUrlRequestJob::RequestFailed);
        return;
    }
    QFile *device = file.release();
    connect(job, &QObject::destroyed, device, &QObject::deleteLater);
    job->reply(contentType(path), device);
}

QString AppScheme::fileFor(const QString &urlPath) const
{
    if (m_root.isEmpty())
        return {};
    const QString below = urlPath.endsWith(u'/') || urlPath.isEmpty() ? urlPath + u"/index.html"_s : urlPath;
    // Canonical: no dots, no links that lead somewhere else.
    const QFileInfo file(QFileInfo(QDir::cleanPath(m_root + u'/' + below)).canonicalFilePath());
    return file.isFile() && file.filePath().startsWith(m_root + u'/') ? file.filePath() : QString();
}

} // namespace Tidegate::Desktop
