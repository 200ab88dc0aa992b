// SPDX-License-Identifier: MIT
#include "app/embedding.h"
#include "app/gateway.h"

#include <QCoreApplication>

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    Tidegate::Gateway gateway(Tidegate::embeddedConfig(QString::fromLocal8Bit(argv[1])));
    if (const auto started = gateway.start(); !started)
        qFatal("%s", qPrintable(started.error().text));
    const auto client = gateway.connectInProcess("/optimistic/ws?role=leader&subprotocol=1.0.0");
    QObject::connect(client.get(), &Tidegate::InProcessClient::textReceived, &app, [](const QByteArray &text) {
        fprintf(stdout, "%s\n", text.constData());
        QCoreApplication::quit();
    });
    return QCoreApplication::exec();
}
