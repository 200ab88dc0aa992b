// SPDX-License-Identifier: MIT
#include "app/serve.h"

#include "app/cliconfig.h"
#include "app/clioutput.h"
#include "app/configloader.h"
#include "app/configtable.h"
#include "app/gateway.h"
#include "app/signals.h"
#include "base/logging.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QTimer>

#include <csignal>

namespace Tidegate {

namespace {

void reloadFrom(Gateway &gateway, ConfigSources sources)
{
    if (sources.tomlPath.isEmpty()) // there was none at the start; it may have been written since
        sources.tomlPath = processSources({}, {}).tomlPath;
    const auto config = loadConfig(sources);
    if (!config) {
        qCWarning(lcApp, "configuration not reloaded, the running one stays:\n%s",
                  qPrintable(problemLines(config.error()).join(QLatin1Char('\n'))));
        return;
    }
    for (const QByteArray &key : differences(gateway.config(), *config).needRestart)
        qCWarning(lcApp, "%s changed and needs a restart to take effect", key.constData());
    gateway.reload(*config);
    qCInfo(lcApp, "configuration reloaded");
}

//! Programs that started us wait for this line; it is the only one on standard output.
void announce(const Gateway &gateway, const GatewayConfig &config, qint64 startedInMs)
{
    const QString url = gateway.url().toString();
    writeOut("tidegate listening on " + url.toUtf8() + '\n');
    qCInfo(lcApp, "started in %lld ms, data in %s", startedInMs, qPrintable(config.server.dataDir));
    if (config.server.devMode)
        qCInfo(lcApp, "open %s in a browser: a task board in two panes", qPrintable(url));
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
