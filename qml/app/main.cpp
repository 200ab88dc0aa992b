// SPDX-License-Identifier: MIT
#include "admin/remote/remoteadminport.h"
#include "qml/app/consoleoptions.h"
#include "qml/session/connector.h"
#include "qml/session/preferences.h"

#include <QGuiApplication>
#include <QQmlApplicationEngine>
#include <QQmlExtensionPlugin>
#include <QSettings>
#include <QTextStream>

Q_IMPORT_QML_PLUGIN(Tidegate_ConsolePlugin)

using namespace Tidegate;
using namespace Qt::StringLiterals;

namespace {

//! A QGuiApplication ends the process where there is no display, so the command line is read before there is one.
std::optional<int> readOptions(int &argc, char **argv, Console::ConsoleOptions &options)
{
    const QCoreApplication app(argc, argv);
    const auto exit = Console::readConsoleOptions(QCoreApplication::arguments(), options);
    if (!exit)
        return {};
    QTextStream(exit->code == 0 ? stdout : stderr) << exit->text << Qt::endl;
    return exit->code;
}

} // namespace

int main(int argc, char **argv)
{
    Console::ConsoleOptions options;
    if (const auto exitCode = readOptions(argc, argv, options))
        return *exitCode;

    QGuiApplication app(argc, argv);
    QGuiApplication::setOrganizationName(u"tidegate"_s);
    QGuiApplication::setApplicationName(u"console"_s);
    QGuiApplication::setApplicationVersion(QStringLiteral(TIDEGATE_VERSION));
    QGuiApplication::setDesktopFileName(u"tidegate-console"_s);

    QSettings settings;
    Console::ConsoleSession session;
    Console::Connector connector(session, settings, Console::SecretStore::findTool(),
                                 [](const QUrl &url, const QString &secret) {
                                     Admin::RemoteAdminPort::Config config;
                                     config.url = url;
                                     config.token = secret.toUtf8();
                                     return std::make_unique<Admin::RemoteAdminPort>(config);
                                 });
    Console::Preferences preferences(settings, options.theme);
    // With a token of its own this run leaves the remembered one alone.
    if (!options.url.isEmpty() && !options.token.isEmpty())
        connector.open(options.url, options.token, false);
    else if (!options.url.isEmpty())
        connector.reopen(options.url);

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
