// SPDX-License-Identifier: MIT
// A web frontend in a Tidegate shell: commands in C++, capabilities in a file, live data through the bridge.
#include "desktop/examples/notes/notebook.h"

#include "app/embedding.h"
#include "desktop/shell/shell.h"
#include "desktop/shell/singleinstance.h"

#include <QApplication>
#include <QDir>
#include <QStandardPaths>

using namespace Tidegate;
using namespace Qt::StringLiterals;

int main(int argc, char **argv)
{
    Desktop::Shell::prepare();
    QApplication app(argc, argv);
    QApplication::setApplicationName(u"tidegate-notes"_s);
    const QString dataDir =
        argc > 1 ? QString::fromLocal8Bit(argv[1]) : QStandardPaths::writableLocation(QStandardPaths::AppDataLocation);
    QDir().mkpath(dataDir);
    Desktop::SingleInstance instance(u"tidegate-notes"_s, dataDir);
    if (!instance.isFirst())
        return instance.handOver(QApplication::arguments().mid(2)) ? 0 : 1;

    Desktop::ShellConfig config;
    config.id = u"tidegate-notes"_s;
    config.title = u"Notes"_s;
    config.gateway = embeddedConfig(dataDir);
    config.webFolder = QStringLiteral(NOTES_WEB_FOLDER);
    config.deepLinkScheme = u"notes"_s;
    auto capabilities = Desktop::Capabilities::load(QStringLiteral(NOTES_WEB_FOLDER "/../capabilities.json"));
    if (!capabilities)
        qFatal("%s", qPrintable(capabilities.error().text));
    config.capabilities = *capabilities;

    Desktop::Shell shell(config);
    Notebook notebook(dataDir + u"/notes.json"_s);
    notebook.addCommands(shell.commands());
    QObject::connect(&notebook, &Notebook::changed, &shell,
                     [&] { shell.emitEvent(u"notes.changed"_s, notebook.count()); });
    QObject::connect(&instance, &Desktop::SingleInstance::handedOver, &shell, &Desktop::Shell::activate);
    if (const auto started = shell.start(); !started)
        qFatal("%s", qPrintable(started.error().text));
    Desktop::WindowOptions window;
    window.page = QUrl(u"tidegate://app/"_s);
    if (const auto opened = shell.openWindow(window); !opened)
        qFatal("%s", qPrintable(opened.error().text));
    return QApplication::exec();
}
