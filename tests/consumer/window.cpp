// SPDX-License-Identifier: MIT
#include "app/embedding.h"
#include "desktop/shell/shell.h"

#include <QApplication>
#include <QTimer>

int main(int argc, char **argv)
{
    Tidegate::Desktop::Shell::prepare();
    QApplication app(argc, argv);
    Tidegate::Desktop::ShellConfig config;
    config.gateway = Tidegate::embeddedConfig(QString::fromLocal8Bit(argv[1]));
    config.hasTray = false;
    Tidegate::Desktop::Shell shell(config);
    if (const auto started = shell.start(); !started)
        qFatal("%s", qPrintable(started.error().text));
    if (const auto opened = shell.openWindow({}); !opened)
        qFatal("%s", qPrintable(opened.error().text));
    QTimer::singleShot(0, &shell, &Tidegate::Desktop::Shell::quit);
    return QApplication::exec();
}
