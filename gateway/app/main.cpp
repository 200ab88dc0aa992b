// SPDX-License-Identifier: MIT
#include "app/cli.h"

#include <QCoreApplication>

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("tidegate"));
    QCoreApplication::setApplicationVersion(QStringLiteral(TIDEGATE_VERSION));
    return Tidegate::runCommandLine(argc, argv, app);
}
