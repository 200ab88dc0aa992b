// SPDX-License-Identifier: MIT
// The console over a made-up gateway: to look at, and to take the pictures of all pages (--screenshots FOLDER).
#include "qml/demo/scenes.h"
#include "qml/session/connector.h"
#include "support/scripted/scriptedadminport.h"

#include <QCommandLineParser>
#include <QDateTime>
#include <QGuiApplication>
#include <QQmlExtensionPlugin>
#include <QQuickView>
#include <QSettings>
#include <QTemporaryDir>

Q_IMPORT_QML_PLUGIN(Tidegate_ConsolePlugin)

using namespace Tidegate;
using namespace Qt::StringLiterals;

int main(int argc, char **argv)
{
    QGuiApplication app(argc, argv);
    QCommandLineParser parser;
    parser.addHelpOption();
    parser.addOptions({{u"screenshots"_s, u"Writes a picture of each scene in both themes, and ends."_s, u"FOLDER"_s},
                       {u"only"_s, u"Only these scenes, with commas between."_s, u"NAMES"_s},
                       {u"size"_s, u"Of the window."_s, u"WxH"_s, u"1280x720"_s}});
    parser.process(app);

    Admin::ScriptedAdminPort::Script script;
    script.startMs = QDateTime::currentMSecsSinceEpoch();
    script.newLinksPerStep = 1;
    Admin::ScriptedAdminPort port(script);
    port.startTicking();
    Console::ConsoleSession session;
    session.setPort(&port);

    QTemporaryDir folder;
    QSettings settings(folder.filePath(u"settings.ini"_s), QSettings::IniFormat);
    Console::Connector connector(session, settings, {}, [](const QUrl &, const QString &) {
        return std::make_unique<Admin::ScriptedAdminPort>();
    });

    QQuickView view;
    view.setInitialProperties(
        {{u"session"_s, QVariant::fromValue(&session)}, {u"connector"_s, QVariant::fromValue(&connector)}});
    view.setResizeMode(QQuickView::SizeRootObjectToView);
    view.setSource(QUrl(u"qrc:/qt-project.org/imports/Tidegate/Console/ConsoleShell.qml"_s));
    if (!view.rootObject())
        return 1;
    const QString size = parser.value(u"size"_s);
    view.resize(size.section(u'x', 0, 0).toInt(), size.section(u'x', 1, 1).toInt());
    view.show();
    if (!parser.isSet(u"screenshots"_s))
        return QGuiApplication::exec();
    Console::Scenes scenes(view, port);
    return scenes.takePictures(parser.value(u"screenshots"_s), parser.value(u"only"_s).split(u',', Qt::SkipEmptyParts))
               ? 0
               : 1;
}
