// SPDX-License-Identifier: MIT
#include "app/serve.h"

#include "app/configloader.h"
#include "app/gateway.h"
#include "app/signals.h"
#include "base/logging.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QTimer>

#include <csignal>
#include <cstdio>

namespace Tidegate {

namespace {

void reloadFrom(Gateway &gateway, const ConfigSources &sources)
{
    const auto config = loadConfig(sources);
    if (!config) {
        qCWarning(lcApp, "configuration not reloaded, the running one stays:\n%s",
                  qPrintable(problemLines(config.error()).join(QLatin1Char('\n'))));
        return;
    }
    gateway.reload(*config);
    qCInfo(lcApp, "configuration reloaded");
}

//! Programs that started us wait for this line; it is the only one on standard output.
void announce(const Gateway &gateway, const GatewayConfig &config, qint64 startedInMs)
{
    const QByteArray url = gateway.url().toEncoded();
    printf("tidegate listening on %s\n", url.constData());
    fflush(stdout);
    qCInfo(lcApp, "started in %lld ms, data in %s", startedInMs, qPrintable(config.server.dataDir));
    if (config.server.devMode)
        qCInfo(lcApp, "open %s in a browser: a task board in two panes", url.constData());
}

} // namespace

int serve(const GatewayConfig &config, QCoreApplication &app)
{
    QElapsedTimer timer;
    timer.start();
    std::signal(SIGPIPE, SIG_IGN);
    ProcessSignals signals;
    for (const QString &warning : config.warnings)
        qCWarning(lcConfig, "%s", qPrintable(warning));

    Gateway gateway(config);
    if (const auto started = gateway.start(); !started) {
        qCCritical(lcApp, "%s", qPrintable(started.error().text));
        return 1;
    }
    announce(gateway, config, timer.elapsed());
    QObject::connect(&signals, &ProcessSignals::stopRequested, &app, &QCoreApplication::quit);
    QObject::connect(&signals, &ProcessSignals::reloadRequested, &gateway,
                     [&] { reloadFrom(gateway, config.readFrom); });
    if (config.server.exitAfterStart)
        QTimer::singleShot(50, &app, &QCoreApplication::quit);
    const int code = QCoreApplication::exec();
    qCInfo(lcApp, "stopping");
    gateway.stop();
    qCInfo(lcApp, "stopped");
    return code;
}

} // namespace Tidegate
