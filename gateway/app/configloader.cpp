// SPDX-License-Identifier: MIT
#include "app/configloader.h"

#include "app/configenvironment.h"
#include "app/configmesh.h"
#include "app/configstore.h"
#include "app/configtoml.h"

#include "auth/authconfig.h"

#include <QDir>

namespace Tidegate {

namespace {

EnvironmentEntries environmentEntries(ConfigBuilder &builder, const ConfigSources &sources)
{
    EnvironmentEntries entries = readDotEnv(builder, sources.dotEnvPath);
    for (auto variable = sources.environment.cbegin(); variable != sources.environment.cend(); ++variable)
        entries.insert(variable.key(), {variable.value(), QStringLiteral("environment ") + variable.key()});
    return entries;
}

void readFlags(ConfigBuilder &builder, const QMap<QByteArray, QString> &flags)
{
    for (auto flag = flags.cbegin(); flag != flags.cend(); ++flag) {
        const Setting *setting = findSetting(flag.key());
        if (setting)
            builder.setText(*setting, flag.value(), QStringLiteral("flag ") + setting->flag());
        else
            builder.refuse(QString::fromLatin1(flag.key()), QStringLiteral("unknown setting"));
    }
}

QString userDataFolder(const QMap<QString, QString> &environment)
{
    const QString xdg = environment.value(QStringLiteral("XDG_DATA_HOME"));
    const QString home = environment.value(QStringLiteral("HOME"));
    if (xdg.startsWith(u'/'))
        return xdg + QStringLiteral("/tidegate");
    return home.isEmpty() ? QString() : home + QStringLiteral("/.local/share/tidegate");
}

void fillPaths(ConfigBuilder &builder, const QMap<QString, QString> &environment)
{
    GatewayConfig &config = builder.config();
    if (config.server.dataDir.isEmpty())
        config.server.dataDir = userDataFolder(environment);
    if (config.server.dataDir.isEmpty()) {
        builder.refuse(QStringLiteral("server.data_dir"),
                       QStringLiteral("there is no home folder to put data into; set --data-dir"));
        return;
    }
    const QDir folder(config.server.dataDir);
    const auto fill = [&folder](QString &path, const QString &name) {
        if (path.isEmpty())
            path = folder.filePath(name);
    };
    fill(config.auth.secretFile, QStringLiteral("secret"));
    fill(config.store.path, QStringLiteral("tidegate.sqlite"));
    fill(config.sharedata.path, QStringLiteral("documents.sqlite"));
    fill(config.log.file, QStringLiteral("tidegate.log"));
}

void checkTls(ConfigBuilder &builder)
{
    const TlsSettings &tls = builder.config().tls;
    if (tls.certFile.isEmpty() == tls.keyFile.isEmpty())
        return;
    const bool lacksKey = tls.keyFile.isEmpty();
    builder.refuse(builder.placeOf(lacksKey ? "tls.cert_file" : "tls.key_file"),
                   lacksKey ? QStringLiteral("tls.cert_file needs tls.key_file as well")
                            : QStringLiteral("tls.key_file needs tls.cert_file as well"));
}

void checkSecret(ConfigBuilder &builder)
{
    const QByteArray &secret = builder.config().auth.secret;
    if (!secret.isEmpty() && !isUsableSecret(secret))
        builder.refuse(
            builder.placeOf("auth.secret"),
            QStringLiteral("the session key is SSMA's published default or shorter than 32 bytes, so anyone "
                           "could make staff tokens; use the output of \"openssl rand -base64 32\", or leave "
                           "it out and a key is generated"));
}

//! Settings whose default depends on another one.
void followDevMode(ConfigBuilder &builder)
{
    GatewayConfig &config = builder.config();
    if (!config.server.devMode || builder.isSet("ssma.islands_demo"))
        return;
    config.ssma.islandsDemoEnabled = true;
    builder.noteSource("ssma.islands_demo", QStringLiteral("follows server.dev"));
}

void followHttps(ConfigBuilder &builder)
{
    GatewayConfig &config = builder.config();
    const bool hasHttps = config.tls.isEnabled() || config.server.publicUrl.scheme() == QLatin1StringView("https");
    if (!hasHttps || builder.isSet("auth.cookie_secure"))
        return;
    config.auth.cookieSecure = true;
    builder.noteSource("auth.cookie_secure", config.tls.isEnabled() ? QStringLiteral("follows tls.cert_file")
                                                                    : QStringLiteral("follows server.public_url"));
}

void warnAboutExposure(ConfigBuilder &builder)
{
    const GatewayConfig &config = builder.config();
    bool isOpen = false;
    for (const ListenAddress &address : config.server.listen)
        isOpen = isOpen || !address.host.isLoopback();
    if (isOpen && config.server.devMode)
        builder.warn(builder.placeOf("server.listen"),
                     QStringLiteral("development mode is reachable from other machines"));
    if (config.origins.allowed.contains("*"))
        builder.warn(builder.placeOf("origins.allowed"),
                     QStringLiteral("\"*\" lets every web page use its visitors' sessions; name your origins"));
}

} // namespace

Result<GatewayConfig, ConfigProblems> loadConfig(const ConfigSources &sources)
{
    ConfigBuilder builder;
    builder.config().readFrom = sources;
    if (!sources.tomlPath.isEmpty())
        readToml(builder, sources.tomlPath);
    const EnvironmentEntries entries = environmentEntries(builder, sources);
    readSsmaVariables(builder, entries);
    readMeshVariables(builder, entries);
    readOwnVariables(builder, entries);
    readFlags(builder, sources.flags);
    fillPaths(builder, sources.environment);
    checkTls(builder);
    checkSecret(builder);
    checkMesh(builder);
    checkStore(builder);
    followDevMode(builder);
    followHttps(builder);
    warnAboutExposure(builder);
    if (!builder.problems().empty())
        return builder.problems();
    return builder.config();
}

} // namespace Tidegate
