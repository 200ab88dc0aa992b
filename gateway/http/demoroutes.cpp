// SPDX-License-Identifier: MIT
#include "http/demoroutes.h"

#include "http/replies.h"
#include "http/routetable.h"

#include <QDir>
#include <QFile>
#include <QMimeDatabase>

// A static library's resources register themselves only when asked to; the macro does not work inside a namespace.
static void registerDemoFiles()
{
    Q_INIT_RESOURCE(httpdemo);
}

namespace Tidegate {

namespace {

HttpResponse pageFile(const QFileInfo &info)
{
    QFile file(info.filePath());
    if (!file.open(QIODevice::ReadOnly))
        return Replies::internalError();
    HttpResponse response;
    response.body = file.readAll();
    // From the name alone: a browser under nosniff runs a script only with a script's type.
    const QString mime = QMimeDatabase().mimeTypeForFile(info.fileName(), QMimeDatabase::MatchExtension).name();
    response.headers = {{"Content-Type", mime.toLatin1() + "; charset=utf-8"},
                        {"Content-Security-Policy",
                         "default-src 'self'; connect-src 'self' ws: wss:; object-src 'none'; "
                         "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"},
                        {"Referrer-Policy", "no-referrer"},
                        {"Cache-Control", "no-cache"}};
    return response;
}

HttpResponse serviceLine()
{
    return Replies::json(200, QByteArrayLiteral("{\"service\":\"tidegate\",\"version\":\"" TIDEGATE_VERSION
                                                "\",\"docs\":\"README.md\"}"));
}

} // namespace

void DemoRoutes::addTo(RouteTable &table)
{
    if (!m_devMode) {
        const auto answerLine = [](const RequestPtr &request) { request->answer(serviceLine()); };
        table.add(RouteTable::Method::Get, QStringLiteral("/"), answerLine);
        return;
    }
    registerDemoFiles();
    const QFileInfoList files = QDir(QStringLiteral(":/tidegate/demo")).entryInfoList(QDir::Files);
    for (const QFileInfo &file : files) {
        const auto answerFile = [response = pageFile(file)](const RequestPtr &request) { request->answer(response); };
        const bool isIndex = file.fileName() == QLatin1StringView("index.html");
        table.add(RouteTable::Method::Get, isIndex ? QStringLiteral("/") : QLatin1Char('/') + file.fileName(),
                  answerFile);
    }
}

} // namespace Tidegate
