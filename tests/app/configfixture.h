// SPDX-License-Identifier: MIT
#pragma once

#include "app/configloader.h"

#include <QTemporaryDir>
#include <QTest>

namespace Tidegate {

using Environment = QMap<QString, QString>;

inline const Setting &setting(const char *key)
{
    return *findSetting(key);
}

//! Files, environments and what loadConfig makes of them, for the tests of the configuration.
class ConfigFixture
{
protected:
    bool isReady() const { return m_folder.isValid(); }

    QString write(const QString &name, const QByteArray &content)
    {
        const QString path = m_folder.filePath(name);
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("cannot write %s", qPrintable(path));
        return path;
    }

    ConfigSources sourcesOf(const QByteArray &toml, const Environment &environment = {})
    {
        ConfigSources sources;
        if (!toml.isEmpty())
            sources.tomlPath = write(QStringLiteral("t.toml"), toml);
        sources.environment = environment;
        sources.environment.insert(QStringLiteral("HOME"), QStringLiteral("/home/someone"));
        return sources;
    }

    static GatewayConfig mustLoad(const ConfigSources &sources)
    {
        const auto config = loadConfig(sources);
        if (!config) {
            for (const ConfigProblem &problem : config.error())
                QTest::qFail(qPrintable(problem.toString()), __FILE__, __LINE__);
            return {};
        }
        return *config;
    }

    //! Without the folder's path.
    QString firstProblem(const ConfigSources &sources) const
    {
        const auto config = loadConfig(sources);
        return config ? QString() : config.error().front().toString().remove(m_folder.path() + u'/');
    }

private:
    QTemporaryDir m_folder;
};

} // namespace Tidegate
