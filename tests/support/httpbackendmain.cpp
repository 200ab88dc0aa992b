// SPDX-License-Identifier: MIT
#include "support/httpbackendserver.h"

#include <QCoreApplication>

#include <cstdio>

// tidegate-test-backend [port]
int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    Tidegate::HttpBackendServer server;
    const quint16 port = server.listen(app.arguments().value(1).toUShort());
    if (port == 0) {
        std::fputs("tidegate-test-backend: cannot listen\n", stderr);
        return 1;
    }
    std::printf("listening on %d\n", int(port));
    std::fflush(stdout);
    return app.exec();
}
