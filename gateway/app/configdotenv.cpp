// SPDX-License-Identifier: MIT
#include "app/configdotenv.h"

#include <QFile>
#include <QRegularExpression>

namespace Tidegate {

namespace {

constexpr qint64 MaxFileBytes = 256 * 1024;

QString unquoted(const QString &raw)
{
    static const QRegularExpression Quoted(QStringLiteral("^(['\"])(.*)\\1\\s*(#.*)?$"));
    static const QRegularExpression Comment(QStringLiteral("(^|\\s+)#.*$"));
    if (const auto match = Quoted.match(raw); match.hasMatch()) {
        QString inner = match.captured(2);
        if (match.captured(1) == QLatin1StringView("\""))
            inner.replace(QStringLiteral("\\n"), QStringLiteral("\n"))
                .replace(QStringLiteral("\\\""), QStringLiteral("\""));
        return inner;
    }
    return QString(raw).remove(Comment).trimmed();
}

} // namespace

EnvironmentEntries readDotEnv(ConfigBuilder &builder, const QString &path)
{
    static const QRegularExpression Line(QStringLiteral("^\\s*(?:export\\s+)?([A-Za-z_][A-Za-z0-9_]*)\\s*=\\s*(.*)$"));
    EnvironmentEntries entries;
    QFile file(path);
    if (path.isEmpty() || !file.exists())
        return entries;
    if (!file.open(QIODevice::ReadOnly)) {
        builder.refuse(path, QStringLiteral("cannot be read: %1").arg(file.errorString()));
        return entries;
    }
    int lineNumber = 0;
    for (const QString &line : QString::fromUtf8(file.read(MaxFileBytes)).split(u'\n')) {
        const QString place = path + u':' + QString::number(++lineNumber);
        const QString trimmed = line.trimmed();
        if (trimmed.isEmpty() || trimmed.startsWith(u'#'))
            continue;
        const auto match = Line.match(trimmed);
        if (match.hasMatch())
            entries.insert(match.captured(1), {unquoted(match.captured(2)), place});
        else
            builder.warn(place, QStringLiteral("not a KEY=VALUE line; skipped"));
    }
    return entries;
}

} // namespace Tidegate
