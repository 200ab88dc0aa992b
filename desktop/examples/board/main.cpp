// SPDX-License-Identifier: MIT
// A QML frontend in a Tidegate shell: a list model fed by a channel, with optimistic rows that can be taken back.
#include "desktop/examples/board/backend.h"
#include "desktop/examples/board/boardmodel.h"

#include "app/embedding.h"
#include "app/gateway.h"
#include "desktop/shell/shell.h"

#include <QApplication>
#include <QStandardPaths>

using namespace Tidegate;
using namespace Qt::StringLiterals;

int main(int argc, char **argv)
{
    QApplication app(argc, argv);
    QApplication::setApplicationName(u"tidegate-board"_s);

    Desktop::ShellConfig config;
    config.id = u"tidegate-board"_s;
    config.title = u"Board"_s;
    config.gateway = embeddedConfig(argc > 1 ? QString::fromLocal8Bit(argv[1])
                                             : QStandardPaths::writableLocation(QStandardPaths::AppDataLocation));
    Desktop::Shell shell(config);
    shell.gateway().setBackend(makeBoardBackend);
    if (const auto started = shell.start(); !started)
        qFatal("%s", qPrintable(started.error().text));

    BoardModel model(shell.gateway().connectInProcess("/optimistic/ws?role=leader&subprotocol=1.0.0"));
    Desktop::WindowOptions window;
    window.qml = QUrl(u"qrc:/board/Board.qml"_s);
    window.properties = {{u"model"_s, QVariant::fromValue<QObject *>(&model)}};
    window.size = {520, 640};
    if (const auto opened = shell.openWindow(window); !opened)
        qFatal("%s", qPrintable(opened.error().text));
    return QApplication::exec();
}
