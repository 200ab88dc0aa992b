// SPDX-License-Identifier: MIT
#include "app/cliconfig.h"

#include "app/clioutput.h"
#include "app/configloader.h"
#include "app/configprinter.h"

#include <QFileInfo>
#include <QProcessEnvironment>

namespace Tidegate {

namespace {

QString firstConfigFile(const QMap<QString, QString> &environment)
{
    if (const QString named = environment.value(QStringLiteral("TIDEGATE_CONFIG")); !named.isEmpty())
        return named;
    QString userFolder = environment.value(QStringLiteral("XDG_CONFIG_HOME"));
    if (userFolder.isEmpty())
        userFolder = environment.value(QStringLiteral("HOME")) + QStringLiteral("/.config");
    for (const QString &path : {QStringLiteral("tidegate.toml"), userFolder + QStringLiteral("/tidegate/tidegate.toml"),
                                QStringLiteral("/etc/tidegate/tidegate.toml")}) {
        if (QFileInfo::exists(path))
            return path;
    }
    return {};
}

} // namespace

ConfigSources processSources(const QString &tomlPath, const QMap<QByteArray, QString> &flags)
{
    ConfigSources sources;
    const QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const QString &name : environment.keys())
        sources.environment.insert(name, environment.value(name));
    sources.tomlPath = tomlPath.isEmpty() ? firstConfigFile(sources.environment) : tomlPath;
    sources.dotEnvPath = QStringLiteral(".env");
    sources.flags = flags;
    return sources;
}

std::optional<GatewayConfig> loadOrExplain(const ConfigSources &sources)
{
    auto config = loadConfig(sources);
    if (config)
        return *std::move(config);
    const ConfigProblems &problems = config.error();
    writeError(problems.size() == 1 ? QStringLiteral("the configuration has a problem")
                                    : QStringLiteral("the configuration has %1 problems").arg(problems.size()));
    for (const QString &line : problemLines(problems))
        writeError(line);
    return std::nullopt;
}

int checkConfig(const ConfigSources &sources)
{
    const auto config = loadOrExplain(sources);
    if (!config)
        return ExitUsage;
    for (const QString &warning : config->warnings)
        writeError(QStringLiteral("warning: ") + warning);
    const QString file = sources.tomlPath.isEmpty() ? QStringLiteral("no configuration file") : sources.tomlPath;
    const QString summary =
        QStringLiteral("ok: %1; %2 settings set, %3 warnings\n")
            .arg(file, QString::number(config->setBy.size()), QString::number(config->warnings.size()));
    writeOut(summary.toUtf8());
    return ExitOk;
}

int printConfig(const ConfigSources &sources, const QString &format, bool withOrigin)
{
    const auto config = loadOrExplain(sources);
    if (!config)
        return ExitUsage;
    const OriginColumn origins = withOrigin ? OriginColumn::Shown : OriginColumn::Hidden;
    writeOut(format == QLatin1StringView("json") ? configAsJson(*config, origins) : configAsToml(*config, origins));
    return ExitOk;
}

} // namespace Tidegate
