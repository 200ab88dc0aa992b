// SPDX-License-Identifier: MIT
#include "admin/remote/remoteadminport.h"
#include "qml/session/connector.h"
#include "qml/session/preferences.h"

#include <QCommandLineParser>
#include <QFile>
#include <QGuiApplication>
#include <QQmlApplicationEngine>
#include <QQmlExtensionPlugin>
#include <QSettings>
#include <QTextStream>

Q_IMPORT_QML_PLUGIN(Tidegate_ConsolePlugin)

using namespace Tidegate;
using namespace Qt::StringLiterals;

namespace {

constexpr int UsageError = 2;
//! A token is a line of text; more than this is some other file.
constexpr qint64 MaxTokenBytes = 16 * 1024;

int fail(const QString &text)
{
    QTextStream(stderr) << u"tidegate-console: "_s << text << Qt::endl;
    return UsageError;
}

Result<QString> tokenFrom(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return Error{ErrorCode::NotFound, u"--token-file: %1: %2"_s.arg(path, file.errorString())};
    const QByteArray bytes = file.read(MaxTokenBytes + 1); // a pipe or device does not tell its size
    if (bytes.size() > MaxTokenBytes)
        return Error{ErrorCode::TooLarge, u"--token-file: %1 is too big for a token"_s.arg(path)};
    const QString token = QString::fromUtf8(bytes).trimmed();
    if (token.isEmpty())
        return Error{ErrorCode::InvalidContract, u"--token-file: %1 is empty"_s.arg(path)};
    return token;
}

} // namespace

int main(int argc, char **argv)
{
    QGuiApplication app(argc, argv);
    QGuiApplication::setOrganizationName(u"tidegate"_s);
    QGuiApplication::setApplicationName(u"console"_s);
    QGuiApplication::setApplicationVersion(QStringLiteral(TIDEGATE_VERSION));
    QGuiApplication::setDesktopFileName(u"tidegate-console"_s);

    static const QStringList Themes{u"system"_s, u"dark"_s, u"light"_s};
    QCommandLineParser parser;
    parser.setApplicationDescription(u"The operators' console of a Tidegate gateway."_s);
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(
        u"URL"_s, u"Gateway to look at, like http://localhost:5050; without it one is asked for."_s, u"[URL]"_s);
    parser.addOptions(
        {{u"token-file"_s, u"File with the token of a staff or admin account, or an API key."_s, u"FILE"_s},
         {u"theme"_s, u"%1; without it as last chosen."_s.arg(Themes.join(u", "_s)), u"NAME"_s}});
    parser.process(app);

    const QStringList urls = parser.positionalArguments();
    if (urls.size() > 1)
        return fail(u"one URL at most; --help says more"_s);
    const QString theme = parser.value(u"theme"_s);
    if (!theme.isEmpty() && !Themes.contains(theme))
        return fail(u"--theme must be one of %1"_s.arg(Themes.join(u", "_s)));
    QString token;
    if (parser.isSet(u"token-file"_s)) {
        const Result<QString> read = tokenFrom(parser.value(u"token-file"_s));
        if (!read)
            return fail(read.error().text);
        token = *read;
    }
    if (!urls.isEmpty()) {
        if (const QString problem = Console::Connector::problemOf(urls.front()); !problem.isEmpty())
            return fail(u"%1: %2"_s.arg(urls.front(), problem));
    }

    QSettings settings;
    Console::ConsoleSession session;
    Console::Connector connector(session, settings, Console::SecretStore::findTool(),
                                 [](const QUrl &url, const QString &secret) {
                                     Admin::RemoteAdminPort::Config config;
                                     config.url = url;
                                     config.token = secret.toUtf8();
                                     return std::make_unique<Admin::RemoteAdminPort>(config);
                                 });
    Console::Preferences preferences(settings, int(Themes.indexOf(theme)));
    // With a token of its own this run leaves the remembered one alone.
    if (!urls.isEmpty() && !token.isEmpty())
        connector.open(urls.front(), token, false);
    else if (!urls.isEmpty())
        connector.reopen(urls.front());

    QQmlApplicationEngine engine;
    engine.setInitialProperties({{u"session"_s, QVariant::fromValue(&session)},
                                 {u"connector"_s, QVariant::fromValue(&connector)},
                                 {u"preferences"_s, QVariant::fromValue(&preferences)}});
    QObject::connect(
        &engine, &QQmlApplicationEngine::objectCreationFailed, &app, [] { QGuiApplication::exit(1); },
        Qt::QueuedConnection);
    engine.load(QUrl(u"qrc:/qt-project.org/imports/Tidegate/Console/ConsoleWindow.qml"_s));
    return QGuiApplication::exec();
}
